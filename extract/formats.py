"""Recognises the format of a file by its content, then its suffix, and reads it with the one reader for it."""

from __future__ import annotations

from pathlib import Path

from extract.model import Document


def read(path: str | Path, **options: object) -> Document:
    raise NotImplementedError
