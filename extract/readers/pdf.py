"""Reads a PDF with a text layer: words and rules by one of two engines, tables by the ruled grid."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Literal

from extract.grid.ruled import blocks_of
from extract.model import Document, Page
from extract.problem import Problem
from extract.readers.drawing import Drawing

Engine = Literal["pdfium", "pdfplumber"]


def read(path: Path, *, engine: Engine = "pdfium", keep_drawing: bool = False, pages: Collection[int] | None = None) -> Document:
    """The document with the tables and text lines of each page (of ``pages``, 1-based, where given).

    ``keep_drawing`` keeps words and rules on the pages. Raises UnreadableError."""
    if engine == "pdfium":
        from extract.readers.pdf_pdfium import drawings  # noqa: PLC0415
    else:
        from extract.readers.pdf_plumber import drawings  # noqa: PLC0415
    result: list[Page] = []
    problems: list[Problem] = []
    tables = 0
    for drawing in drawings(path, pages):
        page = _page(drawing, tables, keep_drawing)
        tables += len(page.tables)
        problems.extend(drawing.problems)
        result.append(page)
    return Document(path.name, "pdf", engine, tuple(result), tuple(problems))


def _page(drawing: Drawing, first_index: int, keep_drawing: bool) -> Page:
    blocks = blocks_of(drawing.words, drawing.rules, drawing.number, first_index)
    kept = (tuple(drawing.words), tuple(drawing.rules)) if keep_drawing else ((), ())
    return Page(drawing.number, drawing.width, drawing.height, None, blocks, *kept)


