"""Style rules of a web page -> the declared style of an element, as far as it decides what is shown where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element

_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.S)
_KEPT = re.compile(
    r"display|visibility|position|left|top|right|bottom|width|height|transform|transform-origin|font|font-size|line-height|text-align"
    r"|white-space|list-style|list-style-type|border.*|background|background-color|mso-hide|padding.*|grid-template-columns|overflow"
)
_COMPOUND = re.compile(r"([.#]?)((?:[\w*-]|[^\x00-\x7f]|\\.)+)")
MOST_RULES = 100_000
"""Rules of one page that are looked at; a page image as styles has some ten thousand."""


MOST_LOOKED = 1_000_000
"""Times that a nested rule is tried on one page, and how far above: beyond that, its nesting is an attack."""
_FARTHEST = 60


class _Compound(NamedTuple):
    """What one element must be: ``tag`` (blank for any), its id, its classes."""

    tag: str
    id: str
    classes: frozenset[str]


class _Rule(NamedTuple):
    """A selector from the element outwards (each with the combinator to the next), and its declarations."""

    compounds: tuple[_Compound, ...]
    combinators: tuple[str, ...]
    weight: tuple[int, int, int, int]
    style: Mapping[str, str]


class Styles:
    """The style rules of one page, asked for each element."""

    def __init__(self, root: Element) -> None:
        self._by_key: dict[str, list[_Rule]] = {}
        self._own: dict[Element, dict[str, str]] = {}
        self.dropped = 0
        self._looked = 0
        text = "\n".join(e.text or "" for e in root.iter("style") if e.get("type", "text/css").lower() in ("text/css", ""))
        for number, (selector, style) in enumerate(_rules(_COMMENT.sub("", text))):
            if number >= MOST_RULES:
                self.dropped += 1
                continue
            rule = _rule(selector, style, number)
            if rule is not None:
                self._by_key.setdefault(_key(rule.compounds[0]), []).append(rule)

    def of(self, element: Element) -> dict[str, str]:
        """The declared properties of an element by name, lower case; those of its ancestors are not among them."""
        found = self._own.get(element)
        if found is None:
            found = self._own[element] = self._cascade(element)
        return found

    def _cascade(self, element: Element) -> dict[str, str]:
        style: dict[str, str] = {}
        firm: dict[str, str] = {}
        for rule in sorted(self._matching(element), key=lambda rule: rule.weight):
            for name, value in rule.style.items():
                _put(style, firm, name, value)
        inline = element.get("style")
        for name, value in _declarations(inline) if inline else ():
            _put(style, firm, name, value)
        return style | firm

    def _matching(self, element: Element) -> Iterator[_Rule]:
        if not self._by_key:
            return
        keys = {f".{name}" for name in (element.get("class") or "").split()} | {str(element.tag), "*"}
        if element.get("id"):
            keys.add(f"#{element.get('id')}")
        for key in keys:
            for rule in self._by_key.get(key, ()):
                if len(rule.compounds) > 1:
                    self._looked += len(rule.compounds)
                    if self._looked > MOST_LOOKED:
                        self.dropped += 1
                        continue
                if _matches(rule, element):
                    yield rule


def _put(style: dict[str, str], firm: dict[str, str], name: str, value: str) -> None:
    if value.endswith("!important"):
        firm[name] = value[: -len("!important")].rstrip()
    else:
        style[name] = value


def _rules(text: str, depth: int = 0) -> Iterator[tuple[str, dict[str, str]]]:
    """Each selector with its declarations; of media blocks those for every screen."""
    at = 0
    while (opening := text.find("{", at)) >= 0:
        head = text[at:opening].rpartition(";")[2].strip()
        closing = _closing(text, opening)
        body = text[opening + 1 : closing]
        at = closing + 1
        if head.startswith("@"):
            media = head.lower().removeprefix("@media").strip()
            if (
                head.lower().startswith("@media")
                and "(" not in media
                and depth < 4
                and media.split(",")[0] in ("", "all", "screen", "only screen")
            ):
                yield from _rules(body, depth + 1)
            continue
        style = dict(_declarations(body))
        if style:
            yield from ((selector.strip(), style) for selector in head.split(","))


def _closing(text: str, opening: int) -> int:
    depth = 0
    for match in re.compile(r"[{}]").finditer(text, opening):
        depth += 1 if match[0] == "{" else -1
        if not depth:
            return match.start()
    return len(text)


def _declarations(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split(";"):
        name, colon, value = part.partition(":")
        name, value = name.strip().lower(), " ".join(value.split())
        if colon and value and _KEPT.fullmatch(name):
            yield name, value if "url(" in value else value.lower()


def _rule(selector: str, style: Mapping[str, str], number: int) -> _Rule | None:
    """The rule, None for a selector that asks for more than tags, classes, ids and their nesting."""
    parts = re.sub(r"\s*>\s*", " > ", selector).split()
    compounds: list[_Compound] = []
    combinators: list[str] = []
    for part in reversed(parts):
        if part == ">":
            if not compounds or len(combinators) == len(compounds):
                return None
            combinators.append(">")
            continue
        compound = _compound(part)
        if compound is None:
            return None
        if compounds and len(combinators) < len(compounds):
            combinators.append(" ")
        compounds.append(compound)
    if not compounds or len(combinators) >= len(compounds):
        return None
    ids = sum(bool(c.id) for c in compounds)
    weight = (ids, sum(len(c.classes) for c in compounds), sum(bool(c.tag) for c in compounds), number)
    return _Rule(tuple(compounds), tuple(combinators), weight, style)


def _compound(text: str) -> _Compound | None:
    tag, own_id, classes, at = "", "", set(), 0
    for match in _COMPOUND.finditer(text):
        if match.start() != at:
            return None
        at = match.end()
        sign, name = match[1], match[2].replace("\\", "")
        if sign == ".":
            classes.add(name)
        elif sign == "#":
            own_id = name
        elif name != "*":
            tag = name.lower()
    return _Compound(tag, own_id, frozenset(classes)) if at == len(text) and at else None


def _key(compound: _Compound) -> str:
    if compound.id:
        return f"#{compound.id}"
    return f".{min(compound.classes)}" if compound.classes else compound.tag or "*"


def _matches(rule: _Rule, element: Element) -> bool:
    if not _is(rule.compounds[0], element):
        return False
    return _above(rule.compounds[1:], rule.combinators, element)


def _above(compounds: Sequence[_Compound], combinators: Sequence[str], element: Element) -> bool:
    current: Element | None = element
    for compound, combinator in zip(compounds, combinators, strict=True):
        current = current.getparent() if current is not None else None
        for _ in range(_FARTHEST):
            if combinator != " " or current is None or _is(compound, current):
                break
            current = current.getparent()
        if current is None or not _is(compound, current):
            return False
    return True


def _is(compound: _Compound, element: Element) -> bool:
    if compound.tag and compound.tag != element.tag:
        return False
    if compound.id and compound.id != element.get("id"):
        return False
    return not compound.classes or compound.classes <= set((element.get("class") or "").split())
