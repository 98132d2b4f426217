"""Rows of a Word table, each with spans of its own -> one grid of cells that do not overlap.

Word draws each row by itself: rows may begin late, end early, and set their borders a hair off those of the row
above. Here the borders of all rows are brought onto one set of columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")

# Borders nearer than this, in twentieths of a point, are one border: no character fits between them.
SLIVER = 100
# Programs that leave the layout to Word give every column some tiny width, which says nothing.
REAL_WIDTH = 400


@dataclass(frozen=True, slots=True)
class RawCell(Generic[T]):
    """A ``w:tc``: its span in grid columns, whether it goes on from the cell above or before it, its printed width."""

    content: T
    span: int = 1
    continues_above: bool = False
    continues_before: bool = False
    width: int | None = None
    blank: bool = False


@dataclass(frozen=True, slots=True)
class RawRow(Generic[T]):
    """A ``w:tr`` that is printed: grid columns left out before it, and its cells."""

    cells: tuple[RawCell[T], ...]
    before: int = 0
    after: int = 0


@dataclass(slots=True)
class GridCell(Generic[T]):
    """A cell of the finished grid; ``covered`` is the content of cells that a merge hides."""

    row: int
    column: int
    row_span: int
    column_span: int
    content: T
    covered: list[T] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Piece(Generic[T]):
    """A cell of one row by its left and right border."""

    left: int
    right: int
    cell: RawCell[T]


def build_grid(rows: Sequence[RawRow[T]], widths: Sequence[int] = ()) -> tuple[int, int, list[GridCell[T]]]:
    """Rows, columns, and the cells of the grid in reading order; ``widths`` are those of the grid columns."""
    rows = [row for row in rows if row.cells]
    placed = _snapped([_place(row, widths) for row in rows], widths)
    cells: list[GridCell[T]] = []
    above: list[tuple[_Piece[T], GridCell[T]]] = []
    for r, row in enumerate(placed):
        current: list[tuple[_Piece[T], GridCell[T]]] = []
        continued = _continued(row, above, r)
        for piece in row:
            held = continued.get(piece.left)
            if held is not None:
                current.append(held)
                continue
            if any(h[0].left < piece.left < h[0].right for h in continued.values()):
                continue
            cell = GridCell(r, piece.left, 1, piece.right - piece.left, piece.cell.content)
            cells.append(cell)
            current.append((piece, cell))
        above = current
    return _compacted(cells)


def _compacted(cells: list[GridCell[T]]) -> tuple[int, int, list[GridCell[T]]]:
    """The grid without the rows and columns that no border of a cell sets apart."""
    rows = {n: i for i, n in enumerate(sorted({n for c in cells for n in (c.row, c.row + c.row_span)}))}
    columns = {n: i for i, n in enumerate(sorted({n for c in cells for n in (c.column, c.column + c.column_span)} | {0}))}
    for cell in cells:
        bottom, right = rows[cell.row + cell.row_span], columns[cell.column + cell.column_span]
        cell.row, cell.column = rows[cell.row], columns[cell.column]
        cell.row_span, cell.column_span = bottom - cell.row, right - cell.column
    return max(len(rows) - 1, 0), max(len(columns) - 1, 0), cells


def _continued(row: list[_Piece[T]], above: list[tuple[_Piece[T], GridCell[T]]], r: int) -> dict[int, tuple[_Piece[T], GridCell[T]]]:
    """The cells above that go on in this row, by left border: those whose whole width is continued here."""
    found = {}
    for piece, cell in above:
        under = [p for p in row if p.left < piece.right and p.right > piece.left]
        if under and under[0].left == piece.left and under[-1].right == piece.right and all(p.cell.continues_above for p in under):
            cell.row_span = r - cell.row + 1
            cell.covered.extend(p.cell.content for p in under)
            found[piece.left] = (piece, cell)
    return found


def _place(row: RawRow[T], widths: Sequence[int]) -> list[_Piece[T]]:
    spans = _spans_by_width(row, widths) or [cell.span for cell in row.cells]
    pieces: list[_Piece[T]] = []
    left = row.before
    for cell, span in zip(row.cells, spans, strict=True):
        if cell.continues_before and pieces:
            pieces[-1] = replace(pieces[-1], right=left + span)
        else:
            pieces.append(_Piece(left, left + span, cell))
        left += span
    return pieces


def _spans_by_width(row: RawRow[T], widths: Sequence[int]) -> list[int] | None:
    """Spans read from the printed widths, for a row whose spans do not fill the grid though its widths do."""
    total = row.before + sum(cell.span for cell in row.cells) + row.after
    own = [cell.width for cell in row.cells]
    if total >= len(widths) or not all(widths) or any(not w for w in own):
        return None
    borders = list(accumulate(widths, initial=0))
    ends = list(accumulate((w for w in own if w), initial=borders[min(row.before, len(borders) - 1)]))[1:]
    nearest = [min(range(len(borders)), key=lambda i: abs(borders[i] - end)) for end in ends]
    if any(abs(borders[i] - end) > SLIVER for i, end in zip(nearest, ends, strict=True)):
        return None
    spans = [b - a for a, b in zip([row.before, *nearest], nearest, strict=False)]
    return spans if all(span >= cell.span for span, cell in zip(spans, row.cells, strict=True)) else None


def _snapped(rows: list[list[_Piece[T]]], widths: Sequence[int]) -> list[list[_Piece[T]]]:
    """The rows with borders that are a sliver apart made one; blank cells in a sliver go."""
    occupied = {b for row in rows for p in row if not p.cell.blank for b in range(p.left, p.right) if p.right - p.left == 1}
    onto: dict[int, int] = {}
    start, reach = 0, 0
    for column, width in enumerate(widths):
        reach += width
        if not (width > 0 and reach <= SLIVER and column not in occupied):
            start, reach = column + 1, 0
        onto[column + 1] = start
    if max(widths, default=0) < REAL_WIDTH or not any(border != to for border, to in onto.items()):
        return rows
    moved = [[replace(p, left=onto.get(p.left, p.left), right=onto.get(p.right, p.right)) for p in row] for row in rows]
    if any(p.right == p.left and not p.cell.blank for row in moved for p in row):
        return rows
    return [[p for p in row if p.right > p.left] for row in moved]
