"""Words and rules of each page of a PDF, by PDFium."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

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


def drawings(path: Path, pages: Collection[int] | None = None) -> Iterator[Drawing]:
    """One Drawing a page, in order; only one page is in memory at a time. Raises UnreadableError."""
    document = pdfium.FPDF_LoadDocument(str(path).encode() + b"\0", None)
    if not document:
        what, remedy = _FAILURES.get(pdfium.FPDF_GetLastError(), _DAMAGED)
        raise UnreadableError(f"{path.name} {what}", remedy)
    rows = Rows()
    try:
        for index in range(pdfium.FPDF_GetPageCount(document)):
            if pages is None or index + 1 in pages:
                yield _drawing(document, index, rows)
    finally:
        pdfium.FPDF_CloseDocument(document)


def _drawing(document: Any, index: int, rows: Rows) -> Drawing:
    page = pdfium.FPDF_LoadPage(document, index)
    number = index + 1
    if page and _print_fields(page):
        pdfium.FPDF_ClosePage(page)
        page = pdfium.FPDF_LoadPage(document, index)
    if not page:
        lost = Problem("page-unreadable", "error", "The page is damaged and could not be read.", number)
        return Drawing(number, 0.0, 0.0, [], [], problems=(lost,))
    try:
        return _drawn(page, number, rows)
    finally:
        pdfium.FPDF_ClosePage(page)


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


def _drawn(page: Any, number: int, rows: Rows) -> Drawing:
    matrix = _view_matrix(page)
    width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    objects = Objects(page, matrix, rows)
    glyphs = glyphs_of(page, matrix, objects, (width, height), rows)
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
