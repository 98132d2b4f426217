"""Several forms of one organization and year, side by side."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from jixiao.audit.declare import rule
from jixiao.audit.figures import Agreement, amount_figure, compare, fact_figure, number, wan
from jixiao.audit.model import AGREES, Figure, Form, Found, Params, Unchecked, Verdict
from jixiao.audit.reading import fold
from jixiao.audit.rules.funds import facts_of, form_scale
from normalize.record import Record

_BRACKETS = re.compile(r"\([^()]*\)$")
_SHORTEST_GOAL = 10
_FEWEST_COPIES = 3


def _total(form: Form) -> tuple[Record, Figure] | None:
    printed = facts_of(form, "total")
    read = fact_figure(printed[0], form_scale(form)) if printed else None
    return (printed[0], read) if read is not None else None


@rule("project-amounts", "error", "group")
def project_amounts(forms: list[Form], params: Params) -> Iterator[Verdict]:
    """A project has another amount in the department form than in its own form.

    The tables of tasks and projects of a department form are compared with the totals of the project forms of the same
    unit and year, by the whole name of the project; and a project form with the form of the special fund of the same name.
    Silent for names that do not occur in both. Not checked: a name that several forms bear, or a total that cannot be read.
    """
    own: dict[str, list[Form]] = defaultdict(list)
    for form in forms:
        if form.declaration["form"] in ("project", "special_fund") and form.declaration["subject"]:
            own[fold(form.declaration["subject"])].append(form)
    for form in forms:
        if form.declaration["form"] == "department":
            yield from _department(form, own, params)
    for same in own.values():
        if sorted(form.declaration["form"] for form in same) == ["project", "special_fund"]:
            yield _same_subject(same)


def _department(form: Form, own: dict[str, list[Form]], params: Params) -> Iterator[Verdict]:
    names = params["this_year"].split("|")
    for row in form.amounts:
        dated = row["kind"] == "project" and any(name in (row["period"] or "") for name in names)
        if (row["kind"] == "task" or dated) and (projects := own.get(fold(row["item"]))):
            yield _in_both(row, projects)


def _in_both(row: Record, projects: list[Form]) -> Verdict:
    theirs = _total(projects[0])
    mine = amount_figure(row)
    if len(projects) > 1 or theirs is None or mine is None:
        return Unchecked("the amounts cannot be compared", row["item"], (row, *(form.declaration for form in projects)))
    return _verdict(mine, theirs[1], (row, theirs[0]), row["item"])


def _same_subject(forms: list[Form]) -> Verdict:
    one, other = (_total(form) for form in forms)
    if one is None or other is None:
        return Unchecked("the amounts cannot be compared", forms[0].declaration["subject"], tuple(f.declaration for f in forms))
    return _verdict(one[1], other[1], (one[0], other[0]), forms[0].declaration["subject"])


def _verdict(one: Figure, other: Figure, rows: tuple[Record, ...], name: str) -> Verdict:
    match compare(one, other):
        case Agreement.AGREES:
            return AGREES
        case Agreement.ROUNDING:
            return Unchecked("the difference may be rounding to whole numbers", name, rows)
    return Found(f"{name} has {wan(number(one))} in one form and {wan(number(other))} in the other", (one, other), rows)


@rule("copied-goals", "warning", "group")
def copied_goals(forms: list[Form], params: Params) -> Iterator[Verdict]:
    """The same goal stands word for word in several projects.

    At least three projects of one unit and year have the same goal of ten characters or more: it was copied, and says
    nothing of any of them. Projects whose names differ in brackets alone (the same project in several districts) are one.
    """
    texts: dict[str, list[tuple[Record, str]]] = defaultdict(list)
    for form in forms:
        if form.declaration["form"] in ("project", "special_fund"):
            for goal in form.goals:
                if len(fold(goal["text"])) >= _SHORTEST_GOAL:
                    texts[fold(goal["text"])].append((goal, _BRACKETS.sub("", fold(form.declaration["subject"]))))
    for rows in texts.values():
        subjects = {subject for _, subject in rows}
        if len(subjects) < _FEWEST_COPIES:
            yield AGREES
            continue
        figures = (Figure("goal", rows[0][0]["text"]),)
        yield Found(f"{len(subjects)} projects have the same goal", figures, tuple(goal for goal, _ in rows))
