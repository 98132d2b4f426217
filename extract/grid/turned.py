"""Text that runs up or down the page: seen as if the page were turned until it runs from left to right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from extract.model import Block, Box, Cell, Place, Rule, Table, TextLine, Word
from extract.words import columns_of

Bounds = tuple[float, float, float, float]
Affine = tuple[float, float, float, float, float, float]

LEAST_SHARE = 0.9
"""Share of the glyphs that must be turned for the page itself to count as turned."""


def runs_down(words: Sequence[Word]) -> bool:
    """True where turned words, in the order of the text layer, run down the page (and their lines to the left)."""
    steps = [b.top - a.top for a, b in pairwise(words) if abs(a.x0 + a.x1 - b.x0 - b.x1) < a.x1 - a.x0]
    return sum((s > 0) - (s < 0) for s in steps) >= 0


def page_turns(words: Sequence[Word]) -> int:
    """Quarter turns clockwise after which the text of the page runs from left to right: 0, 1 or 3."""
    columns = columns_of(words)
    turned = ~columns.upright
    if not words or np.count_nonzero(turned) < LEAST_SHARE * len(words):
        return 0
    return 3 if runs_down(list(columns.only(turned))) else 1


def turn(box: Bounds, turns: int, width: float, height: float) -> Bounds:
    """Where the box lies after quarter turns clockwise of a page of this size."""
    x0, top, x1, bottom = box
    if turns % 4 == 1:
        return height - bottom, x0, height - top, x1
    if turns % 4 == 3:
        return top, width - x1, bottom, width - x0
    return box


def turned_words(words: Iterable[Word], turns: int, width: float, height: float) -> list[Word]:
    """The words on the turned page; those that run from left to right there are upright."""
    return [Word(w.text, *turn(w[1:5], turns, width, height), w.size, not w.upright, w.confidence) for w in words]


def turned_rules(rules: Iterable[Rule], turns: int, width: float, height: float) -> list[Rule]:
    """The rules on the turned page."""
    return [Rule(*turn(r, turns, width, height)) for r in rules]


def turned_block(block: Block, turns: int, width: float, height: float) -> Block:
    """The block with its places as they lie after quarter turns clockwise of a page of this size."""
    return _moved(block, lambda box: turn(box, turns, width, height))


def block_on_page(block: Block, back: Affine) -> Block:
    """The block of a page that was straightened with its places on the page as displayed: boxes around where it lies."""
    return _moved(block, lambda box: boxed(box, back))


def boxed(box: Bounds, back: Affine) -> Bounds:
    """The box around where a box of a page that was straightened lies on the page as displayed."""
    a, b, c, d, e, f = back
    xs = [a * x + c * y + e for x in (box[0], box[2]) for y in (box[1], box[3])]
    ys = [b * x + d * y + f for x in (box[0], box[2]) for y in (box[1], box[3])]
    return round(min(xs), 2), round(min(ys), 2), round(max(xs), 2), round(max(ys), 2)


def _moved(block: Block, moved: Callable[[Bounds], Bounds]) -> Block:
    def place(old: Place) -> Place:
        box = old.box
        return old if box is None else replace(old, box=Box(*moved((box.x0, box.top, box.x1, box.bottom))))

    if isinstance(block, TextLine):
        return replace(block, place=place(block.place))
    cells: tuple[Cell, ...] = tuple(replace(c, places=tuple(map(place, c.places))) for c in block.cells)
    table: Table = replace(block, cells=cells, places=tuple(map(place, block.places)))
    return table
