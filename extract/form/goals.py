"""Goals in prose: what stands beside or below their label, over all the rows that belong to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from extract.declaration import Fact, Goal
from extract.form.reading import join_places
from extract.form.vocabulary import LABEL_LENGTH, printed, squash
from extract.model import Cell
from mappings.forms import LabelWord

if TYPE_CHECKING:
    from extract.form.head import HeadReader

GOALS = frozenset({"goal", "achieved_goal"})
_NOTHING = frozenset({"无", "/", "-", "—", "——", "\\"})
_YEARS = re.compile(r"(?:19|20)\d\d年?(?:度)?\s*[-—–~～至到]+\s*(?:(?:19|20)\d\d)")
_NUMBER = r"(?:(?:目标|任务)?(?:[(]?\d{1,2}(?![\d.%])[)]?|[(]?[一二三四五六七八九十]{1,3}[)]?)|目标)"
_NUMBER_ALONE = re.compile(rf"{_NUMBER}[、.:]?")
_NUMBERED = re.compile(rf"{_NUMBER}[、.:]|[(](?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[)]|目标[\d一二三四五六七八九十]")
_SENTENCE = re.compile(r"[。;]")
_NOTE = re.compile(r"(?:备?注|说明)[\d:]")


def read_goal(head: HeadReader, label: Cell, word: LabelWord) -> None:
    """Reads the goal of a label, all of its rows in order."""
    head.reading.use(label, "label")
    rows = _rows_of(head, label)
    kept = _told(head, rows)
    if not kept:
        return
    cells = [cell for row in kept for cell in row]
    text, places = _text(kept), cells[0].places if len(cells) == 1 else join_places(cells)
    if word.name == "achieved_goal":
        head.reading.facts.append(Fact("achieved_goal", printed(label.text), text, places))
    else:
        horizon = _horizon(head, label, word)
        head.reading.goals.append(Goal(horizon, printed(label.text).strip("：: "), text, places))  # type: ignore[arg-type]


def read_inline_goal(head: HeadReader, cell: Cell, word: LabelWord, label: str) -> None:
    """Reads a goal that stands in one cell with its label, and the cells below that go on with it."""
    rows = [[cell], *_rows_below(head, cell, cell)]
    for used in (cell for row in rows for cell in row):
        head.reading.use(used, "goal")
        head.goal_cells.add(id(used))
    places = cell.places if len(rows) == 1 else join_places(cell for row in rows for cell in row)
    head.reading.goals.append(Goal(word.horizon or "annual", label, _text(rows), places))  # type: ignore[arg-type]


def doubt_left_out(head: HeadReader, cell: Cell) -> None:
    """A doubt about a text without a label that stands below a goal, or beside one, where it may be a part of it."""
    if len(squash(cell.text)) <= LABEL_LENGTH and not _goes_on(head, cell):
        return
    above = (head.grid.at(cell.row - 1, column) for column in range(cell.column, cell.last_column + 1))
    if any(id(near) in head.goal_cells for near in (*above, head.grid.at(cell.row, cell.column - 1))):
        place = cell.places[0] if cell.places else None
        head.reading.doubt("text-left-out", f"{printed(cell.text)[:40]!r} stands by a goal, but may be none, and was left out", place)


def _told(head: HeadReader, rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """The rows without the cells that say that there is no goal, which are listed; none where only numbers of goals are left."""
    kept = [[cell for cell in row if squash(cell.text) not in _NOTHING] for row in rows]
    if all(_NUMBER_ALONE.fullmatch(squash(cell.text)) for row in kept for cell in row):
        kept = []
    told = {id(cell) for row in kept for cell in row}
    for cell in (cell for row in rows for cell in row):
        if id(cell) in told:
            head.reading.use(cell, "goal")
            head.goal_cells.add(id(cell))
        else:
            head.reading.use(cell, "ignored", "a goal that says there is none")
    return [row for row in kept if row]


def _text(rows: Sequence[Sequence[Cell]]) -> str:
    return printed("\n".join(" ".join(printed(cell.text) for cell in row) for row in rows))


def _rows_of(head: HeadReader, label: Cell) -> list[list[Cell]]:
    """The cells of a goal, row by row: all beside a label of several rows, or below one beside which the label of its group
    stands; else its value and what goes on with it."""
    value = _value(head, label)
    if value is None:
        return []
    if value.row <= label.last_row:
        first, last, bottom = value.column, head.grid.columns - 1, label.last_row
    else:
        group = head.grid.at(label.row, label.column - 1)
        word = head.words.label(group.text) if group is not None else None
        first, last = label.column, max(label.last_column, value.last_column)
        bottom = group.last_row if group is not None and word and word.name in GOALS else value.last_row
    if bottom > value.last_row:
        inside = takewhile(lambda row: row in head.rows and row not in head.foot, range(value.row, bottom + 1))
        return [cells for row in inside if (cells := list(_pieces(head, row, first, last)))]
    return [_row(head, value, last), *_rows_below(head, value, label)]


def _value(head: HeadReader, label: Cell) -> Cell | None:
    for value in (_beside(head, label), head.below(label)):
        if value is None or not value.text.strip() or head.reading.is_used(value) or _is_claimed(head, value, label):
            continue
        if not head.is_label(value) and (label.row <= value.row <= label.last_row or value.column == label.column):
            return value
    return None


def _beside(head: HeadReader, label: Cell) -> Cell | None:
    """The first cell beside the label that is not blank, where it has several rows."""
    cells = (head.grid.at(row, label.last_column + 1) for row in range(label.row, label.last_row + 1))
    return next((cell for cell in cells if cell is not None and cell.text.strip()), None)


def _is_claimed(head: HeadReader, value: Cell, label: Cell) -> bool:
    """True where another label stands beside the value: it is not that of the label above."""
    left = head.grid.at(value.row, value.column - 1)
    return value.row != label.row and left is not None and left.row == value.row and left.column_span >= 1 and head.is_label(left)


def _pieces(head: HeadReader, row: int, first: int, last: int) -> Iterator[Cell]:
    """The cells of a row that no label claims."""
    for cell in head.grid.starting(row):
        if not first <= cell.column <= last or head.reading.is_used(cell):
            continue
        if head.is_label(cell):
            return
        yield cell


def _row(head: HeadReader, value: Cell, last: int) -> list[Cell]:
    """The value with what goes on beside it: the text behind a number, further goals. A word with a text beside it may be a label."""
    found = [value]
    while (beside := head.right_of(found[-1])) is not None and beside.row == value.row and beside.column <= last:
        if not beside.text.strip() or head.reading.is_used(beside) or head.is_label(beside):
            break
        number = _NUMBER_ALONE.fullmatch(squash(found[-1].text))
        if not number and not _goes_on(head, beside):
            break
        found.append(beside)
    return found


def _rows_below(head: HeadReader, value: Cell, label: Cell) -> list[list[Cell]]:
    """The rows below a value that go on with it: cells of its place and width, with nothing in the place of the label, that are
    numbered or prose."""
    found: list[list[Cell]] = []
    above = value
    while (below := head.below(above)) is not None and below.row not in head.foot:
        same = (below.column, below.column_span) == (value.column, value.column_span)
        if not same or not below.text.strip() or head.reading.is_used(below) or head.is_label(below) or not _is_free(head, below, label):
            break
        cells = _row(head, below, max(label.last_column, value.last_column) if label.row < value.row else head.grid.columns - 1)
        if not _goes_on(head, below) and len(cells) == 1:
            break
        found.append(cells)
        above = below
    return found


def _is_free(head: HeadReader, cell: Cell, label: Cell) -> bool:
    """True where nothing stands in the place of a label beside the cell."""
    if label.column < cell.column:
        place = head.grid.at(cell.row, label.column)
        return place is not None and place.row == cell.row and not place.text.strip()
    return not _is_claimed(head, cell, label)


def _goes_on(head: HeadReader, cell: Cell) -> bool:
    """True for a text that could be a further goal: it is numbered or made of sentences, and neither a note nor label and value."""
    text = squash(cell.text)
    return bool(_NUMBERED.match(text) or _SENTENCE.search(text)) and not _NOTE.match(text) and not head.inline_words(cell)


def _horizon(head: HeadReader, label: Cell, word: LabelWord) -> str:
    """The horizon of a goal: the one its label names, a span of years, or the whole term beside a goal of the year."""
    text = squash(label.text)
    if "年度" in text or "当年" in text or word.horizon in ("mid_term", "long_term"):
        return word.horizon or "annual"
    if _YEARS.search(text):
        return "long_term"
    beside = [c for c in head.grid.starting(label.row) if c is not label and (w := head.words.label(c.text)) and w.name == "goal"]
    if any("年度" in squash(c.text) and c.row_span == label.row_span for c in beside):
        return "long_term"
    return word.horizon or "annual"
