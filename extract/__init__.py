"""From a file to declarations as printed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extract.formats import read as read

__all__ = ["read"]


def __getattr__(name: str) -> Any:
    """``read``, imported when first asked for: whoever needs the types alone starts at once."""
    if name != "read":
        raise AttributeError(f"module 'extract' has no attribute '{name}'")
    return import_module("extract.formats").read
