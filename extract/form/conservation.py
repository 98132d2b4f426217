"""Whether every printed character of the tables of a document's declarations is in a record, or listed as left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extract.declaration import Declaration
from extract.form.vocabulary import Vocabulary, squash
from extract.model import Document, Place, Table
from mappings import Mappings

_IN_RECORDS = frozenset({"fact", "amount", "goal", "indicator"})
_MARKS = re.compile(r"[\d\s.,，；;、。：:_－\-—–()（）/]+|[一二三四五六七八九十]{1,3}[、.．]|其中")


@dataclass(frozen=True, slots=True)
class Conservation:
    """Characters of the tables in which declarations stand, how many of them are accounted for, and texts that are not.

    A character is accounted for where its cell is a label, a header or left out with a reason, or where it stands in a
    record: a fact, an amount, a goal or an indicator. White space does not count."""

    total: int
    accounted: int
    missing: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        return self.accounted / self.total if self.total else 1.0


def conservation(document: Document, declarations: Sequence[Declaration], mappings: Mappings) -> Conservation:
    """How much of what the tables of these declarations print is accounted for."""
    return account(document, declarations, Vocabulary.of(mappings))


def account(document: Document, declarations: Sequence[Declaration], words: Vocabulary) -> Conservation:
    """The same with a vocabulary at hand."""
    used = {place for declaration in declarations for use in declaration.uses for place in use.places}
    unrecorded = [text for declaration in declarations for text in _lost(declaration, words)]
    lost = list(unrecorded)
    total = accounted = 0
    for table in touched_tables(document, used):
        for cell in table.cells:
            text = squash(cell.text)
            total += len(text)
            if not text or any(place in used for place in cell.places):
                accounted += len(text)
            else:
                lost.append(text)
    accounted -= sum(map(len, unrecorded))
    return Conservation(total, accounted, tuple(lost))


def touched_tables(document: Document, used: set[Place]) -> Iterable[Table]:
    """The tables in which some cell was used by a declaration."""
    for table in document.tables():
        if any(place in used for cell in table.cells for place in cell.places):
            yield table


def _lost(declaration: Declaration, words: Vocabulary) -> list[str]:
    """What the cells print that are said to be in a record, but of which no record holds the text."""
    records = _record_texts(declaration)
    held, whole = set(records), "\n".join(records)
    left_out = [squash(use.text) for use in declaration.uses if use.role == "ignored"]
    lost: list[str] = []
    for use in declaration.uses:
        text = squash(use.text)
        if use.role in _IN_RECORDS and text not in held and text not in whole and (rest := _rest(text, [*records, *left_out], words)):
            lost.append(rest)
    return lost


def _record_texts(declaration: Declaration) -> list[str]:
    fields: list[str | None] = []
    for row in declaration.rows:
        fields += [row.level1, row.level2, row.level3, row.value_text, row.operator_text, row.unit_text, row.explanation]
        fields += [row.scoring_rule, row.basis, row.remark, row.weight, row.score, row.deviation, row.history, row.achieved_text]
    for fact in declaration.facts:
        fields += [fact.text, fact.label]
    for amount in declaration.amounts:
        fields += [amount.item, amount.text, amount.share_text]
    fields += [goal.text for goal in declaration.goals]
    return sorted({squash(text) for text in fields if text} - {""}, key=lambda text: (-len(text), text))


def _rest(text: str, records: Sequence[str], words: Vocabulary) -> str:
    """What is left of a cell's text when all records, list marks, labels and level words are taken out of it."""
    for record in records:
        if len(record) > 1 or len(text) < 8:
            text = text.replace(record, "\n")
    parts = [squash(_MARKS.sub("", part)) for part in re.split(r"[\n：:，,；;]", text)]
    held = set(records)
    known = (
        part
        for part in parts
        if part and part not in held and not words.header(part) and not words.label(part) and not words.level_numbers(part)
    )
    return "".join(known)
