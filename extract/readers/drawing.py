"""What an engine gives for one page of a drawn source: words, rules and the doubts that arose, in displayed coordinates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from extract.model import Rule, Word
from extract.problem import Problem

Point = tuple[float, float]
Bounds = tuple[float, float, float, float]
Affine = tuple[float, float, float, float, float, float]
NO_HOMES: Mapping[int, Point] = MappingProxyType({})


class Drawing(NamedTuple):
    """One page as drawn. ``pictures`` is the share of the page that pictures cover, ``picture_box`` the box around them where
    the engine tells it, ``shapes`` the number of drawn paths.

    ``homes`` has for each word (by its number) that was cut off by its clip the middle of that clip: a line too many
    in a low cell of a spreadsheet lies over the next cell, yet belongs to the cell that clips it.

    A recognised page is drawn upright and straight: ``ocr`` is set, each word has its confidence, and ``back`` (a, b, c,
    d, e, f) takes its points to those of the page as displayed: x' = ax + cy + e, y' = bx + dy + f. ``width`` and
    ``height`` are always those of the page as displayed."""

    number: int
    width: float
    height: float
    words: Sequence[Word]
    rules: Sequence[Rule]
    homes: Mapping[int, Point] = NO_HOMES
    pictures: float = 0.0
    shapes: int = 0
    problems: tuple[Problem, ...] = ()
    ocr: bool = False
    back: Affine | None = None
    picture_box: Bounds | None = None
