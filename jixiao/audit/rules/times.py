"""Time: deadlines, the year before, and what was achieved."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from jixiao.audit.declare import names_any, rule, unsure
from jixiao.audit.model import AGREES, Figure, Form, Found, Params, Unchecked, Verdict
from jixiao.audit.reading import fold, is_blank
from normalize import read_target
from normalize.record import Record
from normalize.values import Target

_RISING = ("ge", "gt", "unspecified", "eq")
_FALLING = ("le", "lt")


@rule("deadline-late", "warning", "row")
def deadline_late(row: Record, form: Form, params: Params) -> Verdict | None:
    """A deadline after the fiscal year, or after the end of the project.

    A target of the year must be reached within it, and every target within the printed period of the project. Silent where
    the form prints neither. Not checked: a year that is only inferred from the file.
    """
    head = form.declaration
    if row["deadline"] is None:
        return None
    limits = [head["period_end"]] if head["period_end"] is not None else []
    if not limits and row["horizon"] == "annual" and head["fiscal_year"] is not None:
        if head["fiscal_year_basis"] != "printed":
            return Unchecked("the fiscal year is not printed in the form", row["target_text"], (row,))
        limits = [date(head["fiscal_year"], 12, 31)]
    if not limits:
        return None
    if row["deadline"] <= limits[0]:
        return AGREES
    if unsure(row):
        return Unchecked("the row was read with doubt", row["target_text"], (row,))
    figures = (Figure(row["level3"] or "", row["target_text"]), Figure("end", limits[0].isoformat()))
    return Found(f"{row['level3']} is due {row['target_text']}, after {limits[0].isoformat()}", figures, (row,))


@lru_cache(maxsize=4096)
def _read(text: str, unit: str | None, name: str | None) -> Target:
    return read_target(text, None, unit, name=name)


def _rising(row: Record, params: Params) -> bool:
    """True where more is better: no limit, no cost, nothing that one wants less of."""
    return row["operator"] in _RISING and row["level1_code"] in ("P", "B", "S") and not names_any(row["level3"], params, "less")


@rule("below-last-year", "info", "row")
def below_last_year(row: Record, form: Form, params: Params) -> Verdict | None:
    """The target is lower than last year's.

    The form prints 上年 beside the target, in the same unit, and more is better (no limit, no cost, no fault). It may be
    right; a careful reader asks why. Not checked: a value of last year that cannot be compared.
    """
    last = _last_year(row["history"], params)
    if last is None or row["quantity"] is None or not _rising(row, params):
        return None
    before = _read(last, row["unit"], row["level3"])
    if before.quantity is None or before.dimension != row["dimension"] or before.unit_code != row["unit_code"]:
        return Unchecked("last year's value cannot be compared", last, (row,))
    if row["quantity"] >= float(before.quantity):
        return AGREES
    if unsure(row):
        return Unchecked("the row was read with doubt", last, (row,))
    figures = (Figure(row["level3"] or "", row["target_text"]), Figure("last year", last))
    return Found(f"{row['level3']}: the target is {row['target_text']}, last year's value {last}", figures, (row,))


def _last_year(history: str | None, params: Params) -> str | None:
    for pair in (history or "").split("; "):
        label, _, text = pair.partition("=")
        if fold(label) in params["last_year"].split("|") and not is_blank(text):
            return text
    return None


@rule("score-over-weight", "error", "row")
def score_over_weight(row: Record, form: Form, params: Params) -> Verdict | None:
    """A score higher than the points that the indicator has."""
    if row["score"] is None or row["weight"] is None:
        return None
    if row["score"] <= row["weight"]:
        return AGREES
    if unsure(row):
        return Unchecked("the row was read with doubt", str(row["score"]), (row,))
    figures = (Figure("score", f"{row['score']:g}"), Figure("weight", f"{row['weight']:g}"))
    return Found(f"{row['level3']} scores {row['score']:g} of {row['weight']:g} points", figures, (row,))


@rule("achieved-score", "error", "row")
def achieved_score(row: Record, form: Form, params: Params) -> Verdict | None:
    """Full points though the target was missed, or none though it was reached.

    The achieved value of a self-evaluation is compared with the target in the same unit. Points between none and all
    depend on the scoring rule and are not judged. Not checked: an achieved value that cannot be compared.
    """
    if is_blank(row["achieved_text"]) or row["quantity"] is None or not row["weight"] or row["score"] is None:
        return None
    achieved = _read(row["achieved_text"], row["unit"], row["level3"])
    if achieved.quantity is None or achieved.dimension != row["dimension"]:
        return Unchecked("the achieved value cannot be compared", row["achieved_text"], (row,))
    reached = _reached(row, float(achieved.quantity))
    full, none = row["score"] >= row["weight"], row["score"] == 0
    if reached is None or not (none if reached else full):
        return AGREES
    if unsure(row):
        return Unchecked("the row was read with doubt", row["achieved_text"], (row,))
    figures = (Figure("target", row["target_text"]), Figure("achieved", row["achieved_text"]), Figure("score", f"{row['score']:g}"))
    what = f"though {row['target_text']} was {'reached' if reached else 'missed'}: {row['achieved_text']}"
    return Found(f"{row['level3']} scores {row['score']:g} of {row['weight']:g} points, {what}", figures, (row,))


def _reached(row: Record, achieved: float) -> bool | None:
    """Whether an achieved quantity reaches the target; None where the target does not say which side is better."""
    if row["operator"] in ("ge", "gt"):
        return bool(achieved >= row["quantity"]) if row["operator"] == "ge" else bool(achieved > row["quantity"])
    if row["operator"] in _FALLING:
        return bool(achieved <= row["quantity"]) if row["operator"] == "le" else bool(achieved < row["quantity"])
    if row["operator"] == "eq":
        return True if achieved == row["quantity"] else None
    return None
