"""Compares the indicators of a dataset over cities, years, units and concepts."""

from __future__ import annotations

from jixiao.compare.model import Comparison, Selection
from jixiao.compare.run import compare

__all__ = ["Comparison", "Selection", "compare"]
