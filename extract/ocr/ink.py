"""The ink of a clean page: its connected pieces, sorted into the cells of the page and into lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np

from extract.ocr.picture import Pixels

INK, SURE_INK = 205, 175
"""Grey below which a pixel of a clean page may be ink, and is ink: the thin strokes of small characters are no darker
than what shines through from the back, yet they stand beside dark ones."""

BESIDE = (8.0, 3.0)
"""Points, across and down, from sure ink within which the faint is ink, too."""

LEAST_AREA = 6.0
"""Pixels of 200 dpi: fewer are a speck. The point of a decimal number has ten."""

LARGEST = 60.0
"""Points: what is larger is no character."""

GLYPH = (4.0, 32.0)
"""Points between which the height of a line of text lies."""

USUAL_GLYPH = 10.5

TALL = 1.55
"""Glyph sizes: a run of rows higher than this may be two lines."""

CROSSING = 0.3
"""Share of the width of two lines' ink that may lie where they are parted."""

ONE_LINE = 1.15
"""Glyph sizes that pieces of one line have together from top to bottom, as the strokes of 二 and 三."""

NEAR = 0.75
"""Glyph sizes between such pieces."""


class Ink(NamedTuple):
    """A box around ink, in pixels: one connected piece, or all of a line."""

    x0: int
    top: int
    x1: int
    bottom: int

    @property
    def width(self) -> int:
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2


def pieces_of(text: Pixels, dpi: float) -> list[Ink]:
    """The connected pieces of ink that may belong to characters."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((text < INK).astype(np.uint8), connectivity=8)
    sure = np.zeros(count, np.uint8)
    sure[labels[text < SURE_INK]] = 1
    sure[0] = 0
    across, down = (2 * round(points * dpi / 72) + 1 for points in BESIDE)
    near = np.zeros(count, np.uint8)
    near[labels[cv2.dilate(sure[labels], np.ones((down, across), np.uint8)) > 0]] = 1
    least, largest = LEAST_AREA * (dpi / 200) ** 2, LARGEST * dpi / 72
    near[0] = 0
    rows = [row for row, kept in zip(stats.tolist(), near.tolist(), strict=True) if kept]
    return [Ink(x, y, x + w, y + h) for x, y, w, h, area in rows if area >= least and max(w, h) <= largest]


def box_around(pieces: Iterable[Ink]) -> Ink:
    """The smallest box around all of them."""
    held = list(pieces)
    return Ink(min(p.x0 for p in held), min(p.top for p in held), max(p.x1 for p in held), max(p.bottom for p in held))


def glyph_size(groups: Iterable[Sequence[Ink]], dpi: float) -> float:
    """The height in pixels of most lines of the groups, those weighing more that hold more; a usual one where there are none."""
    least, most = GLYPH[0] * dpi / 72, GLYPH[1] * dpi / 72
    runs = [(box_around(run).height, sum(p.width for p in run)) for group in groups for run in _runs(group)]
    seen = sorted(run for run in runs if least <= run[0] <= most)
    half = sum(weight for _, weight in seen) / 2
    for height, weight in seen:
        half -= weight
        if half <= 0:
            return float(height)
    return USUAL_GLYPH * dpi / 72


def lines_of(pieces: Sequence[Ink], size: float) -> list[list[Ink]]:
    """The pieces as lines from top to bottom, each from left to right; ``size`` is the usual height of a line."""
    runs = [part for run in _runs(pieces) for part in _parted(run, size)]
    return [sorted(line) for line in _merged(runs, size)]


def segments_of(line: Sequence[Ink], gap: float) -> list[list[Ink]]:
    """The line parted where nothing is printed for more than ``gap`` pixels."""
    parts: list[list[Ink]] = []
    reached = 0
    for piece in line:
        if not parts or piece.x0 - reached > gap:
            parts.append([])
            reached = piece.x1
        parts[-1].append(piece)
        reached = max(reached, piece.x1)
    return parts


def _runs(pieces: Sequence[Ink]) -> list[list[Ink]]:
    """Pieces whose rows overlap, from top to bottom."""
    runs: list[list[Ink]] = []
    reached = 0
    for piece in sorted(pieces, key=lambda p: p.top):
        if not runs or piece.top >= reached:
            runs.append([])
            reached = piece.bottom
        runs[-1].append(piece)
        reached = max(reached, piece.bottom)
    return runs


def _parted(run: list[Ink], size: float) -> list[list[Ink]]:
    """The run cut where least of its ink is, if it is too high for one line; pieces go where their middle is."""
    box = box_around(run)
    if box.height <= TALL * size:
        return [run]
    margin = round(0.5 * size)
    rows = range(box.top + margin, box.bottom - margin)
    if not rows:
        return [run]
    width = sum(p.width for p in run)
    crossing = {y: sum(p.width for p in run if p.top < y < p.bottom) for y in rows}
    least = min(crossing.values())
    if least > CROSSING * width * size / box.height:
        return [run]
    lowest = [y for y in rows if crossing[y] == least]
    cut = lowest[len(lowest) // 2]
    above, below = [p for p in run if p.middle[1] < cut], [p for p in run if p.middle[1] >= cut]
    return _parted(above, size) + _parted(below, size) if above and below else [run]


def _merged(runs: list[list[Ink]], size: float) -> list[list[Ink]]:
    """The runs with those put together that are strokes of one line."""
    result = [list(run) for run in runs]
    while len(result) > 1:
        boxes = [box_around(run) for run in result]
        near = [
            (below.top - above.bottom, i)
            for i, (above, below) in enumerate(pairwise(boxes))
            if below.bottom - above.top <= ONE_LINE * size and below.top - above.bottom <= NEAR * size
        ]
        if not near:
            break
        _, first = min(near)
        result[first] += result.pop(first + 1)
    return result


def sorted_in(pieces: Iterable[Ink], cell_of: Callable[[float, float], int | None]) -> dict[int | None, list[Ink]]:
    """The pieces by the number of the cell of their middle, those of no cell under None."""
    held: dict[int | None, list[Ink]] = {}
    for piece in pieces:
        held.setdefault(cell_of(*piece.middle), []).append(piece)
    return held
