"""Reads a table that holds many projects, a project a row group: its name and money at the left, its indicators beside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from extract.declaration import Declaration, Fact, Goal
from extract.form.breaks import mend
from extract.form.captions import Caption
from extract.form.grid_view import GridView
from extract.form.headers import LEVEL_ROLES, Header
from extract.form.money import MoneyFact, MoneyFacts
from extract.form.packed import add_packed, is_packed, read_packed
from extract.form.reading import Reading
from extract.form.rows import Body, Carry, read_body
from extract.form.segments import Part, Segment
from extract.form.single import finished, replace_header, role_finder
from extract.form.vocabulary import Vocabulary, printed, squash
from extract.model import Cell

_KEYS = ("subject", "project_code")
_MONEY = ("total", "fiscal", "other", "money")
_FACTS = ("organization", "department", "subject", "project_code", "project_type", "organization_code", "period")
_ITEMS = ("packed", "level3", "level4", "name", "target", "goal", *LEVEL_ROLES[:2])
_SUM = re.compile(r"^(?:合计|总计|小计|金额合计|部门合计|单位合计|全省合计|.{0,12}合计)[:：]?$")


@dataclass(slots=True)
class _Group:
    """The rows of one project, and the unit whose heading stands above them."""

    rows: list[int] = field(default_factory=list)
    organization: Cell | None = None


def read_wide(base: Declaration, segments: Sequence[Segment], caption: Caption, words: Vocabulary) -> list[tuple[Declaration, bool]]:
    """One declaration a project, in printed order; rows that only name a unit give the organization of those below."""
    found: list[tuple[Declaration, bool]] = []
    for segment in segments:
        segment.parts = [replace_header(part, segment.grid, words) for part in segment.parts]
        grid = mend(segment.grid, segment.rows, role_finder(segment), words)
        heading: Cell | None = None
        shared = Reading()
        for row in (*segment.title_rows, *segment.head, *segment.foot, *segment.notes):
            _leave_out(grid, row, shared, "caption or note of the table")
        for part in segment.parts:
            _use_header(grid, part, shared)
            groups, heading = _groups(grid, part, heading, words, shared)
            for group in groups:
                found.append((_read_group(base, grid, part, group, caption, words), False))
        if found:
            first, blank = found[0]
            found[0] = (replace(first, uses=(*shared.uses, *first.uses), problems=(*shared.problems, *first.problems)), blank)
    return found


def _use_header(grid: GridView, part: Part, reading: Reading) -> None:
    for row in range(part.header.first_row, part.header.last_row + 1):
        for cell in grid.starting(row):
            reading.use(cell, "header")


def _cell(grid: GridView, header: Header, row: int, role: str) -> Cell | None:
    columns = header.of(role)
    cells = (grid.at(row, column) for column in columns)
    return next((cell for cell in cells if cell is not None and cell.text.strip()), None)


def _groups(grid: GridView, part: Part, heading: Cell | None, words: Vocabulary, reading: Reading) -> tuple[list[_Group], Cell | None]:
    """The row groups of the projects; sums and rows that name a unit are taken out on the way."""
    groups: list[_Group] = []
    last: str | None = None
    for row in part.rows:
        key = _cell(grid, part.header, row, "subject") or _cell(grid, part.header, row, "project_code")
        text = squash(key.text) if key is not None and key.row == row else ""
        if text and not _has_items(grid, part.header, row) and _is_heading(text, grid, part.header, row, words):
            _leave_out(grid, row, reading, "sum of the rows" if _SUM.match(text) else "heading of the rows of one unit")
            heading, last = (heading if _SUM.match(text) else key), None
            continue
        if not text and not _has_items(grid, part.header, row) and grid.starting(row) and _opens(grid, row, groups):
            _leave_out(grid, row, reading, "row of a unit without a project")
            continue
        if text and (text != last or not groups or _new_code(grid, part.header, row, groups[-1])):
            groups.append(_Group(organization=heading))
            last = text
        elif not groups and not any(grid.starting(row)):
            continue
        elif not groups:
            groups.append(_Group(organization=heading))
        groups[-1].rows.append(row)
    return groups, heading


def _opens(grid: GridView, row: int, groups: Sequence[_Group]) -> bool:
    """True where no cell of the row goes on from a project above it."""
    return not groups or all(cell.row == row or not cell.text.strip() for cell in grid.covering(row))


def _has_items(grid: GridView, header: Header, row: int) -> bool:
    return any(_cell(grid, header, row, role) is not None for role in _ITEMS)


def _is_heading(text: str, grid: GridView, header: Header, row: int, words: Vocabulary) -> bool:
    name = re.sub(r"[(（][^()（）]*[)）]$", "", text)
    own = header.of("organization")
    return bool(_SUM.match(text)) or (not own and name.endswith(words.words.organization_endings))


def _new_code(grid: GridView, header: Header, row: int, group: _Group) -> bool:
    """True where the same project name stands with another code or unit: another project."""
    for role in ("project_code", "organization"):
        new, old = _cell(grid, header, row, role), _cell(grid, header, group.rows[0], role)
        if new is not None and old is not None and squash(new.text) != squash(old.text):
            return True
    return False


def _leave_out(grid: GridView, row: int, reading: Reading, reason: str) -> None:
    for cell in grid.starting(row):
        reading.use(cell, "ignored", reason)


def _read_group(base: Declaration, grid: GridView, part: Part, group: _Group, caption: Caption, words: Vocabulary) -> Declaration:
    reading = Reading()
    _facts(grid, part.header, group, reading)
    _goals(grid, part.header, group, reading)
    packed = [
        cell for row in group.rows for cell in grid.starting(row) if _may_pack(part.header, cell) and _holds_list(part.header, cell, words)
    ]
    for cell in packed:
        column = part.header.columns[cell.column]
        add_packed(cell, words, reading, level1=column.groups[-1] if column and column.role == "packed" else None)
    if not packed and group.rows:
        read_body(grid, Body(part.header, group.rows[0], group.rows[-1]), words, reading, Carry())
    for row in group.rows:
        for cell in grid.starting(row):
            reading.use(cell, "ignored", "column that is not part of the indicators")
    _caption_facts(caption, reading)
    columns = [(c.role, c.header) for c in part.header.columns if c]
    return finished(base, (), reading, columns)


def _holds_list(header: Header, cell: Cell, words: Vocabulary) -> bool:
    column = header.columns[cell.column]
    return is_packed(cell.text, words) or (column is not None and column.role == "packed" and bool(read_packed(cell.text, words)[0]))


def _may_pack(header: Header, cell: Cell) -> bool:
    named = header.columns[cell.column]
    return named is not None and named.role in ("name", "level3", "target", "packed")


def _facts(grid: GridView, header: Header, group: _Group, reading: Reading) -> None:
    money = MoneyFacts()
    for column, named in enumerate(header.columns):
        if named is None or (column and header.columns[column - 1] == named) or named.role not in (*_FACTS, *_MONEY):
            continue
        cells = _distinct(grid, group.rows, column)
        text = printed("\n".join(cell.text for cell in cells))
        for cell in cells:
            reading.use(cell, "fact")
        if not text:
            continue
        places = tuple(place for cell in cells for place in cell.places)
        if named.role in _MONEY:
            money.add(MoneyFact(named.role, named.header, text, None, column, 0, places))
        else:
            reading.facts.append(Fact(named.role, named.header, text, places))
    reading.facts.extend(money.named())
    if group.organization is not None and not any(fact.name == "organization" for fact in reading.facts):
        reading.facts.append(Fact("organization", "", printed(group.organization.text), group.organization.places))


def _distinct(grid: GridView, rows: Sequence[int], column: int) -> list[Cell]:
    """The cells with text of a column within a group, the same text once."""
    cells: list[Cell] = []
    for row in rows:
        cell = grid.at(row, column)
        if cell is None or not cell.text.strip() or cell in cells:
            continue
        if not cells or squash(cells[-1].text) != squash(cell.text):
            cells.append(cell)
    return cells


def _goals(grid: GridView, header: Header, group: _Group, reading: Reading) -> None:
    for column in header.of("goal"):
        named = header.columns[column]
        if column and header.columns[column - 1] == named:
            continue
        cells = _distinct(grid, group.rows, column)
        text = printed("\n".join(cell.text for cell in cells))
        for row in group.rows:
            if (cell := grid.at(row, column)) is not None:
                reading.use(cell, "goal")
        if text and named is not None:
            places = tuple(place for cell in cells for place in cell.places)
            horizon = named.horizon if named.horizon in ("mid_term", "long_term") else "annual"
            reading.goals.append(Goal(horizon, named.header, text, places))  # type: ignore[arg-type]


def _caption_facts(caption: Caption, reading: Reading) -> None:
    """Facts that stand over the whole table; a unit of the rows' own comes before the one over the table."""
    have = {fact.name for fact in reading.facts}
    for fact in caption.facts:
        if fact.name == "organization" and "organization" in have:
            reading.facts.append(replace(fact, name="department"))
        elif fact.name not in have:
            reading.facts.append(fact)
