"""Words and rules of a page become its blocks: ruled tables with their cells, and the lines of text around them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from extract.grid.banded import banded_grids
from extract.grid.cells import Grid, components, grid_of, lattice
from extract.grid.edges import Edges, edges_of
from extract.grid.text import box_of, joined_line, lines_of, text_of
from extract.model import Block, Box, Cell, Place, Rule, Table, TextLine, Word

ROOM = 3.5
"""Points: no glyph that can be read fits into less."""

WIDE = 1.5
"""Glyph sizes: outside of tables, texts on one line that are further apart are two, as 部门名称：… and 单位：万元 over a table."""

MOST_FIELDS = 200_000
"""A lattice with more fields than this is a drawing, no table."""

NO_HOMES: Mapping[int, tuple[float, float]] = MappingProxyType({})


def blocks_of(
    words: Sequence[Word], rules: Sequence[Rule], page: int, first_index: int = 0, homes: Mapping[int, tuple[float, float]] = NO_HOMES
) -> tuple[Block, ...]:
    """The tables and text lines of one page in reading order; tables are numbered from ``first_index``.

    A word goes to the cell of its middle, or of the point that ``homes`` gives for the word's number."""
    grids = grids_of(words, rules)
    inside, outside = _sorted_in(words, grids, homes)
    tables = [_table(grid, held, page, first_index + i) for i, (grid, held) in enumerate(zip(grids, inside, strict=True))]
    placed: list[tuple[float, float, Block]] = [(g.ys[0], g.xs[0], t) for g, t in zip(grids, tables, strict=True)]
    for line in lines_of(outside):
        box = box_of(line)
        placed.append((box.top, box.x0, TextLine(joined_line(line, WIDE), Place(page, box), _size(line))))
    return tuple(block for _, _, block in sorted(placed, key=lambda p: (p[0], p[1])))


def grids_of(words: Sequence[Word], rules: Sequence[Rule]) -> list[Grid]:
    """The grids of one page with at least two cells, from top to bottom."""

    def has_text(x0: float, top: float, x1: float, bottom: float) -> bool:
        return any(x0 < (w.x0 + w.x1) / 2 < x1 and top < (w.top + w.bottom) / 2 < bottom for w in words)

    edges = edges_of(rules)
    parts = components(edges)
    used = {edge for part in parts for edge in part.horizontal}
    found = [grid_of(lattice(part), has_text) for part in parts if _fields(part) <= MOST_FIELDS]
    found += banded_grids(words, (edge for edge in edges.horizontal if edge not in used))
    return sorted(
        (g for g in found if _roomy_cells(g) > 1 and has_text(g.xs[0], g.ys[0], g.xs[-1], g.ys[-1])), key=lambda g: (g.ys[0], g.xs[0])
    )


def _fields(part: Edges) -> int:
    return len({e.position for e in part.horizontal}) * len({e.position for e in part.vertical})


def _roomy_cells(grid: Grid) -> int:
    """How many cells could hold a glyph: shapes of pictures and letters drawn as paths make lattices too."""
    return sum(
        grid.xs[s.last_column + 1] - grid.xs[s.column] >= ROOM and grid.ys[s.last_row + 1] - grid.ys[s.row] >= ROOM for s in grid.cells
    )


def _sorted_in(
    words: Sequence[Word], grids: Sequence[Grid], homes: Mapping[int, tuple[float, float]]
) -> tuple[list[dict[int, list[Word]]], list[Word]]:
    """For each grid the words of each cell by its number, and the words in no cell; of nested grids the inner one holds a word."""
    inner_first = sorted(range(len(grids)), key=lambda i: _area(grids[i]))
    owners = [_owners(grid) for grid in grids]
    inside: list[dict[int, list[Word]]] = [{} for _ in grids]
    outside: list[Word] = []
    for number, word in enumerate(words):
        x, y = homes.get(number) or ((word.x0 + word.x1) / 2, (word.top + word.bottom) / 2)
        for i in inner_first:
            field = (bisect_right(grids[i].ys, y) - 1, bisect_right(grids[i].xs, x) - 1)
            if field in owners[i]:
                inside[i].setdefault(owners[i][field], []).append(word)
                break
        else:
            outside.append(word)
    return inside, outside


def _area(grid: Grid) -> float:
    return (grid.xs[-1] - grid.xs[0]) * (grid.ys[-1] - grid.ys[0])


def _owners(grid: Grid) -> dict[tuple[int, int], int]:
    return {
        (r, c): number
        for number, s in enumerate(grid.cells)
        for r in range(s.row, s.last_row + 1)
        for c in range(s.column, s.last_column + 1)
    }


def _table(grid: Grid, held: dict[int, list[Word]], page: int, index: int) -> Table:
    cells = tuple(
        Cell(
            s.row,
            s.column,
            text_of(held.get(number, ())),
            s.last_row - s.row + 1,
            s.last_column - s.column + 1,
            (Place(page, Box(grid.xs[s.column], grid.ys[s.row], grid.xs[s.last_column + 1], grid.ys[s.last_row + 1]), index),),
            min((word.confidence for word in held.get(number, ())), default=1.0),
        )
        for number, s in enumerate(grid.cells)
    )
    place = Place(page, Box(grid.xs[0], grid.ys[0], grid.xs[-1], grid.ys[-1]), index)
    return Table(index, len(grid.ys) - 1, len(grid.xs) - 1, cells, (place,), grid.xs, grid.open_top, grid.open_bottom)


def _size(line: Sequence[Word]) -> float:
    sizes = sorted(w.size for w in line)
    return sizes[len(sizes) // 2]
