"""What an audit works on and what comes out: forms, the verdicts of rules, findings, what was not checked, and how much was checked."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

from normalize.record import Record

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
Params: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Form:
    """One declaration with all its rows, as the tables of a dataset hold them."""

    declaration: Record
    indicators: list[Record] = field(default_factory=list)
    facts: list[Record] = field(default_factory=list)
    amounts: list[Record] = field(default_factory=list)
    goals: list[Record] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that was compared: what it is and how it is printed. ``value`` is its number in a base unit (万元 for
    sums of money); ``step`` what one more in its last printed decimal is worth; ``decimals`` how many are printed."""

    label: str
    text: str
    value: Decimal | None = None
    step: Decimal = Decimal(0)
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Spot:
    """A row that a finding concerns, and where it stands in its source; ``printed`` is what its columns hold."""

    kind: str
    text: str
    document_id: str
    source_name: str
    declaration_index: int
    row_index: int | None = None
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    sheet: str | None = None
    cell: str | None = None
    printed: tuple[tuple[str, str], ...] = ()

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        parts = [f"form {self.declaration_index + 1}"]
        parts += [f"page {self.page}"] if self.page is not None else []
        parts += [f"sheet {self.sheet}"] if self.sheet is not None else []
        parts += [f"cell {self.cell}"] if self.cell is not None else []
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Agrees:
    """The figures were compared and agree."""


@dataclass(frozen=True, slots=True)
class Found:
    """The figures were compared and do not agree."""

    message: str
    figures: tuple[Figure, ...]
    rows: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class Unchecked:
    """The rule applies, but a figure that it needs could not be relied on; ``why`` says so in a few words."""

    why: str
    detail: str = ""
    rows: tuple[Record, ...] = ()


AGREES = Agrees()
Verdict: TypeAlias = Agrees | Found | Unchecked
RowTest: TypeAlias = Callable[[Record, Form, Params], Verdict | None]
FormTest: TypeAlias = Callable[[Form, Params], Iterable[Verdict]]
GroupTest: TypeAlias = Callable[[list[Form], Params], Iterable[Verdict]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its code, how much a finding matters unless rules.csv says otherwise, and the function that tests.

    ``scope`` is what the function is given: each row of indicators, a form, or the forms of one organization and year."""

    code: str
    severity: Severity
    scope: Literal["row", "form", "group"]
    test: RowTest | FormTest | GroupTest
    doc: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not add up: which rule says so, the figures that were compared, the rows and their places."""

    finding_id: str
    rule: str
    severity: Severity
    message: str
    figures: tuple[Figure, ...]
    spots: tuple[Spot, ...]
    declaration: Record
    waived: str | None = None


@dataclass(frozen=True, slots=True)
class NotChecked:
    """Something that a rule would have looked at and could not."""

    rule: str
    why: str
    detail: str
    spots: tuple[Spot, ...]
    declaration: Record


@dataclass(slots=True)
class Tally:
    """How often one rule looked, and what it saw."""

    agreed: int = 0
    found: int = 0
    not_checked: Counter[str] = field(default_factory=Counter)

    @property
    def checked(self) -> int:
        return self.agreed + self.found

    def add(self, other: Tally) -> None:
        self.agreed += other.agreed
        self.found += other.found
        self.not_checked.update(other.not_checked)


@dataclass(slots=True)
class Report:
    """All that an audit gives: findings, what was not checked, and a tally of each rule that was on."""

    findings: list[Finding] = field(default_factory=list)
    not_checked: list[NotChecked] = field(default_factory=list)
    tallies: dict[str, Tally] = field(default_factory=dict)

    def add(self, other: Report) -> None:
        self.findings += other.findings
        self.not_checked += other.not_checked
        for code, tally in other.tallies.items():
            self.tallies.setdefault(code, Tally()).add(tally)

    @property
    def open_findings(self) -> list[Finding]:
        """Those that nobody has waived."""
        return [finding for finding in self.findings if finding.waived is None]


_PRINTED = (
    *("level1", "level2", "level3", "target_text", "unit", "weight", "explanation", "scoring_rule", "history", "achieved_text", "score"),
    *("label", "item", "period", "text"),
)


def spot_of(row: Record) -> Spot:
    """The place of a row of any table of a dataset."""
    box = tuple(row[name] for name in ("x0", "top", "x1", "bottom")) if row.get("x0") is not None else None
    assert box is None or len(box) == 4
    return Spot(
        kind=_kind(row),
        text=_text(row),
        document_id=row["document_id"],
        source_name=row["source_name"],
        declaration_index=row["declaration_index"],
        row_index=row.get("row_index"),
        page=row["page"] if "page" in row else _first_page(row.get("pages")),
        box=box,
        sheet=row.get("sheet"),
        cell=row.get("cell"),
        printed=tuple((name, str(row[name])) for name in _PRINTED if row.get(name) not in (None, "")),
    )


def finding_id(rule: str, figures: Iterable[Figure], spots: Iterable[Spot]) -> str:
    """The name of a finding: the same as long as the sources, the rows and the figures are the same."""
    parts = [rule]
    parts += [f"{figure.label}={figure.text}" for figure in figures]
    parts += [f"{spot.document_id}:{spot.declaration_index}:{spot.kind}:{spot.text}" for spot in spots]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def _first_page(pages: str | None) -> int | None:
    return int(pages.split(",")[0]) if pages else None


def _kind(row: Record) -> str:
    for name, kind in (("row_index", "indicator"), ("horizon", "goal"), ("label", "fact"), ("kind", "amount")):
        if name in row:
            return kind
    return "declaration"


def _text(row: Record) -> str:
    match _kind(row):
        case "indicator":
            parts = (row["level3"], row["target_text"])
        case "goal" | "fact":
            parts = (row["label"], row["text"])
        case "amount":
            parts = (row["item"], row["text"])
        case _:
            parts = (row["subject"] or row["organization"], row["title"])
    return " ".join(str(part) for part in parts if part)
