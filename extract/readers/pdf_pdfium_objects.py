"""The objects of a PDFium page: paths and pictures become a Painting, text objects get their turn, clip and visibility."""

from __future__ import annotations

import ctypes
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from extract.readers.pdf_matrix import Matrix, boxed, then
from extract.readers.pdf_paint import WHITE, Bounds, Paint, Painting, Point, clipped, is_line

MOST_OBJECTS = 200_000
"""Objects of one page that are looked at: a page of the densest tables has some thousands."""

DEEPEST = 12
"""Forms within forms that are followed."""


class TextObject(NamedTuple):
    """What the text page does not tell about a run of text."""

    order: int
    clip: Bounds | None
    visible: bool
    bounds: Bounds | None = None


class Objects:
    """Walks the objects of one page in the order of painting. ``texts`` is by address of the object."""

    def __init__(self) -> None:
        self.painting = Painting()
        self.texts: dict[int, TextObject] = {}
        self.order = 0
        self._clips: dict[tuple[int, int, Matrix], Bounds | None] = {}
        self._x0, self._y0, self._x1, self._y1 = (ctypes.c_float() for _ in range(4))
        self._red, self._green, self._blue, self._alpha = (ctypes.c_uint() for _ in range(4))
        self._fill, self._stroke = ctypes.c_int(), ctypes.c_int()

    def walk(self, page: Any, matrix: Matrix) -> bool:
        """False where the page has more objects than are looked at."""
        for i in range(pdfium.FPDFPage_CountObjects(page)):
            if self.order >= MOST_OBJECTS:
                return False
            self._take(pdfium.FPDFPage_GetObject(page, i), matrix, 0)
        return True

    def _take(self, item: Any, matrix: Matrix, depth: int) -> None:
        self.order += 1
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            self._path(item, matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_TEXT:
            visible = pdfium.FPDFTextObj_GetTextRenderMode(item) not in (
                pdfium.FPDF_TEXTRENDERMODE_INVISIBLE,
                pdfium.FPDF_TEXTRENDERMODE_CLIP,
            )
            bounds = self._bounds(item, matrix) if self.painting.areas else None
            self.texts[ctypes.addressof(item.contents)] = TextObject(self.order, self._clip(item, matrix), visible, bounds)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            self.painting.add_picture(self.order, self._bounds(item, matrix))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < DEEPEST:
            inner = then(_own_matrix(item), matrix)
            for i in range(pdfium.FPDFFormObj_CountObjects(item)):
                if self.order < MOST_OBJECTS:
                    self._take(pdfium.FPDFFormObj_GetObject(item, i), inner, depth + 1)

    def _bounds(self, item: Any, matrix: Matrix) -> Bounds:
        pdfium.FPDFPageObj_GetBounds(item, self._x0, self._y0, self._x1, self._y1)
        return boxed(matrix, self._x0.value, self._y0.value, self._x1.value, self._y1.value)

    def _path(self, item: Any, matrix: Matrix) -> None:
        pdfium.FPDFPath_GetDrawMode(item, self._fill, self._stroke)
        filled, stroked = bool(self._fill.value), bool(self._stroke.value)
        if not filled and not stroked:
            return
        self.painting.shapes += 1
        bounds = self._bounds(item, matrix)
        clip = self._clip(item, matrix)
        white, clear = self._colour(item, stroked)
        if clear:
            return
        if is_line(bounds):
            seen = clipped(bounds, clip)
            if seen is not None:
                self.painting.add_line(self.order, seen, white)
            return
        opaque = filled and not pdfium.FPDFPageObj_HasTransparency(item)
        lines = _lines(item, then(_own_matrix(item), matrix), filled)
        if filled and stroked:
            fill_white, fill_clear = self._colour(item, False)
            if not fill_clear:
                self.painting.add_shape(self.order, Paint(True, False, fill_white, opaque), lines, clip)
            filled = False
        self.painting.add_shape(self.order, Paint(filled, stroked, white, opaque), lines, clip)

    def _colour(self, item: Any, stroke: bool) -> tuple[bool, bool]:
        """Whether the line or filling is white, and whether it is wholly transparent; a pattern is neither."""
        get = pdfium.FPDFPageObj_GetStrokeColor if stroke else pdfium.FPDFPageObj_GetFillColor
        if not get(item, self._red, self._green, self._blue, self._alpha):
            return False, False
        return min(self._red.value, self._green.value, self._blue.value) >= WHITE, self._alpha.value == 0

    def _clip(self, item: Any, matrix: Matrix) -> Bounds | None:
        """The box around what all clip paths of the object leave open; objects of one graphics state share the paths."""
        clip = pdfium.FPDFPageObj_GetClipPath(item)
        count = pdfium.FPDFClipPath_CountPaths(clip) if clip else 0
        if count <= 0:
            return None
        segment = pdfium.FPDFClipPath_GetPathSegment(clip, count - 1, 0)
        key = (count, ctypes.addressof(segment.contents) if segment else 0, matrix)
        if key not in self._clips:
            self._clips[key] = self._clip_bounds(clip, count, matrix)
        return self._clips[key]

    def _clip_bounds(self, clip: Any, count: int, matrix: Matrix) -> Bounds | None:
        result: Bounds | None = None
        for path in range(count):
            xs, ys = [], []
            for i in range(pdfium.FPDFClipPath_CountPathSegments(clip, path)):
                pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFClipPath_GetPathSegment(clip, path, i), self._x0, self._y0)
                xs.append(self._x0.value)
                ys.append(self._y0.value)
            if xs:
                bounds = boxed(matrix, min(xs), min(ys), max(xs), max(ys))
                result = bounds if result is None else clipped(result, bounds) or (0.0, 0.0, 0.0, 0.0)
        return result


def _own_matrix(item: Any) -> Matrix:
    own = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, own):
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return (own.a, own.b, own.c, own.d, own.e, own.f)


def _lines(item: Any, matrix: Matrix, close: bool) -> list[list[Point]]:
    """The corners of each part of a path; a filled part is closed. Of a curve only its end is taken."""
    lines: list[list[Point]] = []
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    for i in range(pdfium.FPDFPath_CountSegments(item)):
        segment = pdfium.FPDFPath_GetPathSegment(item, i)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO or not lines:
            lines.append([])
        lines[-1].append((a * x.value + c * y.value + e, b * x.value + d * y.value + f))
        if pdfium.FPDFPathSegment_GetClose(segment):
            lines[-1].append(lines[-1][0])
    for points in lines:
        if close and points[0] != points[-1]:
            points.append(points[0])
    return lines
