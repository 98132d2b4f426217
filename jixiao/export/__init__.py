"""Writes a dataset for other programs: csv, xlsx, dta, sqlite, duckdb, json."""

from __future__ import annotations

from jixiao.export.run import FORMATS, export

__all__ = ["FORMATS", "export"]
