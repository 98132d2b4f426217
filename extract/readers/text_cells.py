"""Lines that hold one cell each behind a leading tab -> rows of a table.

Programs that print Word tables as text write every cell as a tab and its paragraphs, and a line end behind a row, so
that a blank line parts two rows. A blank line parts the paragraphs of one cell, too: what follows it tells which it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from extract.readers.text_grid import GridRow, TableBlock
from extract.readers.text_lines import Line, strip_tags

# So many lines without a tab may belong to the cell before them, when another cell follows.
MAX_CELL_LINES = 12
SAMPLE = 12
JOINED = "row joined over a blank line"


def begins_cells(lines: Sequence[Line], start: int) -> bool:
    """Whether the tabbed line ``start`` opens a table printed one cell a line."""
    sample: list[Line] = []
    others = 0
    for line in lines[start : start + 5 * SAMPLE]:
        if line.tabbed:
            sample.append(line)
            others = 0
        elif not line.blank:
            others += 1
        if others > 3 or len(sample) == SAMPLE:
            break
    single = sum(1 for line in sample if line.text.startswith("\t") and line.text.count("\t") == 1)
    return lines[start].text.startswith("\t") and single >= 3 and single >= 0.8 * len(sample)


def read_cells(lines: Sequence[Line], start: int, is_title: Callable[[str], bool]) -> TableBlock:
    """The table that begins at line ``start``, one cell a line."""
    rows: list[list[list[str]]] = [[]]
    pages: list[int] = [lines[start].page]
    i = end = start
    while i < len(lines):
        line = lines[i]
        if line.text.startswith("\t"):
            if not rows[-1]:
                pages[-1] = line.page
            rows[-1].append([line.text[1:]])
            end = i + 1
        elif not line.blank:
            if not rows[-1] and len(rows) > 1 and not _goes_on(lines, i, is_title):
                break
            target = rows[-1] or rows[-2]
            target[-1].append(line.text)
            if not rows[-1]:
                rows.pop()
                pages.pop()
            end = i + 1
        elif rows[-1]:
            rows.append([])
            pages.append(line.page)
        elif _gap(lines, i) and not _cell_follows(lines, i):
            break
        i += 1
    return _block([row for row in rows if row], pages, end)


def _gap(lines: Sequence[Line], i: int) -> bool:
    return lines[i].blank and i > 0 and lines[i - 1].blank


def _cell_follows(lines: Sequence[Line], i: int) -> bool:
    """Whether the next line that is not blank is a cell."""
    following = next((line for line in lines[i : i + MAX_CELL_LINES] if line.tabbed or not line.blank), None)
    return following is not None and following.text.startswith("\t")


def _goes_on(lines: Sequence[Line], i: int, is_title: Callable[[str], bool]) -> bool:
    """Whether the line behind a blank one is a further paragraph of the cell before: another cell comes soon."""
    if i > 1 and _gap(lines, i - 1):
        return False
    for j in range(i, min(i + MAX_CELL_LINES, len(lines))):
        if lines[j].text.startswith("\t"):
            return True
        if is_title(lines[j].tidy) or (lines[j].blank and _gap(lines, j)):
            return False
    return False


def _block(rows: list[list[list[str]]], pages: Sequence[int], end: int) -> TableBlock:
    tags = 0
    grid: list[GridRow] = []
    for row, page in zip(rows, pages, strict=False):
        texts: list[str] = []
        for paragraphs in row:
            text, found = strip_tags("\n".join(paragraph.strip() for paragraph in paragraphs if paragraph.strip()))
            texts.append(text.replace("\t", " ").strip())
            tags += found
        grid.append(GridRow(tuple(texts), page))
    return TableBlock(tuple(_whole_rows(grid)), end, tags)


def _whole_rows(rows: list[GridRow]) -> list[GridRow]:
    """The rows with those joined again that an empty paragraph had parted, and without those that hold nothing."""
    whole: list[GridRow] = []
    for row in rows:
        if len(whole) > 1 and _parted(whole[-2], whole[-1], row):
            above = whole.pop()
            repair = (len(above.cells) - 1, JOINED)
            whole.append(replace(above, cells=above.cells + row.cells, repairs=(*above.repairs, repair)))
        elif any(row.cells):
            whole.append(row)
    return whole


def _parted(before: GridRow, above: GridRow, below: GridRow) -> bool:
    """Whether two rows are the halves of one that is as wide as the row before them."""
    fits = len(above.cells) + len(below.cells) == len(before.cells)
    return fits and not above.cells[0] and bool(above.cells[-1]) and bool(below.cells[0])
