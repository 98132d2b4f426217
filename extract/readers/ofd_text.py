"""A text object of OFD becomes glyphs, each with its own box on the page."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from extract.model import Word
from extract.readers.docx_symbols import is_symbol_font, symbol_text
from extract.readers.ofd_values import IDENTITY, Box, children, content, number, numbers, offsets, printed, steps_listed
from extract.readers.pdf_layer import SLANT, UNKNOWN
from extract.readers.pdf_matrix import Matrix, boxed, then
from extract.readers.pdf_paint import Bounds, Point
from extract.readers.shown import BLANKS

ASCENT, DESCENT = 0.86, 0.14
"""Share of the glyph size above and below the base line, as Chinese fonts have it."""

NARROW = 0.5
"""Share of the glyph size: width of a Latin glyph where the file does not tell."""

_QUARTERS: dict[int, Matrix] = {0: IDENTITY, 90: (0, 1, -1, 0, 0, 0), 180: (-1, 0, 0, -1, 0, 0), 270: (0, -1, 1, 0, 0, 0)}


class Glyph(NamedTuple):
    """A character at its origin in the space of its object; ``width`` as far as the file tells. ``number``: of its
    picture in the font."""

    text: str
    origin: Point
    width: float
    number: int | None = None


@dataclass
class TextRun:
    """One text object as painted: its glyphs on the page, and what decides whether they are seen.

    ``face`` is the part with its font, empty where only the name is told. ``shape`` leads from a glyph of size 1, its y
    upward, to the object's space at the glyph's origin, ``matrix`` from there to the page."""

    order: int
    size: float
    upright: bool
    hidden: str | None
    clip: Bounds | None
    font: str = ""
    face: str = ""
    matrix: Matrix = IDENTITY
    shape: Matrix = IDENTITY
    glyphs: list[Glyph] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)


def glyphs_of(text: etree._Element, box: Box | None, own: Matrix) -> list[Glyph]:
    """The glyphs of a text object in the object's own space; blanks are among them."""
    size, scale = number(text.get("Size"), 0.0), number(text.get("HScale"), 1.0)
    direction = _quarter(text.get("ReadDirection"))
    x = y = 0.0
    found: list[Glyph] = []
    for code in children(text, "TextCode"):
        x, y = number(code.get("X"), x), number(code.get("Y"), y)
        found += _coded(code, (x, y), (size, size * scale), direction)
    found = _turned(found, direction, box, own) if direction else found
    return _numbered(found, text)


def _coded(code: etree._Element, start: Point, size: tuple[float, float], direction: int) -> list[Glyph]:
    raw = "".join(str(part) for part in code.itertext())
    across, down = code.get("DeltaX"), code.get("DeltaY")
    text = printed(raw, max(steps_listed(across), steps_listed(down)))
    xs, ys = offsets(across, len(text) - 1), offsets(down, len(text) - 1)
    if xs is None and ys is None:
        steps = [natural(c) * (size[0] if direction in (90, 270) else size[1]) for c in text]
        xs, ys = steps, []
    xs, ys = xs or [], ys or []
    found: list[Glyph] = []
    x, y = start
    for i, character in enumerate(text):
        step = (xs[i] if i < len(xs) else 0.0), (ys[i] if i < len(ys) else 0.0)
        width = natural(character) * size[1]
        if i < len(text) - 1 and step[0] > 0 and not step[1]:
            width = min(step[0], size[1])
        found.append(Glyph(character, (x, y), width))
        x, y = x + step[0], y + step[1]
    return found


def natural(character: str) -> float:
    """The usual width of a glyph, as a share of its size."""
    return 1.0 if unicodedata.east_asian_width(character) in "WFA" else NARROW


def _quarter(text: str | None) -> int:
    return round(number(text, 0.0) / 90) * 90 % 360


def _turned(glyphs: list[Glyph], direction: int, box: Box | None, own: Matrix) -> list[Glyph]:
    """The glyphs with their run turned into its reading direction, where the offsets do not do so already.

    Some producers give the offsets as they lie on the page, some along the line, some in a space turned as a whole:
    the one that holds most glyphs within the object's boundary is taken, in this order where they are equal."""
    if box is None or len(glyphs) < 2:
        return glyphs
    turn, (x, y) = _QUARTERS[direction], glyphs[0].origin
    about = then(then((1, 0, 0, 1, -x, -y), turn), (1, 0, 0, 1, x, y))

    def inside(way: Matrix) -> int:
        places = [_moved(g.origin, then(way, own)) for g in glyphs]
        return sum(-0.5 <= a <= box.width + 0.5 and -0.5 <= b <= box.height + 0.5 for a, b in places)

    ways = (IDENTITY, about, turn)
    best = max(ways, key=inside)
    return [g._replace(origin=_moved(g.origin, best)) for g in glyphs]


def _moved(point: Point, m: Matrix) -> Point:
    return m[0] * point[0] + m[2] * point[1] + m[4], m[1] * point[0] + m[3] * point[1] + m[5]


def _numbered(glyphs: list[Glyph], text: etree._Element) -> list[Glyph]:
    """The glyphs with their numbers in the font, where CGTransform gives them.

    A glyph without any character is one that cannot be told."""
    result = list(glyphs)
    for transform in children(text, "CGTransform"):
        at = int(number(transform.get("CodePosition"), 0.0))
        indices = [int(n) for c in children(transform, "Glyphs") for n in numbers(content(c))]
        codes = int(number(transform.get("CodeCount"), 1.0))
        if codes == len(indices):
            for i, index in enumerate(indices[: max(0, len(result) - at)]):
                result[at + i] = result[at + i]._replace(number=index)
        if not glyphs and indices:
            result = [Glyph(UNKNOWN, (i * number(text.get("Size"), 0.0), 0.0), 0.0, n) for i, n in enumerate(indices)]
    return result


def drawn(run: TextRun, glyphs: Sequence[Glyph], item: etree._Element, size: float, matrix: Matrix) -> None:
    """Puts the glyphs on the page: ``size`` in the object's space, ``matrix`` from there to points on the page."""
    turn = _QUARTERS[_quarter(item.get("CharDirection"))]
    run.shape = then((size * number(item.get("HScale"), 1.0), 0.0, 0.0, -size, 0.0, 0.0), turn)
    a, b, c, d, _, _ = then(turn, matrix)
    run.size, run.upright = round(size * math.hypot(c, d), 2), abs(a) >= abs(b)
    run.matrix, run.glyphs = matrix, list(glyphs)
    if min(abs(a), abs(b)) > SLANT * math.hypot(a, b):
        run.hidden = run.hidden or "slanted"
    symbols = is_symbol_font(run.font)
    for glyph in glyphs:
        x, y = glyph.origin
        way = then(then(turn, (1, 0, 0, 1, x, y)), matrix)
        if ord(glyph.text) in BLANKS:
            continue
        box = boxed(way, 0.0, -ASCENT * size, max(glyph.width, 0.05 * size), DESCENT * size)
        run.words.append(Word(_character(glyph.text, run.font, symbols), *box, run.size, run.upright))


def _character(text: str, font: str, symbols: bool) -> str:
    code = ord(text)
    if 0xE000 <= code < 0xF900 or (symbols and code < 0x100):
        return symbol_text(code, font) or text
    return text
