"""The sums of money in the head of a form."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from jixiao.audit.declare import names_any, rule
from jixiao.audit.figures import (
    Agreement,
    add_up,
    added,
    compare,
    exceeds,
    fact_figure,
    label_unit,
    number,
    own_unit,
    unit_slip,
    wan,
)
from jixiao.audit.model import AGREES, Figure, Form, Found, Params, Unchecked, Verdict
from jixiao.audit.reading import fold, is_blank, read_money
from normalize.record import Record

_PARTS = ("fiscal", "other", "carried_over")
_BLOCKS = (("total", _PARTS), ("period_total", ("period_fiscal", "period_other")))
_MONEY = ("total", *_PARTS, "period_total", "period_fiscal", "period_other")


def form_scale(form: Form) -> Decimal:
    """What a bare number in the head counts in, in 万元: 1, or what the form's caption says."""
    read = form.declaration["total_wan"]
    for fact in form.facts:
        if fact["name"] == "total" and read:
            money = read_money(fact["text"], fact["label"])
            if money.wan:
                return Decimal(str(read)) / money.wan if money.assumed else Decimal(1)
    return Decimal(1)


def facts_of(form: Form, name: str) -> list[Record]:
    """The facts of this name that hold anything."""
    return [fact for fact in form.facts if fact["name"] == name and fold(fact["text"])]


@rule("funds-parts", "error", "form")
def funds_parts(form: Form, params: Params) -> Iterator[Verdict]:
    """资金总额 is not 财政拨款 + 其他资金.

    The total in the head of a form must be the sum of the funds printed under it: 财政拨款, 其他资金 and 上年结转. What the
    rounding of the printed decimals explains is allowed. Where one figure reads as 元 and would fit as 万元, or the other way
    round, the finding says so. Not checked: a figure that cannot be read, and a total whose sources are not all printed.
    """
    scale = form_scale(form)
    for total, *parts in _blocks(form):
        yield _parts(form, total, parts, scale, params)


def _blocks(form: Form) -> Iterator[list[Record]]:
    """The total and its parts, of the year and of all years, where any part is printed."""
    for total_name, part_names in _BLOCKS:
        parts = [fact for name in part_names for fact in facts_of(form, name)[:1]]
        if parts:
            yield from ([total, *parts] for total in facts_of(form, total_name)[:1])


def _parts(form: Form, total: Record, parts: list[Record], scale: Decimal, params: Params) -> Verdict:
    rows = (total, *parts)
    figures = [fact_figure(fact, scale) for fact in rows]
    if any(one is None for one in figures):
        unread = " ".join(fact["text"] for fact, one in zip(rows, figures, strict=True) if one is None)
        return Unchecked("a sum of money cannot be read", unread, rows)
    whole, *shares = [one for one in figures if one is not None]
    match add_up(whole, shares):
        case Agreement.AGREES:
            return AGREES
        case Agreement.ROUNDING:
            return Unchecked("the difference may be rounding to whole numbers", added(shares), rows)
    return _differing(form, whole, shares, rows, params)


def _differing(form: Form, whole: Figure, shares: list[Figure], rows: tuple[Record, ...], params: Params) -> Verdict:
    slip = unit_slip(whole, shares)
    if slip is None and not exceeds(shares, whole) and _open(form, shares, params):
        return Unchecked("not all sources of the funds are printed", added(shares), rows)
    if slip is None and _further(form, params):
        return Unchecked("the form prints further sources of funds", added(shares), rows)
    hint = f"; they agree if {slip.label} {slip.text} is in another unit (元 for 万元, or 万元 for 元)" if slip else ""
    message = f"{whole.label} is {wan(number(whole))}, its parts are {added(shares)}{hint}"
    return Found(message, (whole, *shares), rows)


def _open(form: Form, shares: list[Figure], params: Params) -> bool:
    """True where the form leaves room for a part that it does not print."""
    return len(shares) < 2 or _further(form, params)


def _further(form: Form, params: Params) -> bool:
    """True where another fact of the head is a sum of money of a further source."""
    return any(fact["name"] == "other_fact" and names_any(fact["label"], params, "sources") and _money(fact) for fact in form.facts)


def _money(fact: Record) -> bool:
    read = read_money(fact["text"], fact["label"])
    return read.problem is not None or bool(read.wan)


@rule("funds-totals", "error", "form")
def funds_totals(form: Form, params: Params) -> Iterator[Verdict]:
    """A form prints two totals that differ.

    A department form prints its total in the head (资金总额) and again under its tasks (金额合计). Both must be the same.
    Not checked: a total that cannot be read.
    """
    scale = form_scale(form)
    totals = facts_of(form, "total")
    for fact in totals[1:]:
        first, other = fact_figure(totals[0], scale), fact_figure(fact, scale)
        rows = (totals[0], fact)
        if first is None or other is None:
            yield Unchecked("a sum of money cannot be read", f"{totals[0]['text']} {fact['text']}", rows)
            continue
        match compare(first, other):
            case Agreement.AGREES:
                yield AGREES
            case Agreement.ROUNDING:
                yield Unchecked("the difference may be rounding to whole numbers", f"{first.text} {other.text}", rows)
            case Agreement.DIFFERS:
                labels = (totals[0]["label"], fact["label"])
                message = f"{labels[0]} is {wan(number(first))}, {labels[1]} is {wan(number(other))}"
                yield Found(message, (first, other), rows)


@rule("money-unreadable", "error", "form")
def money_unreadable(form: Form, params: Params) -> Iterator[Verdict]:
    """A sum of money is mistyped: 260万无.

    A number in the money of the head is followed by what is no unit of money, but is a slip of the keyboard for one
    (万无, 万园, 元万 …). What cannot be read for any other reason is listed as not checked.
    """
    for fact in form.facts:
        if fact["name"] not in _MONEY or is_blank(fact["text"]):
            continue
        text = fold(fact["text"])
        if read_money(fact["text"], fact["label"]).problem is None:
            yield AGREES
        elif text[-1:] and any(text.endswith(slip) and text[: -len(slip)][-1:].isdigit() for slip in params["slips"].split("|")):
            yield Found(f"'{fact['text']}' is no sum of money", (Figure(fact["label"], fact["text"]),), (fact,))
        else:
            yield Unchecked("a sum of money cannot be read", fact["text"], (fact,))


@rule("money-unit", "warning", "form")
def money_unit(form: Form, params: Params) -> Iterator[Verdict]:
    """A sum of money in another unit than its form: 260元 in a form in 万元.

    The label counts in 万元, or the other sums of the head do, and this cell prints 元, 百元 or 千元. Silent where the
    sums of the head add up as they are printed (17万元 of 170000元), since then the unit was meant.
    """
    scale = form_scale(form)
    money = [fact for fact in form.facts if fact["name"] in _MONEY]
    meant = _adding_up(form, scale)
    for fact in money:
        unit, mine = own_unit(fact["text"]), fact_figure(fact, scale)
        if unit is None or mine is None or not mine.value:
            continue
        odd = unit in params["small"].split("|") and _counts_in_wan(fact, money)
        if not odd or any(fact is one for one in meant):
            yield AGREES
        else:
            yield Found(f"{mine.label} is printed in {unit}, where the form counts in 万元", (mine,), (fact,))


def _adding_up(form: Form, scale: Decimal) -> list[Record]:
    """The sums of the head that add up as they are printed."""
    meant: list[Record] = []
    for rows in _blocks(form):
        figures = [one for fact in rows if (one := fact_figure(fact, scale)) is not None]
        if len(figures) == len(rows) and add_up(figures[0], figures[1:]) is Agreement.AGREES:
            meant += rows
    return meant


def _counts_in_wan(fact: Record, money: list[Record]) -> bool:
    printed = label_unit(fact["label"])
    if printed is not None:
        return printed in ("万", "万元")
    return any((own_unit(other["text"]) or label_unit(other["label"])) in ("万", "万元") for other in money if other is not fact)
