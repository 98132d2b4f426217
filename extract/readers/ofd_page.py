"""The objects of an OFD page: paths and pictures become a Painting, text objects get their turn, clip and visibility."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from lxml import etree

from extract.readers.ofd_parts import Resources
from extract.readers.ofd_text import TextRun, drawn, glyphs_of
from extract.readers.ofd_values import Box, Ink, box, child, children, content, ink, lines_of_path, matrix, number, tag, truth
from extract.readers.pdf_matrix import Matrix, boxed, then
from extract.readers.pdf_paint import THIN, Bounds, Paint, Painting, Point, clipped

MOST_OBJECTS = 200_000
"""Objects of one page that are looked at: a page of the densest tables has some thousands."""

DEEPEST = 24
"""Blocks and composites within each other that are followed."""

LINE_WIDTH = 0.353
"""Millimetres: of a line that says nothing of its width."""

Item = TypeVar("Item")

NOWHERE: Bounds = (0.0, 0.0, 0.0, 0.0)

_SILENT = frozenset(("Actions", "Clips", "CGTransform", "Border", "FillColor", "StrokeColor"))


class Placed(NamedTuple):
    """A picture as it lies on the page: the part that holds it, empty where none does, and the matrix of the unit square."""

    order: int
    part: str
    matrix: Matrix


class State(NamedTuple):
    """What an object has from those that it lies in."""

    matrix: Matrix
    clip: Bounds | None
    parameters: tuple[etree._Element, ...]
    hidden: bool
    depth: int
    within: tuple[str, ...]
    room: Bounds | None = None


@dataclass
class Painter:
    """Walks the objects of one page in the order of painting."""

    resources: Resources
    painting: Painting = field(default_factory=Painting)
    texts: list[TextRun] = field(default_factory=list)
    pictures: list[Placed] = field(default_factory=list)
    order: int = 0
    unknown: dict[str, int] = field(default_factory=dict)
    cyclic: bool = False

    @property
    def complete(self) -> bool:
        """False where the page has more objects than are looked at."""
        return self.order < MOST_OBJECTS

    def layer(self, layer: etree._Element, view: Matrix) -> None:
        """Paints a layer; ``view`` leads from the page's millimetres to points."""
        hidden = not truth(layer.get("Visible"), True)
        self._all(layer, State(view, None, self._chain(layer.get("DrawParam")), hidden, 0, ()))

    def _all(self, block: etree._Element, state: State) -> None:
        for item in children(block):
            if not self.complete:
                return
            self._take(item, state)

    def _take(self, item: etree._Element, state: State) -> None:
        self.order += 1
        kind = tag(item)
        if kind == "PageBlock":
            self._deeper(item, state, "")
        elif kind == "TextObject":
            self._text(item, self._inner(item, state))
        elif kind == "PathObject":
            self._path(item, self._inner(item, state))
        elif kind == "ImageObject":
            self._picture(item, self._inner(item, state))
        elif kind == "CompositeObject":
            self._composite(item, self._inner(item, state))
        elif kind not in _SILENT:
            self._unread(kind)

    def _unread(self, kind: str) -> None:
        self.unknown[kind] = self.unknown.get(kind, 0) + 1

    def _deeper(self, block: etree._Element, state: State, name: str) -> None:
        if name and name in state.within:
            self.cyclic = True
        if self.cyclic or state.depth >= DEEPEST:
            self._unread("nested block")
            return
        within = (*state.within, name) if name else state.within
        self._all(block, state._replace(depth=state.depth + 1, within=within))

    def _composite(self, item: etree._Element, state: State) -> None:
        name = item.get("ResourceID") or ""
        unit = self.resources.composites.get(name)
        if unit is None:
            self._unread("CompositeObject")
            return
        for block in children(unit, "Content"):
            self._deeper(block, state, name)

    def _chain(self, reference: str | None) -> tuple[etree._Element, ...]:
        """The drawing parameter and those it builds upon, the nearest first."""
        found: list[etree._Element] = []
        while reference and (item := self.resources.parameters.get(reference)) is not None and item not in found:
            found.append(item)
            reference = item.get("Relative")
        return tuple(found)

    def _inner(self, item: etree._Element, state: State) -> State:
        """The state inside of an object: its matrix and clips applied, its drawing parameters before those around it."""
        bounds = box(item.get("Boundary"))
        placed = then((1.0, 0.0, 0.0, 1.0, bounds.x, bounds.y), state.matrix) if bounds else state.matrix
        own = matrix(item.get("CTM"))
        clip = _joint(state.clip, _clip_of(item, own, placed))
        hidden = state.hidden or not truth(item.get("Visible"), True) or number(item.get("Alpha"), 255.0) <= 0
        parameters = (item, *self._chain(item.get("DrawParam")), *state.parameters)
        room = _room(bounds, placed)
        return state._replace(matrix=then(own, placed), clip=clip, parameters=parameters, hidden=hidden, room=room)

    def _text(self, item: etree._Element, state: State) -> None:
        size = number(item.get("Size"), 0.0)
        filled, stroked = truth(item.get("Fill"), True), truth(item.get("Stroke"), False)
        colour = ink(_styled(state, "FillColor"))
        painted = (filled and not colour.clear) or (stroked and not ink(_styled(state, "StrokeColor")).clear)
        hidden = "invisible" if state.hidden or not painted else None
        font = item.get("Font") or ""
        run = TextRun(
            self.order, 0.0, True, hidden, state.clip, self.resources.fonts.get(font, ""), self.resources.font_files.get(font, "")
        )
        glyphs = glyphs_of(item, box(item.get("Boundary")), matrix(item.get("CTM")))
        drawn(run, glyphs, item, size or 1.0, state.matrix)
        self.texts.append(run)

    def _picture(self, item: etree._Element, state: State) -> None:
        """A picture is the unit square of its object's space; without a matrix it fills its boundary."""
        if state.hidden:
            return
        room, way = box(item.get("Boundary")), state.matrix
        if item.get("CTM") is None and room is not None:
            way = then((room.width, 0.0, 0.0, room.height, 0.0, 0.0), way)
        bounds = clipped(boxed(way, 0.0, 0.0, 1.0, 1.0), state.clip)
        if bounds is not None:
            self.painting.add_picture(self.order, bounds)
            self.pictures.append(Placed(self.order, self.resources.media.get(item.get("ResourceID") or "", ""), way))

    def _path(self, item: etree._Element, state: State) -> None:
        if state.hidden:
            return
        lines = [_mapped(line, state.matrix) for line in lines_of_path(content(child(item, "AbbreviatedData")))]
        if not lines:
            return
        self.painting.shapes += 1
        clip = _joint(state.clip, state.room)
        if truth(item.get("Fill"), False):
            self._fill(lines, ink(_styled(state, "FillColor")), _styled(state, "FillColor") is not None, clip)
        if truth(item.get("Stroke"), True):
            self._stroke(lines, ink(_styled(state, "StrokeColor")), _width(state), clip)

    def _fill(self, lines: list[list[Point]], colour: Ink, told: bool, clip: Bounds | None) -> None:
        """Fills the shapes; a filling whose colour is not told is nothing but, if it is thin, a line."""
        if colour.clear:
            return
        closed = [[*line, line[0]] for line in lines]
        opaque = colour.opaque and told and len(lines) == 1
        if not told:
            closed = [line for line in closed if _thin(line)]
        self.painting.add_shape(self.order, Paint(True, False, colour.white, opaque), closed, clip)

    def _stroke(self, lines: list[list[Point]], colour: Ink, width: float, clip: Bounds | None) -> None:
        """Draws the lines; one thicker than any rule is a block of its colour."""
        if colour.clear:
            return
        if width > THIN and all(len(line) == 2 for line in lines):
            blocks = [_block(line, width) for line in lines]
            self.painting.add_shape(self.order, Paint(True, False, colour.white, colour.opaque), blocks, clip)
        else:
            self.painting.add_shape(self.order, Paint(False, True, colour.white, colour.opaque), lines, clip)


def in_order(layers: Iterable[tuple[str, Item]]) -> list[Item]:
    """Layers with their Z order, as they are painted: background, body, foreground; of one kind as they stand."""
    rank = {"Background": 0, "Body": 1, "Foreground": 2}
    return [layer for _, layer in sorted(layers, key=lambda pair: rank.get(pair[0], 1))]


def _styled(state: State, name: str) -> etree._Element | None:
    """The colour from the nearest of the object, its drawing parameters and those around it."""
    return next((found for p in state.parameters if (found := child(p, name)) is not None), None)


def _width(state: State) -> float:
    told = next((w for p in state.parameters if (w := p.get("LineWidth")) is not None), None)
    x0, y0, x1, y1 = boxed((*state.matrix[:4], 0.0, 0.0), 0.0, 0.0, 1.0, 1.0)
    return number(told, LINE_WIDTH) * max(x1 - x0, y1 - y0)


def _mapped(points: Iterable[Point], m: Matrix) -> list[Point]:
    a, b, c, d, e, f = m
    return [(a * x + c * y + e, b * x + d * y + f) for x, y in points]


def _thin(line: list[Point]) -> bool:
    xs, ys = [x for x, _ in line], [y for _, y in line]
    return min(max(xs) - min(xs), max(ys) - min(ys)) <= THIN


def _block(line: list[Point], width: float) -> list[Point]:
    (x0, y0), (x1, y1) = line
    dx, dy = (0.0, width / 2) if abs(x1 - x0) >= abs(y1 - y0) else (width / 2, 0.0)
    return [(x0 - dx, y0 - dy), (x1 - dx, y1 - dy), (x1 + dx, y1 + dy), (x0 + dx, y0 + dy), (x0 - dx, y0 - dy)]


def _joint(one: Bounds | None, other: Bounds | None) -> Bounds | None:
    if one is None or other is None:
        return one if other is None else other
    return clipped(one, other) or NOWHERE


def _room(bounds: Box | None, placed: Matrix) -> Bounds | None:
    """What an object's Boundary leaves of a path, with the room that a line on its border takes; None where it says nothing."""
    if bounds is None or max(bounds.width, bounds.height) <= 0:
        return None
    x0, top, x1, bottom = boxed(placed, 0.0, 0.0, bounds.width, bounds.height)
    return x0 - 1.0, top - 1.0, x1 + 1.0, bottom + 1.0


def _clip_of(item: etree._Element, own: Matrix, placed: Matrix) -> Bounds | None:
    """The box that all clips of the object leave open together; each leaves open all of its areas."""
    clips = child(item, "Clips")
    if clips is None:
        return None
    outer = then(own, placed) if truth(clips.get("TransFlag"), True) else placed
    result: Bounds | None = None
    for clip in children(clips, "Clip"):
        areas = [bounds for area in children(clip, "Area") if (bounds := _area(area, outer)) is not None]
        if areas:
            hull = min(a[0] for a in areas), min(a[1] for a in areas), max(a[2] for a in areas), max(a[3] for a in areas)
            result = _joint(result, hull)
    return result


def _area(area: etree._Element, outer: Matrix) -> Bounds | None:
    way = then(matrix(area.get("CTM")), outer)
    for path in children(area, "Path"):
        bounds = box(path.get("Boundary")) or Box(0, 0, 0, 0)
        inner = then(matrix(path.get("CTM")), then((1.0, 0.0, 0.0, 1.0, bounds.x, bounds.y), way))
        points = [p for line in lines_of_path(content(child(path, "AbbreviatedData"))) for p in _mapped(line, inner)]
        if points:
            return min(x for x, _ in points), min(y for _, y in points), max(x for x, _ in points), max(y for _, y in points)
    return None
