"""The characters of a PDFium page become words, one a glyph; what cannot be seen is left out and told."""

from __future__ import annotations

import ctypes
import math
import re
from typing import Any

import pypdfium2.raw as pdfium

from extract.model import Word
from extract.readers.docx_symbols import symbol_text
from extract.readers.pdf_layer import SLANT, UNKNOWN
from extract.readers.pdf_matrix import Matrix, boxed, then
from extract.readers.pdf_paint import Bounds, Covers, covered
from extract.readers.pdf_pdfium_objects import Objects, TextObject
from extract.readers.shown import BLANKS, Glyphs, Run, leave_unseen, place

_SUBSET = re.compile(r"^[A-Z]{6}\+")
_SYMBOL_NAMES = {"symbolmt": "symbol", "wingdings-regular": "wingdings", "wingdings2": "wingdings 2"}


_LINE_END_HYPHEN = 2
"""What PDFium gives for a hyphen between letters at the end of a line."""

LOWEST, TALLEST = 0.5, 2.0
"""Heights of a line, in glyph sizes, that a font may claim."""

UNKNOWN_RUN = TextObject(1 << 60, None, True)
"""For text that no object of the page owns: seen, and painted last."""


def glyphs_of(page: Any, matrix: Matrix, objects: Objects, size: tuple[float, float]) -> Glyphs:
    """All glyphs of the page that print something, in the order of the text layer."""
    text = pdfium.FPDFText_LoadPage(page)
    try:
        return _glyphs(text, matrix, objects, size)
    finally:
        pdfium.FPDFText_ClosePage(text)


def _glyphs(text: Any, matrix: Matrix, objects: Objects, size: tuple[float, float]) -> Glyphs:
    result = Glyphs()
    runs: dict[int, Run] = {}
    rect = pdfium.FS_RECTF()
    covers = Covers(objects.painting.areas)
    own = pdfium.FS_MATRIX()
    taken: dict[int, list[Bounds]] = {}
    get_unicode, get_owner, get_box, broken = (
        pdfium.FPDFText_GetUnicode,
        pdfium.FPDFText_GetTextObject,
        pdfium.FPDFText_GetLooseCharBox,
        pdfium.FPDFText_HasUnicodeMapError,
    )
    for i in range(pdfium.FPDFText_CountChars(text)):
        code = get_unicode(text, i)
        bad = broken(text, i) == 1
        if code == _LINE_END_HYPHEN and pdfium.FPDFText_IsHyphen(text, i) == 1:
            code = 0x2D
        blank = code in BLANKS and not bad
        if blank and not covers.any:
            continue
        owner = get_owner(text, i)
        address = ctypes.addressof(owner.contents) if owner else 0
        run = runs.get(address)
        if run is None:
            run = runs[address] = _run(text, i, matrix, objects.texts.get(address, UNKNOWN_RUN), own, covers)
        get_box(text, i, rect)
        box = boxed(matrix, rect.left, rect.bottom, rect.right, rect.top)
        if covers.any:
            taken.setdefault(address, []).append(box)
        if blank:
            continue
        if run.upright and not LOWEST * run.size <= box[3] - box[1] <= TALLEST * run.size:
            box = _ink(text, i, matrix, box)
        word = Word(UNKNOWN if bad else _character(text, i, code), *box, run.size, run.upright)
        place(word, run, result, size)
    leave_unseen(result)
    if "covered" in result.hidden:
        _restore(result, objects, covers, taken)
    return result


def _restore(result: Glyphs, objects: Objects, covers: Covers, taken: dict[int, list[Bounds]]) -> None:
    """Takes back covered words that were painted again on top: PDFium drops the second of two equal characters at one
    spot, so the later text has a hole just where the covered one stands."""
    still = []
    for word in result.hidden.pop("covered"):
        x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
        again = any(
            known.visible
            and known.bounds is not None
            and _holds(known.bounds, x, y)
            and not any(_holds(box, x, y) for box in taken.get(address, ()))
            and not covered(word[1:5], covers.after(known.order), -0.2 * (word.bottom - word.top))
            for address, known in objects.texts.items()
        )
        if again:
            result.words.append(word)
        else:
            still.append(word)
    if still:
        result.hidden["covered"] = still


def _holds(box: Bounds, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _ink(text: Any, i: int, matrix: Matrix, loose: Bounds) -> Bounds:
    """The box with top and bottom of the ink, for fonts that lie about their height."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    if not pdfium.FPDFText_GetCharBox(text, i, left, right, bottom, top):
        return loose
    ink = boxed(matrix, left.value, bottom.value, right.value, top.value)
    return loose[0], ink[1], loose[2], ink[3]


def _run(text: Any, i: int, matrix: Matrix, known: TextObject, own: Any, covers: Covers) -> Run:
    pdfium.FPDFText_GetMatrix(text, i, own)
    a, b, c, d, _, _ = then((own.a, own.b, own.c, own.d, 0.0, 0.0), matrix)
    size = round(pdfium.FPDFText_GetFontSize(text, i) * math.hypot(c, d), 2)
    hidden = "invisible" if not known.visible else "slanted" if min(abs(a), abs(b)) > SLANT * math.hypot(a, b) else None
    return Run(size, abs(a) >= abs(b), hidden, known.clip, covers.after(known.order))


def _character(text: Any, i: int, code: int) -> str:
    """The character; codes of the symbol fonts become what they look like."""
    if 0xE000 <= code < 0xF900:
        return symbol_text(code, _font(text, i)) or chr(code)
    if 0xD800 <= code < 0xDC00:
        low = pdfium.FPDFText_GetUnicode(text, i + 1)
        return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)) if 0xDC00 <= low < 0xE000 else UNKNOWN
    return chr(code) if code < 0xDC00 or code >= 0xE000 else UNKNOWN


def _font(text: Any, i: int) -> str:
    length = pdfium.FPDFText_GetFontInfo(text, i, None, 0, None)
    name = ctypes.create_string_buffer(length)
    pdfium.FPDFText_GetFontInfo(text, i, name, length, None)
    plain = _SUBSET.sub("", name.value.decode("utf-8", "replace")).lower()
    return _SYMBOL_NAMES.get(plain, plain)
