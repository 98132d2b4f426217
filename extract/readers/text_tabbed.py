"""Lines whose cells are parted by tabs -> rows of a table.

Such dumps print a merged cell once and leave its other positions blank, lose tabs at line ends, and break a row
where the page ended. What cannot be known, how far a merged cell reaches, is left blank.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from extract.readers.text_grid import GridRow, TableBlock
from extract.readers.text_lines import Line, strip_tags

# So many blank lines stand at a page break inside a table; more of them part two tables.
MAX_GAP = 2
MAX_QUOTED_LINES = 200
LONG_CELL = 24
CLOSING = frozenset('。；;！!？?：:）)】」』”"')
JOINED = "joined over a page break"


def read_tabbed(lines: Sequence[Line], start: int, is_title: Callable[[str], bool]) -> TableBlock:
    """The table that begins at the tabbed line ``start``."""
    end = _block_end(lines, start, is_title)
    rows: list[GridRow] = []
    tags = joined = 0
    i = start
    after_gap = False
    while i < end:
        if lines[i].blank and not lines[i].tabbed:
            after_gap = True
            i += 1
            continue
        cells, i = _record(lines, i, end)
        row, found = _row(cells, lines[i - 1].page)
        tags += found
        after_gap = after_gap or bool(rows and rows[-1].page != row.page)
        if after_gap and rows and (whole := _joined(rows[-1], row)):
            rows[-1] = whole
            joined += 1
        else:
            rows.append(row)
        after_gap = False
    return TableBlock(tuple(rows), end, tags, joined)


def _block_end(lines: Sequence[Line], start: int, is_title: Callable[[str], bool]) -> int:
    """The index behind the last tabbed line that still belongs to the table."""
    last = i = start
    while i < len(lines) and i - last <= MAX_GAP + 1:
        line = lines[i]
        if line.tabbed:
            last = i
        elif not line.blank and not _is_row_of_one_cell(lines, i, is_title):
            break
        i += 1
    return last + 1


def _is_row_of_one_cell(lines: Sequence[Line], i: int, is_title: Callable[[str], bool]) -> bool:
    """A line without tabs between two table lines: a row that lost the tabs behind its first cell."""
    inside = 0 < i < len(lines) - 1 and lines[i - 1].tabbed and lines[i + 1].tabbed
    return inside and not is_title(lines[i].tidy)


def _record(lines: Sequence[Line], i: int, end: int) -> tuple[list[str], int]:
    """The cells of the row at line ``i``, and the index of the next row; a quoted cell may reach over lines."""
    text = lines[i].text
    stop = i + 1
    if _open_quote(text):
        for j in range(i + 1, min(end, i + MAX_QUOTED_LINES)):
            text_so_far = "\n".join(line.text for line in lines[i : j + 1])
            if not _open_quote(text_so_far):
                text, stop = text_so_far, j + 1
                break
    return [_unquoted(cell) for cell in _split_cells(text)], stop


def _open_quote(text: str) -> bool:
    """Whether a cell begins with a straight quote that no later one closes."""
    return any(cell.startswith('"') and cell.count('"') % 2 for cell in _split_cells(text))


def _split_cells(text: str) -> list[str]:
    """The text cut at its tabs, but not at those between the quotes of a cell."""
    cells: list[str] = []
    for part in text.split("\t"):
        if cells and cells[-1].startswith('"') and cells[-1].count('"') % 2 and '"' in part:
            cells[-1] += "\t" + part
        else:
            cells.append(part)
    return cells


def _unquoted(cell: str) -> str:
    quoted = len(cell) > 1 and cell.startswith('"') and cell.endswith('"') and cell.count('"') % 2 == 0
    return cell[1:-1].replace('""', '"') if quoted and ("\n" in cell or "\t" in cell or '""' in cell[1:-1]) else cell


def _row(cells: Sequence[str], page: int) -> tuple[GridRow, int]:
    texts: list[str] = []
    tags = 0
    for cell in cells:
        text, found = strip_tags(cell)
        texts.append(text.strip().replace("\v", "\n"))
        tags += found
    return GridRow(tuple(texts), page), tags


def _joined(above: GridRow, below: GridRow) -> GridRow | None:
    """The row above with the text of the row below, where a page break cut its one long cell; else None."""
    column = _only_cell_after_label(above)
    rest = [text for text in below.cells if text]
    if column is None or len(rest) != 1 or below.cells[0]:
        return None
    text = above.cells[column] or ""
    if len(text) < LONG_CELL or text[-1] in CLOSING:
        return None
    cells = list(above.cells)
    cells[column] = text + rest[0]
    return replace(above, cells=tuple(cells), repairs=(*above.repairs, (column, JOINED)))


def _only_cell_after_label(row: GridRow) -> int | None:
    """The column of the only filled cell behind the labels in the first two columns; None where there are more."""
    filled = [i for i, text in enumerate(row.cells) if text]
    return filled[-1] if filled and len(filled) <= 2 and filled[-1] <= 2 else None
