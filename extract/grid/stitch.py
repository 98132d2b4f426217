"""One table over many pages: parts whose columns agree and between which nothing is printed become one Table.

Only geometry and order decide here. What a page break did to a cell is mended later, where the roles of the columns
are known; ``JoinedTable.breaks`` tells where to look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from extract.model import Block, Cell, Page, Table, TextLine

EDGE_TOLERANCE = 10.0
"""Points by which a column border may move from one page to the next: spreadsheets that scale each page move it that far."""

COLUMN_SHARE = 0.45
"""A border is never taken for another one that lies further off than this share of the columns beside it."""

WIDTH_TOLERANCE = 0.02
"""Share of the width by which the parts of one table may differ."""

PLACE_TOLERANCE = 3.0
"""Points by which a border may differ where one part lacks an outer column, because its outer rule is not drawn."""

LOOSE_LENGTH = 8
"""Characters at most of a line over a table that is part of one of its cells."""

LOOSE_GAP = 20.0
"""Points at most between such a line and the table."""

TAKEN_IN = "text over the first rule of a page taken into its cell"

_PAGE_NUMBER = re.compile(r"^[-—–－·.一\s]*(?:第?\s*\d{1,4}\s*页?|[ivxlcIVXLC]{1,6})(?:\s*[/共,，]\s*\d{0,4}\s*页?)*[-—–－·.一\s]*$")


_CONTINUED = re.compile(r"续表|[(（]续[一二三四五六七八九十\d]*[)）]$|^续[一二三四五六七八九十\d]*$|[(（]接上页[)）]|^接上[表页]")
"""A line that says that the table of the page before goes on."""


@dataclass(frozen=True, slots=True)
class JoinedTable:
    """A table with the rows at which a new page begins, and the running head that stood over each of these
    parts; ``open_breaks`` are those breaks at which no rule closes the table on either side."""

    table: Table
    breaks: tuple[int, ...] = ()
    heads: tuple[tuple[TextLine, ...], ...] = ()
    open_breaks: frozenset[int] = frozenset()


Item = TextLine | JoinedTable


def is_page_number(line: TextLine) -> bool:
    """True for a line that holds only the number of its page."""
    return bool(_PAGE_NUMBER.match(line.text.strip()))


def stitch(pages: Sequence[Page]) -> tuple[Item, ...]:
    """Text lines and joined tables in reading order; page numbers and repeated running heads are left out."""
    items: list[Item] = []
    before: list[str] = []
    for page in pages:
        blocks = [b for b in page.blocks if not (isinstance(b, TextLine) and (not b.text.strip() or is_page_number(b)))]
        head = _leading_lines(blocks)
        first = blocks[len(head)] if len(head) < len(blocks) else None
        if isinstance(first, Table) and page.number is not None and (joined := _go_on(items, first, head, before)) is not None:
            blocks = blocks[len(head) + 1 :]
            items = joined
        before = [_squash(line.text) for line in head]
        items.extend(_as_item(block) for block in blocks)
    return tuple(items)


def _go_on(items: Sequence[Item], first: Table, head: Sequence[TextLine], before: Sequence[str]) -> list[Item] | None:
    """The items with the first table of a page joined to the last one before it; None where it is another table."""
    at = next((i for i in range(len(items) - 1, -1, -1) if isinstance(items[i], JoinedTable)), None)
    if at is None or len(items) - at > 3:
        return None
    last = items[at]
    loose = [line for line in head if not _is_running_head(line, before)]
    below = [item for item in items[at + 1 :] if isinstance(item, TextLine)]
    assert isinstance(last, JoinedTable)
    upper, lower = _take_in(last.table, below, under=True), _take_in(first, loose, under=False)
    joined = join(replace(last, table=upper), lower) if upper is not None and lower is not None else None
    if joined is None:
        return None
    over = tuple(line for line in head if line not in loose)
    return [*items[:at], replace(joined, heads=(*last.heads, over))]


def _as_item(block: Block) -> Item:
    return JoinedTable(block) if isinstance(block, Table) else block


def _squash(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _leading_lines(blocks: Iterable[Block]) -> list[TextLine]:
    lines: list[TextLine] = []
    for block in blocks:
        if not isinstance(block, TextLine):
            break
        lines.append(block)
    return lines


def _is_running_head(line: TextLine, before: Sequence[str]) -> bool:
    text = _squash(line.text)
    return text in before or bool(_CONTINUED.search(text))


def _take_in(table: Table, lines: Sequence[TextLine], under: bool) -> Table | None:
    """The table with short lines just over (or under) it taken into the cells beside them: a part of merged cells that a
    page break cut where no rule was drawn. None where a line is something else."""
    for line in lines:
        cell = _cell_beside(table, line, under)
        if cell is None:
            return None
        parts = (cell.text, line.text) if under else (line.text, cell.text)
        whole = replace(cell, text="\n".join(filter(None, parts)), repairs=(*cell.repairs, TAKEN_IN))
        table = replace(table, cells=tuple(whole if one is cell else one for one in table.cells))
    return table


def _cell_beside(table: Table, line: TextLine, under: bool) -> Cell | None:
    """The cell of the first (or last) row that a line stands over (or under), wholly within its narrow column."""
    box, place = line.place.box, table.places[-1 if under else 0] if table.places else None
    if box is None or place is None or place.box is None or len(_squash(line.text)) > LOOSE_LENGTH or re.search(r"\d", line.text):
        return None
    gap = box.top - place.box.bottom if under else place.box.top - box.bottom
    if line.place.page != place.page or not box.top - box.bottom <= gap <= LOOSE_GAP:
        return None
    half = (table.edges[-1] - table.edges[0]) / 2
    row = table.rows - 1 if under else 0
    for cell in table.cells:
        left, right = table.edges[cell.column], table.edges[min(cell.last_column + 1, table.columns)]
        if cell.row <= row <= cell.last_row and left <= box.x0 and box.x1 <= right and right - left < half:
            return cell
    return None


def join(upper: JoinedTable, lower: Table) -> JoinedTable | None:
    """The two parts as one table on common columns; None where their columns do not agree."""
    left, right = upper.table.edges, lower.edges
    if len(left) < 2 or len(right) < 2:
        return None
    moved = _moved(left, right)
    if moved is None or not _agree(left, moved):
        return None
    edges = tuple(sorted({*left, *moved}))
    rows = upper.table.rows
    cells = [*_on_edges(upper.table.cells, left, edges, 0), *_on_edges(lower.cells, moved, edges, rows)]
    table = replace(
        upper.table,
        rows=rows + lower.rows,
        columns=len(edges) - 1,
        cells=tuple(cells),
        places=upper.table.places + lower.places,
        edges=edges,
        open_bottom=lower.open_bottom,
    )
    cut = {rows} if upper.table.open_bottom and lower.open_top else set()
    return JoinedTable(table, (*upper.breaks, rows), open_breaks=upper.open_breaks | cut)


def _moved(left: Sequence[float], right: Sequence[float]) -> tuple[float, ...] | None:
    """The borders of the lower part put on those of the upper; None where neither their width nor their place agrees."""
    shift = left[0] - right[0]
    width = left[-1] - left[0]
    if abs((right[-1] + shift) - left[-1]) <= WIDTH_TOLERANCE * width + EDGE_TOLERANCE / 2:
        return _snap(tuple(edge + shift for edge in right), left)
    return _on_place(left, right) or _on_place(left, tuple(edge + _drift(left, right) for edge in right))


def _drift(left: Sequence[float], right: Sequence[float]) -> float:
    """How far most borders of the lower part lie left of the nearest of the upper: a sheet is never laid down twice alike."""
    steps = sorted(step for edge in right if abs(step := min((other - edge for other in left), key=abs)) <= EDGE_TOLERANCE)
    return steps[len(steps) // 2] if steps else 0.0


def _on_place(left: Sequence[float], right: Sequence[float]) -> tuple[float, ...] | None:
    """The borders of the lower part that stand where those of the upper do, though one of the parts lacks outer columns."""
    few, many = sorted((left, right), key=len)
    inside = [edge for edge in many if few[0] - PLACE_TOLERANCE <= edge <= few[-1] + PLACE_TOLERANCE]
    if len(few) < 4 or len(many) - len(inside) > 2 or any(min(abs(edge - other) for other in many) > PLACE_TOLERANCE for edge in few):
        return None
    return tuple(min(left, key=lambda other: abs(other - edge)) if _near(edge, left) else edge for edge in right)


def _near(edge: float, edges: Sequence[float]) -> bool:
    return min(abs(edge - other) for other in edges) <= PLACE_TOLERANCE


def _snap(moved: Sequence[float], onto: Sequence[float]) -> tuple[float, ...]:
    """The borders, each replaced by the one of the upper part that it is; the outer ones always are."""
    snapped = list(moved)
    taken: set[int] = set()
    for i, edge in enumerate(moved):
        if i in (0, len(moved) - 1):
            snapped[i] = onto[0] if i == 0 else onto[-1]
            continue
        nearest = min(range(len(onto)), key=lambda k: abs(onto[k] - edge))
        reach = min(EDGE_TOLERANCE, COLUMN_SHARE * min(_room(moved, i), _room(onto, nearest)))
        if nearest not in taken and abs(onto[nearest] - edge) <= reach:
            snapped[i] = onto[nearest]
            taken.add(nearest)
    return tuple(snapped)


def _room(edges: Sequence[float], i: int) -> float:
    """Width of the narrower column beside a border."""
    return min((edges[k + 1] - edges[k] for k in (i - 1, i) if 0 <= k < len(edges) - 1), default=0.0)


def _agree(left: Sequence[float], moved: Sequence[float]) -> bool:
    """At least half of the inner borders of the part with fewer of them are borders of the other one too."""
    few, many = sorted((left[1:-1], moved[1:-1]), key=len)
    return 2 * len(set(few) & set(many)) >= len(few)


def _on_edges(cells: Iterable[Cell], old: Sequence[float], new: Sequence[float], row_shift: int) -> Iterable[Cell]:
    if tuple(old) == tuple(new) and not row_shift:  # the upper part of a table over many pages stays as it is
        return cells
    index = {edge: i for i, edge in enumerate(new)}
    moved = []
    for c in cells:
        first, end = index[old[c.column]], index[old[min(c.last_column + 1, len(old) - 1)]]
        moved.append(Cell(c.row + row_shift, first, c.text, c.row_span, max(1, end - first), c.places, c.confidence, c.repairs))
    return moved
