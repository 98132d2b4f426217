"""Marks inside a cell's text: what only a word processor can hold, and what a reader sees of it.

``⟦ins:…⟧`` inserted and ``⟦del:…⟧`` deleted under tracking, ``⟦hide:…⟧`` hidden text, ``⟦box:…⟧`` a text box,
``⟦sdt:…⟧`` a content control, ``⟦on:…⟧`` and ``⟦off:…⟧`` check boxes, ``⟦hint:…⟧`` the prompt of an unfilled control.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_MARK = re.compile(r"⟦([a-z]+):([^⟦⟧]*)⟧")
UNSEEN = {"del", "hide", "hint"}
SIGNS = {"on": "☑", "off": "□"}


class Span(NamedTuple):
    """A stretch of text and its mark, ``""`` where it has none."""

    kind: str
    text: str


def spans(text: str) -> list[Span]:
    """The text cut at its marks, in order."""
    found, last = [], 0
    for match in _MARK.finditer(text):
        if match.start() > last:
            found.append(Span("", text[last : match.start()]))
        found.append(Span(match[1], match[2]))
        last = match.end()
    if last < len(text):
        found.append(Span("", text[last:]))
    return found


def seen(text: str) -> str:
    """The text as a reader of the page sees it."""
    return "".join(SIGNS.get(s.kind, "") + s.text for s in spans(text) if s.kind not in UNSEEN)
