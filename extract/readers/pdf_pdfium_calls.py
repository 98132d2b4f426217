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
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium

from extract.arrays import Singles

_ROW = 32
"""Bytes of a row: eight numbers."""

_ROWS = 512
"""Rows that are written before they are copied: what they take stays in the processor's nearest cache."""


class Handle(ctypes.c_void_p):
    """What PDFium knows an object by. Being a class of its own it is not turned into a number where a call returns it."""


def handle(pointer: Any) -> Handle:
    """The handle of what a pointer of pypdfium2 points to."""
    return Handle(ctypes.cast(pointer, ctypes.c_void_p).value)


class Rows:
    """Room for the numbers that calls write, a row for each of what they are asked about; it is used again and again."""

    def __init__(self) -> None:
        self._buffer = (ctypes.c_uint32 * (_ROWS * _ROW // 4))()
        self._numbers = np.ctypeslib.as_array(self._buffer).reshape(_ROWS, _ROW // 4)
        self._places: list[list[Any]] = []

    def floats(self, call: Callable[..., Any], count: int, width: int, *given: Iterable[Any], apart: bool = False) -> Singles:
        """What the call writes for each of those given, 0 where it writes nothing.

        ``apart``: it takes a place for each number, not one for the row. No step of the interpreter lies between two calls."""
        return self._ask(call, count, width, 0, given, apart).view(np.float32)

    def whole(self, call: Callable[..., Any], count: int, width: int, *given: Iterable[Any], unset: int = 0) -> npt.NDArray[np.uint32]:
        """The same for whole numbers, which no call writes in one place; ``unset`` stands where it writes nothing."""
        return self._ask(call, count, width, unset, given, apart=True)

    def _ask(
        self, call: Callable[..., Any], count: int, width: int, unset: int, given: Sequence[Iterable[Any]], apart: bool
    ) -> npt.NDArray[np.uint32]:
        answers = np.empty((count, width), dtype=np.uint32)
        places, asked = self._columns(width if apart else 1), [iter(each) for each in given]
        for start in range(0, count, _ROWS):
            part = answers[start : start + _ROWS]
            written = self._numbers[: len(part), :width]
            written[:] = unset
            deque(map(call, *(islice(each, len(part)) for each in asked), *places), maxlen=0)
            part[:] = written
        return answers

    def _columns(self, width: int) -> list[list[Any]]:
        """The places of the first numbers of all rows, of the second ones, and so on."""
        for column in range(len(self._places), width):
            self._places.append([ctypes.byref(self._buffer, _ROW * row + 4 * column) for row in range(_ROWS)])
        return self._places[:width]


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
