"""Mends what a page break did to a table: repeated headers go, cut rows and cut merged cells become whole again.

The rule for a cut row asks for what is missing, not for lines: a row whose name or target stands on the other page
is one row, whatever rules a program drew there. A merged level cell goes on over the break where its other half is
blank, or where both halves together spell a level word.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from extract.form.cuts import KEY_COLUMNS, LIST_MARK, goes_on, row_is_cut, same_project, spells_label
from extract.form.grid_view import GridView
from extract.form.headers import NAME_ROLES, Header, find_header, is_side_word, same_header
from extract.form.segments import row_kind
from extract.form.vocabulary import Vocabulary, squash
from extract.model import Cell, Table

CUT_ROW = "row cut by a page break joined"
PROJECT_COLUMNS = frozenset(
    {
        "subject",
        "project_code",
        "organization",
        "organization_code",
        "department",
        "goal",
        "total",
        "fiscal",
        "other",
        "money",
        "project_type",
    }
)

CUT_CELL = "cell cut by a page break joined"


def mend_headers(grid: GridView, words: Vocabulary) -> GridView:
    """The grid with header rows made whole that a page break cut, through their words or between them."""
    for row in grid.breaks:
        if not 0 < row < grid.rows or find_header(grid, row, words):
            continue
        half = find_header(grid, row - 1, words)
        editor = _Editor(grid.table, grid.table.grid())
        for upper, lower in _pairs(editor.grid, row):
            if upper.row == row - 1 and lower.row_span == 1:
                editor.join(upper, lower, CUT_CELL if upper.text.strip() and lower.text.strip() else None)
        whole = editor.view(grid)
        header = find_header(whole, row - 1, words)
        if header is not None and (half is None or _named(header) > _named(half)):
            grid = whole
    return grid


def _named(header: Header) -> int:
    """How many kinds of columns a header names."""
    return len({column.role for column in header.columns if column} - {"unknown"})


def drop_repeated_headers(grid: GridView, words: Vocabulary) -> tuple[GridView, tuple[Cell, ...]]:
    """The grid without headers (and rows above them) that are printed again at the top of a page, and their cells."""
    dropped: set[int] = set()
    earlier = _Earlier(grid)
    last: Header | None = None
    row = 0
    while row < grid.rows:
        header = find_header(grid, row, words)
        if header is None:
            row += 1
            continue
        page = max((b for b in grid.breaks if b <= row), default=None)
        if last is not None and page is not None and same_header(header, last) and _is_repeat(earlier, page, row, header, words):
            dropped.update(range(page, header.last_row + 1))
        last = header
        row = header.last_row + 1
    if not dropped:
        return grid, ()
    return _without_rows(grid, dropped), tuple(cell for row in sorted(dropped) for cell in grid.starting(row))


class _Earlier:
    """The texts that a table prints above a row; asked for rows further and further down, each is looked at once."""

    def __init__(self, grid: GridView) -> None:
        self.grid = grid
        self._texts: set[str] = set()
        self._to = 0

    def above(self, row: int) -> set[str]:
        self._texts.update(squash(cell.text) for r in range(self._to, row) for cell in self.grid.starting(r))
        self._to = max(self._to, row)
        return self._texts


def _is_repeat(earlier: _Earlier, page: int, row: int, header: Header, words: Vocabulary) -> bool:
    """True where the rows between the break and the header were printed before, and the header's own words too."""
    grid = earlier.grid
    if page == 0 or row_kind(grid, page - 1, words) not in ("body", "foot") or row - page > 4:
        return False
    printed_before = earlier.above(page)
    rows = range(page, header.last_row + 1)
    return all(squash(cell.text) in printed_before or is_side_word(cell.text, words) for r in rows for cell in grid.starting(r))


def _without_rows(grid: GridView, dropped: set[int]) -> GridView:
    kept = [row for row in range(grid.rows) if row not in dropped]
    index = {row: i for i, row in enumerate(kept)}
    cells: list[Cell] = []
    for cell in grid.table.cells:
        rows = [index[row] for row in range(cell.row, cell.last_row + 1) if row in index]
        if rows and (cell.row not in dropped or cell.last_row not in dropped):
            moved = rows[0] != cell.row or len(rows) != cell.row_span
            cells.append(replace(cell, row=rows[0], row_span=len(rows)) if moved else cell)
    breaks = tuple(sum(row < b for row in kept) for b in grid.breaks)
    return GridView(
        replace(grid.table, rows=len(kept), cells=tuple(cells)),
        breaks,
        grid.heads,
        frozenset(sum(row < b for row in kept) for b in grid.open_breaks),
    )


@dataclass(slots=True)
class _Editor:
    """Joins cells of one table; ``grid`` holds the current one at each row and column."""

    table: Table
    grid: list[list[Cell | None]]

    def join(self, upper: Cell, lower: Cell, repair: str | None) -> None:
        """The two cells as one, from the first row of the upper to the last of the lower."""
        text = "\n".join(part for part in (upper.text, lower.text) if part.strip())
        repairs = tuple(dict.fromkeys((*upper.repairs, *lower.repairs, *((repair,) if repair else ()))))
        joined = replace(
            upper,
            text=text,
            row_span=lower.last_row - upper.row + 1,
            places=upper.places + lower.places,
            confidence=min(upper.confidence, lower.confidence),
            repairs=repairs,
        )
        for row in range(upper.row, lower.last_row + 1):
            for column in range(upper.column, upper.last_column + 1):
                if self.grid[row][column] is None or self.grid[row][column] in (upper, lower):
                    self.grid[row][column] = joined

    def view(self, old: GridView) -> GridView:
        seen: dict[int, Cell] = {}
        for row in self.grid:
            for cell in row:
                if cell is not None:
                    seen.setdefault(id(cell), cell)
        return GridView(replace(self.table, cells=tuple(seen.values())), old.breaks, old.heads, old.open_breaks)


def mend(grid: GridView, rows: Collection[int], role_of: Callable[[int, int], str | None], words: Vocabulary) -> GridView:
    """The grid with the cells that page breaks cut made whole, between ``rows`` of one form. ``role_of`` gives the role of
    a grid column at a row."""
    breaks = [row for row in grid.breaks if row in rows and row - 1 in rows]
    if not breaks:
        return grid
    editor = _Editor(grid.table, grid.table.grid())
    for row in breaks:
        _mend_break(editor, row, role_of, words)
    return editor.view(grid)


def may_be_cut(grid: GridView, row: int, role_of: Callable[[int, int], str | None]) -> bool:
    """True for a row below a break without rules that could as well be the rest of the row above: nothing in its text
    tells, since name and target stand on both sides and no level begins there."""
    if row not in grid.open_breaks or not 0 < row < grid.rows:
        return False
    faced = [(upper, lower, role_of(row, lower.column)) for upper, lower in _pairs(grid.matrix, row)]
    both = {role for upper, lower, role in faced if upper.text.strip() and lower.text.strip()}
    marked = any(LIST_MARK.match(squash(lower.text)) for _, lower, role in faced if role in NAME_ROLES)
    begins = any(role in ("level1", "level2") and lower.text.strip() for _, lower, role in faced)
    return bool(both & NAME_ROLES) and "target" in both and not marked and not begins


def _mend_break(editor: _Editor, row: int, role_of: Callable[[int, int], str | None], words: Vocabulary) -> None:
    pairs = _pairs(editor.grid, row)
    roles = [role_of(row, lower.column) for _, lower in pairs]
    same = same_project(editor.grid, pairs, roles)
    other_project = not same and any(role in KEY_COLUMNS for role in roles)
    cut = row_is_cut(editor.grid, pairs, roles, words)
    for (upper, lower), role in zip(pairs, roles, strict=True):
        if role in ("level1", "level2", "side") or (role == "label" and not cut):
            if not other_project and goes_on(upper, lower, words):
                editor.join(upper, lower, CUT_CELL if upper.text.strip() and lower.text.strip() else None)
        elif role in PROJECT_COLUMNS:
            if same:
                editor.join(upper, lower, CUT_CELL if upper.text.strip() and lower.text.strip() else None)
        elif cut or (role == "value" and spells_label(upper, lower, words)):
            editor.join(upper, lower, CUT_ROW if upper.text.strip() or lower.text.strip() else None)


def _pairs(grid: Sequence[Sequence[Cell | None]], row: int) -> list[tuple[Cell, Cell]]:
    """The cells that face each other over a break, where their columns are the same."""
    found: list[tuple[Cell, Cell]] = []
    for column, lower in enumerate(grid[row]):
        upper = grid[row - 1][column]
        if lower is None or upper is None or lower is upper or lower.column != column or lower.row != row:
            continue
        if upper.column == column and upper.column_span == lower.column_span:
            found.append((upper, lower))
    return found
