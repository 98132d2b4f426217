"""Whether the row below a page break is the rest of the row above it: told by what is missing, and by what fills its line.

The cells that face each other over the break are given as pairs with the roles of their columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from extract.form.headers import NAME_ROLES
from extract.form.vocabulary import Vocabulary, printed, squash
from extract.model import Cell

Matrix: TypeAlias = "Sequence[Sequence[Cell | None]]"
Pairs: TypeAlias = "Sequence[tuple[Cell, Cell]]"
Roles: TypeAlias = "Sequence[str | None]"

KEY_COLUMNS = frozenset({"subject", "project_code"})
MONEY_COLUMNS = frozenset({"total", "fiscal", "other", "money"})
TEXT_COLUMNS = frozenset({"explanation", "scoring_rule", "basis", "remark", "deviation"})
MIN_LINE = 4.0
"""Ems that a column's fullest line must have to tell whether another one is full."""
NARROW = 2.0
"""The same where something else says too that a row is cut."""


def row_is_cut(grid: Matrix, pairs: Pairs, roles: Roles, words: Vocabulary) -> bool:
    """True where the row below the break is the rest of the row above it."""
    if new_level(pairs, roles, words) or new_label(pairs, roles, words):
        return False
    items = [(pair, role) for pair, role in zip(pairs, roles, strict=True) if role not in ("level1", "level2", "side")]
    whole = [pair for pair, _ in items], [role for _, role in items]
    if project_runs_on(grid, pairs, roles) or _is_cut(*whole) or _is_split(pairs, roles, words) or _is_goal(grid, pairs, roles, words):
        return True
    if _runs_on(grid, *whole) or _begins_no_text(pairs, roles):
        return True
    return _is_rest(grid, pairs, roles) or _lacks_points(grid, pairs, roles, words)


def same_project(grid: Matrix, pairs: Pairs, roles: Roles) -> bool:
    """True where the project's name stands on one side of the break only, or runs on over it: its cells go on below."""
    keys = [pair for pair, role in zip(pairs, roles, strict=True) if role in KEY_COLUMNS]
    named = [(bool(upper.text.strip()), bool(lower.text.strip())) for upper, lower in keys]
    return project_runs_on(grid, pairs, roles) or (bool(named) and not all(above and below for above, below in named))


def new_level(pairs: Pairs, roles: Roles, words: Vocabulary) -> bool:
    """True where a level word of its own begins below the break: then a new row begins there."""
    return any(
        lower.text.strip() and upper.text.strip() and not goes_on(upper, lower, words)
        for (upper, lower), role in zip(pairs, roles, strict=True)
        if role in ("level1", "level2")
    )


def new_label(pairs: Pairs, roles: Roles, words: Vocabulary) -> bool:
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
    if not squash(whole).endswith("指标") and words.level_numbers(f"{whole}指标") and not words.level_numbers(lower.text):
        return True
    indicators = (word := words.label(whole)) and word.name in ("indicators", "goal")
    return bool(words.level_numbers(whole)) or bool(indicators) or spells_label(upper, lower, words)


def spells_label(upper: Cell, lower: Cell, words: Vocabulary) -> bool:
    """True where both halves together spell a label that neither of them is."""
    if not upper.text.strip() or not lower.text.strip() or words.label(upper.text) or words.label(lower.text):
        return False
    return words.label(squash(upper.text) + squash(lower.text)) is not None


def goes_on(upper: Cell, lower: Cell, words: Vocabulary) -> bool:
    """True where two cells can be halves of one: one of them is blank, both spell a level word or a label, or a label's unit in
    brackets stands below."""
    if not upper.text.strip() or not lower.text.strip():
        return True
    if _BRACKET.fullmatch(squash(lower.text)) and words.label(upper.text):
        return True
    if words.is_level_word(f"{printed(upper.text)}{printed(lower.text)}") and not squash(upper.text).endswith("指标"):
        return True
    return _completes(upper, lower, words) and not (words.level_numbers(upper.text) and words.level_numbers(lower.text))


def _is_split(pairs: Pairs, roles: Roles, words: Vocabulary) -> bool:
    """True where the halves of a word that fills a cell of its row stand on both sides: an operator, points, a label."""
    for (upper, lower), role in zip(pairs, roles, strict=True):
        above, below = squash(upper.text), squash(lower.text)
        if not above or not below:
            continue
        if role == "label" and upper.row_span == lower.row_span == 1 and spells_label(upper, lower, words):
            return True
        if role == "operator" and _OPERATOR.fullmatch(above + below) and not _OPERATOR.fullmatch(below):
            return True
        if role == "weight" and above.replace(".", "").isdigit() and below == "分":
            return True
    return False


def _is_goal(grid: Matrix, pairs: Pairs, roles: Roles, words: Vocabulary) -> bool:
    """True where the label of a goal goes on blank below the break: beside it stands the rest of what stands above.

    A label beside several rows, but for one of the goals' own labels, has another row there."""
    labels = [pair for pair, role in zip(pairs, roles, strict=True) if role == "label"]
    if len(labels) != 1 or labels[0][1].text.strip():
        return False
    label = labels[0][0]
    above = grid[label.row : max(upper.row for upper, _ in pairs)]
    beside = [cell for row in above for cell in row if cell is not None and cell.text.strip()]
    return all((word := words.label(cell.text)) is not None and word.name == "goal" for cell in (label, *beside))


_BRACKET = re.compile(r"[(（][^()（）]+[)）]")
_OPERATOR = re.compile(r"定性|定量|定性指标|定量指标|大于等于|小于等于|大于|小于|等于")
"""Operators in words. Of one in signs each half is one itself: > above = are two rows."""


def _runs_on(grid: Matrix, pairs: Pairs, roles: Roles) -> bool:
    """True where name and target both stand on both sides and no last line above has room for what begins below: the
    break fell between two lines of one row."""
    both = [(upper, lower, role) for (upper, lower), role in zip(pairs, roles, strict=True) if upper.text.strip() and lower.text.strip()]
    held = {role for _, _, role in both}
    if not held & NAME_ROLES or "target" not in held or any(LIST_MARK.match(squash(lower.text)) for _, lower, _ in both):
        return False
    return all(_is_full(grid, upper, lower) for upper, lower, _ in both)


def _begins_no_text(pairs: Pairs, roles: Roles) -> bool:
    """True where a name or target goes on below with a mark that begins no text, as the end of a sentence or of a bracket."""
    return any(
        upper.row_span == lower.row_span == 1 and _goes_on_with_mark(squash(upper.text), squash(lower.text), role)
        for (upper, lower), role in zip(pairs, roles, strict=True)
        if role in NAME_ROLES or role == "target"
    )


def _goes_on_with_mark(above: str, below: str, role: str | None) -> bool:
    """True where the lower text begins with a mark that ends something of the upper one: some begin each target with a colon, or
    print the end of a quotation for its beginning."""
    mark = below[:1]
    if mark in _CLOSING:
        return above.count(_CLOSING[mark]) > above.count(mark)
    return mark in _ENDING and bool(above) and above[0] not in _ENDING and not (mark == ":" and role == "target")


_CLOSING = {")": "(", "”": "“", "’": "‘", "》": "《", "〉": "〈", "】": "【", "」": "「", "』": "『"}
_ENDING = frozenset(",;:!?、。")
_AMOUNT = re.compile(r"[\d,.]+(?:万|亿|千)?元?")


def project_runs_on(grid: Matrix, pairs: Pairs, roles: Roles) -> bool:
    """True where a project's name stands on both sides, filling its line above, and its money above alone."""
    sides = _by_side(pairs, roles)
    keys = [pair for pair, role in zip(pairs, roles, strict=True) if role in KEY_COLUMNS]
    return bool(sides.both & KEY_COLUMNS and sides.above & MONEY_COLUMNS) and not sides.below and _all_full(grid, keys)


def _is_rest(grid: Matrix, pairs: Pairs, roles: Roles) -> bool:
    """True in the head of a form for a row that fills no cell which is blank above, leaves blank an amount that is not, and whose
    first text had no room above."""
    sides = _by_side(pairs, roles)
    if not set(roles) <= {"label", "value"} or sides.below or sides.both != {"value"}:
        return False
    texts = [(upper, lower) for upper, lower in pairs if upper.text.strip() and lower.text.strip()]
    amounts = any(_AMOUNT.fullmatch(squash(upper.text)) and not lower.text.strip() for upper, lower in pairs)
    return amounts and _all_full(grid, texts[:1])


def _lacks_points(grid: Matrix, pairs: Pairs, roles: Roles, words: Vocabulary) -> bool:
    """True where name and target stand on both sides, the name fills its line above, and what every row has, as points or a basis,
    stands above alone; or the halves of a level word that has no other row."""
    sides = _by_side(pairs, roles)
    texts = [pair for pair, role in zip(pairs, roles, strict=True) if role in NAME_ROLES]
    if not sides.both & NAME_ROLES or "target" not in sides.both or sides.below or not sides.above - {"level1", "level2", "side"}:
        return False
    targets = [pair for pair, role in zip(pairs, roles, strict=True) if role == "target"]
    if not _all_full(grid, texts, NARROW) or any(_two_targets(upper, lower) for upper, lower in targets):
        return False
    for (upper, lower), role in zip(pairs, roles, strict=True):
        if role in ("weight", *TEXT_COLUMNS) and upper.text.strip() and not lower.text.strip() and _always_filled(grid, upper):
            return True
        halves = upper.text.strip() and lower.text.strip() and upper.row_span == lower.row_span == 1
        if role == "level2" and halves and not words.level_numbers(lower.text) and goes_on(upper, lower, words):
            return True
    return False


def _two_targets(upper: Cell, lower: Cell) -> bool:
    """True where a value is whole on both sides: the lower one has a sign of its own, or both have the same unit."""
    above, below = _VALUE.search(squash(upper.text)), _VALUE.fullmatch(squash(lower.text))
    return bool(above and below and (below["sign"] or (below["unit"] and below["unit"] == above["unit"])))


_VALUE = re.compile(r"(?P<sign>[≥≤><=]+|大于|小于|不低于|不超过|不少于)?\d[\d.,]*(?P<unit>\D{0,5})$")


class _Sides(NamedTuple):
    """The roles of the columns with text on both sides of a break, above it alone, and below it alone."""

    both: set[str | None]
    above: set[str | None]
    below: set[str | None]


def _by_side(pairs: Pairs, roles: Roles) -> _Sides:
    sides = _Sides(set(), set(), set())
    for (upper, lower), role in zip(pairs, roles, strict=True):
        if upper.text.strip() or lower.text.strip():
            (sides.below if not upper.text.strip() else sides.above if not lower.text.strip() else sides.both).add(role)
    return sides


def _all_full(grid: Matrix, pairs: Pairs, least: float = MIN_LINE) -> bool:
    return all(_is_full(grid, upper, lower, least) for upper, lower in pairs if upper.text.strip() and lower.text.strip())


def _always_filled(grid: Matrix, cell: Cell) -> bool:
    """True where each of the rows just above has a cell of its own, with text, in the column of a cell of one row."""
    above = [row[cell.column] for row in grid[max(0, cell.row - 2) : cell.row]]
    own = [c for c in above if c is not None and c.column_span == cell.column_span]
    return cell.row_span == 1 and len(own) == len(above) > 0 and all(c.text.strip() for c in own)


def _is_full(grid: Matrix, upper: Cell, lower: Cell, least: float = MIN_LINE) -> bool:
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
    if room < least or squash(upper.text) == squash(lower.text):
        return False
    first = _RUN.match(squash(lower.text))
    return _ems(squash(upper.text.splitlines()[-1])) + _ems(first.group() if first else "") > room


def _ems(text: str) -> float:
    """The width of a text in ems: half an em for a letter or digit."""
    return sum(0.5 if character.isascii() else 1.0 for character in text)


_RUN = re.compile(r"(?:[\x21-\x7e]+|.)[,;:!?)、。”’》】]*")
"""What cannot be parted at the end of a line: a number or a character, with the marks that begin no line."""
LIST_MARK = re.compile(r"^(?:指标)?\d{1,2}[:：.、;；)）]|^[(（]\d{1,2}[)）]")


def _is_cut(pairs: Pairs, roles: Roles) -> bool:
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


def _begins_above(above: Sequence[bool], below: Sequence[bool], roles: Roles, main: Sequence[int]) -> bool:
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
