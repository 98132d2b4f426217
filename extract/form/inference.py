"""Columns without a header: their roles from what stands in them. What is found here is a doubt, and says so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from extract.form.grid_view import GridView
from extract.form.headers import ITEM_ROLES, Column, Header
from extract.form.segments import Part, Segment, row_kind
from extract.form.vocabulary import Vocabulary, squash
from extract.model import Cell

MIN_LEVEL_WORDS = 3
_OPERATOR = re.compile(r"^(?:[≥≤≧≦＞＜><=＝》《]{1,2}|定性|定量|大于|小于|等于|大于等于|小于等于)$")
_WEIGHT = re.compile(r"^\d{1,3}(?:\.\d+)?分?$")


def column_cells(grid: GridView, column: int, rows: Sequence[int]) -> list[Cell]:
    """The cells with text that begin in these rows and in this column."""
    wanted = rows if isinstance(rows, range) else frozenset(rows)
    return [cell for cell in grid.by_column.get(column, ()) if cell.row in wanted]


def level_share(cells: Sequence[Cell], number: int, words: Vocabulary) -> float:
    """Share of the cells that hold a word of this level."""
    return sum(number in words.level_numbers(cell.text) for cell in cells) / len(cells) if cells else 0.0


def infer_part(segment: Segment, words: Vocabulary, titled: bool) -> bool:
    """Gives a form without a header row its indicator table, where level words fill a column; False where none do."""
    rows = segment.head
    if not rows or not (titled or _has_labels(segment, words)):
        return False
    found = _level_columns(segment.grid, rows, words)
    if found is None:
        return False
    first, second = found
    body = _body_rows(segment.grid, rows, second, words)
    columns = _roles(segment.grid, body, first, second)
    if "level3" not in {c.role for c in columns if c}:
        return False
    segment.parts.append(Part(Header(body[0], body[0] - 1, columns, inferred=True), body))
    after = [row for row in rows if row > body[-1]]
    segment.head = [row for row in rows if row < body[0]]
    segment.foot = sorted({*segment.foot, *after})
    return True


def _has_labels(segment: Segment, words: Vocabulary) -> bool:
    names = {word.name for row in segment.head for cell in segment.grid.starting(row) if (word := words.label(cell.text))}
    return "goal" in names and bool(names & {"subject", "organization", "department"})


def _level_columns(grid: GridView, rows: Sequence[int], words: Vocabulary) -> tuple[int | None, int] | None:
    """The columns of level 1 (if any) and level 2."""
    counts: Counter[int] = Counter()
    for row in rows:
        for cell in grid.starting(row):
            if 2 in words.level_numbers(cell.text):
                counts[cell.column] += 1
    if not counts or counts.most_common(1)[0][1] < MIN_LEVEL_WORDS:
        return None
    second = counts.most_common(1)[0][0]
    firsts = Counter(
        cell.column for row in rows for cell in grid.starting(row) if cell.column < second and 1 in words.level_numbers(cell.text)
    )
    return (firsts.most_common(1)[0][0] if firsts else None), second


def _body_rows(grid: GridView, rows: Sequence[int], second: int, words: Vocabulary) -> list[int]:
    marked = [row for row in rows if (cell := grid.at(row, second)) is not None and 2 in words.level_numbers(cell.text)]
    body = [row for row in rows if marked[0] <= row <= marked[-1]]
    for row in (row for row in rows if row > marked[-1]):
        if row_kind(grid, row, words) != "body":
            break
        body.append(row)
    return body


def _roles(grid: GridView, rows: Sequence[int], first: int | None, second: int) -> tuple[Column | None, ...]:
    """Level 1, level 2, then name, then target; further columns by what they hold."""
    columns: list[Column | None] = [None] * grid.columns
    if first is not None:
        columns[first] = Column("level1", "", cell_column=first)
    columns[second] = Column("level2", "", cell_column=second)
    starts = sorted({cell.column for row in rows for cell in grid.starting(row) if cell.column > second})
    main = [column for column in starts if len(column_cells(grid, column, rows)) >= 0.4 * len(rows)]
    order = ["level3", "target"]
    for column in main:
        texts = [squash(cell.text) for cell in column_cells(grid, column, rows)]
        role = content_role(texts) if order != ["level3", "target"] else None
        if role is None and order:
            role = order.pop(0)
        columns[column] = Column(role or "unknown", "", cell_column=column)
    return _filled(grid, columns, rows)


def _filled(grid: GridView, columns: list[Column | None], rows: Sequence[int]) -> tuple[Column | None, ...]:
    """The columns with each role spread over the grid columns that its cells span."""
    for column, named in list(enumerate(columns)):
        if named is None:
            continue
        spans = [cell.last_column for cell in column_cells(grid, column, rows)]
        for other in range(column + 1, (Counter(spans).most_common(1)[0][0] if spans else column) + 1):
            if columns[other] is None:
                columns[other] = named
    return tuple(columns)


def content_role(texts: Sequence[str]) -> str | None:
    """operator, weight or unit where nearly all texts of a column are of that kind."""
    filled = [text for text in texts if text]
    if len(filled) < 2:
        return None
    for role, pattern in (("operator", _OPERATOR), ("weight", _WEIGHT)):
        if sum(bool(pattern.match(text)) for text in filled) >= 0.8 * len(filled):
            return role
    return None


def refine(header: Header, grid: GridView, rows: Sequence[int], words: Vocabulary) -> Header:
    """The header with the roles that only the body shows: levels under one wide header, columns without a word,
    words that mean one thing beside some columns and another beside others."""
    columns = list(header.columns)
    for column, named in enumerate(columns):
        cells = column_cells(grid, column, rows)
        if not cells or (named and named.role not in ("name", "unknown")):
            continue
        role = _refined(columns, column, cells, words)
        if role:
            columns[column] = replace(named, role=role) if named else Column(role, "", cell_column=column)
    first = min((i for i, c in enumerate(columns) if c and c.role in ITEM_ROLES), default=0)
    if not header.wide:
        columns = [None if c and c.role == "unknown" and i < first else c for i, c in enumerate(columns)]
    for settle in (_settle_target, _settle_weight, _settle_names, _settle_signs, _settle_two_levels):
        columns = settle(columns, grid, rows, words)
    return replace(header, columns=tuple(columns))


def _refined(columns: Sequence[Column | None], column: int, cells: Sequence[Cell], words: Vocabulary) -> str | None:
    roles = {c.role for c in columns if c}
    for role, number in (("level1", 1), ("level2", 2)):
        if role not in roles and level_share(cells, number, words) >= 0.6:
            return role
    named = columns[column]
    first = min((i for i, c in enumerate(columns) if c), default=0)
    if (named is None or named.role != "name") and column > first:
        found = content_role([squash(cell.text) for cell in cells])
        return found if found not in roles else None
    return None


_Columns = list[Column | None]


def _headers_of(columns: _Columns, role: str, block: int) -> list[str]:
    return list(dict.fromkeys(c.header for c in columns if c and c.role == role and c.block == block))


def _recast(columns: _Columns, change: Callable[[Column], str]) -> _Columns:
    return [replace(c, role=change(c)) if c else None for c in columns]


def _settle_target(columns: _Columns, grid: GridView, rows: Sequence[int], words: Vocabulary) -> _Columns:
    """Beside level columns and without a column of targets, the one headed 目标 holds them, or the only unknown one."""
    for block in {c.block for c in columns if c}:
        roles = {c.role for c in columns if c and c.block == block}
        if roles & {"target", "adjusted", "subject", "project_code"} or not roles & {"level2", "level3", "level4"}:
            continue
        goals, unknown = _headers_of(columns, "goal", block), _headers_of(columns, "unknown", block)
        heads = goals or (unknown if len(unknown) == 1 else [])
        if len(heads) == 1:
            columns = [replace(c, role="target") if c and c.block == block and c.header == heads[0] else c for c in columns]
    return columns


def _settle_weight(columns: _Columns, grid: GridView, rows: Sequence[int], words: Vocabulary) -> _Columns:
    """A remark column that holds only points is that of the weights, where no other column is."""
    if any(c and c.role in ("weight", "score") for c in columns):
        return columns

    def settle(column: Column) -> str:
        texts = [squash(cell.text) for cell in column_cells(grid, column.cell_column, rows)]
        points = sum(bool(_WEIGHT.match(text)) for text in texts)
        return "weight" if column.role == "remark" and points >= 2 and points >= 0.8 * len(texts) else column.role

    return _recast(columns, settle)


def _settle_names(columns: _Columns, grid: GridView, rows: Sequence[int], words: Vocabulary) -> _Columns:
    """Of two columns that could be the name, the one headed 三级 or 名称 is; the other explains it."""
    for block in {c.block for c in columns if c}:
        heads = [*_headers_of(columns, "level3", block), *_headers_of(columns, "name", block)]
        sure = [head for head in heads if "三级" in head] or [head for head in heads if "名称" in head]
        if len(heads) > 1 and len(sure) == 1:
            columns = _recast(
                columns,
                lambda c, b=block, s=sure[0]: "explanation" if c.block == b and c.role in ("level3", "name") and c.header != s else c.role,  # type: ignore[misc]
            )
    return columns


def _settle_signs(columns: _Columns, grid: GridView, rows: Sequence[int], words: Vocabulary) -> _Columns:
    """Columns headed 性质, 类型, 属性 hold signs, or only 定量 and 定性: what stands in them says which."""

    def settle(column: Column) -> str:
        if column.role not in ("operator", "attribute"):
            return column.role
        texts = [squash(cell.text) for cell in column_cells(grid, column.cell_column, rows)]
        if not texts:
            return column.role
        signs = sum(bool(_SIGN.match(text)) for text in texts)
        kinds = sum(bool(_KIND.match(text)) for text in texts)
        return "operator" if signs else "attribute" if kinds >= 0.8 * len(texts) and _other_operator(columns, column) else "operator"

    return _recast(columns, settle)


def _other_operator(columns: _Columns, column: Column) -> bool:
    return any(c and c.role == "operator" and c.cell_column != column.cell_column for c in columns)


_SIGN = re.compile(r"^(?:[≥≤≧≦＞＜><=＝═》《]{1,2}|大于|小于|等于|不低于|不超过|区间)")
_KIND = re.compile(r"^(?:定性|定量)(?:指标)?$")


def _settle_two_levels(columns: _Columns, grid: GridView, rows: Sequence[int], words: Vocabulary) -> _Columns:
    """With two level columns and no name, the second one is the name where it does not hold level words."""
    for block in {c.block for c in columns if c}:
        roles = {c.role for c in columns if c and c.block == block}
        names = {*_headers_of(columns, "level3", block), *_headers_of(columns, "name", block)}
        if "level4" in roles or "level2" not in roles or any("内容" not in squash(name) for name in names):
            continue
        seconds = [
            cell for i, c in enumerate(columns) if c and c.role == "level2" and c.block == block for cell in column_cells(grid, i, rows)
        ]
        if level_share(seconds, 2, words) > 0.3 or len(seconds) < 2:
            continue
        firsts = [
            cell for i, c in enumerate(columns) if c and c.role == "level1" and c.block == block for cell in column_cells(grid, i, rows)
        ]
        lower = level_share(firsts, 2, words) > 0.5 and level_share(firsts, 1, words) < 0.5
        moved = {"level2": "level3", "level1": "level2" if lower else "level1", "level3": "explanation", "name": "explanation"}
        columns = _recast(columns, lambda c, b=block, m=moved: m.get(c.role, c.role) if c.block == b else c.role)  # type: ignore[misc]
    return columns


def continue_part(last: Part, segment: Segment, words: Vocabulary) -> bool:
    """Takes a table without header for the rest of the indicator table before it, where its columns and words fit."""
    grid = segment.grid
    if not segment.head or row_kind(grid, segment.head[0], words) != "body":
        return False
    columns = _carried(last.header, grid)
    if columns is None:
        return False
    body: list[int] = []
    for row in segment.head:
        if row_kind(grid, row, words) != "body":
            break
        body.append(row)
    second = [i for i, c in enumerate(columns) if c and c.role in ("level1", "level2")]
    if not any(words.level_numbers(cell.text) for i in second for cell in column_cells(grid, i, body)):
        return False
    segment.parts.append(Part(Header(body[0], body[0] - 1, columns, inferred=True), body))
    segment.foot = [row for row in segment.head if row > body[-1]]
    segment.head = []
    return True


def _carried(header: Header, grid: GridView) -> tuple[Column | None, ...] | None:
    """The roles of the earlier columns on this table's columns, where there are as many of them."""
    used = [c for i, c in enumerate(header.columns) if i == 0 or c is None or c != header.columns[i - 1]]
    if len(header.columns) == grid.columns:
        return header.columns
    return tuple(used) if len(used) == grid.columns else None
