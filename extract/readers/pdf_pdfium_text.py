"""The characters of a PDFium page become words, one a glyph; what cannot be seen is left out and told."""

from __future__ import annotations

import ctypes
import math
import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium

from extract.model import Word
from extract.readers import pdf_pdfium_calls as raw
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


@dataclass(frozen=True, slots=True)
class _Layer:
    """The characters of a text layer in columns: place in the layer, code, whether the code is a guess, owner, box."""

    numbers: list[int]
    codes: list[int]
    bad: list[bool]
    owners: list[int]
    boxes: list[Bounds]


def _glyphs(text: Any, matrix: Matrix, objects: Objects, size: tuple[float, float]) -> Glyphs:
    covers = Covers(objects.painting.areas)
    layer = _layer(text, matrix, with_blanks=covers.any)
    runs = _runs(text, layer, matrix, objects, covers)
    result = Glyphs()
    taken: dict[int, list[Bounds]] = {}
    plain = not covers.any and all(run.hidden is None and run.clip is None for run in runs.values())
    for i, code, bad, owner, line in zip(layer.numbers, layer.codes, layer.bad, layer.owners, layer.boxes, strict=True):
        run, box = runs[owner], line
        if covers.any:
            taken.setdefault(owner, []).append(box)
            if code in BLANKS and not bad:
                continue
        if run.upright and not LOWEST * run.size <= box[3] - box[1] <= TALLEST * run.size:
            box = _ink(text, i, matrix, box)
        known = UNKNOWN if bad else chr(code) if code < 0xD800 else _character(text, i, code)
        word = _word(Word, (known, *box, run.size, run.upright, 1.0))
        if plain and box[0] >= 0 <= box[1] and box[2] <= size[0] and box[3] <= size[1]:
            result.words.append(word)
        else:
            place(word, run, result, size)
    leave_unseen(result)
    if "covered" in result.hidden:
        _restore(result, objects, covers, taken)
    return result


_word = tuple.__new__
"""A Word of its fields in order: half the cost of calling the class, once a glyph."""


def _layer(text: Any, matrix: Matrix, with_blanks: bool) -> _Layer:
    """The characters that print something, and the blanks too where asked for."""
    number = raw.handle(text)
    codes = list(map(raw.get_unicode, repeat(number), range(pdfium.FPDFText_CountChars(text))))
    bad = [lacks == 1 for lacks in map(raw.lacks_unicode, repeat(number), range(len(codes)))]
    for i, code in enumerate(codes):
        if code == _LINE_END_HYPHEN and pdfium.FPDFText_IsHyphen(text, i) == 1:
            codes[i] = 0x2D
    kept = [i for i, code in enumerate(codes) if with_blanks or code not in BLANKS or bad[i]]
    owners = list(map(raw.get_owner, repeat(number), kept))
    return _Layer(kept, [codes[i] for i in kept], [bad[i] for i in kept], owners, _boxes(number, kept, matrix))


def _boxes(text: int, numbers: Sequence[int], matrix: Matrix) -> list[Bounds]:
    """The boxes of characters, as high as their line, as displayed."""
    edges = np.zeros((len(numbers), 4), dtype=np.float32)  # left, top, right, bottom
    first = edges.ctypes.data
    deque(map(raw.get_loose_box, repeat(text), numbers, range(first, first + 16 * len(numbers), 16)), maxlen=0)
    x0, y1, x1, y0 = edges.astype(np.float64).T
    a, b, c, d, e, f = matrix
    xs, ys = (
        np.stack([a * x + c * y + e for x in (x0, x1) for y in (y0, y1)]),
        np.stack([b * x + d * y + f for x in (x0, x1) for y in (y0, y1)]),
    )
    shown = np.stack([xs.min(axis=0), ys.min(axis=0), xs.max(axis=0), ys.max(axis=0)], axis=1)
    return [(left, top, right, bottom) for left, top, right, bottom in shown.tolist()]


def _runs(text: Any, layer: _Layer, matrix: Matrix, objects: Objects, covers: Covers) -> dict[int, Run]:
    """What the characters of each text object share, by handle of the object. Many programs draw each character as one."""
    number, own = raw.handle(text), (ctypes.c_float * 6)()
    address = ctypes.addressof(own)
    looks: dict[tuple[float, ...], tuple[float, bool, bool]] = {}
    runs: dict[int, Run] = {}
    for i, owner in zip(layer.numbers, layer.owners, strict=True):
        if owner in runs:
            continue
        raw.get_matrix(number, i, address)
        key = (raw.get_font_size(number, i), *own[:4])
        look = looks.get(key)
        if look is None:
            look = looks[key] = _look(key, matrix)
        size, upright, slanted = look
        known = objects.texts.get(owner, UNKNOWN_RUN)
        hidden = "invisible" if not known.visible else "slanted" if slanted else None
        runs[owner] = Run(size, upright, hidden, known.clip, covers.after(known.order) if covers.any else [])
    return runs


def _look(key: tuple[float, ...], matrix: Matrix) -> tuple[float, bool, bool]:
    """The size in which text is shown, whether it runs along the page, and whether it runs aslant."""
    font_size, a, b, c, d = key
    a, b, c, d, _, _ = then((a, b, c, d, 0.0, 0.0), matrix)
    size = round(font_size * math.hypot(c, d), 2)
    return size, abs(a) >= abs(b), min(abs(a), abs(b)) > SLANT * math.hypot(a, b)


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
