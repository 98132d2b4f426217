"""Reads a PDF: words and rules by one of two engines or recognised from its pictures, tables by the ruled grid."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Literal

from extract.model import Document
from extract.ocr.engine import missing
from extract.ocr.pages import Recogniser
from extract.problem import UnreadableError
from extract.readers.drawing import Drawing
from extract.readers.drawn import document_of
from extract.readers.pdf_scans import ScannedPages, is_scan

Engine = Literal["pdfium", "pdfplumber"]
Drawings = Callable[[Path, Collection[int] | None], Generator[Drawing, None, None]]

_ENGINES: dict[str, str] = {"pdfium": "extract.readers.pdf_pdfium", "pdfplumber": "extract.readers.pdf_plumber"}
_TAIL = 4096
_AGAIN = "Fetch it again, or open it in a PDF viewer and print it to PDF."


def read(
    path: Path,
    *,
    engine: Engine = "pdfium",
    keep_drawing: bool = False,
    pages: Collection[int] | None = None,
    ocr: str = "auto",
    ocr_cache: str | None = None,
    ocr_threads: int = 1,
    ocr_defer: bool = False,
) -> Document:
    """The document with the tables and text lines of each page (of ``pages``, 1-based, where given).

    ``keep_drawing`` keeps words and rules on the pages; the rest says how pages are recognised that are pictures, as
    in ReadOptions. Raises UnreadableError, ToolMissingError where the text of all pages is in pictures and recognition
    is not installed, and PagesWanted."""
    _check_whole(path)
    drawings: Drawings = import_module(_ENGINES[engine]).drawings
    recogniser = Recogniser(ocr, ocr_cache, ocr_threads, ocr_defer)
    with closing(drawings(path, pages)) as drawn, ScannedPages(path, recogniser) as scanned:
        document = document_of(path.name, "pdf", engine, drawn, keep_drawing, scanned.look)
    recogniser.finish()
    if not document.pages and pages is None:
        raise UnreadableError(f"{path.name} has no pages.", _AGAIN)
    if ocr != "never" and not recogniser.able and is_scan(document):
        raise missing(f"{path.name} is a scan: reading it")
    return document


def _check_whole(path: Path) -> None:
    """A download that broke off is refused: what a viewer can mend of it would be read as if it were all."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL * 16))
            tail = file.read().rstrip(b"\0 \r\n\t")[-_TAIL:]
    except OSError as error:
        raise UnreadableError(
            f"{path.name} cannot be opened: {error.strerror}.", "Check that it exists and that you may read it."
        ) from error
    if not size:
        raise UnreadableError(f"{path.name} is empty (0 bytes).", "Fetch it again.")
    if b"%%EOF" not in tail and b"startxref" not in tail:
        raise UnreadableError(f"{path.name} breaks off before its end.", _AGAIN)
