"""What .odt and .ods share: styles looked up through what each is based on, and text as it is printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from lxml import etree

from extract.package import Package
from extract.problem import UnreadableError
from extract.readers.numbers import measure, whole

Element: TypeAlias = etree._Element

_URN = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
OFFICE, STYLE, TEXT, TABLE, DRAW, FORM = (_URN % name for name in ("office", "style", "text", "table", "drawing", "form"))
FO, SVG = (_URN % f"{name}-compatible" for name in ("xsl-fo", "svg"))

MOST_CELLS = 500_000
"""Cells with text that a file may hold by repeating them: a few bytes of it could fill any memory."""

_POINTS = re.compile(r"([\d.]+)pt\Z")
_SPACES = re.compile(r"[ \t\r\n]+")
_SIDES = ("top", "bottom", "left", "right")

# What stands in the text of a paragraph and is not printed there.
UNPRINTED = frozenset(
    (
        *(OFFICE + name for name in ("annotation", "event-listeners")),
        *(TEXT + name for name in ("note", "tracked-changes", "ruby-text", "script", "label")),
        *(SVG + name for name in ("title", "desc")),
    )
)
_DEFINED = tuple(map(str, (STYLE + "style", STYLE + "default-style", TEXT + "list-style", TEXT + "outline-style")))


@dataclass(frozen=True, slots=True)
class Look:
    """What a style says: size in points, hidden text, its font, borders on enough sides of a cell to frame it."""

    size: float = 0.0
    hidden: bool = False
    font: str = ""
    framed: bool = False
    shown: bool = True
    numbering: str = ""


@dataclass(slots=True)
class Styles:
    """The styles of a file by family and name, and its kinds of lists by name."""

    named: dict[tuple[str, str], Element] = field(default_factory=dict)
    defaults: dict[str, Element] = field(default_factory=dict)
    lists: dict[str, Element] = field(default_factory=dict)
    known: dict[tuple[str, str], Look] = field(default_factory=dict)

    def look(self, family: str, name: str | None) -> Look:
        """What holds for a style of a family; the family's default without a name."""
        key = (family, name or "")
        if key not in self.known:
            self.known[key] = self._look(family, name or "")
        return self.known[key]

    def _look(self, family: str, name: str) -> Look:
        chain: list[Element] = []
        while (found := self.named.get((family, name))) is not None and found not in chain:
            chain.append(found)
            name = found.get(STYLE + "parent-style-name") or ""
        if family in self.defaults:
            chain.append(self.defaults[family])
        look = Look()
        for style in reversed(chain):
            look = _with(look, style)
        return look


def _with(look: Look, style: Element) -> Look:
    text, cell, table = (style.find(f"{STYLE}{kind}-properties") for kind in ("text", "table-cell", "table"))
    look = replace(look, numbering=style.get(STYLE + "list-style-name", look.numbering))
    if text is not None:
        size = _POINTS.match(text.get(FO + "font-size", ""))
        hidden = text.get(TEXT + "display")
        font = text.get(STYLE + "font-name") or text.get(FO + "font-family")
        look = replace(look, size=(measure(size[1]) if size else None) or look.size, hidden=hidden == "none" if hidden else look.hidden)
        look = replace(look, font=font or look.font)
    if cell is not None and any(key.startswith(FO + "border") for key in map(str, cell.attrib)):
        drawn = {side: cell.get(f"{FO}border-{side}", cell.get(FO + "border", "none")) not in ("none", "") for side in _SIDES}
        look = replace(look, framed=(drawn["top"] or drawn["bottom"]) and (drawn["left"] or drawn["right"]))
    if table is not None:
        look = replace(look, shown=table.get(TABLE + "display") != "false")
    return look


def opened(path: Path, package: Package) -> tuple[Element, Element | None]:
    """The content and the styles of a file. Raises UnreadableError for one with a password."""
    if package.has("META-INF/manifest.xml") and b"encryption-data" in package.data("META-INF/manifest.xml"):
        raise UnreadableError(f"{path.name} is protected with a password.", "Open it with the password and save it without one.")
    return package.xml("content.xml"), package.xml("styles.xml") if package.has("styles.xml") else None


def styles_of(*roots: Element | None) -> Styles:
    """The styles that the roots define, later ones before earlier ones."""
    styles = Styles()
    for root in roots:
        for style in root.iter(*_DEFINED) if root is not None else ():
            family, name = style.get(STYLE + "family", ""), style.get(STYLE + "name", "")
            if style.tag == STYLE + "style":
                styles.named[family, name] = style
            elif style.tag == STYLE + "default-style":
                styles.defaults[family] = style
            else:
                styles.lists[name if style.tag == TEXT + "list-style" else ""] = style
    return styles


def refuse_more_than(most: int, found: int, source: str) -> None:
    """Raises UnreadableError where repeated cells hold more text than any form."""
    if found > most:
        raise UnreadableError(
            f"{source} repeats cells with text until there are more than {most}.",
            "If the file is genuine, open it in its own program and save only the forms into a new file.",
        )


def squeezed(text: str | None) -> str:
    """Text of the XML as it is printed: any white space is one blank."""
    return _SPACES.sub(" ", text or "")


def literal(element: Element) -> str | None:
    """What an element without text prints, None for any other."""
    if element.tag == TEXT + "s":
        return " " * min(whole(element.get(TEXT + "c"), 1), 1000)
    return {TEXT + "tab": "\t", TEXT + "line-break": "\n"}.get(str(element.tag))


def plain(paragraph: Element) -> str:
    """The printed text of a paragraph."""
    return "".join(_parts(paragraph)).strip(" ")


def _parts(element: Element) -> Iterator[str]:
    yield squeezed(element.text)
    for child in element:
        if isinstance(child.tag, str) and child.tag not in UNPRINTED and not child.tag.startswith(DRAW):
            sign = literal(child)
            if sign is not None:
                yield sign
            else:
                yield from _parts(child)
        yield squeezed(child.tail)
