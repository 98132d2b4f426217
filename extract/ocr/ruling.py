"""The ruled lines of a straight page, found in its picture, and the page without them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from extract.model import Rule
from extract.ocr.bent import Line
from extract.ocr.picture import Pixels

THICKEST = 4.0
"""Points: what is thicker is a block, not a line."""

SOLID, BROKEN = 1.2, 4.0
"""Points along a line over which its grey is averaged: of a solid one to calm noise, of a dotted or dashed one to close its gaps."""

CONTRAST = 36
"""Grey by which a line is darker than what lies on both sides of it."""

SHORTEST, SOLID_LONG = 7.0, 26.0
"""Points: the shortest piece of line that is looked at, and what no stroke within a line of text reaches."""

SOLID_SHARE = 0.85
"""Share of a rule in pieces that must be drawn."""

INK = 150
"""Grey below which a pixel is ink."""

GAP = 3.5
"""Points between pieces of one line."""

STRAY = 1.2
"""Points by which pieces of one line may lie beside one another."""

LONG = 45.0
"""Points: a line of this length is a rule by itself; a shorter one must run from rule to rule, as no stroke of a character does."""

BESIDE = 2.0
"""Points on either side of a line: nearly free of ink beside a rule, full of characters beside strokes that stand in a row."""

MOST_BESIDE, MOST_BESIDE_BROKEN = 0.35, 0.1
"""Share of the length of a piece that may have ink so near to it."""

REACH = 2.5
"""Points: the end of a rule this near to another reaches it."""

PIECE = 60.0
"""Points: a rule is given in pieces of about this length, so that a bent one may be followed."""

BEND_PIECE = 12.0
"""Points: parts of a rule by which its bend is measured."""

Labels = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]


class Stroke(NamedTuple):
    """A line as found, in pixels, ``along`` it and ``across`` it: one connected piece or several in a row."""

    start: int
    end: int
    low: int
    high: int
    drawn: int
    labels: tuple[int, ...]

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2

    def followed_by(self, other: Stroke) -> Stroke:
        """Both as one stroke."""
        low, high = min(self.low, other.low), max(self.high, other.high)
        return Stroke(self.start, max(self.end, other.end), low, high, self.drawn + other.drawn, self.labels + other.labels)

    def is_long(self, dpi: float) -> bool:
        """It is a rule by itself."""
        return self.end - self.start >= LONG * dpi / 72 and self.drawn >= SOLID_SHARE * (self.end - self.start)


class Strokes(NamedTuple):
    """All strokes of one direction, and for each pixel the label of the piece it belongs to (0 for none)."""

    found: tuple[Stroke, ...]
    labels: Labels


class Ruling(NamedTuple):
    """``rules`` in points; ``mask`` is 255 where a pixel belongs to one."""

    rules: tuple[Rule, ...]
    mask: Pixels


def ruling_of(grey: Pixels, dpi: float) -> Ruling:
    """The ruled lines of a straight page, dark on white."""
    return rules_among(*both_strokes(grey, dpi), dpi)


def both_strokes(grey: Pixels, dpi: float) -> tuple[Strokes, Strokes]:
    """The strokes along the rows and those along the columns; the latter as they lie on the page with rows and columns exchanged."""
    return strokes_of(grey, dpi), strokes_of(np.ascontiguousarray(grey.T), dpi)


def rules_among(across: Strokes, down: Strokes, dpi: float) -> Ruling:
    """The rules among the strokes of both directions."""
    rows, columns = kept(across.found, down.found, dpi)
    mask = _mask(across.labels, rows) | _mask(down.labels, columns).T
    rules = [Rule(*piece) for stroke in rows for piece in _pieces(stroke, across.labels, dpi)]
    rules += [Rule(y0, x0, y1, x1) for stroke in columns for x0, y0, x1, y1 in _pieces(stroke, down.labels, dpi)]
    return Ruling(tuple(rules), np.ascontiguousarray(mask))


def strokes_of(grey: Pixels, dpi: float) -> Strokes:
    """What might be a horizontal rule: thin, dark and straight, lone strokes of characters among them."""
    solid = _line_pixels(grey, dpi, SOLID, SHORTEST)
    broken = _line_pixels(grey, dpi, BROKEN, LONG)
    ink = grey < INK
    line = _free(solid, ink, dpi, MOST_BESIDE, SOLID_LONG) | _free(broken, ink, dpi, MOST_BESIDE_BROKEN, np.inf)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(line, connectivity=8, ltype=cv2.CV_32S)
    strokes = [Stroke(x, x + width, y, y + height, width, (i + 1,)) for i, (x, y, width, height, _) in enumerate(stats[1:count].tolist())]
    return Strokes(tuple(_joined(strokes, dpi)), np.asarray(labels, dtype=np.int32))


def _line_pixels(grey: Pixels, dpi: float, smoothed: float, shortest: float) -> Pixels:
    """1 where a line of at least this length runs along the rows, darker than what lies above and below it."""
    smooth = cv2.blur(grey, (_odd(smoothed, dpi), 1))
    between = cv2.morphologyEx(smooth, cv2.MORPH_BLACKHAT, np.ones((_odd(THICKEST, dpi) + 2, 1), np.uint8))
    dark = (between >= CONTRAST).astype(np.uint8)
    return np.asarray(cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, round(shortest * dpi / 72)), np.uint8)), dtype=np.uint8)


def _odd(points: float, dpi: float) -> int:
    return max(3, round(points * dpi / 72) | 1)


def _free(line: Pixels, ink: Bools, dpi: float, most: float, long: float) -> Pixels:
    """The pieces of line that are thin, and are long or have little ink close to them: not those that lie within characters."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(line, connectivity=8, ltype=cv2.CV_32S)
    wanted = np.zeros(count, dtype=np.uint8)
    for label, (x, y, width, height, area) in enumerate(stats.tolist()):
        if label and area / width <= THICKEST * dpi / 72:
            wanted[label] = width * 72 / dpi >= long or _beside(ink, x, x + width, y, y + height, dpi) <= most
    return np.asarray(wanted[labels], dtype=np.uint8)


def _beside(ink: Bools, start: int, end: int, low: int, high: int, dpi: float) -> float:
    """Share of a stroke's length with ink close to it, on the side that has more."""
    near, far = 2, 2 + max(1, round(BESIDE * dpi / 72))
    sides = ink[max(0, low - far) : max(0, low - near), start:end], ink[high + near : high + far, start:end]
    return max((float(side.any(axis=0).mean()) for side in sides if side.size), default=0.0)


def _joined(strokes: Sequence[Stroke], dpi: float) -> list[Stroke]:
    """Strokes that follow one another on one line made one."""
    gap, stray = GAP * dpi / 72, STRAY * dpi / 72
    result: list[Stroke] = []
    open_ends: list[int] = []
    for stroke in sorted(strokes):
        open_ends = [i for i in open_ends if result[i].end + gap >= stroke.start]
        for i in open_ends:
            last = result[i]
            if last.low - stray <= stroke.middle <= last.high + stray:
                result[i] = last.followed_by(stroke)
                break
        else:
            open_ends.append(len(result))
            result.append(stroke)
    return result


def kept(across: Sequence[Stroke], down: Sequence[Stroke], dpi: float) -> tuple[list[Stroke], list[Stroke]]:
    """The strokes that are rules: the long ones, and the short ones that run from one rule to another."""
    rows, columns = [s for s in across if s.is_long(dpi)], [s for s in down if s.is_long(dpi)]
    short_rows, short_columns = [s for s in across if not s.is_long(dpi)], [s for s in down if not s.is_long(dpi)]
    more = True
    while more:
        new_rows = [s for s in short_rows if _spans(s, columns, dpi)]
        new_columns = [s for s in short_columns if _spans(s, rows, dpi)]
        rows, columns = rows + new_rows, columns + new_columns
        short_rows = [s for s in short_rows if s not in new_rows]
        short_columns = [s for s in short_columns if s not in new_columns]
        more = bool(new_rows or new_columns)
    return sorted(rows), sorted(columns)


def _spans(stroke: Stroke, others: Sequence[Stroke], dpi: float) -> bool:
    reach = REACH * dpi / 72

    def ends(at: float) -> bool:
        return any(o.low - reach <= at <= o.high + reach and o.start - reach <= stroke.middle <= o.end + reach for o in others)

    return ends(stroke.start) and ends(stroke.end)


def lines_of(strokes: Strokes, dpi: float) -> list[Line]:
    """The long strokes as points in pixels, one for each short part of them."""
    lines = []
    for stroke in strokes.found:
        if stroke.is_long(dpi):
            parts = np.array(_pieces(stroke, strokes.labels, dpi, BEND_PIECE)) * dpi / 72
            lines.append(Line((parts[:, 0] + parts[:, 2]) / 2, (parts[:, 1] + parts[:, 3]) / 2))
    return [line for line in lines if len(line.along) > 2]


def _mask(labels: Labels, strokes: Sequence[Stroke]) -> Pixels:
    wanted = np.zeros(int(labels.max()) + 1, dtype=np.uint8)
    wanted[[label for stroke in strokes for label in stroke.labels]] = 255
    return np.asarray(wanted[labels], dtype=np.uint8)


def _pieces(stroke: Stroke, labels: Labels, dpi: float, length: float = PIECE) -> list[tuple[float, float, float, float]]:
    """The stroke in points, in pieces that each lie where the line is there."""
    own = np.isin(labels[stroke.low : stroke.high, stroke.start : stroke.end], stroke.labels)
    counts = own.sum(axis=0)
    at = np.arange(stroke.low, stroke.high) + 0.5
    point = 72 / dpi
    parts = max(1, round((stroke.end - stroke.start) * point / length))
    borders = np.linspace(0, stroke.end - stroke.start, parts + 1).round().astype(int)
    result = []
    for a, b in pairwise(borders):
        ink = own[:, a:b]
        total = int(ink.sum())
        if total:
            middle = float((ink.sum(axis=1) * at).sum() / total)
            half = float(np.median(counts[a:b][counts[a:b] > 0])) / 2
            result.append(((stroke.start + a) * point, (middle - half) * point, (stroke.start + b) * point, (middle + half) * point))
    return result


def without_rules(grey: Pixels, mask: Pixels, dpi: float) -> Pixels:
    """The page with its rules painted white, except where a stroke of a character crosses one."""
    edge = max(1, round(0.5 * dpi / 72))
    grown = cv2.dilate(mask, np.ones((2 * edge + 1, 2 * edge + 1), np.uint8))
    result = grey.copy()
    result[grown > 0] = 255
    return result
