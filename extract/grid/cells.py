"""Edges that touch become lattices, and each lattice its cells with spans."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from extract.arrays import Bools, Ints
from extract.grid.edges import SNAP, Edge, Edges

TOUCH = 3.0
"""Points: an edge that ends this near to another reaches it."""

COVERED = 0.6
"""Share of a cell's side that must be drawn for it to be a border."""

SLIVER = 6.0
"""Points: an open row or column narrower than this is the overhang of its rules."""

HasText = Callable[[float, float, float, float], bool]


class Lattice(NamedTuple):
    """Edges that touch, as borders between the fields of a raster: ``across[j, i]`` is the border on line ys[j] between
    xs[i] and xs[i + 1], ``down[j, i]`` the one on line xs[i] between ys[j] and ys[j + 1]."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    across: Bools
    down: Bools


class Span(NamedTuple):
    """A cell by its first and last raster row and column, both included."""

    row: int
    column: int
    last_row: int
    last_column: int


class Grid(NamedTuple):
    """Cells on the lines that border at least one of them. ``open_top`` and ``open_bottom``: no edge closes the grid there."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[Span, ...]
    open_top: bool
    open_bottom: bool


def components(edges: Edges) -> list[Edges]:
    """Groups of edges that touch one another; those of one direction alone are left out."""
    hs, vs = edges
    if not hs or not vs:
        return []
    h, v = np.array(hs), np.array(vs)
    touch = (h[:, :1] >= v[:, 1] - TOUCH) & (h[:, :1] <= v[:, 2] + TOUCH) & (v[:, 0] >= h[:, 1:2] - TOUCH) & (v[:, 0] <= h[:, 2:3] + TOUCH)
    result = []
    todo = set(range(len(hs)))
    while todo:
        rows, columns = _reach(touch, todo.pop())
        todo -= rows
        if columns:
            result.append(Edges(tuple(hs[i] for i in sorted(rows)), tuple(vs[i] for i in sorted(columns))))
    return sorted(result, key=lambda c: (c.horizontal[0].position, c.vertical[0].position))


def _reach(touch: Bools, first: int) -> tuple[set[int], set[int]]:
    rows, columns, new = {first}, set[int](), {first}
    while new:
        found = set(np.flatnonzero(touch[sorted(new)].any(axis=0)).tolist()) - columns
        columns |= found
        new = set(np.flatnonzero(touch[:, sorted(found)].any(axis=1)).tolist()) - rows
        rows |= new
    return rows, columns


def lattice(edges: Edges) -> Lattice:
    """The raster of one component; where edges run on past the last line across, the raster ends with them."""
    xs = _lines(edges.vertical, edges.horizontal)
    ys = _lines(edges.horizontal, edges.vertical)
    return Lattice(xs, ys, _borders(edges.horizontal, ys, xs), _borders(edges.vertical, xs, ys).T)


def _lines(own: tuple[Edge, ...], other: tuple[Edge, ...]) -> tuple[float, ...]:
    lines = sorted({e.position for e in own})
    start, end = min(e.start for e in other), max(e.end for e in other)
    first = [start] if start < lines[0] - SNAP else []
    last = [end] if end > lines[-1] + SNAP else []
    return tuple(first + lines + last)


def _borders(edges: tuple[Edge, ...], on: tuple[float, ...], between: tuple[float, ...]) -> Bools:
    """For each line that edges lie on, a row each, which of the fields between the lines across it they border."""
    position, start, end = np.array(edges).T
    at, lines = np.searchsorted(on, position), np.array(between)
    shared = np.minimum(lines[1:], end[:, None]) - np.maximum(lines[:-1], start[:, None])
    borders = np.zeros((len(on), len(between) - 1), dtype=bool)
    np.logical_or.at(borders, at, shared >= COVERED * (lines[1:] - lines[:-1]))
    return borders


def grid_of(lat: Lattice, has_text: HasText) -> Grid:
    """The cells of a lattice: fields without a border between them are one cell."""
    closed = lat.across[:-1] & lat.across[1:] & lat.down[:, :-1] & lat.down[:, 1:]
    others = [s for region in _regions(lat, closed) for s in _rectangles(region) if _is_cell(s, lat, has_text)]
    spans = np.concatenate((np.tile(np.argwhere(closed), 2), np.array(others, dtype=np.int64).reshape(-1, 4)))
    return _compressed(lat, spans)


def _regions(lat: Lattice, done: Bools) -> list[list[tuple[int, int]]]:
    """Fields without a border between them, for all that are not done; the raster ends where a border would."""
    above, left = lat.across.copy(), lat.down.copy()
    above[[0, -1]] = left[:, [0, -1]] = True
    across, down = above.tolist(), left.tolist()
    seen = done.tolist()
    regions = []
    for start in map(tuple, np.argwhere(~done).tolist()):
        region: list[tuple[int, int]] = []
        todo = [start]
        while todo:
            r, c = todo.pop()
            if seen[r][c]:
                continue
            seen[r][c] = True
            region.append((r, c))
            near = ((across[r][c], r - 1, c), (across[r + 1][c], r + 1, c), (down[r][c], r, c - 1), (down[r][c + 1], r, c + 1))
            todo += [(nr, nc) for border, nr, nc in near if not border]
        if region:
            regions.append(region)
    return regions


def _rectangles(region: list[tuple[int, int]]) -> list[Span]:
    """One span where the region is a rectangle, else one for each run of rows that cover the same columns."""
    done: list[Span] = []
    running: dict[tuple[int, int], int] = {}
    by_row: dict[int, list[int]] = {}
    for r, c in region:
        by_row.setdefault(r, []).append(c)
    for r in range(min(by_row), max(by_row) + 2):
        runs = _runs(sorted(by_row.get(r, [])))
        for run in [k for k in running if k not in runs]:
            done.append(Span(running.pop(run), run[0], r - 1, run[1]))
        for run in runs:
            running.setdefault(run, r)
    return done


def _runs(columns: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for c in columns:
        if runs and runs[-1][1] == c - 1:
            runs[-1] = (runs[-1][0], c)
        else:
            runs.append((c, c))
    return runs


def _is_cell(s: Span, lat: Lattice, has_text: HasText) -> bool:
    drawn = (
        _drawn(lat.across[s.row, s.column : s.last_column + 1]),
        _drawn(lat.across[s.last_row + 1, s.column : s.last_column + 1]),
        _drawn(lat.down[s.row : s.last_row + 1, s.column]),
        _drawn(lat.down[s.row : s.last_row + 1, s.last_column + 1]),
    )
    if all(drawn):
        return True
    x0, x1, top, bottom = lat.xs[s.column], lat.xs[s.last_column + 1], lat.ys[s.row], lat.ys[s.last_row + 1]
    if min(x1 - x0, bottom - top) < SLIVER:
        return False
    return sum(drawn) == 3 or (sum(drawn) == 2 and has_text(x0, top, x1, bottom))


def _drawn(side: Bools) -> bool:
    return int(np.count_nonzero(side)) >= COVERED * len(side)


def _compressed(lat: Lattice, spans: Ints) -> Grid:
    """The grid of the spans, a row each, without the lines of the raster on which none of them begins or ends."""
    row, column, last_row, last_column = spans.T
    at_y, at_x = np.union1d(row, last_row + 1), np.union1d(column, last_column + 1)
    lines = (at_y, row, 0), (at_x, column, 0), (at_y, last_row + 1, 1), (at_x, last_column + 1, 1)
    places = np.array([np.searchsorted(at, own) - back for at, own, back in lines])
    cells = tuple(map(Span._make, places.T[np.lexsort(places[::-1])].tolist()))
    open_top, open_bottom = (len(spans) > 0 and not _closed(lat, spans, int(at_y[end])) for end in (0, -1))
    return Grid(tuple(lat.xs[i] for i in at_x.tolist()), tuple(lat.ys[j] for j in at_y.tolist()), cells, open_top, open_bottom)


def _closed(lat: Lattice, spans: Ints, line: int) -> bool:
    ends = spans[(spans[:, 0] == line) | (spans[:, 2] + 1 == line)]
    drawn = [_drawn(lat.across[line, column : last_column + 1]) for _, column, _, last_column in ends.tolist()]
    return sum(drawn) * 2 >= len(drawn)
