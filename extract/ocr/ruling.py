"""The ruled lines of a straight page, found in its picture, and the page without them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from extract.arrays import Bools, Floats
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

SOLID_SHARE = 0.88
"""Share of a rule in pieces that must be drawn."""

INK = 150
"""Grey below which a pixel is ink."""

GAP = 3.5
"""Points between pieces of one line."""

WIDE_GAP = 14.0
"""Points between pieces of one line where a trace of it is left between them, as under a stamp."""

TRACE, TRACED = 14, 0.6
"""Grey by which such a trace is darker than what is around it, and the share of the gap in which it must be seen."""

STRAY = 1.2
"""Points by which pieces of one line may lie beside one another."""

LONG = 45.0
"""Points: a line of this length is a rule by itself; a shorter one must run from rule to rule, as no stroke of a character does."""

BESIDE = 2.0
"""Points on either side of a line: nearly free of ink beside a rule, full of characters beside strokes that stand in a row."""

CLOSE = 2
"""Pixels next to a line that are its own blur."""

DASH = 12.0
"""Points: the least piece of a dotted or dashed line."""

MOST_BESIDE, MOST_BESIDE_BROKEN = 0.35, 0.1
"""Share of the length of a piece that may have ink so near to it."""

END, MOST_TOUCHED = 2.5, 0.04
"""Points at either end of a piece where ink of the rules that it meets lies close to it, and the share of the rest that may
have any if no other piece goes on from it: other strokes of a character cross its upright, nothing crosses a border."""

REACH = 1.3
"""Points: the end of a rule this near to another reaches it."""

ALIGNED = 2.5
"""Points by which the ends of rules that end together may differ."""

PIECE = 60.0
"""Points: a rule is given in pieces of about this length, so that a bent one may be followed."""

BEND_PIECE = 12.0
"""Points: parts of a rule by which its bend is measured."""

RIM = 0.5
"""Points around a rule that its blur makes grey."""

CROSSING, STROKE = 3.5, 3.0
"""Points: the thickness of a rule that a stroke may cross, and what a stroke that crosses it is narrower than."""

Labels = npt.NDArray[np.int32]


class Stroke(NamedTuple):
    """A line as found, in pixels, ``along`` it and ``across`` it: one connected piece or several in a row. ``touched`` is the
    share of its length, but for its ends, that has ink close to it."""

    start: int
    end: int
    low: int
    high: int
    drawn: int
    longest: int
    labels: tuple[int, ...]
    touched: float = 0.0

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2

    def followed_by(self, other: Stroke, between: int) -> Stroke:
        """Both as one stroke, with so many pixels drawn between them."""
        low, high = min(self.low, other.low), max(self.high, other.high)
        return Stroke(
            self.start,
            max(self.end, other.end),
            low,
            high,
            self.drawn + between + other.drawn,
            max(self.longest, other.longest),
            self.labels + other.labels,
            max(self.touched, other.touched),
        )

    def is_long(self, dpi: float) -> bool:
        """It is a rule by itself."""
        if self.longest < SOLID_LONG * dpi / 72:
            return False
        return self.end - self.start >= LONG * dpi / 72 and self.drawn >= SOLID_SHARE * (self.end - self.start)


class Strokes(NamedTuple):
    """All strokes of one direction, and for each pixel the label of the piece it belongs to (0 for none)."""

    found: tuple[Stroke, ...]
    labels: Labels


class Beside(NamedTuple):
    """How many columns, from the left to each pixel, have ink in the few rows that end, or begin, with its row."""

    above: Labels
    below: Labels

    def share(self, start: Labels, end: Labels, low: Labels, high: Labels) -> Floats:
        """Share of the length of each stroke with ink close to it, on the side that has more."""
        rows = self.above.shape[0]
        sides = (self.above, np.maximum(low - CLOSE - 1, 0)), (self.below, np.minimum(high + CLOSE, rows - 1))
        shares = [(sums[row, end - 1] - sums[row, np.maximum(start - 1, 0)]) / np.maximum(end - start, 1) for sums, row in sides]
        result: Floats = np.maximum(*shares)
        return result


class Ruling(NamedTuple):
    """``rules`` in points; ``across`` and ``down`` are 255 where a pixel belongs to a horizontal or vertical one."""

    rules: tuple[Rule, ...]
    across: Pixels
    down: Pixels


def ruling_of(grey: Pixels, dpi: float) -> Ruling:
    """The ruled lines of a straight page, dark on white."""
    return rules_among(*both_strokes(grey, dpi), dpi)


def both_strokes(grey: Pixels, dpi: float) -> tuple[Strokes, Strokes]:
    """The strokes along the rows and those along the columns; the latter as they lie on the page with rows and columns exchanged."""
    return strokes_of(grey, dpi), strokes_of(np.ascontiguousarray(grey.T), dpi)


def rules_among(across: Strokes, down: Strokes, dpi: float) -> Ruling:
    """The rules among the strokes of both directions."""
    rows, columns = kept(across.found, down.found, dpi)
    rules = [Rule(*piece) for stroke in rows for piece in _pieces(stroke, across.labels, dpi)]
    rules += [Rule(y0, x0, y1, x1) for stroke in columns for x0, y0, x1, y1 in _pieces(stroke, down.labels, dpi)]
    return Ruling(tuple(rules), _mask(across.labels, rows), np.ascontiguousarray(_mask(down.labels, columns).T))


def strokes_of(grey: Pixels, dpi: float) -> Strokes:
    """What might be a horizontal rule: thin, dark and straight, lone strokes of characters among them."""
    near = _beside(grey < INK, dpi)
    solid = _line_pixels(grey, dpi, SOLID, SHORTEST)
    broken = _line_pixels(grey, dpi, BROKEN, LONG)
    broken[cv2.dilate(solid, np.ones((3, 1), np.uint8)) > 0] = 0
    weak = _trace(grey, dpi)
    strokes, labels = _pieces_of_line(solid, near, dpi, MOST_BESIDE, SOLID_LONG)
    if broken.any():
        dashed, other = _pieces_of_line(broken, near, dpi, MOST_BESIDE_BROKEN, np.inf)
        first = int(labels.max()) + 1
        labels = np.where(other > 0, other + first, labels).astype(np.int32)
        strokes += [s._replace(labels=(s.labels[0] + first,)) for s in dashed if s.end - s.start >= DASH * dpi / 72]
    return Strokes(tuple(_joined(strokes, weak, dpi)), labels)


def _line_pixels(grey: Pixels, dpi: float, smoothed: float, shortest: float) -> Pixels:
    """1 where a line of at least this length runs along the rows, darker than what lies above and below it."""
    dark = (_darker(grey, dpi, smoothed) >= CONTRAST).astype(np.uint8)
    return np.asarray(cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, round(shortest * dpi / 72)), np.uint8)), dtype=np.uint8)


def _darker(grey: Pixels, dpi: float, smoothed: float) -> Pixels:
    """By how much each pixel is darker than what lies above and below it."""
    smooth = cv2.blur(grey, (_odd(smoothed, dpi), 1))
    return np.asarray(cv2.morphologyEx(smooth, cv2.MORPH_BLACKHAT, np.ones((_odd(THICKEST, dpi) + 2, 1), np.uint8)), dtype=np.uint8)


def _odd(points: float, dpi: float) -> int:
    return max(3, round(points * dpi / 72) | 1)


def _pieces_of_line(line: Pixels, near: Beside, dpi: float, most: float, long: float) -> tuple[list[Stroke], Labels]:
    """The pieces of line that are thin, and are long or have little ink close to them: not those that lie within characters."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(line, connectivity=8, ltype=cv2.CV_32S)
    x, y, width, height, area = stats[:count].T
    trim = np.minimum(round(END * dpi / 72), (width - 1) // 2)
    touched = near.share(x + trim, x + width - trim, y, y + height)
    thin = area <= THICKEST * dpi / 72 * width
    wanted = thin & ((width * 72 / dpi >= long) | (near.share(x, x + width, y, y + height) <= most))
    wanted[0] = False
    found = [
        Stroke(left, left + w, top, top + h, w, w, (int(label),), share)
        for label, (left, top, w, h, _), share in zip(np.flatnonzero(wanted), stats[wanted].tolist(), touched[wanted].tolist(), strict=True)
    ]
    return found, np.asarray(labels, dtype=np.int32)


def _beside(ink: Bools, dpi: float) -> Beside:
    reach = max(1, round(BESIDE * dpi / 72))
    lines = np.ones((reach, 1), np.uint8)
    above = cv2.dilate(ink.astype(np.uint8), lines, anchor=(0, reach - 1))
    below = cv2.dilate(ink.astype(np.uint8), lines, anchor=(0, 0))
    return Beside(np.cumsum(above, axis=1, dtype=np.int32), np.cumsum(below, axis=1, dtype=np.int32))


def _trace(grey: Pixels, dpi: float) -> Labels:
    """How many columns, from the left to each pixel, have the least trace of a line in its row or in those next to it."""
    dark = (_darker(grey, dpi, SOLID) >= TRACE).astype(np.uint8)
    return np.cumsum(cv2.dilate(dark, np.ones((3, 1), np.uint8)), axis=1, dtype=np.int32)


def _joined(strokes: Sequence[Stroke], trace: Labels, dpi: float) -> list[Stroke]:
    """Strokes that follow one another on one line made one: closely, or further apart with a trace of the line between them."""
    gap, wide, stray = GAP * dpi / 72, WIDE_GAP * dpi / 72, STRAY * dpi / 72
    result: list[Stroke] = []
    open_ends: list[int] = []
    for stroke in sorted(strokes):
        open_ends = [i for i in open_ends if result[i].end + wide >= stroke.start]
        for i in open_ends:
            last = result[i]
            level = last.low - stray <= stroke.middle <= last.high + stray
            traced = level and _traced(trace, last.end, stroke.start, round(stroke.middle))
            if level and (stroke.start - last.end <= gap or traced >= TRACED):
                result[i] = last.followed_by(stroke, round(traced * max(0, stroke.start - last.end)))
                break
        else:
            open_ends.append(len(result))
            result.append(stroke)
    return result


def _traced(trace: Labels, start: int, end: int, row: int) -> float:
    """Share of a gap in a line in which there is a trace of it."""
    row = min(row, trace.shape[0] - 1)
    return float(trace[row, end - 1] - trace[row, start - 1]) / (end - start) if end > start else 1.0


def kept(across: Sequence[Stroke], down: Sequence[Stroke], dpi: float) -> tuple[list[Stroke], list[Stroke]]:
    """The strokes that are rules: the long ones, and the short ones that run from one rule to another."""
    rows, columns = [s for s in across if s.is_long(dpi)], [s for s in down if s.is_long(dpi)]
    short_rows = [s for s in across if not s.is_long(dpi)]
    short_columns = [s for s in down if not s.is_long(dpi) and (s.touched <= MOST_TOUCHED or _goes_on(s, down, dpi))]
    more = True
    while more:
        new_rows = [s for s in short_rows if _spans(s, columns, rows, dpi)]
        new_columns = [s for s in short_columns if _spans(s, rows, columns, dpi)]
        rows, columns = rows + new_rows, columns + new_columns
        short_rows = [s for s in short_rows if s not in new_rows]
        short_columns = [s for s in short_columns if s not in new_columns]
        more = bool(new_rows or new_columns)
    return sorted(rows), sorted(columns)


def _goes_on(stroke: Stroke, same: Sequence[Stroke], dpi: float) -> bool:
    """Another stroke goes on where this one ends, or ends where it begins: a border of cells in several rows.

    The upright of a character in a row as low as its text reaches from rule to rule, too, but it stands alone."""
    gap, stray = (GAP + THICKEST) * dpi / 72, STRAY * dpi / 72
    return any(
        abs(other.middle - stroke.middle) <= stray and (0 <= stroke.start - other.end <= gap or 0 <= other.start - stroke.end <= gap)
        for other in same
        if other is not stroke
    )


def _spans(stroke: Stroke, others: Sequence[Stroke], same: Sequence[Stroke], dpi: float) -> bool:
    """The stroke runs from rule to rule, or, where a table is open, from a rule across another or as far as a rule beside it."""
    reach, aligned = REACH * dpi / 72, ALIGNED * dpi / 72

    def meets(at: float) -> bool:
        return any(o.low - reach <= at <= o.high + reach and o.start - reach <= stroke.middle <= o.end + reach for o in others)

    first, last = meets(stroke.start), meets(stroke.end)
    if first == last:
        return first
    far = SHORTEST * dpi / 72
    if any(stroke.start + far <= o.middle <= stroke.end - far and o.start <= stroke.middle <= o.end for o in others):
        return True
    if first:
        return any(abs(o.end - stroke.end) <= aligned for o in same)
    return any(abs(o.start - stroke.start) <= aligned for o in same)


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
    part = labels[stroke.low : stroke.high, stroke.start : stroke.end]
    own = np.logical_or.reduce([part == label for label in stroke.labels])
    point = 72 / dpi
    count = max(1, round((stroke.end - stroke.start) * point / length))
    borders = np.linspace(0, stroke.end - stroke.start, count + 1).round().astype(int)
    high = own.sum(axis=0)
    total = np.add.reduceat(high, borders[:-1])
    drawn = np.add.reduceat(high > 0, borders[:-1], dtype=np.int64)
    at = np.add.reduceat((own * (np.arange(stroke.low, stroke.high) + 0.5)[:, None]).sum(axis=0), borders[:-1])
    some = total > 0
    middle, half = at[some] / total[some], total[some] / drawn[some] / 2
    columns = stroke.start + borders[:-1][some], middle - half, stroke.start + borders[1:][some], middle + half
    return [tuple(row) for row in (np.stack(columns, axis=1) * point).tolist()]


def without_rules(grey: Pixels, ruling: Ruling, dpi: float) -> Pixels:
    """The page with its rules painted white, except where a stroke of a character crosses one."""
    rim = max(1, round(RIM * dpi / 72))
    grown = cv2.dilate(ruling.across | ruling.down, np.ones((2 * rim + 1, 2 * rim + 1), np.uint8)) > 0
    ink = ((grey < INK) & ~grown).astype(np.uint8)
    crossed = _crossed(ink, dpi) | _crossed(ink.T, dpi).T
    result = grey.copy()
    result[grown & ~crossed] = 255
    return result


def _crossed(ink: Pixels, dpi: float) -> Bools:
    """Where ink lies close above and below, for no longer along the rows than a stroke is wide."""
    reach = round(CROSSING * dpi / 72)
    lines = np.ones((reach, 1), np.uint8)
    source = np.ascontiguousarray(ink)
    both = cv2.bitwise_and(cv2.dilate(source, lines, anchor=(0, reach - 1)), cv2.dilate(source, lines, anchor=(0, 0)))
    long = cv2.morphologyEx(both, cv2.MORPH_OPEN, np.ones((1, round(STROKE * dpi / 72)), np.uint8))
    return np.asarray((both > 0) & (long == 0))
