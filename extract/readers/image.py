"""Reads pictures of pages (PNG, JPEG, TIFF with many pages, …): every page is recognised."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from extract.model import Document
from extract.ocr.engine import missing
from extract.ocr.pages import Recogniser
from extract.problem import UnreadableError
from extract.readers.drawing import Drawing
from extract.readers.drawn import document_of


def read(
    path: Path,
    *,
    keep_drawing: bool = False,
    pages: Collection[int] | None = None,
    ocr: str = "auto",
    ocr_cache: str | None = None,
    ocr_threads: int = 1,
    ocr_defer: bool = False,
) -> Document:
    """The document with the tables and text lines of each page (of ``pages``, 1-based, where given).

    The options are those of ReadOptions. Raises UnreadableError, ToolMissingError where recognition is not installed, and
    PagesWanted."""
    if ocr == "never":
        raise UnreadableError(f"{path.name} is a picture, and pictures are not to be recognised.", "Leave --ocr at auto.")
    recogniser = Recogniser(ocr, ocr_cache, ocr_threads, ocr_defer)
    if not recogniser.able:
        raise missing(f"{path.name} is a picture: reading it")
    document = document_of(path.name, "image", "", _drawings(path, pages, recogniser), keep_drawing)
    recogniser.finish()
    return document


def _drawings(path: Path, wanted: Collection[int] | None, recogniser: Recogniser) -> Iterator[Drawing]:
    from extract.ocr.load import packed_pages

    for number, shown in enumerate(packed_pages(path), 1):
        if wanted is None or number in wanted:
            drawing = recogniser.page(shown, number)
            if drawing is not None:
                yield drawing
