"""Draws a table with its spans in characters: merged cells are one box, Chinese text is aligned."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from extract.model import Cell, Table

_NARROWEST, _WIDEST = 4, 28
# The character of a crossing by which of its arms are drawn: up, down, left, right.
_CROSSINGS = dict(zip((f"{n:04b}" for n in range(16)), " ╶╴─╷┌┐┬╵└┘┴│├┤┼", strict=True))
Owner = tuple[int, int] | None


def draw(table: Table, width: int) -> str:
    """The table as lines of text, at most ``width`` columns wide where its number of columns lets it."""
    grid = table.grid()
    owners = [[(cell.row, cell.column) if cell else None for cell in row] for row in grid]
    widths = _column_widths(table, width)
    texts = {(cell.row, cell.column): _wrap(cell.text, _span_width(cell, widths)) for cell in table.cells}
    heights = _row_heights(table, texts)
    lines: list[str] = []
    for row in range(table.rows + 1):
        lines.append(_border(owners, row, widths, texts, heights))
        if row < table.rows:
            lines += [_content(owners, row, line, widths, texts, heights) for line in range(heights[row])]
    return "\n".join(lines)


def _column_widths(table: Table, width: int) -> list[int]:
    """A width for each column: what its own cells want, within limits, made smaller together where the line is too long."""
    wanted = [_NARROWEST] * table.columns
    for cell in table.cells:
        if cell.column_span == 1:
            longest = max((columns_of(line) for line in cell.text.splitlines()), default=0)
            wanted[cell.column] = max(wanted[cell.column], min(longest, _WIDEST))
    room = width - table.columns - 1
    excess = sum(wanted) - room
    while excess > 0 and max(wanted) > _NARROWEST:
        wanted[wanted.index(max(wanted))] -= 1
        excess -= 1
    return wanted


def _span_width(cell: Cell, widths: Sequence[int]) -> int:
    return sum(widths[cell.column : cell.last_column + 1]) + cell.column_span - 1


def _row_heights(table: Table, texts: dict[tuple[int, int], list[str]]) -> list[int]:
    """Lines of each row; the last row of a merged cell grows where its text needs more than its rows have."""
    heights = [1] * table.rows
    for cell in sorted(table.cells, key=lambda c: c.row_span):
        has = sum(heights[cell.row : cell.last_row + 1]) + cell.row_span - 1
        heights[min(cell.last_row, table.rows - 1)] += max(0, len(texts[cell.row, cell.column]) - has)
    return heights


def _owner(owners: Sequence[Sequence[Owner]], row: int, column: int) -> Owner:
    inside = 0 <= row < len(owners) and 0 <= column < len(owners[row])
    return owners[row][column] if inside else (-1, -1)


def _border(
    owners: list[list[Owner]], row: int, widths: Sequence[int], texts: dict[tuple[int, int], list[str]], heights: Sequence[int]
) -> str:
    """The line above a row: rules between different cells, the text of a cell that runs through."""
    parts: list[str] = []
    column = 0
    while column < len(widths):
        above, below = _owner(owners, row - 1, column), _owner(owners, row, column)
        parts.append(_crossing(owners, row, column))
        if above != below or below is None:
            parts.append(("─" if above != below else " ") * widths[column])
            column += 1
            continue
        end = _end_of(owners[row], column)
        room = sum(widths[column:end]) + end - column - 1
        parts.append(_line_of(texts[below], _lines_before(row, below, heights) - 1, room))
        column = end
    return "".join(parts) + _crossing(owners, row, len(widths))


def _content(
    owners: list[list[Owner]], row: int, line: int, widths: Sequence[int], texts: dict[tuple[int, int], list[str]], heights: Sequence[int]
) -> str:
    """One line of text of a row."""
    parts: list[str] = []
    column = 0
    while column < len(widths):
        owner = owners[row][column]
        end = _end_of(owners[row], column) if owner else column + 1
        room = sum(widths[column:end]) + end - column - 1
        different = owner != _owner(owners, row, column - 1)
        parts.append("│" if different else " ")
        parts.append(_line_of(texts[owner], _lines_before(row, owner, heights) + line, room) if owner else " " * room)
        column = end
    return "".join(parts) + ("│" if owners[row] and owners[row][-1] != (-1, -1) else " ")


def _end_of(owners: Sequence[Owner], column: int) -> int:
    end = column
    while end < len(owners) and owners[end] == owners[column]:
        end += 1
    return end


def _lines_before(row: int, owner: tuple[int, int], heights: Sequence[int]) -> int:
    """Lines of the cell that stand above this row, the borders that it runs through among them."""
    return sum(heights[owner[0] : row]) + row - owner[0]


def _crossing(owners: Sequence[Sequence[Owner]], row: int, column: int) -> str:
    """The character where four positions meet: an arm wherever two neighbours are different cells."""
    corner = [[_owner(owners, r, c) for c in (column - 1, column)] for r in (row - 1, row)]
    arms = (
        corner[0][0] != corner[0][1],
        corner[1][0] != corner[1][1],
        corner[0][0] != corner[1][0],
        corner[0][1] != corner[1][1],
    )
    return _CROSSINGS["".join("1" if arm else "0" for arm in arms)]


def _line_of(lines: Sequence[str], number: int, room: int) -> str:
    text = lines[number] if number < len(lines) else ""
    return text + " " * (room - columns_of(text))


def _wrap(text: str, room: int) -> list[str]:
    """The lines of a text, cut wherever the room ends."""
    lines: list[str] = []
    for printed in text.splitlines():
        line = ""
        for char in printed.replace("\t", " "):
            if columns_of(line + char) > room:
                lines.append(line)
                line = ""
            line += char
        lines.append(line)
    return lines


def columns_of(text: str) -> int:
    """Columns of a terminal that the text takes: two for a Chinese character, none for a mark on the one before."""
    return sum(0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
