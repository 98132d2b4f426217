"""Rows of a tabbed table put under their header again, where a dump shifted them.

Where a merged cell was cut by a page break or printed a row too high, dumps shift cells by a column. The level words
show it: they must stand below the headers of their levels. What is moved is marked, and doubted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.readers.text_grid import GridRow
from extract.readers.text_words import TextWords, squash

CONFIDENCE = 0.6
MOVED = "moved under its header"
NAME_ROLES = frozenset({"level3", "name"})
VALUE_ROLES = frozenset({"target", "history", "achieved"})


@dataclass(frozen=True, slots=True)
class _Header:
    """A header row: its place among the rows, the roles of its columns, and the rows of sub-headers below it."""

    row: int
    roles: tuple[str | None, ...]
    body: int
    end: int

    def column(self, *roles: str) -> int | None:
        return next((i for i, role in enumerate(self.roles) if role in roles), None)


def align(rows: Sequence[GridRow], words: TextWords) -> tuple[list[GridRow], int]:
    """The rows with shifted cells put back, and how many rows were changed."""
    aligned = list(rows)
    changed = 0
    for header in reversed(_headers(rows, words)):
        body = rows[header.row : header.end]
        new = _without_intruder(header, body, words) or _slid(header, body)
        changed += sum(1 for row in new if any(MOVED in repair for _, repair in row.repairs))
        aligned[header.row : header.end] = new
    return aligned, changed


def _headers(rows: Sequence[GridRow], words: TextWords) -> list[_Header]:
    """The header rows of indicator tables, each with the range of rows below it."""
    named = [(i, _roles(row, words)) for i, row in enumerate(rows)]
    found = [(i, roles) for i, roles in named if {"level1", "level2"} <= set(roles) and NAME_ROLES & set(roles)]
    ends = [*(i for i, _ in found[1:]), len(rows)][: len(found)]
    headers = []
    for (i, roles), end in zip(found, ends, strict=True):
        body = i + 1
        while body < end and _is_sub_header(rows[body], words):
            body += 1
        headers.append(_Header(i, roles, body - i, end))
    return headers


def _roles(row: GridRow, words: TextWords) -> tuple[str | None, ...]:
    return tuple(words.header_role(squash(text)) if text else None for text in row.cells)


def _is_sub_header(row: GridRow, words: TextWords) -> bool:
    texts = [squash(text) for text in row.cells if text]
    return bool(texts) and all(words.header_role(text) and not words.level(text) for text in texts)


def _slid(header: _Header, rows: Sequence[GridRow]) -> list[GridRow]:
    """The rows with a cell behind the last header moved left into the blank cell below that header."""
    last = max(i for i, role in enumerate(header.roles) if role)
    new = list(rows)
    for i, row in enumerate(rows[header.body :], start=header.body):
        behind = [c for c, text in enumerate(row.cells) if text and c > last]
        if len(behind) == 1 and not any(row.cells[last : behind[0]]):
            cells = list(row.cells)
            cells[last], cells[behind[0]] = cells[behind[0]], ""
            new[i] = replace(row, cells=tuple(cells), repairs=(*row.repairs, (last, MOVED)))
    return new


def _without_intruder(header: _Header, rows: Sequence[GridRow], words: TextWords) -> list[GridRow] | None:
    """The rows below a header that a displaced level word pushed one column to the right; None where that is not so."""
    first, second = header.column("level1"), header.column("level2")
    if not first or second is None:
        return None
    intruder = rows[0].cells[first - 1]
    if not intruder or "level1" not in _level_kinds(intruder, words) or _usual_shift(rows[header.body :], second, words) != -1:
        return None
    top = _cut(rows[0].cells, first - 1)
    value = next((c - 1 for c, role in enumerate(header.roles) if role in VALUE_ROLES), None)
    if value is None:
        return None
    heads, leaves = _sub_headers(rows[1 : header.body], value, words)
    alone: list[str | None] = [""] * first
    alone[first - 1] = intruder
    moved = ((first - 1, MOVED),)
    body = [_fitted(row, second - 1, value, leaves, words) for row in rows[header.body :]]
    displaced = GridRow(tuple(alone), rows[0].page, CONFIDENCE, moved)
    return [replace(rows[0], cells=tuple(top), repairs=moved), *heads, displaced, *body]


def _level_kinds(text: str, words: TextWords) -> set[str]:
    return {kind for kind in ("level1", "level2") if squash(text) in words.kinds[kind]}


def _usual_shift(rows: Sequence[GridRow], second: int, words: TextWords) -> int | None:
    """By how many columns most level-2 words stand beside the header of level 2."""
    shifts = Counter(column - second for row in rows if (column := _level2_column(row, words)) is not None)
    return shifts.most_common(1)[0][0] if shifts else None


def _level2_column(row: GridRow, words: TextWords) -> int | None:
    """The column of the last level-2 word before the name."""
    found = None
    for column, text in enumerate(row.cells):
        if text and _level_kinds(text, words):
            found = column if "level2" in _level_kinds(text, words) else found
        elif text and found is not None:
            break
    return found


def _cut(cells: Sequence[str | None], column: int) -> list[str | None]:
    return [*cells[:column], *cells[column + 1 :]]


def _sub_headers(rows: Sequence[GridRow], value: int, words: TextWords) -> tuple[list[GridRow], list[str]]:
    """The sub-header rows begun at the first value column, and the roles of the columns that they make from there on.

    The lowest row names the columns; what a row above it names beside values stands behind them."""
    if not rows:
        return [], []
    lowest = [text for text in rows[-1].cells if text]
    roles = [words.header_role(squash(text)) or "" for text in lowest]
    heads: list[GridRow] = []
    for row in rows[:-1]:
        cells: list[str | None] = [""] * (value + len(lowest))
        spanning = [text for text in row.cells if text and words.header_role(squash(text)) in VALUE_ROLES]
        behind = [text for text in row.cells if text and words.header_role(squash(text)) not in VALUE_ROLES]
        cells[value : value + len(spanning)] = spanning
        roles += [words.header_role(squash(text)) or "" for text in behind]
        heads.append(replace(row, cells=(*cells, *behind), repairs=((value, MOVED),)))
    heads.append(replace(rows[-1], cells=(*[""] * value, *lowest), repairs=((value, MOVED),)))
    return heads, roles


def _fitted(row: GridRow, second: int, value: int, leaves: Sequence[str], words: TextWords) -> GridRow:
    """The row with its level 2 below the header of level 2, and its last cells below the last headers."""
    column = _level2_column(row, words)
    if column is None or not leaves:
        return row
    cells = list(row.cells)
    if column < second:
        cells = [*[""] * (second - column), *cells]
    values = [text for text in cells[value:] if text]
    blank = len(leaves) - len(values)
    if column == second and (blank <= 0 or leaves[-1] in VALUE_ROLES or not words.has(leaves[-1], squash(values[-1]) if values else "")):
        return row
    new = (*cells[:value], *[""] * max(0, blank), *values)
    return GridRow(new, row.page, CONFIDENCE, (*row.repairs, *((i, MOVED) for i, text in enumerate(new) if text and i >= value)))
