"""The lists of an .odt -> the numbering of a Word document, which counts them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from extract.readers.doc_styles import element
from extract.readers.numbers import whole
from extract.readers.odf import STYLE, TEXT, Element, Styles

_LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_OUTLINE = ""
_FORMS = {
    "1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "": "none",
    "一, 二, 三, ...": "chineseCounting", "壹, 贰, 叁, ...": "chineseLegalSimplified", "①, ②, ③, ...": "decimalEnclosedCircle",
    "甲, 乙, 丙, ...": "ideographTraditional", "子, 丑, 寅, ...": "ideographZodiac",
}  # fmt: skip


@dataclass(slots=True)
class _Chain:
    """Lists that are counted through, with the style that they began with and where each level begins."""

    style: str
    start: tuple[int, int] | None = None


@dataclass(slots=True)
class Lists:
    """The lists met so far. ``open`` are those that the walk is in, from the outermost: chain and style."""

    styles: Styles
    chains: list[_Chain] = field(default_factory=list)
    last: dict[str, int] = field(default_factory=dict)
    named: dict[str, int] = field(default_factory=dict)
    open: list[tuple[int, str]] = field(default_factory=list)

    @contextmanager
    def opened(self, item: Element) -> Iterator[None]:
        """While the walk is in a list."""
        style = item.get(TEXT + "style-name") or (self.open[-1][1] if self.open else "")
        chain = self.open[-1][0] if self.open else self._chain(item, style)
        if item.get(_XML_ID):
            self.named[item.get(_XML_ID, "")] = chain
        self.open.append((chain, style))
        try:
            yield
        finally:
            self.open.pop()

    def _chain(self, item: Element, style: str) -> int:
        """The chain of an outermost list: the one that it goes on with, or a new one."""
        follows = self.named.get(item.get(TEXT + "continue-list", ""))
        if follows is None and item.get(TEXT + "continue-numbering") == "true":
            follows = self.last.get(style)
        self.last[style] = self._new(style) if follows is None else follows
        return self.last[style]

    def begin(self, start: str | None) -> None:
        """An entry of the innermost list begins; one that says where the count starts begins a list of its own."""
        if start is not None and len(self.open) == 1:
            chain = self._new(self.open[-1][1], (0, whole(start, 1)))
            self.last[self.open[-1][1]] = chain
            self.open[-1] = (chain, self.open[-1][1])

    def reference(self) -> Element:
        """The numbering of a paragraph in the innermost list."""
        return _reference(self.open[-1][0], len(self.open) - 1)

    def heading(self, level: int) -> Element | None:
        """The numbering of a heading; None where headings are not numbered."""
        if _OUTLINE not in self.styles.lists:
            return None
        if _OUTLINE not in self.last:
            self.last[_OUTLINE] = self._new(_OUTLINE)
        return _reference(self.last[_OUTLINE], max(level, 1) - 1)

    def _new(self, style: str, start: tuple[int, int] | None = None) -> int:
        self.chains.append(_Chain(style, start))
        return len(self.chains) - 1

    def numbering(self) -> Element:
        """All lists as Word's numbering part."""
        root = element("numbering")
        for number, chain in enumerate(self.chains, 1):
            definition = element("abstractNum", abstractNumId=str(number))
            style = self.styles.lists.get(chain.style)
            for level in style if style is not None else ():
                made = _level(level, chain.start)
                if made is not None:
                    definition.append(made)
            root.append(definition)
        for number in range(1, len(self.chains) + 1):
            used = element("num", numId=str(number))
            used.append(element("abstractNumId", number))
            root.append(used)
        return root


def _reference(chain: int, depth: int) -> Element:
    found = element("numPr")
    found.append(element("ilvl", depth))
    found.append(element("numId", chain + 1))
    return found


def _level(level: Element, start: tuple[int, int] | None) -> Element | None:
    """One level of a list style; None for what is none."""
    depth = whole(level.get(TEXT + "level"), 0) - 1
    kind = str(level.tag).removeprefix(TEXT)
    if depth < 0:
        return None
    made = element("lvl", ilvl=str(depth))
    if kind == "list-level-style-bullet":
        parts = {"numFmt": "bullet", "lvlText": level.get(TEXT + "bullet-char", "")}
        font = level.find(STYLE + "text-properties")
        look = element("rPr")
        look.append(element("rFonts", ascii=(font.get(STYLE + "font-name") or "") if font is not None else ""))
        made.append(look)
    elif kind in ("list-level-style-number", "outline-level-style"):
        form = level.get(STYLE + "num-format", "")
        begins = start[1] if start is not None and start[0] == depth else whole(level.get(TEXT + "start-value"), 1)
        parts = {"start": str(begins), "numFmt": _FORMS.get(form, "decimal"), "lvlText": _pattern(level, depth, form)}
    else:
        return None
    for name, value in parts.items():
        made.append(element(name, value))
    return made


def _pattern(level: Element, depth: int, form: str) -> str:
    """The text of a number in Word's way: ``%1.%2`` for the counts of the first two levels."""
    given = level.get(_LOEXT + "num-list-format")
    if not form:
        return ""
    if given is not None:
        return re.sub(r"%(\d+)%", r"%\1", given)
    shown = min(whole(level.get(TEXT + "display-levels"), 1), depth + 1)
    counts = ".".join(f"%{n + 1}" for n in range(depth + 1 - shown, depth + 1))
    return f"{level.get(STYLE + 'num-prefix', '')}{counts}{level.get(STYLE + 'num-suffix', '')}"
