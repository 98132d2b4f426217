"""Sums of money in 万元 from printed cells: exact by Decimal, or a Problem, never a guess."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from extract.problem import Problem
from normalize.printed import fold, is_blank

# In units of 万元. The unit words are closed: nothing else stands behind a sum of money in these forms.
_WAN = {
    "元": Decimal("0.0001"),
    "圆": Decimal("0.0001"),
    "百元": Decimal("0.01"),
    "千元": Decimal("0.1"),
    "万": Decimal(1),
    "万元": Decimal(1),
    "百万元": Decimal(100),
    "千万元": Decimal(1000),
    "亿": Decimal(10000),
    "亿元": Decimal(10000),
}
_UNIT = "|".join(sorted(_WAN, key=len, reverse=True))
_NUMBER = r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|[-+]?\.\d+"
_AMOUNT = re.compile(rf"[¥￥]?(?:人民币)?(?P<number>{_NUMBER})\(?(?P<unit>{_UNIT})?\)?(?:整|\([^()\d]*\))?[;。,]?")
_LABEL = re.compile(rf"(?:[^\d:]*:)+(?=[¥￥]?[-+.\d]|_|(?:{_UNIT})?$)")
_UNIT_WORD = re.compile(rf"(?<![一-鿿])(?:人民币)?({_UNIT})(?![一-鿿])")
_BARE_UNIT = re.compile(rf"(?<!\d)\(?(?:{_UNIT})\)?$")
_SHARE = re.compile(rf"({_NUMBER})%")
_RATIO = re.compile(r"0?\.\d+|[01](?:\.0*)?")


@dataclass(frozen=True, slots=True)
class Money:
    """A reading of one cell: ``wan`` in 万元, null where the cell is blank or unreadable; ``assumed``: no unit was
    printed anywhere, so that 万元 was taken."""

    wan: Decimal | None = None
    assumed: bool = False
    problem: Problem | None = None


def unit_in(text: str | None) -> str | None:
    """The money unit that a label or caption prints, such as 万元 in ``项目资金（万元）``; None where it prints none."""
    match = _UNIT_WORD.search(fold(text))
    return match[1] if match else None


def read_money(text: str | None, *context: str | None) -> Money:
    """The amount in 万元. The unit is the one beside the number, else that of the first of ``context`` (labels,
    captions) that prints one, else 万元."""
    printed = _LABEL.sub("", fold(text), count=1)
    if is_blank(_BARE_UNIT.sub("", printed)):
        return Money()
    match = _AMOUNT.fullmatch(printed)
    if match is None:
        return Money(problem=Problem("unreadable-amount", "warning", f"'{text}' is not a readable sum of money"))
    unit = match["unit"] or next((found for c in context if (found := unit_in(c))), None)
    number = Decimal(match["number"].replace(",", ""))
    return Money(number * _WAN[unit or "万元"], assumed=unit is None and number != 0)


def read_share(text: str | None) -> tuple[Decimal | None, Problem | None]:
    """The share as a ratio: 0.8563 for ``85.63%`` and for ``0.8563``; a bare number above 1 is a Problem."""
    printed = fold(text)
    if is_blank(printed):
        return None, None
    if match := _SHARE.fullmatch(printed):
        return Decimal(match[1].replace(",", "")) / 100, None
    if _RATIO.fullmatch(printed):
        return Decimal(printed), None
    return None, Problem("unreadable-share", "warning", f"'{text}' is not a readable share")


_POINTS = re.compile(r"\(?(?P<number>\d+(?:\.\d+)?)(?:分|%|分值)?\)?")


def read_points(text: str | None, what: str) -> tuple[Decimal | None, Problem | None]:
    """Points of a weight or score: 2.5 for ``2.5分`` and ``（2.5）``, 10 for ``10%``; ``what`` names the column."""
    printed = fold(text)
    if is_blank(printed):
        return None, None
    match = _POINTS.fullmatch(printed)
    if match is None:
        return None, Problem(f"unreadable-{what}", "warning", f"'{text}' is not a readable {what}")
    return Decimal(match["number"]), None
