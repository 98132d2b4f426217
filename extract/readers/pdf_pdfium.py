"""Words and rules of each page of a PDF, by PDFium."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from extract.problem import Problem, UnreadableError
from extract.readers.drawing import Drawing
from extract.readers.pdf_layer import hidden_text
from extract.readers.pdf_matrix import Matrix, view
from extract.readers.pdf_paint import around, seen_rules, share_of
from extract.readers.pdf_pdfium_calls import Rows
from extract.readers.pdf_pdfium_objects import Objects
from extract.readers.pdf_pdfium_text import glyphs_of

_FAILURES = {
    pdfium.FPDF_ERR_PASSWORD: ("is locked with a password.", "Open it with its password and save it without one."),
    pdfium.FPDF_ERR_SECURITY: (
        "is encrypted in a way that cannot be read.",
        "Open it in the program it was made with and print it to PDF.",
    ),
}
_DAMAGED = ("is damaged.", "Fetch it again, or open it in a PDF viewer and print it to PDF.")


SHEAF = 16
"""Pages that take each step together. What a step needs is still in the processor's cache then; loading a page drives it out."""

LONG = 0.1
"""Seconds of loading after which no page joins those that are loaded: it is large ones that take long, and they fill the memory."""


class _Sheet(NamedTuple):
    """A page that PDFium has loaded, its text, and what takes its points to those of the page as displayed."""

    number: int
    page: Any
    text: Any
    matrix: Matrix


def drawings(path: Path, pages: Collection[int] | None = None) -> Iterator[Drawing]:
    """One Drawing a page, in order; only a sheaf of pages is in memory at a time. Raises UnreadableError."""
    document = pdfium.FPDF_LoadDocument(str(path).encode() + b"\0", None)
    if not document:
        what, remedy = _FAILURES.get(pdfium.FPDF_GetLastError(), _DAMAGED)
        raise UnreadableError(f"{path.name} {what}", remedy)
    rows = Rows()
    try:
        wanted = (i for i in range(pdfium.FPDF_GetPageCount(document)) if pages is None or i + 1 in pages)
        while sheaf := _next_sheaf(document, wanted, rows):
            yield from sheaf
    finally:
        pdfium.FPDF_CloseDocument(document)


def _next_sheaf(document: Any, wanted: Iterator[int], rows: Rows) -> list[Drawing]:
    """The drawings of the next pages; none where there are no more."""
    with ExitStack() as opened:
        sheets: list[_Sheet] = []
        lost: list[Drawing] = []
        start = monotonic()
        for index in islice(wanted, SHEAF):
            sheet = _loaded(document, index, opened)
            if sheet is None:
                lost.append(_lost(index + 1))
            else:
                sheets.append(sheet)
            if monotonic() - start > LONG:
                break
        painted = [Objects(sheet.page, sheet.matrix, rows) for sheet in sheets]
        drawn = [_drawn(sheet, objects, rows) for sheet, objects in zip(sheets, painted, strict=True)]
        return sorted((*drawn, *lost), key=lambda drawing: drawing.number)


def _lost(number: int) -> Drawing:
    damaged = Problem("page-unreadable", "error", "The page is damaged and could not be read.", number)
    return Drawing(number, 0.0, 0.0, [], [], problems=(damaged,))


def _loaded(document: Any, index: int, opened: ExitStack) -> _Sheet | None:
    """The page of this index, to be closed with the others; None where it is damaged."""
    page = pdfium.FPDF_LoadPage(document, index)
    if page and _print_fields(page):
        pdfium.FPDF_ClosePage(page)
        page = pdfium.FPDF_LoadPage(document, index)
    if not page:
        return None
    opened.callback(pdfium.FPDF_ClosePage, page)
    text = pdfium.FPDFText_LoadPage(page)
    opened.callback(pdfium.FPDFText_ClosePage, text)
    return _Sheet(index + 1, page, text, _view_matrix(page))


_PRINTED_FIELDS = (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT)


def _print_fields(page: Any) -> bool:
    """Paints what is filled into the fields of a form onto the page; True where there was some."""
    for i in range(pdfium.FPDFPage_GetAnnotCount(page)):
        note = pdfium.FPDFPage_GetAnnot(page, i)
        kind = pdfium.FPDFAnnot_GetSubtype(note)
        pdfium.FPDFPage_CloseAnnot(note)
        if kind in _PRINTED_FIELDS:
            return bool(pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_SUCCESS)
    return False


def _drawn(sheet: _Sheet, objects: Objects, rows: Rows) -> Drawing:
    number, page, text, matrix = sheet
    width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    glyphs = glyphs_of(text, matrix, objects, (width, height), rows)
    problems = hidden_text(glyphs.hidden, number)
    if not objects.complete:
        problems = (
            *problems,
            Problem("too-many-objects", "error", "The page draws more than is looked at; some rules may be missing.", number),
        )
    pictures = share_of(objects.painting.pictures, width, height)
    rules = seen_rules(objects.painting).on_page(width, height)
    drawing = Drawing(number, width, height, glyphs.words, rules, glyphs.homes, pictures, objects.painting.shapes, problems)
    return drawing._replace(picture_box=around(objects.painting.pictures))


def _view_matrix(page: Any) -> Matrix:
    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, box)
    return view((box.left, box.bottom, box.right, box.top), pdfium.FPDFPage_GetRotation(page))
