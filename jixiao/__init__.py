"""The application: one file to records, a folder of files to a dataset."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jixiao.dataset import open_dataset
    from jixiao.intake import ingest
    from jixiao.pipeline import convert

__version__ = "0.1.0"
__all__ = ["__version__", "convert", "ingest", "open_dataset"]

_HOMES = {"convert": "jixiao.pipeline", "ingest": "jixiao.intake", "open_dataset": "jixiao.dataset"}


def __getattr__(name: str) -> Any:
    """The public functions, imported when first asked for, so that ``jixiao --help`` starts at once."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
