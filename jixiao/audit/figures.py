"""Figures as printed, and whether they agree: rounding of the printed decimals is allowed, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import Enum
from functools import lru_cache

from jixiao.audit.model import Figure
from jixiao.audit.reading import fold, is_blank, read_money
from normalize.money import unit_in
from normalize.record import Record

_NUMERAL = re.compile(r"[-+]?\d[\d,]*(?:\.(?P<decimals>\d+))?")
_OWN_UNIT = re.compile(r"\d\(?(?P<unit>[万千百十亿]*元)")
_BRACKET = re.compile(r"[(（][^()（）]*[)）]$")
_DASH = re.compile(r"[-—–－_/\\]+")
HALF = Decimal("0.5")
ZERO = Decimal(0)


class Agreement(Enum):
    """How two figures, or a sum and its parts, stand to each other."""

    AGREES = "agrees"
    ROUNDING = "rounding"
    DIFFERS = "differs"


def figure(label: str, text: str | None, value: object) -> Figure:
    """The figure with what its last printed decimal is worth; ``value`` is its number in the base unit."""
    number = Decimal(str(value))
    match = _NUMERAL.search(fold(text))
    if match is None:
        return Figure(label, text or "", number)
    decimals = len(match["decimals"] or "")
    printed = Decimal(match.group().replace(",", ""))
    factor = number / printed if printed else Decimal(1)
    return Figure(label, text or "", number, abs(factor).scaleb(-decimals), decimals)


def fact_figure(fact: Record, scale: Decimal = Decimal(1)) -> Figure | None:
    """The sum of money of a fact in 万元, a dash as nothing; None where it is blank or cannot be read. ``scale`` is what the
    form counts in, where neither the cell nor its label says so."""
    return _sum_of_money(fact["text"], fact["label"], fact["name"], scale)


@lru_cache(1 << 15)
def _sum_of_money(text: str, label: str | None, name: str, scale: Decimal) -> Figure | None:
    short = short_label(label, name)
    if _DASH.fullmatch(fold(text)):
        return Figure(short, text, ZERO)
    if is_blank(text):
        return None
    money = read_money(text, label)
    if money.wan is None:
        return None
    return figure(short, text, money.wan * scale if money.assumed else money.wan)


def amount_figure(amount: Record) -> Figure | None:
    """The sum of money of a row of the table amounts, a dash as nothing; None where it cannot be read."""
    if amount["value_wan"] is None:
        return Figure(amount["item"], amount["text"], ZERO) if _DASH.fullmatch(fold(amount["text"])) else None
    return figure(amount["item"] or "", amount["text"], amount["value_wan"])


def own_unit(text: str | None) -> str | None:
    """The money unit that is printed behind the number in the cell itself."""
    match = _OWN_UNIT.search(fold(text))
    return match["unit"] if match else None


def label_unit(label: str | None) -> str | None:
    """The money unit that a label prints."""
    return unit_in(label)


def short_label(label: str | None, name: str) -> str:
    """The last part of a label, which is what stands beside the figure, without the unit in brackets behind it."""
    return _BRACKET.sub("", (label or "").rstrip("：:/").rsplit("/", 1)[-1]) or name


def compare(one: Figure, other: Figure) -> Agreement:
    """How two figures of the same thing stand to each other."""
    return add_up(one, [other])


def add_up(total: Figure, parts: Sequence[Figure]) -> Agreement:
    """How a printed sum stands to its parts. A whole number is exact, unless rounding to whole ones would explain what
    differs: then it cannot be told (ROUNDING)."""
    difference = abs(number(total) - sum((number(part) for part in parts), ZERO))
    if difference == 0 or difference < slack([total, *parts], whole=False):
        return Agreement.AGREES
    return Agreement.ROUNDING if difference < slack([total, *parts], whole=True) else Agreement.DIFFERS


def exceeds(figures: Sequence[Figure], limit: Figure) -> bool:
    """True where figures together are more than a limit, by more than any rounding explains."""
    return sum((number(one) for one in figures), ZERO) - number(limit) >= slack([limit, *figures], whole=True)


def slack(figures: Sequence[Figure], *, whole: bool) -> Decimal:
    """What the rounding of figures may make up together: half a last decimal each; of whole numbers only if ``whole``.
    A zero is exact."""
    return sum((one.step * HALF for one in figures if one.value and (whole or one.decimals)), ZERO)


def unit_slip(total: Figure, parts: Sequence[Figure]) -> Figure | None:
    """The one figure that would make the sum agree if it were in 元 where it reads as 万元, or the other way round."""
    for index, one in enumerate([total, *parts]):
        for power in (4, -4):
            changed = [total, *parts]
            changed[index] = Figure(one.label, one.text, number(one).scaleb(power), one.step.scaleb(power), one.decimals)
            if one.value and add_up(changed[0], changed[1:]) is Agreement.AGREES:
                return one
    return None


def number(one: Figure) -> Decimal:
    """The number of a figure that has one."""
    assert one.value is not None
    return one.value


def wan(value: Decimal) -> str:
    """A sum of money for a message: ``404.03万元``."""
    return f"{plain(value)}万元"


def plain(value: Decimal) -> str:
    """A number without needless zeros and never as a power of ten."""
    text = f"{value.quantize(Decimal('1.000000')).normalize():f}" if value else "0"
    return text


def added(parts: Sequence[Figure]) -> str:
    """The parts and their sum, for a message: ``17 + 0 = 17万元``."""
    total = sum((number(part) for part in parts), ZERO)
    return " + ".join(plain(number(part)) for part in parts) + f" = {wan(total)}" if len(parts) > 1 else wan(total)
