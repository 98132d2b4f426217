"""Which printed sum is the total of the form: sums of the year before sums of the whole term, printed totals before all."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from extract.declaration import Fact
from extract.model import Place

_LONG = re.compile(r"中长期|实施期|中期|长期|全周期|周期|项目总|总投资|概算")
_YEAR = re.compile(r"年度|当年|本年|全年|年初|本次|20\d\d年")
_NOT_TOTAL = re.compile(r"执行数|支出数|到位")


@dataclass(frozen=True, slots=True)
class MoneyFact:
    """A sum as printed, with where its label stands: sums below a total in the same column are parts of it."""

    name: str
    label: str
    text: str
    period: str | None
    column: int
    row: int
    places: tuple[Place, ...] = ()


def period_of(label: str, name: str) -> str | None:
    """long_term or annual where the label of a sum names its time."""
    if name not in ("total", "fiscal", "other", "carried_over"):
        return None
    if _LONG.search(label) and not _YEAR.search(label):
        return "long_term"
    return "annual" if _YEAR.search(label) else None


@dataclass(slots=True)
class MoneyFacts:
    """Collects the sums of one form; ``named`` tells which of them the form is about."""

    found: list[MoneyFact] = field(default_factory=list)

    def add(self, fact: MoneyFact) -> None:
        self.found.append(fact)

    def named(self) -> list[Fact]:
        """One Fact a sum: total, fiscal, other of the year; those of the whole term, beside them, as period_total, …"""
        timed = [(fact, self._period(fact)) for fact in self.found]
        totals = {period for fact, period in timed if fact.name == "total"}
        both = "annual" in totals and len(totals) > 1
        facts: list[Fact] = []
        for fact, period in timed:
            name = "other_fact" if fact.name == "money" or _NOT_TOTAL.search(fact.label) else fact.name
            if both and period != "annual" and name in ("total", "fiscal", "other", "carried_over"):
                name = f"period_{name}"
            facts.append(Fact(name, fact.label, fact.text, fact.places))
        return facts

    def _period(self, fact: MoneyFact) -> str | None:
        """The time of a sum: its own, or that of the nearest total above it in its column."""
        if fact.name == "total" or fact.period:
            return fact.period
        above = [other for other in self.found if other.name == "total" and other.row <= fact.row]
        same = [other for other in above if other.column == fact.column]
        near = max(same or above, key=lambda other: (other.row, -abs(other.column - fact.column)), default=None)
        return near.period if near else None
