"""Pages that are drawn with placed boxes, as converters and previews write them -> words and rules.

A box that has text gives one word a line, as wide as its text is by the usual widths of glyphs; a box with both sides
given holds its text, however long it is."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from extract.model import Box, Rule, Word
from extract.problem import Problem
from extract.readers.drawing import Drawing, Point
from extract.readers.html_css import Element, Styles
from extract.readers.html_lengths import drawn_rules, length, scale_of
from extract.readers.html_lines import PLAIN_SIZE, Run, lines_of, size_of
from extract.readers.html_roles import NEVER, is_hidden, role_of
from extract.readers.pdf_layer import as_printed, without_doubles

LEAST_PLACED = 8
"""Boxes with text that a page must place: fewer are a menu or a seal over a page that flows."""

LEAST_SHARE = 0.6
LEADING = 1.2
_GAP = re.compile(r"( {3,})")
_PLACED = ("absolute", "fixed")


@dataclass(slots=True)
class _Frame:
    """What placed boxes are placed in: its corner and sides in points, as far as they are known."""

    x: float = 0.0
    y: float = 0.0
    width: float | None = None
    height: float | None = None
    scale: float = 1.0


@dataclass(slots=True)
class _Box:
    """A placed box: its text lines with their font size, and where it is."""

    element: Element
    frame: _Frame
    style: dict[str, str]
    size: float
    align: str
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """A picture of a page: the element that holds it, its placed boxes, and lines in it that are not placed."""

    root: Element
    width: float | None
    height: float | None
    boxes: list[_Box] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)

    @property
    def worth(self) -> bool:
        """True where most of the text is placed and no table of its own holds it."""
        texts = ["".join(box.lines) for box in self.boxes if box.lines]
        placed = sum(map(len, texts))
        if len(texts) < LEAST_PLACED or placed < LEAST_SHARE * (placed + sum(map(len, self.loose))):
            return False
        tabled = sum(len("".join("".join(map(str, table.itertext())).split())) for table in self.root.iter("table"))
        return tabled * 5 < placed


@dataclass(frozen=True, slots=True)
class _Context:
    plan: Plan
    frame: _Frame
    size: float
    align: str
    box: _Box | None
    runs: list[Run]


def plans_of(root: Element, styles: Styles) -> dict[Element, Plan]:
    """The elements of a page that are pictures of pages, each with what is placed in it."""
    if not any("absolute" in styles.of(e).get("position", "") for e in root.iter() if isinstance(e.tag, str)):
        return {}
    plans: list[Plan] = []
    body = root.find("body")
    start = Plan(body if body is not None else root, None, None)
    plans.append(start)
    context = _Context(start, _Frame(), PLAIN_SIZE, "left", None, [])
    todo = [(start.root, context, True), (start.root, context, False)]
    while todo:
        element, context, done = todo.pop()
        if done:
            _finish(context)
            continue
        inner = _inner(element, context, styles, plans)
        if inner.runs is not context.runs:
            todo.append((element, inner, True))
        _gather(element, inner, context, styles, todo)
    worthy = {plan.root: plan for plan in plans if plan.worth}
    return {root: plan for root, plan in worthy.items() if not any(above in worthy for above in root.iterancestors())}


def _gather(element: Element, inner: _Context, outer: _Context, styles: Styles, todo: list[tuple[Element, _Context, bool]]) -> None:
    """Puts the text of an element to the box that it stands in, and its children on the list."""
    _say(inner, element.text)
    for child in reversed(element):
        if child.tail:
            todo.append((_tail(child.tail), inner, False))
        if isinstance(child.tag, str) and child.tag not in NEVER and child.tag != "tail" and not is_hidden(child, styles):
            todo.append((child, inner, False))


def _tail(text: str) -> Element:
    element = etree.Element("tail")
    element.text = "".join(c for c in text if (c >= " " or c in "\t\n\r") and c not in "\ufffe\uffff")
    return element


def _say(context: _Context, text: str | None) -> None:
    if text:
        context.runs.append(Run(text, context.size))


def _inner(element: Element, context: _Context, styles: Styles, plans: list[Plan]) -> _Context:
    """The context of what is in an element; it has runs of its own where the element is a box or a block."""
    if element.tag == "tail":
        return context
    style = styles.of(element)
    size = size_of(element, style, context.size)
    align = style.get("text-align") or element.get("align", "").lower() or context.align
    position = style.get("position", "")
    if element.tag == "br":
        context.runs.append(Run("\n", size, kept=True))
        return context
    if position in _PLACED and _is_placed(style):
        frame = _frame(style, context.frame, size)
        box = _Box(element, frame, style, size * frame.scale, align)
        context.plan.boxes.append(box)
        return _Context(context.plan, frame, size, align, box, [])
    if position == "relative" and context.box is None:
        plan = Plan(element, length(style.get("width"), size), length(style.get("height"), size))
        plans.append(plan)
        return _Context(plan, _Frame(width=plan.width, height=plan.height), size, align, None, [])
    if role_of(element, styles, {}) == "line":
        gap = length(style.get("width"), size) if not (element.text or "").strip() and not len(element) else None
        if gap is not None and gap * context.frame.scale > 0.2 * size:
            context.runs.append(Run("\xa0" * max(1, round(gap / (0.5 * size))), size))
        return _Context(context.plan, context.frame, size, align, context.box, context.runs)
    context.runs.append(Run("\n", size, kept=True))
    return _Context(context.plan, context.frame, size, align, context.box, context.runs)


def _is_placed(style: dict[str, str]) -> bool:
    return any(style.get(side, "auto") != "auto" for side in ("left", "right")) and any(
        style.get(side, "auto") != "auto" for side in ("top", "bottom")
    )


def _frame(style: dict[str, str], outer: _Frame, size: float) -> _Frame:
    """Where a placed box lies; sides that the style leaves open are None."""
    scale = outer.scale * scale_of(style)
    width, height = (length(style.get(name), size, whole) for name, whole in (("width", outer.width), ("height", outer.height)))
    left, right = (length(style.get(name), size, outer.width) for name in ("left", "right"))
    top, bottom = (length(style.get(name), size, outer.height) for name in ("top", "bottom"))
    own = scale_of(style)
    wide, high = (None if side is None else side * own for side in (width, height))
    if wide is None and left is not None and right is not None and outer.width is not None:
        wide = outer.width - left - right
    if high is None and top is not None and bottom is not None and outer.height is not None:
        high = outer.height - top - bottom
    x = left if left is not None else (outer.width or 0.0) - (right or 0.0) - (wide or 0.0)
    y = top if top is not None else (outer.height or 0.0) - (bottom or 0.0) - (high if high is not None else size * own * LEADING)
    return _Frame(outer.x + x, outer.y + y, wide, high, scale)


def _finish(context: _Context) -> None:
    lines = [line.text for line in lines_of(context.runs)]
    if context.box is not None:
        context.box.lines = lines
    else:
        context.plan.loose += lines


def drawing_of(plan: Plan, number: int) -> Drawing:
    """The page as drawn."""
    words: list[Word] = []
    rules: list[Rule] = []
    homes: dict[int, Point] = {}
    for box in plan.boxes:
        frame = box.frame
        if frame.width is not None and frame.height is not None:
            rules += drawn_rules(box.style, Box(frame.x, frame.y, frame.x + frame.width, frame.y + frame.height), box.size)
        for word in _words(box):
            if frame.width and frame.height:
                homes[len(words)] = _kept_inside((word.x0 + word.x1) / 2, (word.top + word.bottom) / 2, frame)
            words.append(word)
    kept, homes = without_doubles([word._replace(text="".join(map(as_printed, word.text))) for word in words], homes)
    words = list(kept)
    unknown = sum(unicodedata.category(character) in ("Co", "Cn") for word in words for character in word.text)
    right = max([w.x1 for w in words] + [r.x1 for r in rules], default=0.0)
    low = max([w.bottom for w in words] + [r.bottom for r in rules], default=0.0)
    return Drawing(
        number, max(plan.width or 0.0, right), max(plan.height or 0.0, low), words, rules, homes, problems=_unknown(unknown, number)
    )


def _unknown(count: int, number: int) -> tuple[Problem, ...]:
    if not count:
        return ()
    return (
        Problem(
            "unknown-characters", "error", f"{count} characters are drawn by fonts of the page's own; which they are cannot be told", number
        ),
    )


def _kept_inside(x: float, y: float, frame: _Frame) -> Point:
    wide, high = frame.width or 0.0, frame.height or 0.0
    return min(max(x, frame.x), frame.x + wide), min(max(y, frame.y), frame.y + high)


def _words(box: _Box) -> Iterator[Word]:
    """One word a line of the box; what is set apart by wide gaps are words of their own."""
    frame, size = box.frame, box.size
    leading = size * LEADING
    rows = [max(1, math.ceil(_width(line, size) / frame.width - 0.05)) if frame.width else 1 for line in box.lines]
    if frame.height and sum(rows) * leading > frame.height:
        leading = frame.height / sum(rows)
    top = frame.y
    for line, count in zip(box.lines, rows, strict=True):
        wide = _width(line, size)
        room = frame.width if frame.width and frame.width > wide else wide
        x = frame.x + {"center": (room - wide) / 2, "right": room - wide}.get(box.align, 0.0)
        bottom = top + count * leading
        if count > 1 and frame.width:
            yield Word(line, frame.x, top, frame.x + frame.width, bottom, size)
        else:
            yield from _apart(line, x, top, bottom, size)
        top = bottom


def _apart(line: str, x: float, top: float, bottom: float, size: float) -> Iterator[Word]:
    for part in _cut(line):
        wide = _width(part, size)
        if part.strip():
            yield Word(part.strip(), x, top, x + wide, bottom, size)
        x += wide


def _cut(line: str) -> Sequence[str]:
    """The line cut at gaps of three spaces and more; the gaps are parts too."""
    return _GAP.split(line)


def _width(text: str, size: float) -> float:
    """How wide a text is set: Chinese glyphs are as wide as the font is high, others about half of it."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in text) * size
