"""Mends what a page break did to a table: repeated headers go, cut rows and cut merged cells become whole again.

The rule for a cut row asks for what is missing, not for lines: a row whose name or target stands on the other page
is one row, whatever rules a program drew there. A merged level cell goes on over the break where its other half is
blank, or where both halves together spell a level word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from extract.form.grid_view import GridView
from extract.form.headers import NAME_ROLES, Header, find_header, is_side_word, same_header
from extract.form.segments import row_kind
from extract.form.vocabulary import Vocabulary, printed, squash
from extract.model import Cell, Table

CUT_ROW = "row cut by a page break joined"
KEY_COLUMNS = frozenset({"subject", "project_code"})
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
TEXT_COLUMNS = frozenset({"explanation", "scoring_rule", "basis", "remark", "deviation"})
MIN_LINE = 4.0
"""Ems that a column's fullest line must have to tell whether another one is full."""

CUT_CELL = "cell cut by a page break joined"


def mend_headers(grid: GridView, words: Vocabulary) -> GridView:
    """The grid with header rows made whole that a page break cut through their words."""
    for row in grid.breaks:
        if not 0 < row < grid.rows or find_header(grid, row - 1, words) or find_header(grid, row, words):
            continue
        editor = _Editor(grid.table, grid.table.grid())
        for upper, lower in _pairs(editor.grid, row):
            if upper.row == row - 1 and lower.row_span == 1:
                editor.join(upper, lower, CUT_CELL if upper.text.strip() and lower.text.strip() else None)
        whole = editor.view(grid)
        if find_header(whole, row - 1, words) is not None:
            grid = whole
    return grid


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
            cells.append(replace(cell, row=rows[0], row_span=len(rows)))
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
    marked = any(_LIST_MARK.match(squash(lower.text)) for _, lower, role in faced if role in NAME_ROLES)
    begins = any(role in ("level1", "level2") and lower.text.strip() for _, lower, role in faced)
    return bool(both & NAME_ROLES) and "target" in both and not marked and not begins


def _mend_break(editor: _Editor, row: int, role_of: Callable[[int, int], str | None], words: Vocabulary) -> None:
    pairs = _pairs(editor.grid, row)
    roles = [role_of(row, lower.column) for _, lower in pairs]
    items = [(pair, role) for pair, role in zip(pairs, roles, strict=True) if role not in ("level1", "level2", "side")]
    same_project = _same_project(pairs, roles)
    other_project = not same_project and any(role in KEY_COLUMNS for role in roles)
    whole = [pair for pair, _ in items], [role for _, role in items]
    cut = _is_cut(*whole) or _is_split(pairs, roles, words) or _runs_on(editor.grid, *whole) or _is_goal(pairs, roles, words)
    levels_new = _new_level(pairs, roles, words) or _new_label(pairs, roles, words)
    cut = cut and not levels_new
    for (upper, lower), role in zip(pairs, roles, strict=True):
        if role in ("level1", "level2", "side") or (role == "label" and not cut):
            if not other_project and _goes_on(upper, lower, words):
                editor.join(upper, lower, CUT_CELL if upper.text.strip() and lower.text.strip() else None)
        elif role in PROJECT_COLUMNS:
            if same_project:
                editor.join(upper, lower, CUT_CELL if upper.text.strip() and lower.text.strip() else None)
        elif cut:
            editor.join(upper, lower, CUT_ROW if upper.text.strip() or lower.text.strip() else None)


def _same_project(pairs: Sequence[tuple[Cell, Cell]], roles: Sequence[str | None]) -> bool:
    """True where the project's name stands on one side of the break only: its merged cells go on over it."""
    keys = [pair for pair, role in zip(pairs, roles, strict=True) if role in KEY_COLUMNS]
    named = [(bool(upper.text.strip()), bool(lower.text.strip())) for upper, lower in keys]
    return bool(named) and not all(above and below for above, below in named)


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


def _new_level(pairs: Sequence[tuple[Cell, Cell]], roles: Sequence[str | None], words: Vocabulary) -> bool:
    """True where a level word of its own begins below the break: then a new row begins there."""
    return any(
        lower.text.strip() and upper.text.strip() and not _goes_on(upper, lower, words)
        for (upper, lower), role in zip(pairs, roles, strict=True)
        if role in ("level1", "level2")
    )


def _new_label(pairs: Sequence[tuple[Cell, Cell]], roles: Sequence[str | None], words: Vocabulary) -> bool:
    """True where, in the head of a form, a label begins below the break beside the blank rest of a merged one, or only
    labels stand above it, whose values are below."""
    if "label" not in roles:
        return False
    values = [pair for pair, role in zip(pairs, roles, strict=True) if role == "value"]
    below = [lower.text for _, lower in values]
    above = [upper.text for upper, _ in values if upper.text.strip()]
    if above and all(words.label(text) is not None for text in above):
        return True
    return any(words.label(text) is not None or words.label(_before_value(text)) is not None for text in below)


def _before_value(text: str) -> str:
    """The label of a cell that prints label and value together."""
    return re.split(r"[:：]", re.sub(r"^\s*其中\s*[:：]", "", text), maxsplit=1)[0]


def _completes(upper: Cell, lower: Cell, words: Vocabulary) -> bool:
    if words.label(upper.text) and words.label(lower.text):
        return False
    whole = printed(f"{upper.text}\n{lower.text}")
    return bool(words.level_numbers(whole)) or bool((word := words.label(whole)) and word.name in ("indicators", "goal"))


def _goes_on(upper: Cell, lower: Cell, words: Vocabulary) -> bool:
    if not upper.text.strip() or not lower.text.strip():
        return True
    if words.is_level_word(f"{printed(upper.text)}{printed(lower.text)}") and not squash(upper.text).endswith("指标"):
        return True
    return _completes(upper, lower, words) and not (words.level_numbers(upper.text) and words.level_numbers(lower.text))


def _is_split(pairs: Sequence[tuple[Cell, Cell]], roles: Sequence[str | None], words: Vocabulary) -> bool:
    """True where the halves of a word that fills a cell of its row stand on both sides: an operator, points, a label."""
    for (upper, lower), role in zip(pairs, roles, strict=True):
        above, below = squash(upper.text), squash(lower.text)
        if not above or not below:
            continue
        if role == "label" and words.label(above + below) and not words.label(below) and not words.label(above):
            return True
        if role == "operator" and _SIGN.fullmatch(above + below) and not _SIGN.fullmatch(below):
            return True
        if role == "weight" and above.replace(".", "").isdigit() and below == "分":
            return True
    return False


def _is_goal(pairs: Sequence[tuple[Cell, Cell]], roles: Sequence[str | None], words: Vocabulary) -> bool:
    """True where the label of a goal goes on blank below the break: beside it stands the rest of what stands above."""
    labels = [pair for pair, role in zip(pairs, roles, strict=True) if role == "label"]
    if len(labels) != 1 or labels[0][1].text.strip():
        return False
    word = words.label(labels[0][0].text)
    return word is not None and word.name == "goal"


_SIGN = re.compile(r"定性|定量|定性指标|定量指标|大于等于|小于等于|大于|小于|等于|>=|<=")


def _runs_on(grid: Sequence[Sequence[Cell | None]], pairs: Sequence[tuple[Cell, Cell]], roles: Sequence[str | None]) -> bool:
    """True where name and target both stand on both sides and no last line above has room for what begins below: the
    break fell between two lines of one row."""
    both = [(upper, lower, role) for (upper, lower), role in zip(pairs, roles, strict=True) if upper.text.strip() and lower.text.strip()]
    held = {role for _, _, role in both}
    if not held & NAME_ROLES or "target" not in held or any(_LIST_MARK.match(squash(lower.text)) for _, lower, _ in both):
        return False
    return all(_is_full(grid, upper, lower) for upper, lower, _ in both)


def _is_full(grid: Sequence[Sequence[Cell | None]], upper: Cell, lower: Cell) -> bool:
    """True where the column's lines, as cells of several lines show them, end where the upper cell's last line does."""
    beside = {id(row[upper.column]): row[upper.column] for row in grid}
    lines = [
        squash(line)
        for cell in beside.values()
        if cell is not None and cell.column == upper.column and cell.column_span == upper.column_span
        for line in cell.text.splitlines()
        if "\n" in cell.text.strip()
    ]
    room = max((_ems(line) for line in lines), default=0.0)
    if room < MIN_LINE or squash(upper.text) == squash(lower.text):
        return False
    first = _RUN.match(squash(lower.text))
    return _ems(squash(upper.text.splitlines()[-1])) + _ems(first.group() if first else "") > room


def _ems(text: str) -> float:
    """The width of a text in ems: half an em for a letter or digit."""
    return sum(0.5 if character.isascii() else 1.0 for character in text)


_RUN = re.compile(r"[\x21-\x7e]+|.")
_LIST_MARK = re.compile(r"^(?:指标)?\d{1,2}[:：.、;；)）]|^[(（]\d{1,2}[)）]")


def _is_cut(pairs: Sequence[tuple[Cell, Cell]], roles: Sequence[str | None]) -> bool:
    """True where the row below the break is the rest of the row above it."""
    if not pairs:
        return False
    above = [bool(upper.text.strip()) for upper, _ in pairs]
    below = [bool(lower.text.strip()) for _, lower in pairs]
    if not any(below):
        return True
    named = [i for i, role in enumerate(roles) if role in NAME_ROLES]
    aimed = [i for i, role in enumerate(roles) if role == "target"]
    if named and aimed:
        return _half(above, below, named, aimed) or _begins_above(above, below, roles, (*named, *aimed))
    key = [i for i, role in enumerate(roles) if role in ("label", "subject")]
    if not key or any(above[i] for i in key) == any(below[i] for i in key):
        return False
    side = any(roles[i] == "label" and pairs[i][0].row_span + pairs[i][1].row_span > 2 for i in key)
    return not side or len(pairs) <= 2


def _begins_above(above: Sequence[bool], below: Sequence[bool], roles: Sequence[str | None], main: Sequence[int]) -> bool:
    """True where only the begin of a long remark or rule stands above the break, its name and target wholly below."""
    if any(above[i] for i in main) or not any(below[i] for i in main):
        return False
    return any(filled for filled, role in zip(above, roles, strict=True) if role in TEXT_COLUMNS)


def _half(above: Sequence[bool], below: Sequence[bool], named: Sequence[int], aimed: Sequence[int]) -> bool:
    name_above, target_above = any(above[i] for i in named), any(above[i] for i in aimed)
    name_below, target_below = any(below[i] for i in named), any(below[i] for i in aimed)
    if not (name_above or target_above):
        return False
    return not (name_below and target_below) or not (name_above and target_above)
