"""Printed level-3 names as they are looked up: without list markers, years, places, hints in brackets and quotation marks."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from normalize.printed import fold

_CIRCLED = re.compile(r"^\s*[①-⑳⑴-⒇⒈-⒛㈠-㈩]+[、.:]?")
_MARKER = re.compile(
    r"^(?:(?:三级)?指标(?:\d+(?:[:;,、.]+|(?=\D))|[:;]+)|\(?(?:\d{1,2}|[一二三四五六七八九十]{1,2})[)、]|\d{1,2}[.:](?!\d)|[*#·●◆■★▲☆○-]+)+"
)
_YEAR = re.compile(r"^(?:(?:19|20)\d\d(?:年度?|(?=\D))|本年度?|全年度?|年度(?=.{3})|当年)")
_HINT = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]$")
_CLOSING = (")", "]", "】", "〕")
_TARGET = re.compile(r"(?:[≥≤><=≧≦》]|不低于|不少于|不超过|达到|大于|小于)+[\d.,]+[%‰]?[^\d%‰]{0,3}$")
_QUOTES = re.compile("[\"'“”‘’《》〈〉「」]")
# Nothing is taken out of such a name: no character of it is folded, edges a name, or begins a year, and there is no digit.
_PLAIN = re.compile("(?![本全当]年|年度)[\u4e00-\u9fa5]+")
_EDGE = ";:,.、。%*≥≤=><"


class NormalForm(NamedTuple):
    """A name as it is looked up, and what was taken out of it: year, place, hint, in the order of the print."""

    key: str
    taken: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=65536)
def normal_form(printed: str | None) -> NormalForm:
    """The name as it is looked up, with what was taken out; a blank key where nothing is left of it."""
    if printed is not None and _PLAIN.fullmatch(printed):
        return NormalForm(printed)
    taken: list[tuple[str, str]] = []
    name = _QUOTES.sub("", fold(_CIRCLED.sub("", printed or "")))
    before = None
    while before != name and not _PLAIN.fullmatch(name):
        before = name
        name = _MARKER.sub("", name).strip(_EDGE)
        if match := _YEAR.match(name):
            taken.append(("year", match.group()))
            name = name[match.end() :]
        if (match := _TARGET.search(name)) and match.start() > 1:
            taken.append(("target", match.group()))
            name = name[: match.start()]
        if name.endswith(_CLOSING) and (match := _HINT.search(name)):
            taken.append(("hint", match.group()))
            name = name[: match.start()].rstrip(_EDGE)
    return NormalForm(name.lower(), tuple(taken))


def name_key(printed: str | None) -> str:
    """The name as it is looked up; '' where nothing is left of it."""
    return normal_form(printed).key
