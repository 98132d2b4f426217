"""PDFium's functions for single characters and objects, with handles as plain numbers.

A disclosure calls them some million times. The bindings of pypdfium2 make and check a pointer object at each call; bound
this way a call costs a third. A handle comes from ``handle`` and is good as long as the object that it was taken from."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import pypdfium2.raw as pdfium

_Handle = ctypes.c_size_t
_Address = ctypes.c_size_t
_Int = ctypes.c_int


def handle(pointer: Any) -> int:
    """The number of what a pointer of pypdfium2 points to, 0 for nothing."""
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


def _bound(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    """The function without conversions; it keeps the interpreter's lock, since each call takes less than a microsecond."""
    address = ctypes.cast(function, ctypes.c_void_p).value
    assert address is not None
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


get_unicode = _bound(pdfium.FPDFText_GetUnicode, ctypes.c_uint, _Handle, _Int)
lacks_unicode = _bound(pdfium.FPDFText_HasUnicodeMapError, _Int, _Handle, _Int)
get_owner = _bound(pdfium.FPDFText_GetTextObject, _Handle, _Handle, _Int)
get_loose_box = _bound(pdfium.FPDFText_GetLooseCharBox, _Int, _Handle, _Int, _Address)
get_matrix = _bound(pdfium.FPDFText_GetMatrix, _Int, _Handle, _Int, _Address)
get_font_size = _bound(pdfium.FPDFText_GetFontSize, ctypes.c_double, _Handle, _Int)

get_object = _bound(pdfium.FPDFPage_GetObject, _Handle, _Handle, _Int)
get_form_object = _bound(pdfium.FPDFFormObj_GetObject, _Handle, _Handle, ctypes.c_ulong)
get_type = _bound(pdfium.FPDFPageObj_GetType, _Int, _Handle)
get_render_mode = _bound(pdfium.FPDFTextObj_GetTextRenderMode, _Int, _Handle)
get_clip_path = _bound(pdfium.FPDFPageObj_GetClipPath, _Handle, _Handle)
count_clip_paths = _bound(pdfium.FPDFClipPath_CountPaths, _Int, _Handle)
count_clip_segments = _bound(pdfium.FPDFClipPath_CountPathSegments, _Int, _Handle, _Int)
get_clip_segment = _bound(pdfium.FPDFClipPath_GetPathSegment, _Handle, _Handle, _Int, _Int)
count_segments = _bound(pdfium.FPDFPath_CountSegments, _Int, _Handle)
get_segment = _bound(pdfium.FPDFPath_GetPathSegment, _Handle, _Handle, _Int)
get_point = _bound(pdfium.FPDFPathSegment_GetPoint, _Int, _Handle, _Address, _Address)
get_segment_type = _bound(pdfium.FPDFPathSegment_GetType, _Int, _Handle)
closes = _bound(pdfium.FPDFPathSegment_GetClose, _Int, _Handle)
get_draw_mode = _bound(pdfium.FPDFPath_GetDrawMode, _Int, _Handle, _Address, _Address)
get_bounds = _bound(pdfium.FPDFPageObj_GetBounds, _Int, _Handle, _Address, _Address, _Address, _Address)
get_own_matrix = _bound(pdfium.FPDFPageObj_GetMatrix, _Int, _Handle, _Address)
get_fill_colour = _bound(pdfium.FPDFPageObj_GetFillColor, _Int, _Handle, _Address, _Address, _Address, _Address)
get_stroke_colour = _bound(pdfium.FPDFPageObj_GetStrokeColor, _Int, _Handle, _Address, _Address, _Address, _Address)
is_transparent = _bound(pdfium.FPDFPageObj_HasTransparency, _Int, _Handle)
count_form_objects = _bound(pdfium.FPDFFormObj_CountObjects, _Int, _Handle)
