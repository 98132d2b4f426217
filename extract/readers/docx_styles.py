"""The styles of a Word document -> font size and hiddenness of a run, looked up through what each style is based on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from lxml import etree

from extract.readers.numbers import measure, whole

Element: TypeAlias = etree._Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF = frozenset(("0", "false", "off"))


def flag(element: Element) -> bool:
    """The value of an on/off element: on unless it says off."""
    value = element.get(W + "val")
    if value is None:
        value = element.get("{http://schemas.microsoft.com/office/word/2010/wordml}val", "1")
    return value not in _OFF


@dataclass(frozen=True, slots=True)
class Style:
    """What one style says of itself; None where it leaves it to the style that it is based on."""

    size: float | None = None
    hidden: bool | None = None
    numbering: tuple[str | None, int] | None = None


@dataclass(slots=True)
class Styles:
    """All styles by id, resolved; ``defaults`` is what holds where no style says otherwise."""

    by_id: dict[str, Style] = field(default_factory=dict)
    defaults: Style = Style()
    normal: str | None = None
    plain: dict[str | None, tuple[float, bool]] = field(default_factory=dict)

    def look(self, run: Element | None, paragraph_style: str | None) -> tuple[float, bool]:
        """The font size of a run in points (0 where nothing says it), and whether it is formatted as hidden."""
        if run is not None:
            return self._look(run, paragraph_style)
        if paragraph_style not in self.plain:
            self.plain[paragraph_style] = self._look(None, paragraph_style)
        return self.plain[paragraph_style]

    def _look(self, run: Element | None, paragraph_style: str | None) -> tuple[float, bool]:
        chain = self._chain(run, paragraph_style)
        size, hidden = _size(run), _hidden(run)
        if size is None:
            size = next((style.size for style in chain if style.size is not None), 0.0)
        return size, any(style.hidden for style in chain) if hidden is None else hidden

    def numbering(self, paragraph_style: str | None) -> tuple[str | None, int] | None:
        style = self.by_id.get(paragraph_style or self.normal or "")
        return style.numbering if style else None

    def _chain(self, run: Element | None, paragraph_style: str | None) -> tuple[Style, ...]:
        named = run.find(W + "rStyle") if run is not None else None
        ids = (named.get(W + "val") if named is not None else None, paragraph_style or self.normal)
        return (*(self.by_id[i] for i in ids if i in self.by_id), self.defaults)


def read_styles(root: Element | None) -> Styles:
    """The styles of ``word/styles.xml``; empty ones where there is no such part."""
    if root is None:
        return Styles()
    elements = {e.get(W + "styleId", ""): e for e in root.iterchildren(W + "style")}
    defaults = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
    normal = next((i for i, e in elements.items() if e.get(W + "type") == "paragraph" and e.get(W + "default") in ("1", "true")), None)
    resolved = {i: _resolve(i, elements) for i in elements}
    return Styles(resolved, Style(_size(defaults), _hidden(defaults)), normal)


def _resolve(style_id: str, elements: dict[str, Element]) -> Style:
    size: float | None = None
    hidden: bool | None = None
    numbering: tuple[str | None, int] | None = None
    seen: set[str] = set()
    current: str | None = style_id
    while current in elements and current not in seen:
        seen.add(current)
        element = elements[current]
        run = element.find(W + "rPr")
        size = _size(run) if size is None else size
        hidden = _hidden(run) if hidden is None else hidden
        numbering = number_reference(element.find(W + "pPr")) if numbering is None else numbering
        based = element.find(W + "basedOn")
        current = None if based is None else based.get(W + "val")
    return Style(size, hidden, numbering)


def number_reference(properties: Element | None) -> tuple[str | None, int] | None:
    """(numId, level) that paragraph properties name, None where they name none."""
    numbering = properties.find(W + "numPr") if properties is not None else None
    if numbering is None:
        return None
    number, level = numbering.find(W + "numId"), numbering.find(W + "ilvl")
    value = level.get(W + "val", "0") if level is not None else "0"
    return (None if number is None else number.get(W + "val")), whole(value)


def _size(properties: Element | None) -> float | None:
    size = properties.find(W + "sz") if properties is not None else None
    half_points = None if size is None else measure(size.get(W + "val"))
    return None if half_points is None else half_points / 2


def _hidden(properties: Element | None) -> bool | None:
    if properties is None:
        return None
    vanish = properties.find(W + "vanish")
    return None if vanish is None else flag(vanish)
