"""Rows of a web page's table, with spans that may reach anywhere -> one grid of cells that do not overlap."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from extract.readers.docx_grid import GridCell
from extract.readers.pieces import Grid, Line, Piece, is_stack, tables_in, text_of

MAX_COLUMNS = 1000
MAX_ROWS = 65_534


@dataclass(slots=True)
class HtmlCell:
    """A cell as written; ``row_span`` 0 reaches to the end of its group of rows."""

    pieces: list[Piece] = field(default_factory=list)
    row_span: int = 1
    column_span: int = 1
    hidden: bool = False


@dataclass(slots=True)
class HtmlRow:
    """A row as written."""

    cells: list[HtmlCell] = field(default_factory=list)
    hidden: bool = False


@dataclass(slots=True)
class HtmlTable:
    """A table as written: groups of rows with what kind they are (head, body, foot), and what is set above it."""

    groups: list[tuple[str, list[HtmlRow]]] = field(default_factory=list)
    above: list[Piece] = field(default_factory=list)
    below: list[Piece] = field(default_factory=list)

    def group(self, kind: str) -> None:
        self.groups.append((kind, []))

    def row(self, hidden: bool) -> HtmlRow:
        row = HtmlRow(hidden=hidden)
        if not self.groups:
            self.group("")
        self.groups[-1][1].append(row)
        return row


class _Laid(NamedTuple):
    """Cells in the places that they take; ``ragged`` rows end elsewhere than most."""

    cells: list[tuple[GridCell[list[Piece]], bool]]
    ragged: int


def grid_of(table: HtmlTable) -> Grid | None:
    """The grid of the cells that are shown, None where there are none.

    Some pages count hidden rows and cells in their spans, some do not: the way in which the rows fit together is taken."""
    groups = list(_in_printed_order(table.groups))
    hides = any(row.hidden or any(cell.hidden for cell in row.cells) for rows in groups for row in rows)
    laid = _laid([_shown(rows) for rows in groups])
    if hides:
        counted = _laid(groups)
        laid = counted if counted.ragged < laid.ragged else laid
    cells = [cell for cell, hidden in laid.cells if not hidden]
    return _compacted(cells) if cells else None


def _compacted(cells: Sequence[GridCell[list[Piece]]]) -> Grid:
    """The grid of the rows and columns in which cells begin: others are hidden, or no wider than a border."""
    rows, columns = sorted({c.row for c in cells}), sorted({c.column for c in cells})
    moved = []
    for c in cells:
        (top, bottom), (left, right) = _among(rows, c.row, c.row_span), _among(columns, c.column, c.column_span)
        moved.append(GridCell(top, left, bottom - top, right - left, c.content))
    return Grid(len(rows), len(columns), tuple(moved))


def _among(kept: Sequence[int], start: int, span: int) -> tuple[int, int]:
    return bisect_left(kept, start), bisect_left(kept, start + span)


def _in_printed_order(groups: Sequence[tuple[str, list[HtmlRow]]]) -> Iterator[list[HtmlRow]]:
    """The first head is printed first and the first foot last, wherever they are written."""
    head = next((i for i, (kind, _) in enumerate(groups) if kind == "head"), None)
    foot = next((i for i, (kind, _) in enumerate(groups) if kind == "foot"), None)
    if head is not None:
        yield groups[head][1]
    yield from (rows for i, (_, rows) in enumerate(groups) if i not in (head, foot))
    if foot is not None:
        yield groups[foot][1]


def _shown(rows: list[HtmlRow]) -> list[HtmlRow]:
    return [HtmlRow([cell for cell in row.cells if not cell.hidden]) for row in rows if not row.hidden]


def _laid(groups: Sequence[list[HtmlRow]]) -> _Laid:
    cells: list[tuple[GridCell[list[Piece]], bool]] = []
    ends: list[int] = []
    first = 0
    for rows in groups:
        last = first + len(rows)
        reaching: list[GridCell[list[Piece]]] = []
        for number, row in enumerate(rows, first):
            reaching = [cell for cell in reaching if cell.row + cell.row_span > number]
            for cell, hidden in _row(row, number, last, reaching):
                cells.append((cell, hidden))
                reaching.append(cell)
            ends.append(max((cell.column + cell.column_span for cell in reaching), default=0))
        first = last
    widest = max(ends, default=0)
    return _Laid(cells, sum(0 < end != widest for end in ends))


def _row(row: HtmlRow, number: int, last: int, reaching: Sequence[GridCell[list[Piece]]]) -> Iterator[tuple[GridCell[list[Piece]], bool]]:
    """The cells of a row at the first free columns beside those that reach into it from above, and not over them."""
    taken = sorted((cell.column, cell.column + cell.column_span) for cell in reaching)
    column = 0
    for cell in row.cells:
        for start, end in taken:
            if start <= column < end:
                column = end
        room = min((start for start, _ in taken if start > column), default=column + MAX_COLUMNS)
        span = min(max(cell.column_span, 1), MAX_COLUMNS, room - column)
        down = min(cell.row_span or MAX_ROWS, last - number)
        yield GridCell(number, column, down, span, cell.pieces), cell.hidden or row.hidden
        column += span


def flat(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces with tables that only lay out others dissolved, each nested table where it is printed."""
    for piece in pieces:
        if isinstance(piece, Line) or not any(tables_in(cell.content) for cell in piece.cells):
            yield piece
        elif piece.columns == 1 or not any(text_of(cell.content) for cell in piece.cells if not tables_in(cell.content)):
            yield from _dissolved(piece.cells)
        else:
            yield from _cut(piece)


def _dissolved(cells: Sequence[GridCell[list[Piece]]]) -> Iterator[Piece]:
    for cell in cells:
        yield from flat([part for piece in cell.content for part in _unstacked(piece)])


def _unstacked(piece: Piece) -> list[Piece]:
    return [Line(line) for line in text_of([piece]).split("\n") if line] if isinstance(piece, Grid) and is_stack(piece) else [piece]


def _cut(grid: Grid) -> Iterator[Piece]:
    """A table with tables in some of its rows: its own rows as tables, the others dissolved between them.

    Where a cell reaches over both kinds of rows it stays whole, and the tables in it follow it."""
    holding = {r for c in grid.cells if tables_in(c.content) for r in range(c.row, c.row + c.row_span)}
    if any(len({r in holding for r in range(c.row, c.row + c.row_span)}) > 1 for c in grid.cells):
        kept = tuple(replace(c, content=[]) if tables_in(c.content) else c for c in grid.cells)
        yield Grid(grid.rows, grid.columns, kept)
        yield from _dissolved([c for c in grid.cells if tables_in(c.content)])
        return
    start = 0
    for row in range(1, grid.rows + 1):
        if row == grid.rows or (row in holding) != (start in holding):
            yield from _part(grid, start, row, start in holding)
            start = row


def _part(grid: Grid, start: int, end: int, holding: bool) -> Iterator[Piece]:
    cells = [c for c in grid.cells if start <= c.row < end]
    if holding or len({c.column for c in cells}) <= 1:
        yield from _dissolved(cells)
    elif cells:
        yield _compacted(cells)
