"""Which role each column of an indicator table has, from its header: one row or several, split, repeated, side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extract.form.grid_view import GridView
from extract.form.vocabulary import Vocabulary, bare, printed, squash
from extract.model import Cell

LEVEL_ROLES = ("level1", "level2", "level3", "level4")
NAME_ROLES = frozenset({"level3", "level4", "name"})
TARGET_ROLES = frozenset({"target", "operator", "achieved"})
ITEM_ROLES = frozenset({"level1", "level2", "level3", "level4", "name", "target", "operator", "unit", "achieved", "weight"})
PROJECT_ROLES = frozenset({"subject", "project_code"})
MAX_HEADER_ROWS = 4
_UNIT = re.compile(r"[(（]\s*(?:单位[:：])?\s*([%％‰元万亿千个次人分天]{1,4}|百分比)\s*[)）]")


@dataclass(frozen=True, slots=True)
class Column:
    """The role of one grid column; ``block`` counts indicator tables that stand side by side, ``groups`` are the words
    printed over the header of several columns."""

    role: str
    header: str
    horizon: str | None = None
    unit: str | None = None
    block: int = 0
    cell_column: int = 0
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """The header of an indicator table: its rows, and a Column (or None) for each grid column."""

    first_row: int
    last_row: int
    columns: tuple[Column | None, ...]
    inferred: bool = False

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(column.role for column in self.columns if column)

    @property
    def wide(self) -> bool:
        """True where the table itself names the project of each row."""
        return bool(self.roles & PROJECT_ROLES) and bool(self.roles & (NAME_ROLES | {"goal", "packed"}))

    def of(self, role: str, block: int | None = None) -> list[int]:
        """The grid columns that have a role."""
        return [i for i, c in enumerate(self.columns) if c and c.role == role and block in (None, c.block)]

    @property
    def blocks(self) -> tuple[int, ...]:
        return tuple(sorted({c.block for c in self.columns if c})) or (0,)


def find_header(grid: GridView, row: int, words: Vocabulary) -> Header | None:
    """The header that begins in this row; None where the row does not spell the columns of an indicator table."""
    cells = [*_reaching(grid, row, words), *grid.starting(row)]
    matched = {id(cell): word.role for cell in cells if (word := words.header(cell.text))}
    named = set(matched.values()) & PROJECT_ROLES
    if len(matched) < 2 and not named:
        return None
    listed = [cell for cell in cells if id(cell) not in matched and 1 in words.level_numbers(cell.text)]
    if len(listed) >= 2 and named:
        matched.update({id(cell): "packed" for cell in listed})
    if not _is_header(list(matched.values()), len(cells), [cell.text for cell in cells]) or _is_framework(matched, cells):
        return None
    names = [cell for cell in cells if matched.get(id(cell)) == "name" and is_side_word(cell.text, words)]
    levelled = bool({"level2", "level3"} & set(matched.values())) or any(_beside_levels(grid, cell, words) for cell in names)
    beside_levels = [cell for cell in names if not _heads_names(cell, cells, matched)]
    side = {id(cell) for cell in (beside_levels if levelled else names[:1] if len(names) > 1 else [])}
    spans = [cell.last_row for cell in cells if id(cell) in matched and id(cell) not in side and cell.row_span <= MAX_HEADER_ROWS]
    last = _with_sub_rows(grid, row, _depth(grid, row, max(spans, default=row), words), words)
    first = min((cell.row for cell in cells), default=row)
    columns = [_column_role(grid, first, last, column, words) for column in range(grid.columns)]
    columns = _units_and_units(columns)
    beside = {cell.column for cell in cells if id(cell) in side}
    columns = [None if c and c.role == "name" and c.cell_column in beside else c for c in columns]
    return Header(first, last, _numbered(columns))


def _is_header(roles: Sequence[str], cells: int, texts: Sequence[str]) -> bool:
    found = set(roles)
    if len(roles) < 2 or 2 * len(roles) < cells:
        return False
    levels = found & {"level1", "level2", "level3", "level4"}
    named_levels = sum("级" in squash(text) for text in texts)
    if len(levels) >= 2 and (found & TARGET_ROLES or (cells >= 3 and named_levels >= 2)):
        return True
    if found & PROJECT_ROLES and "packed" in found:
        return True
    if found & PROJECT_ROLES and "name" in found and found & {"goal", "total", "fiscal"}:
        return any("绩效指标" in squash(text) for text in texts)
    named = found & NAME_ROLES and "target" in found
    return bool(named) and (len(found & ITEM_ROLES) >= 3 or any(len(squash(t)) >= 3 and "值" in squash(t) for t in texts))


def _reaching(grid: GridView, row: int, words: Vocabulary) -> list[Cell]:
    """The header cells of the row above that reach into this one, where this row spells levels: a header of two rows
    whose upper one alone does not look like a header."""
    if row == 0 or len(find_levels(grid.starting(row), words)) < 2:
        return []
    above = (cell for cell in grid.covering(row) if cell.row == row - 1 and cell.row_span <= MAX_HEADER_ROWS)
    return [cell for cell in above if cell.text.strip() and words.header(cell.text) and not is_side_word(cell.text, words)]


def _heads_names(side: Cell, cells: Sequence[Cell], matched: dict[int, str]) -> bool:
    """True for a word of a side label over the names themselves: left of the target, where no other column has names."""
    right = [cell for cell in cells if cell.column > side.last_column]
    following = min(right, key=lambda cell: cell.column, default=None)
    others = {role for at, role in matched.items() if at != id(side)}
    return following is not None and matched.get(id(following)) in TARGET_ROLES and not others & NAME_ROLES


def _beside_levels(grid: GridView, cell: Cell, words: Vocabulary) -> bool:
    """True for a cell that goes on below a row of level words beside it: a page break left no more rows of what it labels."""
    return any(find_levels(grid.starting(row), words) for row in range(cell.row + 1, cell.last_row))


def _units_and_units(columns: list[Column | None]) -> list[Column | None]:
    """单位 is the unit of measure within the indicators, and the budget unit left of them where projects are named."""
    first = min((i for i, c in enumerate(columns) if c and (c.role in LEVEL_ROLES or c.role in ("name", "goal", "target"))), default=0)
    if not any(c and c.role in PROJECT_ROLES for c in columns):
        return columns
    return [replace(c, role="organization") if c and c.role == "unit" and i < first else c for i, c in enumerate(columns)]


def _is_framework(matched: dict[int, str], cells: Sequence[Cell]) -> bool:
    """True for the header of a scoring framework: levels, points and rules, but no column that could hold a target."""
    roles = set(matched.values())
    return len(matched) == len(cells) and not roles & {*TARGET_ROLES, "adjusted", "history", "name", *PROJECT_ROLES, "goal"}


def _depth(grid: GridView, first: int, last: int, words: Vocabulary) -> int:
    """The last row of the header cells, cut where most of what begins in a row below are no words of a header."""
    for row in range(first + 1, last + 1):
        cells = grid.starting(row)
        known = [c for c in cells if words.header(c.text) or words.level_numbers(c.text) or _YEAR_ONLY.match(squash(c.text))]
        if 2 * len(known) < len(cells):
            return row - 1
    return last


def _with_sub_rows(grid: GridView, first: int, last: int, words: Vocabulary) -> int:
    """The last row of the header, rows of sub-headers (前年, 上年, 年度指标值 …) included."""
    while last + 1 < grid.rows and last + 1 - first < MAX_HEADER_ROWS:
        cells = grid.starting(last + 1)
        if len(cells) >= 2 and all(1 in words.level_numbers(cell.text) and _under_name(grid, first, cell, words) for cell in cells):
            last += 1
            continue
        below = [cell for cell in cells if words.header(cell.text) or _YEAR_ONLY.match(squash(cell.text))]
        if not cells or len(below) < len(cells) or any(words.level(cell.text) for cell in cells):
            break
        if find_levels(cells, words):
            break
        last += 1
    return last + 1 if last + 1 < grid.rows and is_number_row(grid, last + 1) else last


def _under_name(grid: GridView, first: int, cell: Cell, words: Vocabulary) -> bool:
    """True for a cell below a header of indicators that is wider than it: one of the columns that the header spans."""
    above = grid.at(cell.row - 1, cell.column)
    word = words.header(above.text) if above is not None and above.row >= first else None
    return above is not None and word is not None and word.role == "name" and above.column_span > cell.column_span


def is_number_row(grid: GridView, row: int) -> bool:
    """True for a row that only counts the columns: 1, 2, 3, …"""
    texts = [squash(cell.text).strip("()（）") for cell in grid.starting(row)]
    numbers = [int(text) for text in texts if text.isdecimal() and len(text) <= 2]
    rising = all(b - a in (1, 2) for a, b in pairwise(numbers))
    return len(numbers) >= 3 and len(texts) - len(numbers) <= 1 and rising and numbers[0] <= 2


_YEAR_ONLY = re.compile(r"^(?:19|20)\d\d年?(?:度|实际|完成|值)*$")


def find_levels(cells: Sequence[Cell], words: Vocabulary) -> set[str]:
    """The level roles that these cells spell: two of them make a header of its own."""
    roles = {word.role for cell in cells if (word := words.header(cell.text))}
    found = roles & {"level1", "level2", "level3"}
    return found if len(found) >= 2 else set()


def _column_role(grid: GridView, first: int, last: int, column: int, words: Vocabulary) -> Column | None:
    """The role of a grid column: that of the lowest header cell that has one, in the light of those above it."""
    stack: list[Cell] = []
    for row in range(first, last + 1):
        cell = grid.at(row, column)
        if cell is not None and cell.text.strip() and (not stack or stack[-1] is not cell) and cell.last_row <= last:
            stack.append(cell)
    if not stack:
        return None
    texts = [printed(cell.text) for cell in stack]
    known = [words.header(text) for text in texts]
    lowest = next((word for word in reversed(known) if word), None)
    if (lowest is None or lowest.role == "name") and known[-1] is None and 1 in words.level_numbers(texts[-1]):
        return Column("packed", "/".join(texts), cell_column=stack[-1].column, groups=(texts[-1],))
    if lowest is None:
        return Column("unknown", "/".join(texts), cell_column=stack[-1].column)
    role, horizon = lowest.role, lowest.horizon
    parents = [word for word in known if word and word is not lowest]
    if known[-1] is None and len(stack) > 1 and _YEAR_ONLY.match(squash(texts[-1])):
        role = "history" if any(word.role == "history" for word in [*parents, lowest]) else role
    elif any(word.role == "history" for word in parents) and role not in ("target", "history"):
        role = "history"
    horizon = horizon or next((word.horizon for word in parents if word.horizon), None) or _horizon_of(texts[:-1], words)
    unit = next((m.group(1) for text in reversed(texts) if (m := _UNIT.search(text))), None)
    return Column(
        role, texts[-1] if role == "history" else "/".join(texts), horizon, unit, cell_column=stack[-1].column, groups=tuple(texts[:-1])
    )


def _horizon_of(texts: Sequence[str], words: Vocabulary) -> str | None:
    found = (words.label(text) for text in texts)
    return next((word.horizon for word in found if word and word.horizon), None)


def _numbered(columns: Sequence[Column | None]) -> tuple[Column | None, ...]:
    """The columns with their block: a level or name role seen before, after a target, begins the next table beside."""
    block, seen, numbered = 0, set[str](), list[Column | None]()
    previous: Column | None = None
    for at, column in enumerate(columns):
        if column is None:
            numbered.append(None)
            continue
        same = previous is not None and previous.cell_column == column.cell_column and previous.header == column.header
        if not same and column.role in (*LEVEL_ROLES, "name") and column.role in seen and "target" in seen and _aims(columns[at:]):
            block, seen = block + 1, set()
        seen.add(column.role)
        previous = column
        numbered.append(replace(column, block=block))
    return tuple(numbered)


def _aims(columns: Sequence[Column | None]) -> bool:
    return any(column and column.role == "target" for column in columns)


def same_header(one: Header, other: Header) -> bool:
    """True where two headers give the same roles to the same columns: a header printed again on the next page."""
    pairs = [(a.role if a else None, b.role if b else None) for a, b in zip(one.columns, other.columns, strict=False)]
    agreeing = sum(a == b for a, b in pairs)
    return len(one.columns) == len(other.columns) and agreeing >= 0.8 * len(pairs)


def is_side_word(text: str, words: Vocabulary) -> bool:
    """True for the label beside an indicator table (绩效指标, 年度绩效指标 …)."""
    word = words.label(text)
    return bool(word and word.name == "indicators") or bare(text) == "绩效指标"
