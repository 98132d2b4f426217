"""The objects of a PDFium page: paths and pictures become a Painting, text objects get their turn, clip and visibility."""

from __future__ import annotations

import ctypes
from itertools import repeat
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from extract.readers import pdf_pdfium_calls as raw
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


_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_UNSEEN = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)


class Objects:
    """Walks the objects of one page in the order of painting. ``texts`` is by handle of the object."""

    def __init__(self) -> None:
        self.painting = Painting()
        self.texts: dict[int, TextObject] = {}
        self.order = 0
        self._clips: dict[tuple[int, int, Matrix], Bounds | None] = {}
        self._paths: dict[int, Bounds] = {}
        self._floats = (ctypes.c_float * 6)()
        self._ints = (ctypes.c_uint * 4)()
        first = ctypes.addressof(self._floats)
        self._corners = (first, first + 4, first + 8, first + 12)
        first = ctypes.addressof(self._ints)
        self._parts = (first, first + 4, first + 8, first + 12)

    def walk(self, page: Any, matrix: Matrix) -> bool:
        """False where the page has more objects than are looked at."""
        number = raw.handle(page)
        for i in range(pdfium.FPDFPage_CountObjects(page)):
            if self.order >= MOST_OBJECTS:
                return False
            self._take(raw.get_object(number, i), matrix, 0)
        return True

    def _take(self, item: int, matrix: Matrix, depth: int) -> None:
        self.order += 1
        kind = raw.get_type(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            visible = raw.get_render_mode(item) not in _UNSEEN
            bounds = self._bounds(item, matrix) if self.painting.areas else None
            self.texts[item] = TextObject(self.order, self._clip(item, matrix), visible, bounds)
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            self._path(item, matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            self.painting.add_picture(self.order, self._bounds(item, matrix))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < DEEPEST:
            inner = then(self._own_matrix(item), matrix)
            for i in range(raw.count_form_objects(item)):
                if self.order < MOST_OBJECTS:
                    self._take(raw.get_form_object(item, i), inner, depth + 1)

    def _bounds(self, item: int, matrix: Matrix) -> Bounds:
        raw.get_bounds(item, *self._corners)
        return boxed(matrix, *self._floats[:4])

    def _path(self, item: int, matrix: Matrix) -> None:
        raw.get_draw_mode(item, *self._parts[:2])
        filled, stroked = bool(self._ints[0]), bool(self._ints[1])
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
        opaque = filled and not raw.is_transparent(item)
        lines = self._lines(item, then(self._own_matrix(item), matrix), filled)
        if filled and stroked:
            fill_white, fill_clear = self._colour(item, False)
            if not fill_clear:
                self.painting.add_shape(self.order, Paint(True, False, fill_white, opaque), lines, clip)
            filled = False
        self.painting.add_shape(self.order, Paint(filled, stroked, white, opaque), lines, clip)

    def _colour(self, item: int, stroke: bool) -> tuple[bool, bool]:
        """Whether the line or filling is white, and whether it is wholly transparent; a pattern is neither."""
        get = raw.get_stroke_colour if stroke else raw.get_fill_colour
        if not get(item, *self._parts):
            return False, False
        *colour, alpha = self._ints
        return min(colour) >= WHITE, alpha == 0

    def _clip(self, item: int, matrix: Matrix) -> Bounds | None:
        """The box around what all clip paths of the object leave open; objects of one graphics state share the paths."""
        clip = raw.get_clip_path(item)
        count = raw.count_clip_paths(clip) if clip else 0
        if count <= 0:
            return None
        key = (count, raw.get_clip_segment(clip, count - 1, 0), matrix)
        if key not in self._clips:
            self._clips[key] = self._clip_bounds(clip, count, matrix)
        return self._clips[key]

    def _clip_bounds(self, clip: int, count: int, matrix: Matrix) -> Bounds | None:
        result: Bounds | None = None
        for path in range(count):
            corners = self._clip_corners(clip, path)
            if corners is not None:
                bounds = boxed(matrix, *corners)
                result = bounds if result is None else clipped(result, bounds) or (0.0, 0.0, 0.0, 0.0)
        return result

    def _clip_corners(self, clip: int, path: int) -> Bounds | None:
        """Least and greatest x and y of one path of a clip, not yet as displayed. Texts with a clip each share its outer paths."""
        first = raw.get_clip_segment(clip, path, 0)
        if not first:
            return None
        known = self._paths.get(first)
        if known is None:
            segments = map(raw.get_clip_segment, repeat(clip), repeat(path), range(raw.count_clip_segments(clip, path)))
            points = [self._point(segment) for segment in segments]
            xs, ys = [x for x, _ in points], [y for _, y in points]
            known = self._paths[first] = (min(xs), min(ys), max(xs), max(ys))
        return known

    def _own_matrix(self, item: int) -> Matrix:
        if not raw.get_own_matrix(item, self._corners[0]):
            return _IDENTITY
        a, b, c, d, e, f = self._floats
        return a, b, c, d, e, f

    def _point(self, segment: int) -> Point:
        raw.get_point(segment, *self._corners[:2])
        x, y = self._floats[:2]
        return x, y

    def _lines(self, item: int, matrix: Matrix, close: bool) -> list[list[Point]]:
        """The corners of each part of a path; a filled part is closed. Of a curve only its end is taken."""
        lines: list[list[Point]] = []
        a, b, c, d, e, f = matrix
        for i in range(raw.count_segments(item)):
            segment = raw.get_segment(item, i)
            x, y = self._point(segment)
            if raw.get_segment_type(segment) == pdfium.FPDF_SEGMENT_MOVETO or not lines:
                lines.append([])
            lines[-1].append((a * x + c * y + e, b * x + d * y + f))
            if raw.closes(segment):
                lines[-1].append(lines[-1][0])
        for points in lines:
            if close and points[0] != points[-1]:
                points.append(points[0])
        return lines
