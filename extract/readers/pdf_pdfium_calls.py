"""PDFium's functions for single characters and objects, for thousands of them at once.

A disclosure calls them some million times, and what a call costs is not PDFium but the way to it. The bindings of pypdfium2
make and check a pointer object at each call. Here functions are bound without the types of their arguments, which are not
converted then: handles are pointer objects from the beginning, and so are the places that numbers are written to, made once
for a document. A call costs a tenth of a microsecond this way, a seventh of what it did.

A handle is good as long as the page that it was taken from is open."""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium

from extract.arrays import Singles

_ROW = 32
"""Bytes of a row: eight numbers."""

_LEAST_ROWS = 256


class Handle(ctypes.c_void_p):
    """What PDFium knows an object by. Being a class of its own it is not turned into a number where a call returns it."""


def handle(pointer: Any) -> Handle:
    """The handle of what a pointer of pypdfium2 points to."""
    return Handle(ctypes.cast(pointer, ctypes.c_void_p).value)


class Rows:
    """Room for the numbers that calls write, a row for each of what they are asked about; it is used again and again."""

    def __init__(self) -> None:
        self._floats: Singles
        self._places: tuple[list[Any], ...]
        self._make(_LEAST_ROWS)

    def floats(self, call: Callable[..., Any], count: int, width: int, *given: Iterable[Any], apart: bool = False) -> Singles:
        """What the call writes for each of those given, 0 where it writes nothing.

        ``apart``: it takes a place for each number, not one for the row. No step of the interpreter lies between two calls."""
        self._ask(call, count, width, 0, given, apart)
        return self._floats[:count, :width].copy()

    def whole(self, call: Callable[..., Any], count: int, width: int, *given: Iterable[Any], unset: int = 0) -> npt.NDArray[np.uint32]:
        """The same for whole numbers, which no call writes in one place; ``unset`` stands where it writes nothing."""
        self._ask(call, count, width, unset, given, apart=True)
        return self._floats.view(np.uint32)[:count, :width].copy()

    def _ask(self, call: Callable[..., Any], count: int, width: int, unset: int, given: Sequence[Iterable[Any]], apart: bool) -> None:
        if count > len(self._floats):
            self._make(max(count, 2 * len(self._floats)))
        self._floats.view(np.uint32)[:count, :width] = unset
        deque(map(call, *given, *(self._places[: width if apart else 1])), maxlen=0)

    def _make(self, rows: int) -> None:
        buffer = (ctypes.c_float * (rows * _ROW // 4))()
        self._floats = np.ctypeslib.as_array(buffer).reshape(rows, _ROW // 4)
        self._places = tuple([ctypes.byref(buffer, _ROW * row + 4 * column) for row in range(rows)] for column in range(4))


def _bound(function: Any, result: Any) -> Callable[..., Any]:
    """The function without conversions; it keeps the interpreter's lock, since each call takes less than a microsecond."""
    address = ctypes.cast(function, ctypes.c_void_p).value
    assert address is not None
    return ctypes.PYFUNCTYPE(result)(address)


_int, _number, _double = ctypes.c_int, ctypes.c_size_t, ctypes.c_double

count_chars = _bound(pdfium.FPDFText_CountChars, _int)
get_text = _bound(pdfium.FPDFText_GetText, _int)
get_unicode = _bound(pdfium.FPDFText_GetUnicode, ctypes.c_uint)
lacks_unicode = _bound(pdfium.FPDFText_HasUnicodeMapError, _int)
get_owner = _bound(pdfium.FPDFText_GetTextObject, _number)
get_loose_box = _bound(pdfium.FPDFText_GetLooseCharBox, _int)
get_char_box = _bound(pdfium.FPDFText_GetCharBox, _int)
get_matrix = _bound(pdfium.FPDFText_GetMatrix, _int)
get_font_size = _bound(pdfium.FPDFText_GetFontSize, _double)

get_object = _bound(pdfium.FPDFPage_GetObject, Handle)
get_form_object = _bound(pdfium.FPDFFormObj_GetObject, Handle)
get_type = _bound(pdfium.FPDFPageObj_GetType, _int)
get_text_size = _bound(pdfium.FPDFTextObj_GetFontSize, _int)
get_render_mode = _bound(pdfium.FPDFTextObj_GetTextRenderMode, _int)
get_clip_path = _bound(pdfium.FPDFPageObj_GetClipPath, Handle)
count_clip_paths = _bound(pdfium.FPDFClipPath_CountPaths, _int)
count_clip_segments = _bound(pdfium.FPDFClipPath_CountPathSegments, _int)
get_clip_segment = _bound(pdfium.FPDFClipPath_GetPathSegment, Handle)
find_clip_segment = _bound(pdfium.FPDFClipPath_GetPathSegment, _number)
count_segments = _bound(pdfium.FPDFPath_CountSegments, _int)
get_segment = _bound(pdfium.FPDFPath_GetPathSegment, Handle)
get_point = _bound(pdfium.FPDFPathSegment_GetPoint, _int)
get_segment_type = _bound(pdfium.FPDFPathSegment_GetType, _int)
closes = _bound(pdfium.FPDFPathSegment_GetClose, _int)
get_draw_mode = _bound(pdfium.FPDFPath_GetDrawMode, _int)
get_bounds = _bound(pdfium.FPDFPageObj_GetBounds, _int)
get_own_matrix = _bound(pdfium.FPDFPageObj_GetMatrix, _int)
get_fill_colour = _bound(pdfium.FPDFPageObj_GetFillColor, _int)
get_stroke_colour = _bound(pdfium.FPDFPageObj_GetStrokeColor, _int)
is_transparent = _bound(pdfium.FPDFPageObj_HasTransparency, _int)
count_form_objects = _bound(pdfium.FPDFFormObj_CountObjects, _int)
