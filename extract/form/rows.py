"""Indicator rows from the body of an indicator table, levels filled down, one Row for each target horizon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from extract.declaration import Horizon, Row
from extract.form.breaks import PROJECT_COLUMNS
from extract.form.grid_view import GridView
from extract.form.headers import NAME_ROLES, TARGET_ROLES, Header
from extract.form.reading import Reading, join_places
from extract.form.vocabulary import Vocabulary, printed, squash
from extract.model import Cell

PLACEHOLDERS = frozenset("/-—－–一\\、….·*")
# Cells that stand beside many rows: where a row is printed is said by its own.
_BESIDE = PROJECT_COLUMNS | {"level1", "level2"}
_OWN_FIELD = ("explanation", "scoring_rule", "basis", "remark", "weight", "score", "deviation")
_NOT_KEPT = {
    "direction": "direction of the indicator has no column",
    "attribute": "kind of the indicator (定量, 定性) has no column",
    "responsible": "responsible unit of the indicator has no column",
    "serial": "number of the row",
    "weight1": "weight of a level, not of an indicator",
    "other_column": "column that is not part of the indicators",
    "unknown": "column of no known kind",
}


@dataclass(frozen=True, slots=True)
class Body:
    """The rows of one indicator table: header, first and last grid row, and the horizon that its surroundings print."""

    header: Header
    first: int
    last: int
    horizon: Horizon | None = None
    block_horizons: tuple[tuple[int, Horizon], ...] = ()

    def horizon_of(self, block: int) -> Horizon:
        if self.block_horizons:
            return dict(self.block_horizons).get(block) or "annual"
        return self.horizon or "annual"


@dataclass(slots=True)
class Carry:
    """Level words by block that go on from one part of an indicator table to the next."""

    texts: dict[int, _Levels] = field(default_factory=dict)


@dataclass(slots=True)
class _Levels:
    """The level words that still hold, by role, and how sure each was read."""

    texts: dict[str, str | None] = field(default_factory=dict)
    repairs: tuple[str, ...] = ()
    confidences: dict[str, float] = field(default_factory=dict)

    def enter(self, role: str, text: str, cells: Sequence[Cell] = ()) -> None:
        order = ("level1", "level2", "level3")
        if self.texts.get(role) != text:
            for lower in order[order.index(role) + 1 :]:
                self.texts[lower] = None
        self.texts[role] = text
        self.confidences[role] = min((cell.confidence for cell in cells), default=1.0)

    @property
    def confidence(self) -> float:
        """That of the level words that still hold."""
        return min((self.confidences.get(role, 1.0) for role, text in self.texts.items() if text), default=1.0)


def read_body(grid: GridView, body: Body, words: Vocabulary, reading: Reading, carry: Carry) -> None:
    """Adds the rows of one indicator table, block by block beside each other, to the reading."""
    for block in body.header.blocks:
        levels = carry.texts.setdefault(block, _Levels())
        for row in range(body.first, body.last + 1):
            _read_row(grid, body, block, row, levels, words, reading)
        _list_bare_levels(grid, body, block, reading)


def _list_bare_levels(grid: GridView, body: Body, block: int, reading: Reading) -> None:
    """Lists the level words that no row stands under: forms print kinds of indicators that they leave empty."""
    for row in range(body.first, body.last + 1):
        for role, cells in cells_by_role(grid, body.header, block, row).items():
            for cell in cells if role in ("level1", "level2") else ():
                reading.use(cell, "ignored", "level without an indicator of its own")


def _read_row(grid: GridView, body: Body, block: int, row: int, levels: _Levels, words: Vocabulary, reading: Reading) -> None:
    cells = cells_by_role(grid, body.header, block, row)
    _enter_shared(grid, body.header, block, row, levels, words)
    for role in ("level1", "level2"):
        if text := _text(cells.get(role, ())):
            levels.enter(role, text, cells[role])
    item = [cell for role in (*NAME_ROLES, *TARGET_ROLES) for cell in cells.get(role, ())]
    if not any(cell.row == row for cell in item):
        return
    name = _name(cells, levels)
    targets = _targets(cells, body.header, block)
    if not name.strip("无") and not any(text for _, text, _ in targets):
        _leave_out(cells, "neither name nor target", reading)
        return
    if _is_placeholder(name) and all(_is_placeholder(text) for _, text, _ in targets):
        _leave_out(cells, "placeholder in name and target", reading)
        return
    _emit(cells, body, block, row, name, targets, levels, words, reading)


def _enter_shared(grid: GridView, header: Header, block: int, row: int, levels: _Levels, words: Vocabulary) -> None:
    """The levels of a block without columns for them: the word over its columns, or the columns of the first block."""
    own = {c.role for c in header.columns if c and c.block == block}
    if "level1" not in own:
        text = _level_group(header, block, words)
        if text is None and block:
            text = _text(cells_by_role(grid, header, 0, row).get("level1", ()))
        if text:
            levels.enter("level1", text)
    if block and "level2" not in own and (text := _text(cells_by_role(grid, header, 0, row).get("level2", ()))):
        levels.enter("level2", text)


def _level_group(header: Header, block: int, words: Vocabulary) -> str | None:
    """The level-1 word that stands over the columns of a block, where the form prints it in the header."""
    groups = (group for c in header.columns if c and c.block == block for group in c.groups)
    return next((group for group in groups if 1 in words.level_numbers(group)), None)


def cells_by_role(grid: GridView, header: Header, block: int, row: int) -> dict[str, list[Cell]]:
    """The cells that cover a row, each under the one role that most of its columns have; a cell over levels and target
    is a heading among the rows and has none."""
    found: dict[str, list[Cell]] = {}
    for cell in grid.covering(row):
        votes: dict[str, int] = {}
        for column in range(cell.column, cell.last_column + 1):
            named = header.columns[column] if column < len(header.columns) else None
            if named and named.block == block:
                votes[named.role] = votes.get(named.role, 0) + 1
        if "target" in votes and votes.keys() & {"level1", "level2"}:
            continue
        if votes:
            found.setdefault(max(votes, key=lambda role: votes[role]), []).append(cell)
    return found


def _text(cells: Sequence[Cell]) -> str:
    return "".join(printed(cell.text) for cell in cells)


def _texts(cells: Sequence[Cell], header: Header) -> str:
    """The texts of columns that have the same role, parted where they stand under headers of their own."""
    parts: dict[str, str] = {}
    for cell in cells:
        column = header.columns[cell.column]
        head = column.header if column else ""
        parts[head] = parts.get(head, "") + printed(cell.text)
    return "；".join(filter(None, parts.values()))


def _is_placeholder(text: str) -> bool:
    return bool(text) and set(squash(text)) <= PLACEHOLDERS and squash(text) != "一"


def _name(cells: dict[str, list[Cell]], levels: _Levels) -> str:
    """The printed name; with a fourth level that one, after the third."""
    third = _text(cells.get("level3", ())) + _text(cells.get("name", ()))
    if "level4" not in cells:
        return third
    if third:
        levels.enter("level3", third, cells.get("level3", ()))
    return _text(cells["level4"]) or third


def _targets(cells: dict[str, list[Cell]], header: Header, block: int) -> list[tuple[str | None, str, list[Cell]]]:
    """Horizon, text and cells of each target of the row; one entry without text where the row has no target."""
    by_horizon: dict[str | None, list[Cell]] = {}
    for cell in cells.get("target", ()):
        column = header.columns[cell.column]
        by_horizon.setdefault(column.horizon if column and column.block == block else None, []).append(cell)
    if len(by_horizon) > 1 and None in by_horizon:
        by_horizon["annual"] = by_horizon.pop(None) + by_horizon.pop("annual", [])
    adjusted = cells.get("adjusted", ())
    if _text(adjusted) and not _is_placeholder(_text(adjusted)):
        return [(None, _texts(adjusted, header), list(adjusted))]
    return [(horizon, _texts(found, header), found) for horizon, found in by_horizon.items()] or [(None, "", [])]


def _beside(cells: Sequence[Cell], targets: Sequence[Cell], header: Header) -> str:
    """The operator or unit of a target: of several columns of them the nearest one."""
    columns = {column.cell_column for cell in cells if (column := header.columns[cell.column])}
    if len(columns) < 2 or not targets:
        return _text(cells)
    at = targets[0].column
    return printed(min(cells, key=lambda cell: abs(cell.column - at)).text)


def _leave_out(cells: dict[str, list[Cell]], reason: str, reading: Reading) -> None:
    for role, found in cells.items():
        for cell in found:
            if role not in ("level1", "level2"):
                reading.use(cell, "ignored", reason)


def _emit(
    cells: dict[str, list[Cell]],
    body: Body,
    block: int,
    row: int,
    name: str,
    targets: Sequence[tuple[str | None, str, list[Cell]]],
    levels: _Levels,
    words: Vocabulary,
    reading: Reading,
) -> None:
    """Adds the Rows of one grid row: all of them share everything but horizon and target."""
    level1, level2, level3, repairs = split_levels(levels.texts.get("level1"), levels.texts.get("level2"), name, words)
    if "level4" in cells and levels.texts.get("level3") and level3 != levels.texts["level3"]:
        level3, repairs = f"{levels.texts['level3']}：{level3}", (*repairs, "fourth level joined to the third")
    shared = replace(
        _without_target(cells, body.header, reading),
        level1=level1,
        level2=level2,
        level3=level3 or None,
        repairs=(*repairs, *_shared(cells, row)),
    )
    shared = replace(shared, confidence=min(shared.confidence, levels.confidence))
    shared = replace(
        shared, repairs=tuple(dict.fromkeys((*shared.repairs, *(r for found in cells.values() for c in found for r in c.repairs))))
    )
    for role, found in cells.items():
        for cell in found:
            reading.use(cell, "ignored" if role in _NOT_KEPT else "indicator", _NOT_KEPT.get(role))
    for horizon, text, aimed in targets:
        if text or len(targets) == 1:
            operator = _beside(cells.get("operator", ()), aimed, body.header)
            unit = _beside(cells.get("unit", ()), aimed, body.header)
            target = replace(shared, value_text=text or None, operator_text=operator or None, unit_text=unit or None)
            time = _as_horizon(horizon) or body.horizon_of(block)
            reading.rows.append(
                replace(target, horizon=time, target_text=f"{operator}{text}{unit}" or None, header_unit=_header_unit(body.header, block))
            )


def _without_target(cells: dict[str, list[Cell]], header: Header, reading: Reading) -> Row:
    """The columns of a row that have nothing to do with level, name and target, its places and confidence."""
    texts = {role: _texts(_own_cells(role, cells, reading), header) or None for role in _OWN_FIELD}
    return Row(
        explanation=texts["explanation"],
        scoring_rule=texts["scoring_rule"],
        basis=texts["basis"],
        remark=texts["remark"],
        weight=texts["weight"],
        score=texts["score"],
        deviation=texts["deviation"],
        history=_history(cells, header),
        achieved_text=_texts(cells.get("achieved", ()), header) or None,
        places=join_places(cell for role, found in cells.items() if role not in _BESIDE for cell in found),
        confidence=min((cell.confidence for found in cells.values() for cell in found), default=1.0),
    )


def _own_cells(role: str, cells: dict[str, list[Cell]], reading: Reading) -> list[Cell]:
    """The cells of a role that stand for a row: points merged over several rows count once, with the first that is read."""
    found = cells.get(role, [])
    return [cell for cell in found if not reading.is_used(cell)] if role in ("weight", "score") else found


def _shared(cells: dict[str, list[Cell]], row: int) -> tuple[str, ...]:
    """A repair for each role whose cell is merged with that of the row above."""
    roles = ("target", "achieved", *_OWN_FIELD)
    return tuple(f"{role} shared with the row above" for role in roles if any(c.row < row and c.text.strip() for c in cells.get(role, ())))


def _as_horizon(text: str | None) -> Horizon | None:
    return text if text in ("annual", "mid_term", "long_term") else None  # type: ignore[return-value]


def _header_unit(header: Header, block: int) -> str | None:
    return next((c.unit for c in header.columns if c and c.block == block and c.role == "target" and c.unit), None)


def _history(cells: dict[str, list[Cell]], header: Header) -> str | None:
    pairs = []
    replaced = bool(_text(cells.get("adjusted", ())).strip("/-— "))
    for cell in [*cells.get("history", ()), *(cells.get("target", ()) if replaced else ())]:
        column = header.columns[cell.column]
        if column and cell.text.strip():
            pairs.append(f"{column.header}={printed(cell.text)}")
    return "; ".join(pairs) or None


def split_levels(
    level1: str | None, level2: str | None, name: str, words: Vocabulary
) -> tuple[str | None, str | None, str, tuple[str, ...]]:
    """Level 1, level 2 and name, cut apart where the form prints them in one cell (产出指标质量指标培训合格率)."""
    repairs: tuple[str, ...] = ()
    if level1 and not level2 and words.level(level1) is None and (cut := _cut(level1, words)):
        first, rest = cut
        if 2 in words.level_numbers(rest):
            level1, level2, repairs = first, rest, ("levels printed in one cell",)
    found: dict[int, str] = {}
    rest = name
    while (cut := _cut(rest, words)) and (number := _number(cut[0], found, words)) and number not in found and cut[1]:
        if (number == 1 and level1) or (number == 2 and level2):
            break
        found[number], rest = cut
    if found and name:
        return found.get(1, level1), found.get(2, level2), rest, (*repairs, "levels printed in the name's cell")
    return level1, level2, name, repairs


def _number(word: str, found: dict[int, str], words: Vocabulary) -> int | None:
    numbers = words.level_numbers(word)
    return 2 if 1 in found and 2 in numbers else min(numbers, default=None)


def _cut(text: str, words: Vocabulary) -> tuple[str, str] | None:
    """The level word that a text begins with, and what follows it."""
    for word in words.level_words:
        if text.startswith(word) and len(text) > len(word):
            return word, text[len(word) :].lstrip("-－—_/：:、·>→ ")
    return None
