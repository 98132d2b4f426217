"""Readings that several rules ask of the same text, remembered: a form is folded once, not once a rule."""

from __future__ import annotations

from functools import lru_cache

from normalize import money as _money
from normalize import printed as _printed
from normalize.money import Money

_REMEMBERED = 1 << 15


@lru_cache(_REMEMBERED)
def fold(text: str | None) -> str:
    """The text without whitespace, in one spelling of its characters."""
    return _printed.fold(text)


@lru_cache(_REMEMBERED)
def is_blank(text: str | None) -> bool:
    """True where the cell holds nothing but dashes, slashes or 无."""
    return _printed.is_blank(text)


@lru_cache(_REMEMBERED)
def read_money(text: str | None, label: str | None = None) -> Money:
    """The sum of money in a cell, in 万元, its unit taken from the label where the cell has none."""
    return _money.read_money(text, label)
