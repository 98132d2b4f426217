"""The characters of a PDFium page become words, one a glyph; what cannot be seen is left out and told.

Each property is asked for of all characters at once, and what follows from it is reckoned in columns."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium

from extract.arrays import Bools, Floats, Ints
from extract.readers import pdf_pdfium_calls as raw
from extract.readers.docx_symbols import symbol_text
from extract.readers.pdf_layer import UNKNOWN
from extract.readers.pdf_matrix import Matrix, boxed, boxed_all
from extract.readers.pdf_paint import Covers, covered
from extract.readers.pdf_pdfium_clips import limits
from extract.readers.pdf_pdfium_objects import Objects, Texts, look_of
from extract.readers.shown import BLANKS, Glyphs, Run, Shown, leave_unseen, place
from extract.words import Words, as_characters

_SUBSET = re.compile(r"^[A-Z]{6}\+")
_SYMBOL_NAMES = {"symbolmt": "symbol", "wingdings-regular": "wingdings", "wingdings2": "wingdings 2"}

_LINE_END_HYPHENS = (2, 0xFFFE)
"""What PDFium gives for a hyphen between letters at the end of a line, as a character and in the text as a whole."""

LOWEST, TALLEST = 0.5, 2.0
"""Heights of a line, in glyph sizes, that a font may claim."""

_SURROGATES = range(0xD800, 0xE000)
_ODD = range(0xD800, 0xF900)
"""Codes that are no character by themselves, or one of a font's own."""

_BLANK = np.zeros(0x10000, dtype=bool)
_BLANK[list(BLANKS)] = True


@dataclass(frozen=True, slots=True)
class _Layer:
    """The characters of a text layer in columns: place in the layer, code, whether the code is a guess, owner, box."""

    numbers: list[int]
    codes: Ints
    bad: Bools
    owners: npt.NDArray[np.uint64]
    boxes: Floats


def glyphs_of(text: Any, matrix: Matrix, objects: Objects, size: tuple[float, float], rows: raw.Rows) -> Shown:
    """All glyphs of a page that print something, in the order of its text layer."""
    layer, texts, covers = _layer(text, matrix, rows), objects.texts, Covers(objects.painting.areas)
    if not layer.numbers:
        return Shown((), {}, {})
    layer, characters = _whole(layer, _characters(text, layer))
    runs = _runs(text, layer, matrix, texts, rows)
    looks = texts.looks[runs]
    sizes, upright = (np.array([look[i] for look in texts.all_looks])[looks] for i in (0, 1))
    boxes = _with_ink(text, layer, matrix, sizes, upright)
    x0, top, x1, bottom = np.ascontiguousarray(boxes.T)
    words = Words(as_characters(characters), x0, top, x1, bottom, sizes, upright)
    seen = np.array([look.hidden is None for look in texts.all_looks])[looks] & _within_sight(boxes, runs, texts, covers, size)
    if seen.all():
        return Shown(words, {}, {})
    result = Glyphs()
    for word, sure, number in zip(words, seen.tolist(), runs.tolist(), strict=True):
        if sure:
            result.words.append(word)
        else:
            place(word, _run(texts, number, covers), result, size)
    leave_unseen(result)
    if "covered" in result.hidden:
        _restore(result, objects, covers, _layer(text, matrix, rows, with_blanks=True))
    return Shown(result.words, result.homes, result.hidden)


def _layer(text: Any, matrix: Matrix, rows: raw.Rows, with_blanks: bool = False) -> _Layer:
    """The characters that print something, and the blanks too where asked for."""
    number, codes = raw.handle(text), _codes(text)
    bad = np.fromiter(map(raw.lacks_unicode, repeat(number), range(len(codes))), np.int64, len(codes)) == 1
    kept = np.flatnonzero(bad | with_blanks | ~(_BLANK[codes & 0xFFFF] & (codes <= 0xFFFF)))
    numbers = kept.tolist()
    owners = np.fromiter(map(raw.get_owner, repeat(number), numbers), np.uint64, len(numbers))
    lines = rows.floats(raw.get_loose_box, len(numbers), 4, repeat(number), numbers)
    return _Layer(numbers, codes[kept], bad[kept], owners, boxed_all(np.array([matrix]), lines))


def _whole(layer: _Layer, characters: Sequence[str]) -> tuple[_Layer, Sequence[str]]:
    """The layer with one row a glyph, and what each glyph prints: of one that prints several characters, as ligatures and long
    dashes do, PDFium gives each at the place of the whole."""
    boxes = layer.boxes
    again = np.zeros(len(boxes), dtype=bool)
    again[1:] = (boxes[1:] == boxes[:-1]).all(axis=1)
    if not again.any():
        return layer, characters
    owners, numbers = layer.owners, np.array(layer.numbers)
    again[1:] &= (owners[1:] == owners[:-1]) & (numbers[1:] == numbers[:-1] + 1) & (boxes[1:, :2] < boxes[1:, 2:]).all(axis=1)
    starts = np.flatnonzero(~again).tolist()
    joined = ["".join(characters[start:stop]) for start, stop in zip(starts, [*starts[1:], len(boxes)], strict=True)]
    return _Layer(numbers[starts].tolist(), layer.codes[starts], layer.bad[starts], owners[starts], boxes[starts]), joined


def _codes(text: Any) -> Ints:
    """The code of each character. One call gives them all, but where the text leaves some of them out they cannot be told apart."""
    number = raw.handle(text)
    count = max(0, raw.count_chars(number))
    units = np.empty(count + 1, dtype=np.uint16)
    whole = raw.get_text(number, 0, count, raw.Handle(units.ctypes.data)) == count + 1
    codes = units[:count].astype(np.int64)
    if not whole or _among(codes, _SURROGATES).any():
        codes = np.fromiter(map(raw.get_unicode, repeat(number), range(count)), np.int64, count)
    for i in np.flatnonzero(np.logical_or.reduce([codes == hyphen for hyphen in _LINE_END_HYPHENS])).tolist():
        if pdfium.FPDFText_IsHyphen(text, i) == 1:
            codes[i] = 0x2D
    return codes


def _among(codes: Ints, some: range) -> Bools:
    return (codes >= some.start) & (codes < some.stop)


def _runs(text: Any, layer: _Layer, matrix: Matrix, texts: Texts, rows: raw.Rows) -> Ints:
    """For each character the place of its run in the columns of the texts. Many programs draw each character as one."""
    found = texts.places(layer.owners)
    unowned = np.flatnonzero(found < 0)
    if not len(unowned):
        return found
    number = raw.handle(text)
    for at in sorted(np.unique(layer.owners[unowned], return_index=True)[1].tolist()):
        i, owner = layer.numbers[unowned[at]], int(layer.owners[unowned[at]])
        own = rows.floats(raw.get_matrix, 1, 6, (number,), (i,))[0].tolist()
        texts.add_unowned(owner, look_of(raw.get_font_size(number, i), own, matrix))
    return texts.places(layer.owners)


def _with_ink(text: Any, layer: _Layer, matrix: Matrix, sizes: Floats, upright: Bools) -> Floats:
    """The boxes, with top and bottom of the ink where a font lies about its height."""
    boxes, heights = layer.boxes, layer.boxes[:, 3] - layer.boxes[:, 1]
    lying = np.flatnonzero(upright & ~((heights >= LOWEST * sizes) & (heights <= TALLEST * sizes)))
    number, edges = raw.handle(text), [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = edges
    for row in lying.tolist():
        if raw.get_char_box(number, layer.numbers[row], *map(ctypes.byref, edges)):
            ink = boxed(matrix, left.value, bottom.value, right.value, top.value)
            boxes[row, 1], boxes[row, 3] = ink[1], ink[3]
    return boxes


def _within_sight(boxes: Floats, runs: Ints, texts: Texts, covers: Covers, size: tuple[float, float]) -> Bools:
    """Whether the middle of each glyph is on the page and within its clip, and nothing is painted after it that could cover it."""
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    seen: Bools = (x >= 0) & (x <= size[0]) & (y >= 0) & (y <= size[1])
    if texts.clips.any():
        left, top, right, bottom = limits(texts.all_clips)[texts.clips[runs]].T
        seen &= (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
    if covers.any:
        seen &= texts.orders[runs] >= covers.last
    return seen


def _run(texts: Texts, number: int, covers: Covers) -> Run:
    look, clip = texts.all_looks[int(texts.looks[number])], texts.all_clips[int(texts.clips[number])]
    return Run(*look, clip, covers.after(int(texts.orders[number])) if covers.any else [])


def _restore(result: Glyphs, objects: Objects, covers: Covers, layer: _Layer) -> None:
    """Takes back covered words that were painted again on top: PDFium drops the second of two equal characters at one
    spot, so the later text has a hole just where the covered one stands."""
    texts, taken = objects.texts, dict[int, list[list[float]]]()
    for owner, box in zip(layer.owners.tolist(), layer.boxes.tolist(), strict=True):
        taken.setdefault(owner, []).append(box)
    visible = [
        (taken.get(handle, ()), bounds, covers.after(order))
        for handle, order, look, bounds in zip(
            texts.handles.tolist(), texts.orders.tolist(), texts.looks.tolist(), objects.text_bounds(), strict=False
        )
        if texts.all_looks[look].hidden != "invisible"
    ]
    still = []
    for word in result.hidden.pop("covered"):
        x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
        again = any(
            _holds(bounds, x, y)
            and not any(_holds(box, x, y) for box in boxes)
            and not covered(word[1:5], after, -0.2 * (word.bottom - word.top))
            for boxes, bounds, after in visible
        )
        if again:
            result.words.append(word)
        else:
            still.append(word)
    if still:
        result.hidden["covered"] = still


def _holds(box: Sequence[float], x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _characters(text: Any, layer: _Layer) -> Sequence[str]:
    """The characters, a string where each word is one; codes of the symbol fonts become what they look like."""
    odd = layer.bad | _among(layer.codes, _ODD) | (layer.codes > 0x10FFFF)
    told = np.where(odd, 0x3F, layer.codes).astype("<u4").tobytes().decode("utf-32-le")
    if not odd.any():
        return told
    characters = list(told)
    for i in np.flatnonzero(odd).tolist():
        characters[i] = UNKNOWN if layer.bad[i] else _character(text, layer.numbers[i], int(layer.codes[i]))
    return as_characters(characters)


def _character(text: Any, i: int, code: int) -> str:
    if 0xE000 <= code < 0xF900:
        return symbol_text(code, _font(text, i)) or chr(code)
    if 0xD800 <= code < 0xDC00:
        low = pdfium.FPDFText_GetUnicode(text, i + 1)
        return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)) if 0xDC00 <= low < 0xE000 else UNKNOWN
    return UNKNOWN


def _font(text: Any, i: int) -> str:
    length = pdfium.FPDFText_GetFontInfo(text, i, None, 0, None)
    name = ctypes.create_string_buffer(length)
    pdfium.FPDFText_GetFontInfo(text, i, name, length, None)
    plain = _SUBSET.sub("", name.value.decode("utf-8", "replace")).lower()
    return _SYMBOL_NAMES.get(plain, plain)
