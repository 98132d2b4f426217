"""The head of a form as records: its row of ``declarations``, its facts, goals and amounts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from extract.declaration import Declaration, Fact
from extract.problem import Problem
from normalize.money import read_money, read_share
from normalize.origin import Origin, first_page, place_columns
from normalize.periods import read_date, read_period
from normalize.places import CityFinding
from normalize.printed import is_blank
from normalize.record import Record

CONTACT_FACTS = frozenset({"contact", "telephone"})
_MONEY_FACTS = {"total": "total_wan", "fiscal": "fiscal_wan", "other": "other_wan"}


@dataclass(frozen=True, slots=True)
class Head:
    """Rows of a declaration's head, and the doubts that arose in reading it."""

    declaration: Record
    facts: list[Record]
    goals: list[Record]
    amounts: list[Record]
    problems: list[Record] = field(default_factory=list)


def organization_of(declaration: Declaration) -> str | None:
    """The unit that declares; where the form names only the department in charge, that one."""
    return declaration.fact("organization") or declaration.fact("department")


def read_head(declaration: Declaration, origin: Origin, city: CityFinding, *, keep_contacts: bool) -> Head:
    """All rows that the head of the form gives."""
    problems: list[Record] = []
    row = {
        **origin.columns(),
        "form": declaration.form,
        "title": declaration.title,
        "organization": organization_of(declaration),
        "city": city.name,
        "city_code": city.code,
        "province": city.province,
        "subject": declaration.fact("subject"),
        "project_code": declaration.fact("project_code"),
        "project_type": declaration.fact("project_type"),
        "fiscal_year": declaration.fiscal_year,
        "fiscal_year_basis": declaration.fiscal_year_basis if declaration.fiscal_year is not None else None,
        **_dates(declaration, origin, problems),
        **_funds(declaration, origin, problems),
        "pages": ",".join(str(page) for page in declaration.pages) or None,
    }
    facts = [_fact(f, origin) for f in declaration.facts if keep_contacts or f.name not in CONTACT_FACTS]
    amounts = _amounts(declaration, origin, problems)
    return Head(row, facts, _goals(declaration, origin), amounts, problems)


def _fact(fact: Fact, origin: Origin) -> Record:
    return {**origin.columns(), "name": fact.name, "label": fact.label, "text": fact.text, **place_columns(fact.places)}


def _goals(declaration: Declaration, origin: Origin) -> list[Record]:
    return [
        {**origin.columns(), "horizon": goal.horizon, "label": goal.label, "text": goal.text, **place_columns(goal.places)}
        for goal in declaration.goals
    ]


def _first(declaration: Declaration, name: str) -> Fact | None:
    return next((f for f in declaration.facts if f.name == name and not is_blank(f.text)), None)


def _dates(declaration: Declaration, origin: Origin, problems: list[Record]) -> Record:
    """Date of filling in, first and last day; a text that is no date stays in ``facts`` and is told as info.

    Forms print the period in one cell, or its first and its last day in two."""
    filled, period, end = (_first(declaration, name) for name in ("filled_on", "period", "period_end"))
    filled_on, last = (read_date(fact.text) if fact else None for fact in (filled, end))
    span = _span(period.text) if period else None
    for fact, value in ((filled, filled_on), (period, span), (end, last)):
        if fact is not None and value is None:
            doubt = Problem("unreadable-date", "info", f"'{fact.text}' names no full date")
            problems.append(origin.problem(doubt, about=fact.label, page=first_page(fact.places)))
    first, second = span if span else (None, None)
    return {"filled_on": filled_on, "period_start": first, "period_end": last or second}


def _span(text: str) -> tuple[date, date | None] | None:
    day = read_date(text)
    return (day, None) if day else read_period(text)


def _funds(declaration: Declaration, origin: Origin, problems: list[Record]) -> Record:
    """The three sums of money; one that is not printed stays null and is never added up from others."""
    funds: Record = {}
    assumed = False
    for name, column in _MONEY_FACTS.items():
        fact = _first(declaration, name)
        money = read_money(fact.text, fact.label, declaration.caption_unit) if fact else read_money(None)
        if fact is not None and money.problem is not None:
            problems.append(origin.problem(money.problem, about=fact.label, page=first_page(fact.places)))
        assumed = assumed or money.assumed
        funds[column] = _number(money.wan)
    if assumed:
        problems.append(origin.problem(_ASSUMED))
    return funds


_ASSUMED = Problem("amount-unit-assumed", "info", "no money unit is printed for the funds; they are taken as 万元")


def _amounts(declaration: Declaration, origin: Origin, problems: list[Record]) -> list[Record]:
    rows = []
    for amount in declaration.amounts:
        page = first_page(amount.places)
        shared = amount.kind == "payout" and amount.share_text == amount.text
        money = read_money(None if shared else amount.text, amount.unit, declaration.caption_unit)
        share, share_problem = read_share(amount.share_text)
        for problem in (money.problem, share_problem):
            if problem is not None:
                problems.append(origin.problem(problem, about=amount.item, page=page))
        rows.append(
            {
                **origin.columns(),
                "kind": amount.kind,
                "item": amount.item,
                "period": amount.period,
                "value_wan": _number(money.wan),
                "share": _number(share),
                "text": amount.text,
                **place_columns(amount.places),
            }
        )
    return rows


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
