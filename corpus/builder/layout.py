"""Places a body on pages: rules and lines of text with their positions, nothing drawn yet.

All positions are points from the top left corner of the page as it is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from corpus.builder.facts import Break, Case, Cut, Grid, Paragraph, Slot
from corpus.builder.markup import seen

Measure = Callable[[str, float], float]
PAD = 3.0
LEADING = 1.35
PAPER = {"a4": (595.0, 842.0), "a4-across": (842.0, 595.0), "a3-across": (1191.0, 842.0)}


@dataclass(frozen=True)
class Text:
    """A line of text: ``y`` is its base line; ``clip`` cuts its picture, not its characters."""

    text: str
    x: float
    y: float
    size: float
    twice: bool = False
    angle: int = 0
    shift: float = 0.0
    clip: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class Patch:
    """A filled rectangle: white over what is to be covered, or a colour block."""

    x0: float
    top: float
    x1: float
    bottom: float
    grey: float = 1.0


@dataclass(frozen=True)
class Stroke:
    """A rule along one side of a cell; ``kind`` says how it is drawn."""

    x0: float
    top: float
    x1: float
    bottom: float
    kind: str = "line"
    width: float = 0.6


@dataclass
class Sheet:
    """What stands on one page, in drawing order."""

    pieces: list[Text | Patch] = field(default_factory=list)
    strokes: dict[tuple[float, ...], Stroke] = field(default_factory=dict)


@dataclass(frozen=True)
class _Part:
    """The part of a grid row that stands on one page: its lines ``first`` to ``last``."""

    row: int
    page: int
    top: float
    bottom: float
    first: int = 0
    last: int | None = None
    begins: bool = True
    ends: bool = True


def lay_out(case: Case, measure: Measure) -> list[Sheet]:
    """The pages of a case."""
    pages = _Pages(case.pdf, measure)
    for item in case.body:
        if isinstance(item, Break):
            if item.sheet == "":
                pages.turn()
        elif isinstance(item, Paragraph):
            pages.paragraph(item)
        elif "pdf" in item.options.get("only", "pdf"):
            _GridOnPages(item, pages).place()
    return pages.sheets


def shown_size(options: dict[str, Any]) -> tuple[float, float]:
    """Width and height of the page as it is laid out."""
    return PAPER[str(options.get("paper", "a4"))]


def wrap(text: str, width: float, size: float, measure: Measure) -> list[str]:
    """The lines of a text that is broken at any character, as Chinese is."""
    lines = []
    for printed in text.split("\n"):
        line = ""
        for char in printed:
            if line and measure(line + char, size) > width:
                lines.append(line)
                line = ""
            line += char
        lines.append(line)
    return lines if lines != [""] else []


class _Pages:
    """The pages so far and the position down the last one."""

    def __init__(self, options: dict[str, Any], measure: Measure) -> None:
        self.width, self.height = shown_size(options)
        self.margin = float(options.get("margin", 50))
        self.header, self.footer = str(options.get("header", "")), bool(options.get("footer", False))
        self.measure = measure
        self.sheets: list[Sheet] = [Sheet()]
        self.y = self.margin
        self.number()

    @property
    def page(self) -> int:
        return len(self.sheets) - 1

    @property
    def limit(self) -> float:
        return self.height - self.margin

    def number(self) -> None:
        if self.header:
            self.sheets[-1].pieces.append(Text(self.header, self.margin, self.margin / 2 + 6, 8))
        if self.footer:
            text = f"— {len(self.sheets)} —"
            self.sheets[-1].pieces.append(Text(text, self.width / 2 - 12, self.height - self.margin / 2, 9))

    def turn(self) -> None:
        self.sheets.append(Sheet())
        self.y = self.margin
        self.number()

    def paragraph(self, item: Paragraph) -> None:
        room = self.width - 2 * self.margin
        for line in wrap(seen(item.text), room, item.size, self.measure) or [""]:
            if self.y + item.size * LEADING > self.limit:
                self.turn()
            spare = room - self.measure(line, item.size)
            x = self.margin + {"left": 0.0, "center": spare / 2, "right": spare}[item.align]
            y = self.y + item.size
            if item.under:
                self._cover(item, x, y, line)
            self.sheets[-1].pieces.append(Text(line, x, y, item.size))
            self.y += item.size * 1.6

    def _cover(self, item: Paragraph, x: float, y: float, line: str) -> None:
        x1 = x + max(self.measure(line, item.size), self.measure(item.under, item.size))
        self.sheets[-1].pieces.append(Text(item.under, x, y, item.size))
        self.sheets[-1].pieces.append(Patch(x - 1, y - item.size, x1 + 1, y + item.size * 0.3))


class _GridOnPages:
    """One grid while it is placed."""

    def __init__(self, grid: Grid, pages: _Pages) -> None:
        self.grid, self.pages = grid, pages
        self.size = float(grid.options.get("size", 9))
        self.leading = self.size * LEADING
        room, total = pages.width - 2 * pages.margin, sum(grid.widths)
        self.xs = [pages.margin + room * sum(grid.widths[:i]) / total for i in range(grid.columns + 1)]
        self.lines = {(slot.row, slot.column): self._wrap(slot) for slot in grid.slots}
        self.heights = self._heights()
        self.edges = str(grid.options.get("edges", "closed"))

    def place(self) -> None:
        parts = self._parts()
        for slot in self.grid.slots:
            mine = [p for p in parts if slot.row <= p.row < slot.row + slot.row_span]
            if slot.row + slot.row_span > self.grid.repeat:
                self._slot(slot, mine)
                continue
            for page in sorted({p.page for p in mine}):
                self._slot(slot, [p for p in mine if p.page == page])
        self.pages.y += self.leading

    def _wrap(self, slot: Slot) -> list[str]:
        text, style = seen(slot.text), slot.style
        if style.get("vertical") == "stacked":
            return list(text)
        size = float(style.get("size", self.size))
        width = self.xs[slot.column + slot.column_span] - self.xs[slot.column] - 2 * PAD
        return [text] if style.get("vertical") == "turned" else wrap(text, width, size, self.pages.measure)

    def _needed(self, slot: Slot) -> float:
        lines = self.lines[slot.row, slot.column]
        if slot.style.get("vertical") == "turned":
            return self.pages.measure(seen(slot.text), self.size) + 2 * PAD
        return len(lines) * float(slot.style.get("size", self.size)) * LEADING + 2 * PAD

    def _heights(self) -> list[float]:
        heights = [self.leading + 2 * PAD] * self.grid.rows
        for slot in sorted(self.grid.slots, key=lambda s: s.row_span):
            rows = range(slot.row, slot.row + slot.row_span)
            lack = self._needed(slot) - sum(heights[r] for r in rows)
            if lack > 0:
                heights[rows[-1]] += lack
        for row, height in self.grid.options.get("row_heights", {}).items():
            heights[int(row) - 1] = float(height)
        return heights

    def _parts(self) -> list[_Part]:
        cuts = {cut.row: cut for cut in self.grid.cuts}
        parts: list[_Part] = []
        for row, height in enumerate(self.heights):
            cut = cuts.get(row)
            if cut is not None and cut.line:
                parts += self._cut_row(row, height, cut)
                continue
            if cut is not None or self.pages.y + height > self.pages.limit:
                self.pages.turn()
                parts += self._header_again()
            parts.append(self._part(row, height))
        return parts

    def _part(self, row: int, height: float, **more: Any) -> _Part:
        top = self.pages.y
        self.pages.y += height
        return _Part(row, self.pages.page, top, top + height, **more)

    def _header_again(self) -> list[_Part]:
        return [self._part(row, self.heights[row]) for row in range(self.grid.repeat)]

    def _cut_row(self, row: int, height: float, cut: Cut) -> list[_Part]:
        above = PAD + cut.line * self.leading + (PAD if self.edges == "closed" else 0.0)
        first = self._part(row, above, last=cut.line, ends=False)
        self.pages.turn()
        again = self._header_again()
        rest = max(height - PAD - cut.line * self.leading, self.leading) + PAD
        return [first, *again, self._part(row, rest, first=cut.line, begins=False)]

    def _slot(self, slot: Slot, parts: list[_Part]) -> None:
        x0, x1 = self.xs[slot.column], self.xs[slot.column + slot.column_span]
        pages = sorted({p.page for p in parts})
        boxes = [[p for p in parts if p.page == page] for page in pages]
        for index, group in enumerate(boxes):
            box = (x0, group[0].top, x1, group[-1].bottom)
            begins = index == 0 and group[0].begins
            ends = index == len(boxes) - 1 and group[-1].ends
            at_top = group[0].top == self.pages.margin and self.pages.page > 0
            self._sides(slot, pages[index], box, (begins, ends, at_top))
        for index, lines in enumerate(self._share(slot, boxes)):
            group = boxes[index]
            self._write(slot, pages[index], (x0, group[0].top, x1, group[-1].bottom), lines)

    def _share(self, slot: Slot, boxes: list[list[_Part]]) -> list[list[str]]:
        """The lines of the cell that each of its pages gets."""
        lines = self.lines[slot.row, slot.column]
        if len(boxes) == 1:
            return [lines]
        share = str(slot.style.get("share", self.grid.options.get("merged_text", "first")))
        if slot.row_span == 1 and share != "last":
            cut = boxes[0][-1].last or 0
            return [lines[:cut], lines[cut:]]
        if share == "each":
            return [lines] * len(boxes)
        if share == "split":
            half = (len(lines) + 1) // 2
            return [lines[:half], lines[half:], *[[] for _ in boxes[2:]]]
        where = 0 if share == "first" else len(boxes) - 1
        return [lines if i == where else [] for i in range(len(boxes))]

    def _sides(self, slot: Slot, page: int, box: tuple[float, ...], ends: tuple[bool, bool, bool]) -> None:
        x0, top, x1, bottom = box
        begins, closes, at_top = ends
        options = self.grid.options
        kept = {"top", "bottom", "left", "right"} - set(slot.style.get("no_rules", ()))
        if self.edges != "closed":
            kept -= set() if begins and not (self.edges == "open_below" and at_top) else {"top"}
            kept -= set() if closes or self.edges == "open_below" else {"bottom"}
        if options.get("no_vertical"):
            kept -= {"left", "right"}
        if options.get("no_horizontal"):
            kept -= {"top", "bottom"}
        outer = {"left": slot.column == 0, "right": slot.column + slot.column_span == self.grid.columns}
        kept -= {side for side in options.get("open_sides", ()) if outer.get(side, True)}
        sides = {"top": (x0, top, x1, top), "bottom": (x0, bottom, x1, bottom)}
        sides |= {"left": (x0, top, x0, bottom), "right": (x1, top, x1, bottom)}
        for side in sorted(kept):
            stroke = Stroke(*sides[side], kind=str(options.get("rules", "line")))
            key = tuple(round(v, 2) for v in sides[side])
            self.pages.sheets[page].strokes.setdefault(key, stroke)

    def _write(self, slot: Slot, page: int, box: tuple[float, float, float, float], lines: list[str]) -> None:
        x0, top, x1, bottom = box
        style, measure, pieces = slot.style, self.pages.measure, self.pages.sheets[page].pieces
        size = float(style.get("size", self.size))
        if style.get("fill") is not None:
            pieces.append(Patch(x0, top, x1, bottom, float(style["fill"])))
        if style.get("vertical") == "turned":
            middle = (top + bottom + measure("".join(lines), size)) / 2
            pieces.append(Text("".join(lines), (x0 + x1) / 2 + size * 0.35, middle, size, angle=90))
            return
        height = len(lines) * size * LEADING
        y = top + (PAD if style.get("clip") else max((bottom - top - height) / 2, PAD))
        long = slot.row_span == 1 and len(seen(slot.text)) > 14
        align = str(style.get("align", "left" if long else "center"))
        for line in lines:
            spare = x1 - x0 - 2 * PAD - measure(line, size)
            x = x0 + PAD + {"left": 0.0, "center": spare / 2, "right": spare}[align]
            shift = float(self.grid.options.get("digit_shift", 0))
            base = y + size
            if style.get("hidden"):
                pieces.append(Text(str(style["hidden"]), x, base, size))
                pieces.append(Patch(x0 + 1, base - size, x1 - 1, base + size * 0.3))
            pieces.append(Text(line, x, base, size, bool(style.get("twice")), 0, shift, box if style.get("clip") else None))
            y += size * LEADING
