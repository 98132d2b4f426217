"""The drawings that lie over a sheet -> the text of their boxes and the number of their pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from lxml import etree

from extract.package import Package
from extract.readers.numbers import whole

Element: TypeAlias = etree._Element

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"


class BoxLine(NamedTuple):
    """A paragraph in a text box with its font size in points."""

    text: str
    size: float


class TextBox(NamedTuple):
    """The text of a box and the row of the sheet, counted from 1, that it is anchored at."""

    row: int
    lines: tuple[BoxLine, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What was found over one sheet."""

    boxes: tuple[TextBox, ...] = ()
    pictures: int = 0


def read_drawings(package: Package, part: str, ids: Sequence[str]) -> Drawing:
    """The text boxes and pictures of the drawings that a sheet names."""
    if not ids:
        return Drawing()
    related = package.related(part)
    boxes: list[TextBox] = []
    pictures = 0
    for identity in ids:
        relation = related.get(identity)
        if relation is None or not package.has(relation.target):
            continue
        for anchor in package.xml(relation.target):
            row = anchor.findtext("{*}from/{*}row") or "0"
            for shape in _shapes(anchor):
                pictures += shape.tag.endswith("}pic")
                lines = tuple(_lines(shape)) if shape.tag.endswith("}sp") else ()
                if lines:
                    boxes.append(TextBox(whole(row) + 1, lines))
    return Drawing(tuple(boxes), pictures)


def _shapes(parent: Element) -> Iterator[Element]:
    """The shapes and pictures under an element that are shown, one of the ways of each that is written in several."""
    for child in parent:
        name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        if child.tag == MC + "AlternateContent":
            way = next(iter(child.iterchildren(MC + "Choice", MC + "Fallback")), None)
            if way is not None:
                yield from _shapes(way)
        elif name == "grpSp":
            yield from _shapes(child)
        elif name in ("sp", "pic"):
            properties = child.find("*/{*}cNvPr")
            if properties is None or properties.get("hidden", "0") not in ("1", "true"):
                yield child


def _lines(shape: Element) -> Iterator[BoxLine]:
    for paragraph in shape.iterfind("{*}txBody/{*}p"):
        text = ""
        size = 0.0
        for piece in paragraph:
            name = piece.tag.rpartition("}")[2] if isinstance(piece.tag, str) else ""
            if name in ("r", "fld"):
                text += piece.findtext("{*}t") or ""
                properties = piece.find("{*}rPr")
                points = properties.get("sz", "") if properties is not None else ""
                size = max(size, whole(points) / 100)
            elif name == "br":
                text += "\n"
        yield from (BoxLine(line.strip(), size) for line in text.split("\n") if line.strip())
