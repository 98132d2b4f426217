"""What a form must have."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from jixiao.audit.declare import names_any, rule, unsure
from jixiao.audit.model import AGREES, Figure, Form, Found, Params, Unchecked, Verdict
from jixiao.audit.reading import fold, is_blank
from normalize.record import Record

_FEWEST = 3


def _real(form: Form) -> list[Record]:
    """The rows that name an indicator."""
    return [row for row in form.indicators if not is_blank(row["level3"])]


def _whole(form: Form) -> Unchecked | None:
    """Why the rows of a form cannot be taken for all that it has."""
    rows = _real(form)
    if len(rows) < _FEWEST:
        return Unchecked("the form has fewer than three indicators", "", (form.declaration,))
    odd = tuple(row for row in rows if row["level1_code"] is None or unsure(row))
    return Unchecked("the level of a row is not known for sure", odd[0]["level1"] or "", odd) if odd else None


def _missing(form: Form, level: str, name: str) -> Iterator[Verdict]:
    doubt = _whole(form)
    if any(row["level1_code"] == level for row in _real(form)):
        yield AGREES
    elif doubt is not None:
        yield doubt
    else:
        present = ", ".join(dict.fromkeys(row["level1"] or "" for row in _real(form)))
        yield Found(f"the form has no indicator of {name}", (Figure("levels", present),), (form.declaration,))


@rule("no-output", "error", "form")
def no_output(form: Form, params: Params) -> Iterator[Verdict]:
    """A form without any 产出指标.

    Not checked: a form with fewer than three rows, or with a row whose level is not known.
    """
    return _missing(form, "P", "产出")


@rule("no-benefit", "warning", "form")
def no_benefit(form: Form, params: Params) -> Iterator[Verdict]:
    """A form without any 效益指标.

    Not checked: a form with fewer than three rows, or with a row whose level is not known.
    """
    return _missing(form, "B", "效益")


@rule("no-satisfaction", "info", "form")
def no_satisfaction(form: Form, params: Params) -> Iterator[Verdict]:
    """A form without any 满意度指标.

    It may be right: rules in force since 2021 allow to leave it out where a project serves nobody directly. Hence a note.
    """
    return _missing(form, "S", "满意度")


@rule("empty-target", "warning", "row")
def empty_target(row: Record, form: Form, params: Params) -> Verdict | None:
    """An indicator without a target.

    The row has a name, and its target is blank. A dash, 无 or / in both is a row that was left out on purpose.
    """
    if is_blank(row["level3"]) or names_any(fold(row["level3"]), params, "fillers"):
        return None
    if fold(row["target_text"]):
        return AGREES
    if unsure(row) or row["needs_review"]:
        return Unchecked("the row was read with doubt", row["level3"], (row,))
    return Found(f"{row['level3']} has no target", (Figure(row["level3"], ""),), (row,))


@rule("only-qualitative", "warning", "form")
def only_qualitative(form: Form, params: Params) -> Iterator[Verdict]:
    """All targets of a form are words: none can be measured.

    At least three indicators, each with a target, and neither a number nor a date in any of them.
    """
    rows = [row for row in _real(form) if fold(row["target_text"])]
    if len(rows) < _FEWEST:
        return
    if any(any(char.isdigit() for char in fold(row["target_text"])) for row in rows):
        yield AGREES
    elif any(unsure(row) for row in rows):
        yield Unchecked("a row was read with doubt", "", tuple(rows))
    else:
        figures = tuple(Figure(row["level3"], row["target_text"]) for row in rows)
        yield Found(f"none of the {len(rows)} targets is a number or a date", figures, tuple(rows))


@rule("level-contradiction", "warning", "form")
def level_contradiction(form: Form, params: Params) -> Iterator[Verdict]:
    """A level 2 under a level 1 that it does not belong to: 数量指标 under 效益指标.

    The tree of levels is that of 财预〔2015〕88号 and 财预〔2021〕101号; where both differ, both are right. Not checked: rows that
    were read with doubt; rows beside those of the level 1 that they belong to, and forms that do not print both labels where
    they belong, since there the label stands a few rows too high or too low.
    """
    rows = [row for row in form.indicators if row["level1_code"] and row["level1"] and row["level2"]]
    for (level1, code, horizon), group in groupby(rows, key=_levels):
        run = list(group)
        if code is None:
            yield from (AGREES for _ in run)
            continue
        yield from _contradiction(run, level1, [row for row in rows if row["horizon"] == horizon])


def _levels(row: Record) -> tuple[str, str | None, str]:
    """The printed level 1, the one that the row belongs to where it is another, the horizon."""
    moved = " taken as " in (row["repairs"] or "")
    return row["level1"], row["level1_code"] if moved else None, row["horizon"]


def _contradiction(run: list[Record], level1: str, rows: list[Record]) -> Iterator[Verdict]:
    """The verdict on each of a run of rows under one label; ``rows`` are all of the horizon."""
    sure = [row for row in rows if _levels(row)[1] is None]
    code = run[0]["level1_code"]
    both = any(row["level1"] == level1 for row in sure) and any(row["level1_code"] == code for row in sure)
    first, last = rows.index(run[0]), rows.index(run[-1])
    beside = [row for row in (*rows[max(first - 1, 0) : first], *rows[last + 1 : last + 2]) if row["level1_code"] == code]
    for row in run:
        if unsure(row):
            yield Unchecked("the row was read with doubt", f"{row['level1']} {row['level2']}", (row,))
        elif beside or not both:
            yield Unchecked("the label of level 1 may stand in the wrong row", f"{row['level1']} {row['level2']}", (row,))
        else:
            figures = (Figure("level 1", row["level1"]), Figure("level 2", row["level2"]))
            yield Found(f"{row['level2']} is printed under {row['level1']}", figures, (row,))
