"""A declaration as printed: facts, amounts, goals and indicator rows, each with its place; nothing is converted here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from extract.model import Place
from extract.problem import Problem

Form = Literal["department", "project", "special_fund", "self_evaluation"]
Horizon = Literal["annual", "mid_term", "long_term"]


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled value of the form's head. ``name`` is the canonical name (organization, subject, project_code,
    department, project_type, fiscal_year, filled_on, period, total, fiscal, other, contact, telephone, …) or
    ``other_fact`` for a label that is known to belong to the family but has no column of its own."""

    name: str
    label: str
    text: str
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money as printed. ``kind``: funding_income, funding_expenditure, task, project, payout;
    ``unit`` is the money unit of the form's head or caption (万元 where it prints none)."""

    kind: str
    item: str
    period: str | None
    text: str
    unit: str | None = None
    share_text: str | None = None
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal in prose with the horizon that its label names."""

    horizon: Horizon
    label: str
    text: str
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator as printed, line breaks of the cells taken out, merged levels filled down.

    ``value_text`` is the cell of the value, ``operator_text`` and ``unit_text`` the cells of their own columns where
    the form has them, ``header_unit`` the unit that the header prints for the column; ``target_text`` is all printed target
    cells joined (operator, value, unit). ``history`` is ``label=text`` pairs joined by ``; ``."""

    horizon: Horizon = "annual"
    level1: str | None = None
    level2: str | None = None
    level3: str | None = None
    target_text: str | None = None
    value_text: str | None = None
    operator_text: str | None = None
    unit_text: str | None = None
    header_unit: str | None = None
    explanation: str | None = None
    scoring_rule: str | None = None
    weight: str | None = None
    basis: str | None = None
    remark: str | None = None
    history: str | None = None
    achieved_text: str | None = None
    score: str | None = None
    deviation: str | None = None
    places: tuple[Place, ...] = ()
    confidence: float = 1.0
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """What became of a printed cell: ``role`` is label, header, fact, amount, goal, indicator or ignored;
    an ignored cell has a ``reason``. Every cell of a declaration's tables has exactly one Use."""

    role: str
    text: str
    reason: str | None = None
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Declaration:
    """One form of a source. ``index`` is its 0-based order there; ``columns`` the role of each column of the
    indicator table with its printed header, for people who check the reading."""

    index: int
    form: Form
    title: str | None = None
    fiscal_year: int | None = None
    fiscal_year_basis: Literal["printed", "inferred"] | None = None
    facts: tuple[Fact, ...] = ()
    amounts: tuple[Amount, ...] = ()
    goals: tuple[Goal, ...] = ()
    rows: tuple[Row, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    uses: tuple[Use, ...] = ()
    pages: tuple[int, ...] = ()
    places: tuple[Place, ...] = ()
    caption_unit: str | None = None
    problems: tuple[Problem, ...] = ()

    def fact(self, name: str) -> str | None:
        """The text of the first fact of this name that is not blank; None where the form has none."""
        return next((f.text for f in self.facts if f.name == name and f.text), None)
