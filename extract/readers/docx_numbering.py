"""Automatic numbering of Word -> the number that is printed before a paragraph, though it is nowhere in its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from lxml import etree

from extract.readers.docx_styles import Styles, flag, number_reference
from extract.readers.docx_symbols import symbol_text
from extract.readers.number_words import format_number

Element: TypeAlias = etree._Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACEHOLDER = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: how it counts and what it prints."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    font: str = ""
    legal: bool = False
    restart: int | None = None


@dataclass(slots=True)
class Numbering:
    """The lists of a document and how far each has been counted on the walk."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    starts: dict[tuple[str, int], int] = field(default_factory=dict)
    counters: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)

    def label(self, paragraph: Element, styles: Styles) -> str:
        """The printed number of a paragraph with what parts it from the text; blank where it has none. Counts on."""
        number, depth = _reference(paragraph, styles)
        if number is None or number not in self.levels or depth not in self.levels[number]:
            return ""
        counters = self._count(number, depth)
        level = self.levels[number][depth]
        if level.form == "bullet":
            return _bullet(level)
        text = _PLACEHOLDER.sub(lambda m: self._part(number, int(m[1]) - 1, counters, level.legal), level.text)
        return text + ("" if level.suffix == "nothing" or not text else " ")

    def _count(self, number: str, depth: int) -> dict[int, int]:
        counters = self.counters.setdefault(self.lists[number], {})
        levels = self.levels[number]
        forced = self.starts.get((number, depth))
        if forced is not None and (number, depth) not in self.begun:
            counters[depth] = forced
        else:
            counters[depth] = counters[depth] + 1 if depth in counters else levels[depth].start
        self.begun.add((number, depth))
        for upper in range(depth):
            if upper in levels:
                counters.setdefault(upper, levels[upper].start)
        for lower in [d for d in counters if d > depth]:
            restart = levels[lower].restart if lower in levels else None
            if restart is None or depth < restart:
                del counters[lower]
        return counters

    def _part(self, number: str, depth: int, counters: dict[int, int], legal: bool) -> str:
        level = self.levels[number].get(depth, Level())
        return format_number(counters.get(depth, level.start), "decimal" if legal else level.form)


def read_numbering(root: Element | None) -> Numbering:
    """The lists of ``word/numbering.xml``; empty where there is no such part."""
    numbering = Numbering()
    if root is None:
        return numbering
    abstract = _abstract_lists(root)
    for number in root.iterchildren(W + "num"):
        reference = number.find(W + "abstractNumId")
        name = reference.get(W + "val", "") if reference is not None else ""
        identity = number.get(W + "numId", "")
        if identity == "0":
            continue
        numbering.lists[identity] = name
        levels = dict(_levels(abstract.get(name)))
        for override in number.iterchildren(W + "lvlOverride"):
            depth = _integer(override.get(W + "ilvl"), 0)
            levels.update(_levels(override))
            start = override.find(W + "startOverride")
            if start is not None:
                numbering.starts[identity, depth] = _integer(start.get(W + "val"), 1)
        numbering.levels[identity] = levels
    return numbering


def _abstract_lists(root: Element) -> dict[str, Element]:
    """The definitions of lists by id; one that only names a list style stands for the definition of that style."""
    found = {e.get(W + "abstractNumId", ""): e for e in root.iterchildren(W + "abstractNum")}
    styled = {name: e for e in found.values() if (name := _value(e, "styleLink")) is not None}
    return {i: styled.get(_value(e, "numStyleLink") or "", e) for i, e in found.items()}


def _levels(parent: Element | None) -> Iterator[tuple[int, Level]]:
    if parent is None:
        return
    for level in parent.iterchildren(W + "lvl"):
        fonts = level.find(f"{W}rPr/{W}rFonts")
        legal = level.find(W + "isLgl")
        restart = _value(level, "lvlRestart")
        yield (
            _integer(level.get(W + "ilvl"), 0),
            Level(
                start=_integer(_value(level, "start"), 1),
                form=_value(level, "numFmt") or "decimal",
                text=_value(level, "lvlText") or "",
                suffix=_value(level, "suff") or "tab",
                font=(fonts.get(W + "ascii") or fonts.get(W + "hAnsi") or "") if fonts is not None else "",
                legal=legal is not None and flag(legal),
                restart=None if restart is None else _integer(restart, 0),
            ),
        )


def _value(parent: Element, name: str) -> str | None:
    child = parent.find(W + name)
    return None if child is None else child.get(W + "val")


def _integer(text: str | None, default: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"-?\d{1,9}", text) else default


def _reference(paragraph: Element, styles: Styles) -> tuple[str | None, int]:
    properties = paragraph.find(W + "pPr")
    own = number_reference(properties)
    named = properties.find(W + "pStyle") if properties is not None else None
    inherited = styles.numbering(named.get(W + "val") if named is not None else None)
    if own is None:
        return inherited or (None, 0)
    return own if own[0] is not None else ((inherited[0] if inherited else None), own[1])


def _bullet(level: Level) -> str:
    """A box to tick where the bullet is one; other bullets only decorate and are no text."""
    drawn = "".join(symbol_text(ord(c), level.font) or "" for c in level.text)
    return drawn + " " if drawn and drawn in "□☐☑☒√■" else ""
