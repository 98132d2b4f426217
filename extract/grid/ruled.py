"""Words and rules of a page become its blocks: ruled tables with their cells, and the lines of text around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from types import MappingProxyType

import numpy as np

from extract.arrays import Floats, Ints
from extract.grid.banded import banded_grids
from extract.grid.cells import Grid, components, grid_of, lattice
from extract.grid.columns import counts_of, line_texts, lines_in, mixed, plain, texts_of
from extract.grid.edges import Edges, edges_of
from extract.grid.text import box_of, joined_line, lines_of, text_of
from extract.model import Block, Box, Cell, Place, Rule, Table, TextLine, Word
from extract.words import Words, columns_of

ROOM = 3.5
"""Points: no glyph that can be read fits into less."""

WIDE = 1.5
"""Glyph sizes: outside of tables, texts on one line that are further apart are two, as 部门名称：… and 单位：万元 over a table."""

UNSURE = 0.5
"""The confidence of a cell in which texts lie over each other: their letters stand there as they come."""

MOST_FIELDS = 200_000
"""A lattice with more fields than this is a drawing, no table."""

_EXTREMES = (np.minimum.reduceat, np.minimum.reduceat, np.maximum.reduceat, np.maximum.reduceat)

NO_HOMES: Mapping[int, tuple[float, float]] = MappingProxyType({})


def blocks_of(
    words: Sequence[Word], rules: Sequence[Rule], page: int, first_index: int = 0, homes: Mapping[int, tuple[float, float]] = NO_HOMES
) -> tuple[Block, ...]:
    """The tables and text lines of one page in reading order; tables are numbered from ``first_index``.

    A word goes to the cell of its middle, or of the point that ``homes`` gives for the word's number."""
    if not len(words) and not len(rules):
        return ()
    columns = columns_of(words)
    grids = grids_of(columns, rules)
    owners = _sorted_in(columns, grids, homes)
    inside = np.flatnonzero(owners >= 0)
    held = _held(columns, inside, owners[inside])
    placed: list[tuple[float, float, Block]] = []
    first = 0
    for i, grid in enumerate(grids):
        placed.append((grid.ys[0], grid.xs[0], _table(grid, held, first, page, first_index + i)))
        first += len(grid.cells)
    placed += [
        (line.place.box.top, line.place.box.x0, line) for line in _lines(columns, np.flatnonzero(owners < 0), page) if line.place.box
    ]
    return tuple(block for _, _, block in sorted(placed, key=lambda p: (p[0], p[1])))


def grids_of(words: Sequence[Word], rules: Sequence[Rule]) -> list[Grid]:
    """The grids of one page with at least two cells, from top to bottom."""
    columns = columns_of(words)
    x, y = (columns.x0 + columns.x1) / 2, (columns.top + columns.bottom) / 2

    def has_text(x0: float, top: float, x1: float, bottom: float) -> bool:
        return bool(((x0 < x) & (x < x1) & (top < y) & (y < bottom)).any())

    edges = edges_of(rules)
    parts = components(edges)
    used = {edge for part in parts for edge in part.horizontal}
    found = [grid_of(lattice(part), has_text) for part in parts if _fields(part) <= MOST_FIELDS]
    found += banded_grids(words, (edge for edge in edges.horizontal if edge not in used))
    return sorted((g for g in found if _is_roomy(g) and has_text(g.xs[0], g.ys[0], g.xs[-1], g.ys[-1])), key=lambda g: (g.ys[0], g.xs[0]))


def _fields(part: Edges) -> int:
    return len({e.position for e in part.horizontal}) * len({e.position for e in part.vertical})


def _is_roomy(grid: Grid) -> bool:
    """True where two cells could hold a glyph: shapes of pictures and letters drawn as paths make lattices too."""
    xs, ys = grid.xs, grid.ys
    roomy = (s for s in grid.cells if xs[s.last_column + 1] - xs[s.column] >= ROOM and ys[s.last_row + 1] - ys[s.row] >= ROOM)
    return len(list(islice(roomy, 2))) == 2


def _sorted_in(words: Words, grids: Sequence[Grid], homes: Mapping[int, tuple[float, float]]) -> Ints:
    """For each word the number of its cell, counted through all grids, -1 for none; of nested grids the inner one holds it."""
    x, y = (words.x0 + words.x1) / 2, (words.top + words.bottom) / 2
    for number, home in homes.items():
        x[number], y[number] = home
    result = np.full(len(x), -1, dtype=np.int64)
    counts = np.cumsum([0, *(len(grid.cells) for grid in grids)])
    for i in sorted(range(len(grids)), key=lambda i: _area(grids[i])):
        cells = _cells_by_field(grids[i])
        row, column = np.searchsorted(grids[i].ys, y, side="right"), np.searchsorted(grids[i].xs, x, side="right")
        found = cells[row, column]
        result = np.where((result < 0) & (found >= 0), found + counts[i], result)
    return result


def _held(words: Words, inside: Ints, cells: Ints) -> dict[int, tuple[str, float]]:
    """Text and confidence of each cell that holds a word, by its number."""
    straight = plain(words, inside, cells)
    lines = lines_in(words, inside[straight], cells[straight])
    texts = texts_of(words, lines)
    turned: dict[int, list[Word]] = {}
    for number, cell in zip(inside[~straight].tolist(), cells[~straight].tolist(), strict=True):
        turned.setdefault(cell, []).append(words[number])
    texts |= {cell: text_of(held) for cell, held in turned.items()}
    sure = dict.fromkeys(texts, 1.0)
    if words.confidence is None:
        sure |= dict.fromkeys(mixed(words, lines), UNSURE)
    else:
        for cell, confidence in zip(cells.tolist(), words.confidence[inside].tolist(), strict=True):
            sure[cell] = min(sure[cell], confidence)
    return {cell: (text, sure[cell]) for cell, text in texts.items()}


def _lines(words: Words, outside: Ints, page: int) -> list[TextLine]:
    """The lines of text in no cell."""
    if not len(outside):
        return []
    none = np.zeros(len(outside), dtype=np.int64)
    if not plain(words, outside, none).all():
        found = lines_of([words[i] for i in outside.tolist()])
        return [TextLine(joined_line(line, WIDE), Place(page, box_of(line)), _size(line)) for line in found]
    lines = lines_in(words, outside, none)
    order, starts = lines.order, lines.starts
    corners = (least(column[order], starts).tolist() for least, column in zip(_EXTREMES, words.corners, strict=True))
    places = (Place(page, Box(*box)) for box in zip(*corners, strict=True))
    return list(map(TextLine, line_texts(words, lines, WIDE), places, _middle_sizes(words.size[order], starts)))


def _middle_sizes(sizes: Floats, starts: Ints) -> list[float]:
    """The size in the middle of those of each line."""
    counts = counts_of(starts, len(sizes))
    sizes = sizes[np.lexsort((sizes, np.repeat(np.arange(len(starts)), counts)))]
    middle: list[float] = sizes[starts + counts // 2].tolist()
    return middle


def _area(grid: Grid) -> float:
    return (grid.xs[-1] - grid.xs[0]) * (grid.ys[-1] - grid.ys[0])


def _cells_by_field(grid: Grid) -> Ints:
    """The number of the cell that covers each field of a grid, with a field of none (-1) all around it."""
    fields = np.full((len(grid.ys) + 1, len(grid.xs) + 1), -1, dtype=np.int64)
    rows, columns, last_rows, last_columns = np.array(grid.cells).reshape(-1, 4).T
    single = (rows == last_rows) & (columns == last_columns)
    fields[rows[single] + 1, columns[single] + 1] = single.nonzero()[0]
    for number in (~single).nonzero()[0].tolist():
        s = grid.cells[number]
        fields[s.row + 1 : s.last_row + 2, s.column + 1 : s.last_column + 2] = number
    return fields


def _table(grid: Grid, held: Mapping[int, tuple[str, float]], first: int, page: int, index: int) -> Table:
    cells = []
    xs, ys = grid.xs, grid.ys
    for number, (row, column, last_row, last_column) in enumerate(grid.cells, first):
        text, confidence = held.get(number, ("", 1.0))
        place = Place(page, Box(xs[column], ys[row], xs[last_column + 1], ys[last_row + 1]), index)
        cells.append(Cell(row, column, text, last_row - row + 1, last_column - column + 1, (place,), confidence))
    place = Place(page, Box(xs[0], ys[0], xs[-1], ys[-1]), index)
    return Table(index, len(ys) - 1, len(xs) - 1, tuple(cells), (place,), xs, grid.open_top, grid.open_bottom)


def _size(line: Sequence[Word]) -> float:
    sizes = sorted(w.size for w in line)
    return sizes[len(sizes) // 2]
