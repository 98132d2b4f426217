"""Rows of cell texts -> Table with an address for each cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extract.model import Cell, Place, Table


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row of a text table: its cells in order (None where the source has no cell) and the page it begins on.

    ``repairs`` maps the number of a cell to what was mended in it."""

    cells: tuple[str | None, ...]
    page: int | None = None
    confidence: float = 1.0
    repairs: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TableBlock:
    """The rows of one table, the index of the line behind it, how much HTML was met, and how many cut cells were joined."""

    rows: tuple[GridRow, ...]
    end: int
    tags: int = 0
    joined: int = 0


def address(row: int, column: int) -> str:
    """The name of a cell as spreadsheets write it: ``B7`` for row 6, column 1."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def make_table(index: int, rows: Sequence[GridRow], paged: bool = False) -> Table:
    """A Table of these rows; columns that no row fills at the right edge are left out.

    The places name pages only where the source is ``paged``."""
    columns = max((i + 1 for row in rows for i, text in enumerate(row.cells) if text), default=1)
    cells = tuple(cell for i, row in enumerate(rows) for cell in _row_cells(index, i, row, columns, paged))
    pages = dict.fromkeys(row.page if paged else None for row in rows)
    places = tuple(Place(page=page, table_index=index) for page in pages)
    return Table(index, len(rows), columns, cells, places)


def _row_cells(index: int, number: int, row: GridRow, columns: int, paged: bool) -> list[Cell]:
    repairs: dict[int, tuple[str, ...]] = {}
    for column, repair in row.repairs:
        repairs[column] = (*repairs.get(column, ()), repair)
    return [
        Cell(
            number,
            column,
            text,
            places=(Place(page=row.page if paged else None, table_index=index, cell=address(number, column)),),
            confidence=row.confidence,
            repairs=repairs.get(column, ()),
        )
        for column, text in enumerate(row.cells[:columns])
        if text is not None
    ]
