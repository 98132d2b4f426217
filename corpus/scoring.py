"""How far records are those that were written down: for sources where a share of right answers is the measure, as scans.

Rows are matched by their level-3 names (alike by SIMILAR); a row is strictly right if its levels, name, operator, values and
unit all are. Text is compared after NFKC without white space; level words without 指标 at their end; 无, - and nothing are the
same unit. ``accept`` holds further right answers. Rows of dashes alone count for nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz

Row = dict[str, Any]

SIMILAR = 90.0
STRICT = ("level1", "level2", "level3", "operator", "value", "value_high", "unit")
HEAD = ("form", "organization", "subject", "project_code", "fiscal_year")
MONEY = ("total_wan", "fiscal_wan", "other_wan")
_NUMBERS = frozenset({"value", "value_high", "fiscal_year", *MONEY})
_NO_UNIT = frozenset({"", "无", "-", "—", "/"})
_DASHES = frozenset("/-—一\\")


@dataclass(frozen=True)
class Fault:
    """A field that is not what was written down; ``row`` is the wrong row as read, None where there is none."""

    field: str
    right: object
    read: object
    row: Row | None = None
    name: str = ""


@dataclass
class Score:
    """Counts over one or more sources; ``faults`` are strict fields, ``head_faults`` fields of declarations."""

    rows: int = 0
    read: int = 0
    matched: int = 0
    strict: int = 0
    head: int = 0
    head_right: int = 0
    marked: int = 0
    confidences: list[tuple[float, int, bool]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    head_faults: list[Fault] = field(default_factory=list)

    @property
    def level3_f1(self) -> float:
        """Share of level-3 names that were found and of those that were read and are right, as one figure."""
        return _f1(self.matched, self.rows, self.read)

    @property
    def strict_f1(self) -> float:
        return _f1(self.strict, self.rows, self.read)

    @property
    def head_share(self) -> float:
        return self.head_right / self.head if self.head else 1.0

    @property
    def marked_share(self) -> float:
        """Share of rows that a person is asked to look at."""
        return self.marked / self.read if self.read else 0.0

    @property
    def caught(self) -> tuple[int, int]:
        """Wrong strict fields that lie in rows marked for review, and all of them; a row that is missing is marked nowhere."""
        held = [fault for fault in self.faults if fault.row is not None]
        missing = max(0, self.rows - self.read)
        return sum(bool(fault.row and fault.row.get("needs_review")) for fault in held), len(held) + missing

    def add(self, other: Score) -> None:
        for name in ("rows", "read", "matched", "strict", "head", "head_right", "marked"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.confidences += other.confidences
        self.faults += other.faults
        self.head_faults += other.head_faults


def _f1(right: int, wanted: int, read: int) -> float:
    return 2 * right / (wanted + read) if wanted + read else 1.0


def score(expected: dict[str, Any], declarations: Sequence[Row], indicators: Sequence[Row]) -> Score:
    """The score of one source against its ``expected.json``."""
    result = Score()
    wanted = expected["declarations"]
    rows = {d["declaration_index"]: [r for r in indicators if r["declaration_index"] == d["declaration_index"]] for d in declarations}
    pairs = _pairs([[_likeness(w, d, rows[d["declaration_index"]]) for d in declarations] for w in wanted])
    for number, want in enumerate(wanted):
        read = declarations[pairs[number]] if number in pairs else None
        _score_head(want, read, result)
        _score_rows(want["indicators"], rows[read["declaration_index"]] if read else [], result)
    for number, declaration in enumerate(declarations):
        if number not in pairs.values():
            _score_rows([], rows[declaration["declaration_index"]], result)
    return result


def _pairs(weights: Sequence[Sequence[float]]) -> dict[int, int]:
    """Left -> right, the best pairs first; pairs without weight stay apart."""
    order = sorted(((w, -i, -j) for i, row in enumerate(weights) for j, w in enumerate(row) if w > 0), reverse=True)
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in order:
        if -i not in found and -j not in taken:
            found[-i] = -j
            taken.add(-j)
    return found


def _likeness(want: Row, read: Row, rows: Sequence[Row]) -> float:
    """How much a declaration looks like the one that was written down."""
    names = {text(row["level3"]) for row in rows}
    shared = sum(text(row["level3"]) in names for row in want["indicators"]) / max(len(want["indicators"]), 1)
    heads = sum(alike(key, want.get(key), read.get(key)) for key in HEAD) / len(HEAD)
    return 2 * shared + heads


def _score_head(want: Row, read: Row | None, result: Score) -> None:
    money = want.get("amounts") or {}
    want = {**want, "accept": {**want.get("accept", {}), **money.get("accept", {})}}
    fields = {**{key: want.get(key) for key in HEAD}, **{key: money.get(key) for key in MONEY}}
    for key, right in fields.items():
        if right is None and key != "subject":
            continue
        result.head += 1
        if read is not None and any(alike(key, answer, read.get(key)) for answer in _answers(want, key, right)):
            result.head_right += 1
        else:
            result.head_faults.append(Fault(key, right, read.get(key) if read else None, read))


def _score_rows(wanted: Sequence[Row], read: Sequence[Row], result: Score) -> None:
    wanted = [row for row in wanted if not _is_dashes(row)]
    read = [row for row in read if not _is_dashes(row)]
    pairs = _pairs([[_row_likeness(w, r) for r in read] for w in wanted])
    result.rows += len(wanted)
    result.read += len(read)
    result.matched += len(pairs)
    result.marked += sum(bool(row["needs_review"]) for row in read)
    wrong = {number: 1 for number in range(len(read)) if number not in pairs.values()}
    for i, j in pairs.items():
        faults = _faults(wanted[i], read[j])
        wrong[j] = len(faults)
        result.strict += not faults
        result.faults += faults
    found = set(pairs.values())
    result.faults += [Fault("level3", None, row["level3"], row, row["level3"] or "") for j, row in enumerate(read) if j not in found]
    result.faults += [Fault("level3", row["level3"], None, None, row["level3"] or "") for i, row in enumerate(wanted) if i not in pairs]
    result.confidences += [(row["confidence"], wrong[j], bool(row["needs_review"])) for j, row in enumerate(read)]


def _row_likeness(want: Row, read: Row) -> float:
    """Alike names; among equal ones the row with the same horizon, level and target."""
    left, right = text(want.get("level3")), text(read.get("level3"))
    names = fuzz.ratio(left, right) if left and right else 100.0 * (left == right)
    if names < SIMILAR:
        return 0.0
    ties = sum(alike(key, want.get(key), read.get(key)) for key in ("horizon", "level2", "value", "target_text", "operator"))
    return float(1000 + names + 2 * ties)


def _faults(want: Row, read: Row) -> list[Fault]:
    return [
        Fault(key, want.get(key), read.get(key), read, want.get("level3") or "")
        for key in STRICT
        if not any(alike(key, answer, read.get(key)) for answer in _answers(want, key, want.get(key)))
    ]


def _answers(want: Row, key: str, right: object) -> list[object]:
    return [right, *want.get("accept", {}).get(key, [])]


def alike(key: str, right: object, read: object) -> bool:
    """True where two values of a field are the same by the rules above."""
    if key in _NUMBERS:
        return _same_number(right, read)
    one, two = text(right), text(read)
    if key in ("level1", "level2"):
        return _level(one) == _level(two)
    if key == "unit":
        return one == two or (one in _NO_UNIT and two in _NO_UNIT)
    return (one or "unspecified") == (two or "unspecified") if key == "operator" else one == two


def _same_number(right: object, read: object) -> bool:
    if right is None or read is None:
        return right is read
    return abs(float(str(right)) - float(str(read))) <= 1e-6 * max(1.0, abs(float(str(right))))


def _level(word: str) -> str:
    return word.removesuffix("指标") or word


def _is_dashes(row: Row) -> bool:
    return set(text(row.get("level3"))) <= _DASHES and set(text(row.get("target_text"))) <= _DASHES


def text(value: object) -> str:
    """The text for comparison: NFKC, no white space; blank for nothing."""
    return "" if value is None else "".join(unicodedata.normalize("NFKC", str(value)).split())
