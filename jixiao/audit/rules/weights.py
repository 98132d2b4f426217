"""Weights of indicators: what they add up to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from jixiao.audit.declare import rule, unsure
from jixiao.audit.figures import plain
from jixiao.audit.model import AGREES, Figure, Form, Found, Params, Unchecked, Verdict
from jixiao.audit.reading import fold
from normalize.record import Record

_POINTS = re.compile(r"[(\[【:]?(?P<points>\d+(?:\.\d+)?)(?P<sign>分|%)[)\]】]?$|[(\[【](?P<bare>\d+(?:\.\d+)?)[)\]】]$")


def _weight(row: Record) -> Decimal:
    return Decimal(str(row["weight"]))


def _sum(rows: list[Record]) -> Decimal:
    return sum((_weight(row) for row in rows), Decimal(0))


def _slack(rows: list[Record]) -> Decimal:
    """Half a last printed decimal each: weights such as 3.33 need not add up exactly."""
    decimals = [-int(_weight(row).normalize().as_tuple().exponent) for row in rows]
    return sum((Decimal(1).scaleb(-count) / 2 for count in decimals if count > 0), Decimal(0))


def _weighted(form: Form) -> Iterator[list[Record]]:
    """The rows of each horizon that has weights."""
    for horizon in sorted({row["horizon"] for row in form.indicators}):
        rows = [row for row in form.indicators if row["horizon"] == horizon]
        if any(row["weight"] is not None for row in rows):
            yield rows


@rule("weights-sum", "error", "form")
def weights_sum(form: Form, params: Params) -> Iterator[Verdict]:
    """The weights of a form do not add up.

    The weights of all indicators must add up to what the form gives them: 100, or 90 where 预算执行率 has the other 10 (the sums
    that are known are in rules.csv). Rounding of printed decimals is allowed. Not checked: a form in which a row has no
    weight or was read with doubt.
    """
    whole = [Decimal(text) for text in params["sums"].split("|")]
    for rows in _weighted(form):
        if any(row["weight"] is None for row in rows):
            yield _unchecked("a row has no weight", [row for row in rows if row["weight"] is None])
        elif any(unsure(row) for row in rows):
            yield _unchecked("a row was read with doubt", [row for row in rows if unsure(row)])
        elif any(abs(_sum(rows) - one) <= _slack(rows) for one in whole):
            yield AGREES
        else:
            figures = tuple(Figure(row["level3"] or "", plain(_weight(row))) for row in rows)
            known = " or ".join(params["sums"].split("|"))
            yield Found(f"the weights add up to {plain(_sum(rows))}, not to {known}", figures, tuple(rows))


def _unchecked(why: str, rows: list[Record]) -> Unchecked:
    return Unchecked(why, "; ".join(row["level3"] or "" for row in rows), tuple(rows))


@rule("weights-level", "error", "form")
def weights_level(form: Form, params: Params) -> Iterator[Verdict]:
    """The weights under a level do not add up to what the level prints: 产出指标（50分）.

    Not checked: a level in which a row has no weight or was read with doubt.
    """
    for rows in _weighted(form):
        for level in ("level1", "level2"):
            for text in dict.fromkeys(row[level] for row in rows if row[level]):
                points = _points(text)
                if points is not None:
                    yield _under(text, points, [row for row in rows if row[level] == text])


def _points(text: str) -> Decimal | None:
    match = _POINTS.search(fold(text))
    return Decimal(match["points"] or match["bare"]) if match else None


def _under(text: str, points: Decimal, rows: list[Record]) -> Verdict:
    if any(row["weight"] is None or unsure(row) for row in rows):
        return Unchecked("a row has no weight, or was read with doubt", text, tuple(rows))
    if abs(_sum(rows) - points) <= _slack(rows):
        return AGREES
    figures = (Figure(text, plain(points)), *(Figure(row["level3"] or "", plain(_weight(row))) for row in rows))
    return Found(f"the weights under {text} add up to {plain(_sum(rows))}", figures, tuple(rows))


@rule("weight-share", "info", "form")
def weight_share(form: Form, params: Params) -> Iterator[Verdict]:
    """One indicator has more than half of all points.

    A form whose result hangs on a single indicator measures nothing else. Silent for forms with fewer than four rows.
    """
    for rows in _weighted(form):
        if len(rows) < 4 or any(row["weight"] is None or unsure(row) for row in rows):
            continue
        for row in rows:
            share = _weight(row) * 2 > _sum(rows)
            figures = (Figure(row["level3"] or "", plain(_weight(row))), Figure("all weights", plain(_sum(rows))))
            yield Found(f"{row['level3']} has {plain(_weight(row))} of {plain(_sum(rows))} points", figures, (row,)) if share else AGREES
