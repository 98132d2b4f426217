"""Cost indicators against the money of their form."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from jixiao.audit.declare import names_any, rule, unsure
from jixiao.audit.figures import ZERO, Agreement, added, compare, exceeds, fact_figure, figure, number, slack, unit_slip, wan
from jixiao.audit.model import AGREES, Figure, Form, Found, Params, Unchecked, Verdict
from jixiao.audit.rules.funds import facts_of, form_scale
from normalize.record import Record

_TEN_THOUSAND = Decimal(10000)
_BUDGETS = (("annual", "total"), ("long_term", "period_total"))


def _costs(form: Form, horizon: str, params: Params) -> list[Record]:
    """The rows that set a sum of money for a cost, no unit cost among them."""
    return [
        row
        for row in form.indicators
        if row["level1_code"] == "C" and row["horizon"] == horizon and not names_any(row["level3"], params, "each")
    ]


def _figure(row: Record) -> Figure:
    high = row["quantity"] if row["quantity_high"] is None else row["quantity_high"]
    return figure(row["level3"] or "", row["target_text"], Decimal(str(high)) / _TEN_THOUSAND)


def _budget(form: Form, name: str) -> tuple[Record, Figure | None] | None:
    printed = facts_of(form, name)
    return (printed[0], fact_figure(printed[0], form_scale(form))) if printed else None


@rule("cost-over-budget", "error", "form")
def cost_over_budget(form: Form, params: Params) -> Iterator[Verdict]:
    """A cost indicator sets more than the whole budget of its form.

    The target of a 成本指标 in money, of whatever operator, is more than 资金总额 of the same horizon. Silent for unit costs
    (元/人, 标准, 人均 …). Not checked: a budget or a target that cannot be read.
    """
    for horizon, name in _BUDGETS:
        budget = _budget(form, name)
        rows = [row for row in _costs(form, horizon, params) if row["dimension"] == "money" and row["quantity"] is not None]
        if budget is None or not rows:
            continue
        fact, total = budget
        if total is None or not number(total):
            yield Unchecked("the budget cannot be read", fact["text"], (fact,))
            continue
        for row in rows:
            yield _single(row, fact, total)


def _single(row: Record, fact: Record, total: Figure) -> Verdict:
    cost = _figure(row)
    if not exceeds([cost], total):
        return AGREES
    if unsure(row):
        return Unchecked("the row was read with doubt", row["target_text"], (row,))
    slip = "; they agree if it is in 元" if unit_slip(cost, [total]) else ""
    return Found(f"{cost.label} sets {row['target_text']}, the budget is {wan(number(total))}{slip}", (cost, total), (row, fact))


@rule("cost-sum", "error", "form")
def cost_sum(form: Form, params: Params) -> Iterator[Verdict]:
    """The cost indicators together do not fit the budget.

    Costs that are listed by item must not add up to more than 资金总额; and where the list ends with 其他成本, 其他费用 or the
    like, so that it claims to be whole, they must add up to just that. A total cost among them, and an item that equals
    the whole budget, is not added. Silent for unit costs. Not checked: a list with an item that cannot be read as a sum
    of money.
    """
    for horizon, name in _BUDGETS:
        budget, rows = _budget(form, name), _items(form, horizon, params)
        if budget is None or len(rows) < 2:
            continue
        fact, total = budget
        if total is None or not number(total):
            yield Unchecked("the budget cannot be read", fact["text"], (fact,))
            continue
        yield from _together(rows, fact, total, params)


def _items(form: Form, horizon: str, params: Params) -> list[Record]:
    rows = [row for row in _costs(form, horizon, params) if not names_any(row["level3"], params, "totals")]
    return [row for row in rows if not (row["dimension"] or "").startswith("money/") and row["dimension"] != "ratio"]


def _together(rows: list[Record], fact: Record, total: Figure, params: Params) -> Iterator[Verdict]:
    unread = [row for row in rows if row["dimension"] != "money" or row["quantity"] is None or unsure(row)]
    if unread:
        yield Unchecked("a cost is no readable sum of money", unread[0]["target_text"] or "", tuple(unread))
        return
    figures = [_figure(row) for row in rows]
    if any(compare(one, total) is Agreement.AGREES for one in figures):
        return
    if exceeds(figures, total):
        message = f"the cost indicators add up to {added(figures)}, more than the budget of {wan(number(total))}"
        yield Found(message, (*figures, total), (*rows, fact))
    elif any(names_any(row["level3"], params, "rest") for row in rows) and _short(figures, total):
        message = f"the cost indicators, the rest among them, add up to {added(figures)}, the budget is {wan(number(total))}"
        yield Found(message, (*figures, total), (*rows, fact))
    else:
        yield AGREES


def _short(figures: list[Figure], total: Figure) -> bool:
    return number(total) - sum(map(number, figures), ZERO) >= slack([total, *figures], whole=True)
