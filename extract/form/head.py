"""Facts, goals and amounts from the rows around an indicator table: a label, and its value beside or below it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from extract.declaration import Fact
from extract.form.amounts import read_payout, read_section
from extract.form.captions import parts_of
from extract.form.goals import GOALS, doubt_left_out, read_goal, read_inline_goal
from extract.form.grid_view import GridView
from extract.form.money import MoneyFact, MoneyFacts, period_of
from extract.form.packed import add_packed, is_packed
from extract.form.reading import Reading
from extract.form.vocabulary import LABEL_LENGTH, Vocabulary, printed, squash
from extract.model import Cell
from mappings.forms import LabelWord

MONEY = frozenset({"total", "fiscal", "other", "carried_over", "money"})
SECTIONS = frozenset({"tasks", "projects", "funding"})
_GROUPS = frozenset({"funds", "indicators", "execution", *SECTIONS})
_PLAIN = frozenset({"subject", "organization", "department", "project_code", "department_code", "project_type"})
_INLINE = re.compile(r"^\s*([^:：\t]{1,24}?)\s*(?:[:：]|\t)\s*(.*)$")
_SUM_LINE = re.compile(r"^\s*([^\d:：]{2,12}?)[:：]?\s*([\d,，.]+\s*(?:万|亿|千)?元?)(?:[(（].*)?$")
_TOTAL = re.compile(r"总分|合计|总计|小计|得分")
_AMOUNT = re.compile(r"^[\d,.]+(?:万|亿|千)?元?$")
_WHICH = re.compile(r"\s*[(（]其中.*$")
_CAPTION = re.compile(r"[(（]?20\d\d年?度?[)）]?")
_MONEY_UNIT = re.compile(r"(?:百万|万|千|亿)?元")
_CAPTION_UNIT = re.compile(r"单位[:：](?:百万|万|千|亿)?元")
_INCLUDED = re.compile(r"^\s*其中\s*[:：]")
_CODE_NAME = re.compile(r"^([0-9A-Z]{10,30})\s*[-—_ ]\s*(\D.*)$")
_BOXES = re.compile(r"[□☐☑☒■✓√▢◻]")
_UNIT = re.compile(r"[(（](?:单位[:：])?(万元|元|千元|亿元|百万元)[)）]")


@dataclass(slots=True)
class HeadReader:
    """Reads the rows of one form that are not indicators; ``rows`` are the grid rows it may touch."""

    grid: GridView
    rows: frozenset[int]
    words: Vocabulary
    reading: Reading
    foot: frozenset[int] = frozenset()
    money: MoneyFacts = field(default_factory=MoneyFacts)
    section: str = ""
    goal_cells: set[int] = field(default_factory=set)

    def read(self) -> None:
        for row in sorted(self.rows):
            for cell in self.grid.starting(row):
                if not self.reading.is_used(cell):
                    self._take(cell)
        self.reading.facts.extend(self.money.named())

    def _take(self, cell: Cell) -> None:
        word = self.words.label(cell.text)
        if cell.row in self.foot and word and word.name in MONEY:
            self._closing(cell)
            return
        if word and word.name in (*SECTIONS, "funds") and read_section(self, cell, word):
            return
        if self._inline(cell):
            return
        if word is None:
            self._unknown(cell)
        elif word.name == "payout":
            read_payout(self, cell)
        elif word.name in GOALS:
            read_goal(self, cell, word)
        elif word.name == "indicators":
            self._indicators(cell, word)
        elif word.name in _GROUPS:
            self.reading.use(cell, "label")
        elif word.name == "closing":
            self._closing(cell)
        else:
            self._fact(cell, word)

    def right_of(self, cell: Cell) -> Cell | None:
        """The cell beside, in the first row of this one."""
        return self.grid.at(cell.row, cell.last_column + 1)

    def below(self, cell: Cell) -> Cell | None:
        """The cell beneath, where it is one of the rows to read."""
        return self.grid.at(cell.last_row + 1, cell.column) if cell.last_row + 1 in self.rows else None

    def is_label(self, cell: Cell) -> bool:
        return self.words.label(cell.text) is not None

    def _fact(self, cell: Cell, word: LabelWord) -> None:
        self.reading.use(cell, "label")
        value = self.right_of(cell)
        if word.name in MONEY:
            value = self._over_blanks(value)
        if value is None or self.reading.is_used(value) or not value.text.strip():
            return
        if self.is_label(value) and not (word.name in _PLAIN and self._stands_alone(value)):
            return
        if self.inline_words(value) and word.name in MONEY:
            return
        cells = self._boxes(value)
        text = " ".join(printed(c.text) for c in cells)
        for used in cells:
            self.reading.use(used, "fact")
        self.add_fact(word.name, cell, text, cells)

    def _over_blanks(self, value: Cell | None) -> Cell | None:
        """The value, or the number behind blank cells beside it: text dumps of merged cells leave such gaps."""
        ahead = value
        while ahead is not None and not ahead.text.strip():
            ahead = self.right_of(ahead)
        return ahead if ahead is not None and _AMOUNT.match(squash(ahead.text)) else value

    def _stands_alone(self, value: Cell) -> bool:
        """True for the value of a plain label that happens to be a label's word: nothing beside it could be its value."""
        beside = self.right_of(value)
        return beside is None or self.is_label(beside)

    def _boxes(self, value: Cell) -> list[Cell]:
        """The value, with the cells beside it where they are boxes to tick."""
        cells = [value]
        while _BOXES.search(cells[-1].text) and (beside := self.right_of(cells[-1])) and _BOXES.search(beside.text):
            cells.append(beside)
        return cells

    def add_fact(self, name: str, label: Cell, text: str, cells: Sequence[Cell]) -> None:
        places = tuple(place for cell in cells for place in cell.places)
        if name in MONEY:
            full = self.full_label(label)
            self.money.add(MoneyFact(name, full, text, period_of(printed(label.text), name), label.column, label.row, places))
        else:
            if name == "subject" and (coded := _CODE_NAME.match(text)):
                self.reading.facts.append(Fact("project_code", printed(label.text).strip("：: "), coded.group(1), places))
                text = coded.group(2)
            self.reading.facts.append(Fact(name, printed(label.text).strip("：: "), text, places))

    def full_label(self, label: Cell) -> str:
        """The label, behind that of its group where the group prints the unit."""
        own = printed(label.text).strip("：: ")
        if _UNIT.search(own):
            return own
        left = self.grid.at(label.row, label.column - 1)
        while left is not None:
            if _UNIT.search(squash(left.text)) and self.is_label(left):
                return f"{printed(left.text)}/{own}"
            left = self.grid.at(left.row, left.column - 1)
        return own

    def _indicators(self, cell: Cell, word: LabelWord) -> None:
        """The side label of an indicator table; its rows are read elsewhere, but for a list packed into one cell."""
        self.reading.use(cell, "label")
        for value in (self.right_of(cell), self.below(cell)):
            if value is not None and not self.reading.is_used(value) and is_packed(value.text, self.words):
                add_packed(value, self.words, self.reading, word.horizon or "annual")  # type: ignore[arg-type]

    def _closing(self, cell: Cell) -> None:
        self.reading.use(cell, "label")
        value = self.right_of(cell)
        reason = "total of points" if _TOTAL.search(squash(cell.text)) else "remark or approval after the table"
        while value is not None and not self.reading.is_used(value):
            self.reading.use(value, "ignored", reason)
            value = self.right_of(value)

    def _whole_lines(self, cell: Cell) -> list[str]:
        """The lines of a cell, a label's line with the next one where the cell breaks behind its colon."""
        lines: list[str] = []
        for line in cell.text.splitlines():
            open_label = lines and lines[-1].rstrip().endswith(("：", ":")) and self.words.label(lines[-1])
            if open_label and not _INLINE.match(line):
                lines[-1] += line
            else:
                lines.append(line)
        return lines

    def inline_words(self, cell: Cell) -> list[tuple[LabelWord, str, str]]:
        """Label, printed label and text of each line of a cell that prints label and value together."""
        found: list[tuple[LabelWord, str, str]] = []
        for line in (_INCLUDED.sub("", part) for text in self._whole_lines(cell) for part in parts_of(text, self.words)):
            match = _INLINE.match(line)
            word = self.words.label(match.group(1)) if match else None
            if word is None and (match := _SUM_LINE.match(line)):
                word = word if (word := self.words.label(match.group(1))) and word.name in MONEY else None
            if match and word and match.group(2).strip():
                found.append((word, match.group(1).strip(), match.group(2).strip()))
            elif match and word and not found and not self.words.label(line):
                return []
            elif found and line.strip() and not (match and word):
                last = found[-1]
                found[-1] = (last[0], last[1], printed(f"{last[2]}\n{line}"))
            elif not found and line.strip():
                return []
        return found

    def _inline(self, cell: Cell) -> bool:
        found = self.inline_words(cell)
        if not found or any(word.name in ("indicators", "closing") for word, _, _ in found):
            return False
        if all(_MONEY_UNIT.fullmatch(squash(text)) for _, _, text in found):
            self.reading.use(cell, "header")
            return True
        if any(word.name in GOALS for word, _, _ in found):
            read_inline_goal(self, cell, found[0][0], found[0][1])
            return True
        for word, label, text in found:
            if word.name in MONEY:
                full = self._inline_label(cell, label)
                if _WHICH.search(text):
                    self.reading.facts.append(Fact("other_fact", label, text, cell.places))
                self.money.add(
                    MoneyFact(word.name, full, _WHICH.sub("", text), period_of(label, word.name), cell.column, cell.row, cell.places)
                )
            else:
                self.reading.facts.append(Fact(word.name if word.name not in _GROUPS else "other_fact", label, text, cell.places))
        self.reading.use(cell, "fact")
        return True

    def _inline_label(self, cell: Cell, label: str) -> str:
        group = self.full_label(cell)
        return f"{group.rsplit('/', 1)[0]}/{label}" if "/" in group else label

    def _unknown(self, cell: Cell) -> None:
        """An unknown word beside a text is a fact without a name; any other text is listed as not understood."""
        value = self.right_of(cell)
        if self._run_together(cell):
            return
        if value is not None and self._may_name(cell, value):
            self.reading.use(cell, "label")
            self.reading.use(value, "fact")
            self.reading.facts.append(Fact("other_fact", printed(cell.text).strip("：: "), printed(value.text), value.places))
            return
        text = squash(cell.text)
        if self.words.title_form(cell.text) or _CAPTION.fullmatch(text) or _CAPTION_UNIT.search(text):
            self.reading.use(cell, "header")
            return
        self.reading.use(cell, "ignored", "text of the form without a known label")
        doubt_left_out(self, cell)

    def _may_name(self, cell: Cell, value: Cell) -> bool:
        """True where an unknown short word could be the label of the text beside it."""
        text = squash(cell.text)
        free = value.text.strip() and value.row == cell.row and not self.reading.is_used(value) and not self.is_label(value)
        return bool(free) and len(text) <= LABEL_LENGTH and not re.search(r"\d{3,}", text)

    def _run_together(self, cell: Cell) -> bool:
        """Reads a cell as wide as the form that prints a label and its value without the rule between them."""
        text = printed(cell.text)
        if self.grid.width(cell) < 0.9:
            return False
        for length in range(min(LABEL_LENGTH, len(text) - 2), 3, -1):
            word = self.words.label(text[:length])
            if word and word.name in _PLAIN:
                self.reading.use(cell, "fact")
                self.reading.facts.append(Fact(word.name, text[:length], text[length:].strip("：: "), cell.places))
                place = cell.places[0] if cell.places else None
                self.reading.doubt("label-and-value-in-one-cell", f"{text[:40]!r} is read as a label and its value", place, "info")
                return True
        return False


def read_head(grid: GridView, rows: Collection[int], foot: Collection[int], words: Vocabulary, reading: Reading) -> None:
    """Adds facts, goals and amounts of these rows to the reading; sums in the ``foot`` are scores, not money."""
    HeadReader(grid, frozenset({*rows, *foot}), words, reading, frozenset(foot)).read()
