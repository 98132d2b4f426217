"""Tables of money below the head: tasks, income and expenditure, projects, payouts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

from jixiao.audit.declare import names_any, rule
from jixiao.audit.figures import ZERO, Agreement, add_up, added, amount_figure, exceeds, fact_figure, figure, number, plain, unit_slip, wan
from jixiao.audit.model import AGREES, Figure, Form, Found, Params, Unchecked, Verdict
from jixiao.audit.reading import fold
from jixiao.audit.rules.funds import facts_of, form_scale
from normalize.record import Record

_WHOLE = Decimal(100)
_DIGIT = re.compile(r"\d")
_UNREADABLE = "a sum of money cannot be read"
_FUNDING = ("funding_income", "funding_expenditure")


def _of_kind(form: Form, kind: str) -> list[Record]:
    return [row for row in form.amounts if row["kind"] == kind]


def _is_sum(row: Record, params: Params) -> bool:
    return fold(row["item"]).rsplit("/", 1)[0].removesuffix(":") in params["sums"].split("|")


def _sum_check(total: Record, parts: list[Record], what: str) -> Verdict:
    rows = (total, *parts)
    figures = [amount_figure(row) for row in rows]
    if any(one is None for one in figures):
        unread = next(row for row, one in zip(rows, figures, strict=True) if one is None)
        return Unchecked(_UNREADABLE, f"{unread['item']} {unread['text']}", rows)
    whole, *shares = [one for one in figures if one is not None]
    match add_up(whole, shares):
        case Agreement.AGREES:
            return AGREES
        case Agreement.ROUNDING:
            return Unchecked("the difference may be rounding to whole numbers", f"{what} {added(shares)}", rows)
    slip = unit_slip(whole, shares)
    hint = f"; they agree if {slip.label} {slip.text} is in another unit (元 for 万元, or 万元 for 元)" if slip else ""
    return Found(f"{what} add up to {added(shares)}, {whole.label} says {wan(number(whole))}{hint}", (whole, *shares), rows)


@rule("task-sum", "error", "form")
def task_sum(form: Form, params: Params) -> Iterator[Verdict]:
    """The tasks do not add up to 金额合计.

    Each column of the table of tasks (总额, 财政拨款, 其他资金) must add up to its row of sums. Not checked: a table with an
    amount that cannot be read.
    """
    tasks = [row for row in _of_kind(form, "task") if _DIGIT.search(row["text"] or "") or not fold(row["text"])]
    sums = [row for row in tasks if _is_sum(row, params)]
    columns = [fold(row["item"]).partition("/")[2] for row in sums]
    if len(set(columns)) < len(columns):
        yield Unchecked("the table has more than one row of sums", "", tuple(sums))
        return
    for total, column in zip(sums, columns, strict=True):
        parts = [row for row in tasks if not _is_sum(row, params) and _column(row, params) == column]
        if parts:
            yield _sum_check(total, parts, f"the tasks{' (' + column + ')' if column else ''}")


def _column(row: Record, params: Params) -> str:
    """The column of a task's amount: what stands behind the last stroke, if it is a source of funds."""
    name, _, last = fold(row["item"]).rpartition("/")
    return last if name and names_any(last, params, "sources") else ""


@rule("task-parts", "error", "form")
def task_parts(form: Form, params: Params) -> Iterator[Verdict]:
    """The total of a task is not the sum of its funds.

    In the table of tasks each 总额 must be 财政拨款 + 其他资金 of its row, and none of them more than 总额. Not checked: a row
    with an amount that cannot be read, and one where a source is left blank.
    """
    tasks = _of_kind(form, "task")
    heads = [row for row in tasks if not _column(row, params)]
    for head in heads:
        parts = [row for row in tasks if _column(row, params) and fold(row["item"]).rpartition("/")[0] == fold(head["item"])]
        if not parts or sum(row["item"] == head["item"] for row in heads) > 1:
            continue
        verdict = _sum_check(head, parts, f"the funds of {head['item']}")
        if isinstance(verdict, Found) and len(parts) < 2 and not exceeds(verdict.figures[1:], verdict.figures[0]):
            yield Unchecked("not all sources of the funds are printed", f"{head['item']} {head['text']}", (head, *parts))
        else:
            yield verdict


@rule("income-expenditure", "error", "form")
def income_expenditure(form: Form, params: Params) -> Iterator[Verdict]:
    """Income and expenditure differ, or are not the sums of their parts.

    For each year that the table prints, 收入 and 支出 must add up to their 合计, and both 合计 must be the same. Rounding of the
    printed decimals is allowed. Not checked: a column with an amount that cannot be read.
    """
    columns: dict[tuple[str | None, str], list[Record]] = {}
    for row in form.amounts:
        if row["kind"] in _FUNDING:
            columns.setdefault((row["period"], row["kind"]), []).append(row)
    sums = {}
    for (period, kind), rows in columns.items():
        totals = [row for row in rows if _is_sum(row, params)]
        parts = [row for row in rows if not _is_sum(row, params) and "/" not in fold(row["item"])]
        if len(totals) == 1:
            sums[period, kind] = totals[0]
            if parts:
                yield _sum_check(totals[0], parts, f"{'income' if kind == _FUNDING[0] else 'expenditure'} of {period}")
    for period in sorted({str(period) for period, _ in columns}):
        both = [row for (at, _), row in sums.items() if str(at) == period]
        if len(both) == 2:
            yield _sum_check(both[0], both[1:], f"{period}: the sums of expenditure")


@rule("project-sum", "error", "form")
def project_sum(form: Form, params: Params) -> Iterator[Verdict]:
    """The projects of a department form take more than its whole budget.

    The budgets of this year in the table of projects add up to more than the total of the form. Less is allowed, since a
    budget also holds what is no project. Not checked: a table with an amount that cannot be read.
    """
    projects = [row for row in _of_kind(form, "project") if names_any(row["period"], params, "this_year")]
    parts = [row for row in projects if not _is_sum(row, params) and "/" not in fold(row["item"])]
    totals = facts_of(form, "total")
    if len(parts) < 2 or not totals or len({row["period"] for row in parts}) > 1:
        return
    figures = [amount_figure(row) for row in parts]
    total = fact_figure(totals[0], form_scale(form))
    read = [one for one in figures if one is not None]
    if total is None or len(read) < len(parts):
        yield Unchecked(_UNREADABLE, "", (totals[0], *parts))
    elif exceeds(read, total):
        yield Found(f"the projects add up to {added(read)}, the total is {wan(number(total))}", (total, *read), (totals[0], *parts))
    else:
        yield AGREES


@rule("payout-whole", "warning", "form")
def payout_whole(form: Form, params: Params) -> Iterator[Verdict]:
    """The plan of payouts does not come to 100 %.

    The shares of 资金支出计划 either rise to 100 % at the end of the year, or add up to it. Not checked: a plan with a share
    that cannot be read.
    """
    for item, group in groupby(_of_kind(form, "payout"), key=lambda row: row["item"]):
        rows = [row for row in group if row["share"] is not None or "%" in fold(row["text"])]
        if len(rows) < 2:
            continue
        if any(row["share"] is None for row in rows):
            yield Unchecked("a share cannot be read", item or "", tuple(rows))
            continue
        yield _payouts(rows)


def _payouts(rows: list[Record]) -> Verdict:
    shares = [figure(row["period"] or row["item"] or "", row["text"], row["share"] * 100) for row in rows]
    last = number(shares[-1])
    if last == _WHOLE == max(map(number, shares)):
        return AGREES
    together = add_up(Figure("", "", _WHOLE), shares)
    if together is Agreement.AGREES:
        return AGREES
    if together is Agreement.ROUNDING:
        return Unchecked("the difference may be rounding to whole numbers", rows[0]["item"] or "", tuple(rows))
    total = sum(map(number, shares), ZERO)
    return Found(f"the payouts come to {plain(last)} % at the end and {plain(total)} % together, not to 100 %", tuple(shares), tuple(rows))
