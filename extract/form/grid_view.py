"""A table seen by rows and columns: which cell covers a place, which cells begin in a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from extract.model import Cell, Table, TextLine


@dataclass(frozen=True)
class GridView:
    """Look-ups over one table; ``breaks`` are the rows that begin a page, ``heads`` the lines printed over each."""

    table: Table
    breaks: tuple[int, ...] = ()
    heads: tuple[tuple[TextLine, ...], ...] = ()
    open_breaks: frozenset[int] = frozenset()

    @cached_property
    def matrix(self) -> list[list[Cell | None]]:
        return self.table.grid()

    @cached_property
    def by_start(self) -> list[list[Cell]]:
        """The cells with text that begin in each row, left to right."""
        rows: list[list[Cell]] = [[] for _ in range(self.table.rows)]
        for cell in sorted(self.table.cells, key=lambda cell: cell.column):
            if cell.row < self.table.rows and cell.text.strip():
                rows[cell.row].append(cell)
        return rows

    @cached_property
    def by_column(self) -> dict[int, list[Cell]]:
        """The cells with text by the column that they begin in, from above; a column without any has no entry."""
        columns: dict[int, list[Cell]] = {}
        for row in self.by_start:
            for cell in row:
                columns.setdefault(cell.column, []).append(cell)
        return columns

    @property
    def rows(self) -> int:
        return self.table.rows

    @property
    def columns(self) -> int:
        return self.table.columns

    def head_over(self, row: int) -> tuple[TextLine, ...]:
        """The lines that stand over the page which this row begins; none for any other row."""
        found = (lines for begin, lines in zip(self.breaks, self.heads, strict=False) if begin == row)
        return next(found, ())

    def at(self, row: int, column: int) -> Cell | None:
        if 0 <= row < self.rows and 0 <= column < self.columns:
            return self.matrix[row][column]
        return None

    def starting(self, row: int) -> Sequence[Cell]:
        """The cells with text that begin in this row, left to right."""
        return self.by_start[row]

    def covering(self, row: int) -> list[Cell]:
        """The cells that cover this row, left to right, each once."""
        found: list[Cell] = []
        for cell in self.matrix[row]:
            if cell is not None and (not found or found[-1] is not cell):
                found.append(cell)
        return found

    def width(self, cell: Cell) -> float:
        """Share of the table's width that a cell takes: by points where they are known, else by columns."""
        edges = self.table.edges
        if len(edges) == self.columns + 1 and edges[-1] > edges[0]:
            return (edges[min(cell.last_column + 1, self.columns)] - edges[cell.column]) / (edges[-1] - edges[0])
        return cell.column_span / max(1, self.columns)
