"""Turns indicator tables that are printed on their side, an indicator a column, back to an indicator a row."""

from __future__ import annotations

from dataclasses import replace

from extract.form.grid_view import GridView
from extract.form.headers import ITEM_ROLES, NAME_ROLES, find_header
from extract.form.vocabulary import Vocabulary
from extract.model import Cell

MIN_ROWS = 3
_FURTHER = frozenset(
    {"explanation", "scoring_rule", "basis", "remark", "history", "score", "deviation", "direction", "attribute", "serial"}
)


def upright(grid: GridView, words: Vocabulary) -> GridView:
    """The grid with every run of rows whose first cells are column headers turned by a right angle."""
    row = 0
    while row < grid.rows:
        last = _run(grid, row, words)
        if last is None:
            row += 1
            continue
        grid = _turned(grid, row, last)
        row += grid.columns
    return grid


def _first_role(grid: GridView, row: int, words: Vocabulary) -> str | None:
    cell = grid.at(row, 0)
    if cell is None or cell.row != row or cell.row_span > 1 or cell.last_column == grid.columns - 1:
        return None
    word = words.header(cell.text)
    return word.role if word and word.role in ITEM_ROLES | _FURTHER else None


def _run(grid: GridView, row: int, words: Vocabulary) -> int | None:
    """The last of the rows that spell the header downwards from this row; None where they do not."""
    roles: list[str] = []
    last = row
    while last < grid.rows and (role := _first_role(grid, last, words)) and role not in roles:
        if find_header(grid, last, words) is not None:
            return None
        roles.append(role)
        last += 1
    found = set(roles)
    named, aimed = bool(found & NAME_ROLES), "target" in found
    enough = len(roles) >= MIN_ROWS and named and aimed and bool(found & {"level1", "level2", "unit", "operator"})
    return last - 1 if enough else None


def _turned(grid: GridView, first: int, last: int) -> GridView:
    height, width = last - first + 1, grid.columns
    cells: list[Cell] = []
    for cell in grid.table.cells:
        if cell.row < first:
            cells.append(cell)
        elif cell.row > last:
            cells.append(replace(cell, row=cell.row + width - height))
        else:
            cells.append(
                replace(cell, row=first + cell.column, column=cell.row - first, row_span=cell.column_span, column_span=cell.row_span)
            )
    table = replace(grid.table, rows=grid.rows + width - height, columns=max(width, height), cells=tuple(cells), edges=())
    breaks = tuple(b if b <= first else b + width - height for b in grid.breaks)
    return GridView(table, breaks, grid.heads)
