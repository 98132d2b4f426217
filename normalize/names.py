"""Printed level-3 names as they are looked up: without list markers, years, hints in brackets and quotation marks."""

from __future__ import annotations

import re

from normalize.printed import fold

_CIRCLED = re.compile(r"^\s*[①-⑳⑴-⒇⒈-⒛㈠-㈩]+[、.:]?")
_MARKER = re.compile(
    r"^(?:指标(?:\d+(?:[:;,、.]+|(?=\D))|[:;]+)|\(?(?:\d{1,2}|[一二三四五六七八九十]{1,2})[)、]|\d{1,2}[.:](?!\d)|[*#·●◆■★▲-]+)+"
)
_YEAR = re.compile(r"^(?:(?:19|20)\d\d(?:年度?|(?=\D))|本年度?|全年度?|年度(?=.{3})|当年)")
_HINT = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]$")
_QUOTES = re.compile("[\"'“”‘’《》〈〉「」]")
_EDGE = ";:,.、。%*≥≤=><"


def name_key(printed: str | None) -> str:
    """The name as it is looked up; '' where nothing is left of it."""
    name = _QUOTES.sub("", fold(_CIRCLED.sub("", printed or "")))
    name = _MARKER.sub("", name).strip(_EDGE)
    name = _YEAR.sub("", name)
    while (shorter := _HINT.sub("", name).rstrip(_EDGE)) != name:
        name = shorter
    return name.lower()
