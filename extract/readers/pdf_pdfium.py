"""Words and rules of each page of a PDF, by PDFium."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from extract.model import Rule, Word
from extract.problem import UnreadableError
from extract.readers.drawing import Drawing

THIN = 4.0
"""Points: a drawn shape whose shorter side is at most this is a line, not an area."""

Matrix = tuple[float, float, float, float, float, float]


def drawings(path: Path, pages: Collection[int] | None = None) -> Iterator[Drawing]:
    """One Drawing a page, in order; only one page is in memory at a time."""
    document = pdfium.FPDF_LoadDocument(str(path).encode() + b"\0", None)
    if not document:
        raise UnreadableError("The PDF cannot be opened.")
    try:
        for index in range(pdfium.FPDF_GetPageCount(document)):
            if pages is None or index + 1 in pages:
                yield _drawing(document, index)
    finally:
        pdfium.FPDF_CloseDocument(document)


def _drawing(document: Any, index: int) -> Drawing:
    page = pdfium.FPDF_LoadPage(document, index)
    try:
        to_view = _view_matrix(page)
        width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
        rules: list[Rule] = []
        count = pdfium.FPDFPage_CountObjects(page)
        for i in range(count):
            _collect(pdfium.FPDFPage_GetObject(page, i), to_view, rules)
        words = _words(page, to_view)
        words = [w for w in words if w.x1 > 0 and w.bottom > 0 and w.x0 < width and w.top < height]
        rules = [r for r in rules if r.x1 > 0 and r.bottom > 0 and r.x0 < width and r.top < height]
        return Drawing(index + 1, width, height, words, rules)
    finally:
        pdfium.FPDF_ClosePage(page)


def _view_matrix(page: Any) -> Matrix:
    """From the page's own coordinates to points from the top left corner as displayed."""
    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, box)
    left, top, right, bottom = box.left, box.top, box.right, box.bottom
    return (
        (1.0, 0.0, 0.0, -1.0, -left, top),
        (0.0, 1.0, 1.0, 0.0, -bottom, -left),
        (-1.0, 0.0, 0.0, 1.0, right, -bottom),
        (0.0, -1.0, -1.0, 0.0, top, right),
    )[pdfium.FPDFPage_GetRotation(page) % 4]


def _then(first: Matrix, second: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _box(matrix: Matrix, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
    a, b, c, d, e, f = matrix
    xs = (a * x0 + c * y0 + e, a * x1 + c * y1 + e, a * x0 + c * y1 + e, a * x1 + c * y0 + e)
    ys = (b * x0 + d * y0 + f, b * x1 + d * y1 + f, b * x0 + d * y1 + f, b * x1 + d * y0 + f)
    return min(xs), min(ys), max(xs), max(ys)


def _collect(item: Any, matrix: Matrix, rules: list[Rule]) -> None:
    kind = pdfium.FPDFPageObj_GetType(item)
    if kind == pdfium.FPDF_PAGEOBJ_PATH:
        _path(item, matrix, rules)
    elif kind == pdfium.FPDF_PAGEOBJ_FORM:
        own = pdfium.FS_MATRIX()
        pdfium.FPDFPageObj_GetMatrix(item, own)
        inner = _then((own.a, own.b, own.c, own.d, own.e, own.f), matrix)
        for i in range(pdfium.FPDFFormObj_CountObjects(item)):
            _collect(pdfium.FPDFFormObj_GetObject(item, i), inner, rules)


def _path(item: Any, matrix: Matrix, rules: list[Rule]) -> None:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, fill, stroke)
    if not fill.value and not stroke.value:
        return
    if _white(item, bool(stroke.value)):
        return
    x0, y0, x1, y1 = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(item, x0, y0, x1, y1)
    box = _box(matrix, x0.value, y0.value, x1.value, y1.value)
    if min(box[2] - box[0], box[3] - box[1]) <= THIN:
        rules.append(Rule(*box))
        return
    own = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(item, own)
    inner = _then((own.a, own.b, own.c, own.d, own.e, own.f), matrix)
    for points in _subpaths(item, inner):
        for (ax, ay), (bx, by) in zip(points, points[1:], strict=False):
            if abs(ax - bx) < 0.5 or abs(ay - by) < 0.5:
                rules.append(Rule(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)))


def _white(item: Any, stroke: bool) -> bool:
    r, g, b, a = (ctypes.c_uint() for _ in range(4))
    get = pdfium.FPDFPageObj_GetStrokeColor if stroke else pdfium.FPDFPageObj_GetFillColor
    return bool(get(item, r, g, b, a)) and (min(r.value, g.value, b.value) >= 250 or a.value == 0)


def _subpaths(item: Any, matrix: Matrix) -> list[list[tuple[float, float]]]:
    paths: list[list[tuple[float, float]]] = []
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    for i in range(pdfium.FPDFPath_CountSegments(item)):
        segment = pdfium.FPDFPath_GetPathSegment(item, i)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO or not paths:
            paths.append([])
        paths[-1].append(point)
        if pdfium.FPDFPathSegment_GetClose(segment):
            paths[-1].append(paths[-1][0])
    return paths


class _Style(NamedTuple):
    size: float
    upright: bool
    visible: bool


def _words(page: Any, matrix: Matrix) -> list[Word]:
    text = pdfium.FPDFText_LoadPage(page)
    words: list[Word] = []
    styles: dict[int, _Style] = {}
    rect = pdfium.FS_RECTF()
    for i in range(pdfium.FPDFText_CountChars(text)):
        code = pdfium.FPDFText_GetUnicode(text, i)
        if code <= 32 or code in (0xA0, 0x3000, 0xFFFE, 0xFFFF, 0xFEFF):
            continue
        owner = pdfium.FPDFText_GetTextObject(text, i)
        address = ctypes.addressof(owner.contents) if owner else 0
        style = styles.get(address)
        if style is None:
            style = styles[address] = _style(text, i, owner, matrix)
        if not style.visible:
            continue
        pdfium.FPDFText_GetLooseCharBox(text, i, rect)
        box = _box(matrix, rect.left, rect.bottom, rect.right, rect.top)
        words.append(Word(chr(code), *box, style.size, style.upright))
    pdfium.FPDFText_ClosePage(text)
    return words


def _style(text: Any, i: int, owner: Any, matrix: Matrix) -> _Style:
    own = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text, i, own)
    a, b, c, d, _, _ = _then((own.a, own.b, own.c, own.d, 0, 0), matrix)
    size = pdfium.FPDFText_GetFontSize(text, i) * math.hypot(c, d)
    visible = pdfium.FPDFTextObj_GetTextRenderMode(owner) != pdfium.FPDF_TEXTRENDERMODE_INVISIBLE if owner else True
    return _Style(round(size, 2), abs(a) >= abs(b), visible)
