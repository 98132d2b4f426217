"""What is written beside a target, and what is written twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from jixiao.audit.declare import names_any, rule, unsure
from jixiao.audit.model import AGREES, Figure, Form, Found, Params, Unchecked, Verdict
from jixiao.audit.reading import fold, is_blank
from normalize.record import Record

_CLAUSE = re.compile(r"[,，;；。、\n]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_AFTER = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<unit>%|[^\d,，;；。、()（）≥≤=<>]{1,6})")


def _targets(row: Record) -> tuple[Decimal, ...]:
    """The numbers that the target names, as printed."""
    return tuple(Decimal(str(row[name])) for name in ("value", "value_high") if row[name] is not None)


def _named(text: str, unit: str) -> list[Decimal]:
    """The numbers in a text that are followed by a unit."""
    return [Decimal(match["number"]) for match in _AFTER.finditer(text) if match["unit"].startswith(unit)]


def _unit(row: Record) -> str | None:
    unit = fold(row["unit"])
    return "%" if row["unit_code"] == "percent" else unit or None


@rule("scoring-target", "error", "row")
def scoring_target(row: Record, form: Form, params: Params) -> Verdict | None:
    """The scoring rule gives full points for another number than the target: 完成6次得满分 for ≥12次.

    Only the clause that gives full points (满分) is looked at, and only numbers in the unit of the target. Silent where it
    has none, or more than one.
    """
    unit, targets = _unit(row), _targets(row)
    if not row["scoring_rule"] or not unit or not targets:
        return None
    full = [clause for clause in _CLAUSE.split(fold(row["scoring_rule"])) if names_any(clause, params, "full")]
    named = _named(full[0], unit) if len(full) == 1 else []
    if len(named) != 1 or names_any(full[0], params, "relative"):
        return None
    return _beside(row, named[0], targets, "scoring_rule", "the scoring rule")


@rule("explanation-target", "warning", "row")
def explanation_target(row: Record, form: Form, params: Params) -> Verdict | None:
    """The explanation names another number than the target.

    Only numbers in the unit of the target count. Silent where the explanation has none or more than one, and where it
    speaks of each, of last year, or of a change (rules.csv).
    """
    unit, targets = _unit(row), _targets(row)
    if not row["explanation"] or not unit or not targets:
        return None
    text = fold(row["explanation"])
    named = _named(text, unit)
    if len(named) != 1 or names_any(text, params, "relative"):
        return None
    return _beside(row, named[0], targets, "explanation", "the explanation")


def _beside(row: Record, named: Decimal, targets: tuple[Decimal, ...], column: str, what: str) -> Verdict:
    if named in targets:
        return AGREES
    if unsure(row):
        return Unchecked("the row was read with doubt", row[column], (row,))
    figures = (Figure(row["level3"] or "", row["target_text"]), Figure(what, row[column]))
    return Found(f"{row['level3']}: the target is {row['target_text']}, {what} says '{row[column]}'", figures, (row,))


_SAME = ("horizon", "level1", "level2", "level3", "target_text", "explanation", "weight", "scoring_rule", "basis")


@rule("duplicate-rows", "warning", "form")
def duplicate_rows(form: Form, params: Params) -> Iterator[Verdict]:
    """The same indicator with the same target stands twice in one form.

    Rows are the same where levels, name, target, explanation, weight and all else that is printed are the same.
    """
    groups: dict[tuple[object, ...], list[Record]] = defaultdict(list)
    for row in form.indicators:
        if not is_blank(row["level3"]) and not is_blank(row["target_text"]):
            groups[tuple(row[name] for name in _SAME)].append(row)
    for rows in groups.values():
        if len(rows) == 1:
            yield AGREES
        elif any(unsure(row) for row in rows):
            yield Unchecked("the rows were read with doubt", rows[0]["level3"], tuple(rows))
        else:
            figures = (Figure(rows[0]["level3"], rows[0]["target_text"]),)
            yield Found(f"{rows[0]['level3']} stands {len(rows)} times", figures, tuple(rows))
