"""From a file to declarations as printed."""

from extract.formats import read

__all__ = ["read"]
