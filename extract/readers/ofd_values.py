"""What the attributes of OFD say in their own notations: numbers, boxes, matrices, offsets of glyphs, colours, paths."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from lxml import etree

from extract.readers.pdf_matrix import Matrix
from extract.readers.pdf_paint import WHITE, Point

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_STEP = re.compile(r"([A-Za-z])|([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")
_ESCAPED = re.compile(r"\\([0-9A-Fa-f]{4})")

FARTHEST = 1e6
"""Millimetres: a number beyond is no place on any page."""

_ARGUMENTS = {"M": 2, "L": 2, "S": 2, "Q": 4, "B": 6, "A": 7, "C": 0, "Z": 0}
_CURVE_STEPS = (0.25, 0.5, 0.75, 1.0)


class Box(NamedTuple):
    """A rectangle in millimetres, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float


class Ink(NamedTuple):
    """A colour, as far as it matters: whether it is white, whether nothing is seen of it, whether nothing shows through."""

    white: bool = False
    clear: bool = False
    opaque: bool = True


def tag(element: etree._Element) -> str:
    """The element's name without its namespace, empty for what is no element."""
    name = element.tag
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The child elements of these names, whatever their namespace; all where no name is given."""
    for child in element:
        name = tag(child)
        if name and (not names or name in names):
            yield child


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first element down the path of names, None where there is none."""
    for name in path:
        element = None if element is None else next(children(element, name), None)
    return element


def content(element: etree._Element | None) -> str:
    """The text of an element without white space around it."""
    return "" if element is None else "".join(str(part) for part in element.itertext()).strip()


def numbers(text: str | None) -> list[float]:
    """The numbers of a list that is separated by anything."""
    found = [float(n) for n in _NUMBER.findall(text or "")]
    return [n if abs(n) <= FARTHEST else math.copysign(FARTHEST, n) for n in found]


def number(text: str | None, default: float) -> float:
    """The number, or the default where there is none."""
    found = numbers(text)
    return found[0] if found else default


def truth(text: str | None, default: bool) -> bool:
    """What ``true``, ``false``, ``1`` and ``0`` say; anything else is the default."""
    return {"true": True, "1": True, "false": False, "0": False}.get((text or "").strip().lower(), default)


def box(text: str | None) -> Box | None:
    """The rectangle of four numbers, None for anything else."""
    found = numbers(text)
    return Box(*found) if len(found) == 4 else None


def matrix(text: str | None) -> Matrix:
    """The matrix of six numbers; one that is not whole changes nothing."""
    found = numbers(text)
    if len(found) != 6:
        return IDENTITY
    a, b, c, d, e, f = found
    return a, b, c, d, e, f


def offsets(text: str | None, count: int) -> list[float] | None:
    """The first ``count`` steps from glyph to glyph, ``g n d`` being n times d; the last goes on where the list ends early.

    None where there is no list."""
    words = (text or "").replace(",", " ").split()
    found: list[float] = []
    at = 0
    while at < len(words) and len(found) < count:
        if words[at].lower() == "g" and at + 2 < len(words):
            times, step = int(number(words[at + 1], 0.0)), number(words[at + 2], 0.0)
            found += [step] * max(0, min(times, count - len(found)))
            at += 3
        else:
            found += numbers(words[at])[:1]
            at += 1
    if not words or (not found and count):
        return None
    return found + found[-1:] * (count - len(found))


def steps_listed(text: str | None) -> int:
    """How many steps a list of offsets has."""
    words = (text or "").replace(",", " ").split()
    total = at = 0
    while at < len(words):
        run = words[at].lower() == "g" and at + 2 < len(words)
        total += int(number(words[at + 1], 0.0)) if run else 1
        at += 3 if run else 1
    return total


def printed(text: str, steps: int) -> str:
    r"""The characters of a TextCode that has so many ``steps``: ``\0020`` is a character by its code, and white space that
    only laid out the XML is none."""
    decoded = _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text)
    if len(decoded) < len(text):
        decoded = decoded.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    laid_out = "\n" in text or "\r" in text
    readings = [decoded, text] if not laid_out else [decoded.strip(), "".join(decoded.splitlines()), decoded]
    return next((r for r in readings if steps and len(r) == steps + 1), readings[0])


def ink(element: etree._Element | None) -> Ink:
    """The colour of a FillColor or StrokeColor element: grey, red-green-blue or inks, in tens or in sixteens."""
    if element is None:
        return Ink()
    alpha = number(element.get("Alpha"), 255.0)
    patterned = any(True for _ in children(element))
    parts = [_part(word) for word in (element.get("Value") or "").replace(",", " ").split()]
    if len(parts) == 4:
        white = max(parts) <= 255 - WHITE
    else:
        white = bool(parts) and min(parts) >= WHITE
    return Ink(white and not patterned, alpha <= 0, alpha >= 255 and not patterned)


def _part(word: str) -> float:
    if not word.startswith("#"):
        return number(word, 0.0)
    return float(int(word[1:], 16)) if re.fullmatch(r"#[0-9A-Fa-f]{1,4}", word) else 0.0


def lines_of_path(data: str) -> list[list[Point]]:
    """The corners of each part of an AbbreviatedData; a curve gives points along it, so that it is no straight line."""
    lines: list[list[Point]] = []
    command, given = "", list[float]()
    for letter, digits in _STEP.findall(data):
        if letter:
            _close(command, lines)
            command, given = letter.upper(), []
            continue
        given.append(max(-FARTHEST, min(FARTHEST, float(digits))))
        if len(given) == _ARGUMENTS.get(command, 0) > 0:
            _draw(command, given, lines)
            command, given = ("L" if command in "MS" else command), []
    _close(command, lines)
    return [line for line in lines if len(line) > 1]


def _close(command: str, lines: list[list[Point]]) -> None:
    if command in ("C", "Z") and lines and lines[-1][0] != lines[-1][-1]:
        lines[-1].append(lines[-1][0])


def _draw(command: str, given: list[float], lines: list[list[Point]]) -> None:
    end = given[-2], given[-1]
    if command in ("M", "S") or not lines:
        lines.append([end])
    elif command == "L":
        lines[-1].append(end)
    elif command == "A":
        lines[-1].append(_bulge(lines[-1][-1], end))
        lines[-1].append(end)
    else:
        points = [lines[-1][-1], *zip(given[::2], given[1::2], strict=True)]
        lines[-1] += [_on_curve(points, t) for t in _CURVE_STEPS]


def _on_curve(points: list[Point], t: float) -> Point:
    while len(points) > 1:
        points = [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in pairwise(points)]
    return points[0]


def _bulge(start: Point, end: Point) -> Point:
    """A point beside the middle of an arc's chord: enough to tell that it is not straight."""
    return (start[0] + end[0] - (end[1] - start[1]) / 2) / 2, (start[1] + end[1] + (end[0] - start[0]) / 2) / 2
