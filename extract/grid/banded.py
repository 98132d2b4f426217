"""Tables with horizontal rules alone: the rules give the rows, and the columns come from text that stands in clear columns.

Only what is really clear counts: rules of one length one under another, and at least three rows whose texts leave the
same gaps free from the first to the last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from extract.grid.cells import Grid, Span
from extract.grid.edges import Edge, joined
from extract.model import Word

SAME_END = 3.0
"""Points by which the ends of the rules of one table may differ."""

TALLEST = 200.0
"""Points: rules further apart than this do not belong to one table."""

LEAST_ROWS = 3
"""Rows that must agree in their columns."""

ALIGNED = 3.0
"""Points: a text whose left, middle or right is this near to that of its column stands in it."""


class Run(NamedTuple):
    """The width of a text within one row that no wide gap divides."""

    x0: float
    x1: float


class Column(NamedTuple):
    """What the texts of one column take up, and where most of them begin, have their middle and end."""

    x0: float
    x1: float
    left: float
    middle: float
    right: float


def banded_grids(words: Sequence[Word], edges: Iterable[Edge]) -> list[Grid]:
    """The grids that horizontal edges draw which no vertical one touches."""
    stacks = _stacks(edges)
    own = list(words) if stacks else []
    found = (_grid(own, stack) for stack in stacks)
    return [grid for grid in found if grid is not None]


def _stacks(edges: Iterable[Edge]) -> list[list[Edge]]:
    stacks: list[list[Edge]] = []
    for edge in sorted(edges):
        for stack in stacks:
            last = stack[-1]
            same = abs(last.start - edge.start) <= SAME_END and abs(last.end - edge.end) <= SAME_END
            if same and 0 < edge.position - last.position <= TALLEST:
                stack.append(edge)
                break
        else:
            stacks.append([edge])
    return [stack for stack in stacks if len(stack) > LEAST_ROWS]


def _grid(words: Sequence[Word], stack: Sequence[Edge]) -> Grid | None:
    ys = [e.position for e in stack]
    start, end = median(e.start for e in stack), median(e.end for e in stack)
    rows = [
        _runs([w for w in words if top < (w.top + w.bottom) / 2 < bottom and start <= w.x0 and w.x1 <= end]) for top, bottom in pairwise(ys)
    ]
    columns = _columns(rows)
    if columns is None:
        return None
    borders = [(a.x1 + b.x0) / 2 for a, b in pairwise(columns)]
    cells = [Span(r, first, r, last) for r, row in enumerate(rows) for first, last in _cells(row, columns)]
    return Grid((start, *borders, end), tuple(ys), tuple(cells), False, False)


def _runs(words: Sequence[Word]) -> list[Run]:
    if not words:
        return []
    gap = max(w.size or w.bottom - w.top for w in words)
    return [Run(a, b) for a, b in joined([(w.x0, w.x1) for w in words], gap)]


def _columns(rows: Sequence[Sequence[Run]]) -> list[Column] | None:
    """The columns of the rows with the most texts, if there are enough of them and the gaps between are free in all of them."""
    most = max(map(len, rows), default=0)
    full = [row for row in rows if len(row) == most]
    if most < 2 or len(full) < LEAST_ROWS:
        return None
    columns = []
    for runs in zip(*full, strict=True):
        left, middle, right = median(r.x0 for r in runs), median((r.x0 + r.x1) / 2 for r in runs), median(r.x1 for r in runs)
        columns.append(Column(min(r.x0 for r in runs), max(r.x1 for r in runs), left, middle, right))
    free = all(a.x1 < b.x0 for a, b in pairwise(columns))
    return columns if free else None


def _cells(row: Sequence[Run], columns: Sequence[Column]) -> list[tuple[int, int]]:
    """First and last column of each cell of a row. A text that stands in no column spreads over the empty ones beside it."""
    spans = [[*_overlapped(run, columns), _stands(run, columns)] for run in row]
    cells: list[tuple[int, int]] = []
    for i, (first, last, stands) in enumerate(spans):
        before = cells[-1][1] + 1 if cells else 0
        after = spans[i + 1][0] - 1 if i + 1 < len(spans) else len(columns) - 1
        begin, stop = (max(first, before), max(last, before)) if stands else (before, max(after, last, before))
        cells.extend((c, c) for c in range(before, begin))
        cells.append((begin, stop))
    cells.extend((c, c) for c in range(cells[-1][1] + 1 if cells else 0, len(columns)))
    return [c for c in cells if c[0] < len(columns)]


def _overlapped(run: Run, columns: Sequence[Column]) -> tuple[int, int]:
    over = [i for i, c in enumerate(columns) if min(run.x1, c.x1) > max(run.x0, c.x0)]
    if not over:
        over = [min(range(len(columns)), key=lambda i: abs(columns[i].middle - (run.x0 + run.x1) / 2))]
    return over[0], over[-1]


def _stands(run: Run, columns: Sequence[Column]) -> bool:
    return any(
        abs(run.x0 - c.left) <= ALIGNED or abs((run.x0 + run.x1) / 2 - c.middle) <= ALIGNED or abs(run.x1 - c.right) <= ALIGNED
        for c in columns
    )
