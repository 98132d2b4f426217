"""Shapes as painted, in order, become the rules and words that are still seen when the page is finished."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from extract.arrays import Bools, Floats, Ints
from extract.grid.edges import furthest
from extract.model import Rule
from extract.rules import Rules, boxes_of

THIN = 6.0
"""Points: a painted shape whose shorter side is at most this, and much shorter than the longer one, is a line."""

STRAIGHT = 0.02
"""Slope up to which a line counts as parallel to an edge of the page."""

WHITE = 250
"""Of 255: a colour whose every part is at least this cannot be told from paper."""

BESIDE = 8.0
"""Points: shading ends at most this far inside of the lines around its cell."""

MOST_PAIRS = 1_000_000
"""Edges of fillings and lines near to them that are compared at a time."""

Bounds = tuple[float, float, float, float]
Point = tuple[float, float]


class Paint(NamedTuple):
    """How a shape is painted; ``opaque``: nothing shows through its filling."""

    filled: bool
    stroked: bool
    white: bool = False
    opaque: bool = True


class Stroke(NamedTuple):
    """A rule with its turn in the order of painting; ``edge``: only the edge of a filling."""

    order: int
    rule: Rule
    white: bool
    edge: bool = False


class Lines(NamedTuple):
    """Many strokes in columns, a row of ``boxes`` each; ``edges``: only the edge of a filling."""

    orders: Ints
    boxes: Floats
    white: Bools
    edges: Bools


class Area(NamedTuple):
    """A filled rectangle with its turn in the order of painting."""

    order: int
    bounds: Bounds
    white: bool
    opaque: bool


@dataclass
class Painting:
    """All that one page paints besides text; ``lines`` are strokes too, as they are known of many at once."""

    strokes: list[Stroke] = field(default_factory=list)
    lines: list[Lines] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    pictures: list[Bounds] = field(default_factory=list)
    shapes: int = 0

    def add_line(self, order: int, bounds: Bounds, white: bool, edge: bool = False) -> None:
        self.strokes.append(Stroke(order, Rule(*bounds), white, edge))

    def add_picture(self, order: int, bounds: Bounds) -> None:
        """A picture; some programs paint each line of a table as one."""
        if is_line(bounds) and max(bounds[2] - bounds[0], bounds[3] - bounds[1]) >= THIN:
            self.add_line(order, bounds, False)
        else:
            self.pictures.append(bounds)

    def add_shape(self, order: int, paint: Paint, lines: Sequence[Sequence[Point]], clip: Bounds | None) -> None:
        """A path of straight and curved pieces: what of it is parallel to the page's edges becomes rules."""
        for points in lines:
            bounds = clipped(_bounds(points), clip)
            if bounds is None:
                continue
            if paint.filled and is_line(bounds):
                self.add_line(order, bounds, paint.white)
                continue
            if paint.filled and _rectangular(points):
                self.areas.append(Area(order, bounds, paint.white, paint.opaque))
            if paint.white and not paint.stroked:
                continue
            for a, b in pairwise(points):
                edge = clipped((min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])), clip)
                if edge is not None and _straight(edge):
                    self.add_line(order, edge, paint.white, not paint.stroked)


def is_line(bounds: Bounds) -> bool:
    """True for a shape so thin that it is drawn as a line."""
    short, long = sorted((bounds[2] - bounds[0], bounds[3] - bounds[1]))
    return short <= 1.5 or (short <= THIN and long >= 3 * short)


def clipped(bounds: Bounds, clip: Bounds | None) -> Bounds | None:
    """What of the bounds lies within the clip; None where nothing does. A line on the border of the clip is kept."""
    if clip is None:
        return bounds
    x0, top, x1, bottom = max(bounds[0], clip[0]), max(bounds[1], clip[1]), min(bounds[2], clip[2]), min(bounds[3], clip[3])
    if x1 < x0 - 0.5 or bottom < top - 0.5:
        return None
    return min(x0, x1), min(top, bottom), max(x0, x1), max(top, bottom)


def lines_among(boxes: Floats) -> Bools:
    """For each box, a row each, whether it is drawn as a line, as ``is_line`` tells."""
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    short, long = np.minimum(width, height), np.maximum(width, height)
    lines: Bools = (short <= 1.5) | ((short <= THIN) & (long >= 3 * short))
    return lines


def clipped_all(boxes: Floats, limits: Floats | None) -> tuple[Floats, Bools]:
    """What of each box lies within its clip, and whether anything does, as ``clipped`` tells; without limits all."""
    if limits is None:
        return boxes, np.ones(len(boxes), dtype=bool)
    low, high = np.maximum(boxes[:, :2], limits[:, :2]), np.minimum(boxes[:, 2:], limits[:, 2:])
    seen: Bools = np.logical_and.reduce(high >= low - 0.5, axis=1)
    return np.concatenate((np.minimum(low, high), np.maximum(low, high)), axis=1), seen


def _bounds(points: Sequence[Point]) -> Bounds:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def _straight(bounds: Bounds) -> bool:
    short, long = sorted((bounds[2] - bounds[0], bounds[3] - bounds[1]))
    return short <= max(0.3, STRAIGHT * long)


def _rectangular(points: Sequence[Point]) -> bool:
    corners = set[Point]()
    for x, y in points:
        corners.add((round(x, 1), round(y, 1)))
        if len(corners) > 4:
            return False
    return len(corners) == 4 and len({x for x, _ in corners}) == 2 and len({y for _, y in corners}) == 2


def seen_rules(painting: Painting) -> Rules:
    """The rules that can be seen: not painted over, white ones only on a coloured ground, and the edge of a filling
    only where no line is drawn beside it: shading ends a little inside of the lines around it."""
    drawn, covers = _in_order(painting), Covers(painting.areas)
    orders, rules, seen = drawn.orders, Rules(drawn.boxes), ~drawn.white
    for i in np.flatnonzero(drawn.white).tolist() if painting.areas else ():
        seen[i] = _on_colour(rules[i], int(orders[i]), painting.areas)
    for i in np.flatnonzero(seen & (orders < covers.last)).tolist() if covers.any else ():
        seen[i] = not covered(rules[i], covers.after(int(orders[i])), 0.5)
    edges = (seen & drawn.edges).nonzero()[0]
    if len(edges):
        seen[edges] = ~_beside(drawn.boxes[edges], drawn.boxes[seen & ~drawn.edges])
    return rules.only(seen)


def _in_order(painting: Painting) -> Lines:
    """All that is painted as a line, in the order of painting where columns of lines are among it."""
    if not painting.strokes and len(painting.lines) == 1:
        return painting.lines[0]
    strokes = painting.strokes
    all_orders = np.array([s.order for s in strokes], dtype=np.int64)
    white, edges = (np.array([s[i] for s in strokes], dtype=bool) for i in (2, 3))
    parts = [*painting.lines, Lines(all_orders, boxes_of([s.rule for s in strokes]), white, edges)]
    orders, boxes, white, edges = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    by = np.argsort(orders, kind="stable") if painting.lines else slice(None)
    return Lines(orders[by], boxes[by], white[by], edges[by])


def _beside(edges: Floats, lines: Floats) -> Bools:
    """For each edge of a filling whether lines near by run along most of it; each box is a row."""
    beside = np.zeros(len(edges), dtype=bool)
    flat, flat_lines = (boxes[:, 2] - boxes[:, 0] >= boxes[:, 3] - boxes[:, 1] for boxes in (edges, lines))
    step = max(1, MOST_PAIRS // max(1, len(lines)))
    for own, others, turn in ((flat, flat_lines, (1, 3, 0, 2)), (~flat, ~flat_lines, (0, 2, 1, 3))):
        numbers, turned = own.nonzero()[0], lines[others][:, turn]
        turned = turned[np.argsort(turned[:, 0] + turned[:, 1])]
        for first in range(0, len(numbers), step):
            some = numbers[first : first + step]
            beside[some] = _along(edges[some][:, turn], turned)
    return beside


def _along(edges: Floats, lines: Floats) -> Bools:
    """The same for those of one direction, lines in the order of their places: a row has the two places across, then start and end."""
    across, places = (lines[:, 0] + lines[:, 1]) / 2, (edges[:, 0] + edges[:, 1]) / 2
    first, last = np.searchsorted(across, places - BESIDE), np.searchsorted(across, places + BESIDE, side="right")
    counts = last - first
    owners = np.repeat(np.arange(len(edges)), counts)
    near = lines[np.arange(len(owners)) + np.repeat(last - counts.cumsum(), counts)]
    near = near[np.lexsort((near[:, 2], owners))]
    reached = edges[owners, 2]
    again = (owners[1:] == owners[:-1]).nonzero()[0]
    reached[again + 1] = np.maximum(reached[again + 1], furthest(owners, near[:, 3])[again])
    along = np.minimum(near[:, 3], edges[owners, 3]) - np.maximum(near[:, 2], reached)
    enough: Bools = np.bincount(owners, np.maximum(along, 0.0), len(edges)) >= 0.7 * (edges[:, 3] - edges[:, 2])
    return enough


def _on_colour(rule: Rule, order: int, areas: Sequence[Area]) -> bool:
    x, y = (rule.x0 + rule.x1) / 2, (rule.top + rule.bottom) / 2
    under = [a for a in areas if a.order <= order and a.bounds[0] <= x <= a.bounds[2] and a.bounds[1] <= y <= a.bounds[3]]
    return bool(under) and not under[-1].white


class Covers:
    """Fillings that nothing shows through, in the order of painting."""

    def __init__(self, areas: Sequence[Area]) -> None:
        self._areas = sorted((a for a in areas if a.opaque), key=lambda a: a.order)
        self._orders = [a.order for a in self._areas]

    @property
    def any(self) -> bool:
        """True where there is one at all."""
        return bool(self._areas)

    @property
    def last(self) -> int:
        """The turn of the last one; 0 where there is none."""
        return self._orders[-1] if self._orders else 0

    def after(self, order: int) -> list[Bounds]:
        """Those painted after this turn."""
        return [a.bounds for a in self._areas[bisect_right(self._orders, order) :]]


def covered(bounds: Bounds | Rule, covers: Sequence[Bounds], margin: float) -> bool:
    """True where one of the covers reaches over the bounds by the margin on each side."""
    if not covers:
        return False
    x0, top, x1, bottom = bounds
    return any(c[0] <= x0 - margin and c[1] <= top - margin and c[2] >= x1 + margin and c[3] >= bottom + margin for c in covers)


def share_of(boxes: Sequence[Bounds], width: float, height: float) -> float:
    """The share of a page that the boxes cover, at most 1; boxes that overlap count twice."""
    area = math.fsum(
        max(0.0, min(x1, width) - max(x0, 0.0)) * max(0.0, min(bottom, height) - max(top, 0.0)) for x0, top, x1, bottom in boxes
    )
    return min(1.0, area / (width * height)) if width * height else 0.0


def around(boxes: Sequence[Bounds]) -> Bounds | None:
    """The smallest box around all of them; None around none."""
    if not boxes:
        return None
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
