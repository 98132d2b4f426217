"""What a page shows before a character of it is read: the page upright and clean, its rules, and the cells they border."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from extract.grid.cells import Grid
from extract.grid.ruled import grids_of
from extract.model import Box, Rule, Word
from extract.ocr.bent import Sheet, field_of, flat, nearest_matrix, sheet_of
from extract.ocr.ground import clean
from extract.ocr.picture import Picture, Pixels
from extract.ocr.ruling import Strokes, both_strokes, lines_of, rules_among, without_rules
from extract.ocr.turning import line_asker, turns_of
from extract.ocr.upright import Matrix, skew_of, straightening, turned, turned_rule, way_back
from extract.readers.drawing import Affine

INK = 150
"""Grey below which a pixel of the clean page is ink."""

LEAST_BEND = 0.8
"""Pixels at 200 dpi: a page nearer to flat than this is taken as it is."""

LEAST_INK, MOST_INK = 1.5, 60.0
"""Points: what is smaller than the one on both sides is a speck, what is larger than the other is no character."""


@dataclass(frozen=True, slots=True)
class Structure:
    """``grey`` is the page upright, straight and clean, dark on white, and ``text`` the same without its rules (rows × columns,
    8 bit). ``rules`` are in points of that page; ``back`` takes its points to those of the page as displayed, where that was bent
    as near as an affine map comes. ``skew`` degrees against the clock and then ``turns`` quarter turns clockwise made the displayed
    page upright."""

    grey: Pixels
    text: Pixels
    rules: tuple[Rule, ...]
    back: Affine
    turns: int
    skew: float
    dpi: float

    @property
    def width(self) -> float:
        """Points of the upright page."""
        return float(self.grey.shape[1] * 72 / self.dpi)

    @property
    def height(self) -> float:
        """Points of the upright page."""
        return float(self.grey.shape[0] * 72 / self.dpi)


def structure_of(picture: Picture, head: bool = True) -> Structure:
    """The structure of one page. Raises ToolMissingError where the network that finds its ``head`` is not installed.

    Where its head does not matter, it is not looked for: the page may stand upside down then,
    and where it has no rules, which border cells however it is turned, as it was displayed."""
    dpi = picture.dpi
    page = clean(picture.pixels, dpi)
    skew = skew_of(page, dpi)
    straight, matrix, strokes = _straightened(page, skew, dpi)
    ruling = rules_among(*strokes, dpi)
    text = without_rules(straight, ruling, dpi)
    turns = turns_of(text, dpi, line_asker() if head else None) if head or ruling.rules else 0
    size = straight.shape[1] * 72 / dpi, straight.shape[0] * 72 / dpi
    rules = tuple(turned_rule(rule, turns, *size) for rule in ruling.rules)
    return Structure(turned(straight, turns), turned(text, turns), rules, way_back(matrix, turns, straight.shape, dpi), turns, skew, dpi)


def _straightened(page: Pixels, skew: float, dpi: float) -> tuple[Pixels, Matrix, tuple[Strokes, Strokes]]:
    """The page without skew and bend, the matrix that comes nearest to what was done to it, and its strokes."""
    matrix, size = straightening(page.shape, skew)
    straight = np.asarray(cv2.warpAffine(page, matrix[:2], size, flags=cv2.INTER_LINEAR, borderValue=(255.0,)), dtype=np.uint8)
    strokes = both_strokes(straight, dpi)
    sheet = _sheet(strokes, size, dpi)
    if sheet.most <= LEAST_BEND * dpi / 200:
        return straight, matrix, strokes
    straight = flat(page, sheet, matrix, size)
    return straight, np.linalg.inv(nearest_matrix(sheet)) @ matrix, both_strokes(straight, dpi)


def _sheet(strokes: tuple[Strokes, Strokes], size: tuple[int, int], dpi: float) -> Sheet:
    width, height = size
    rows = field_of(lines_of(strokes[0], dpi), width, height, dpi)
    columns = field_of(lines_of(strokes[1], dpi), height, width, dpi)
    return sheet_of(rows, columns, width, height)


def grids(structure: Structure) -> list[Grid]:
    """The ruled grids of the page, in points; where a grid is open, ink tells the cells from the blank around them."""
    return grids_of(ink_words(structure), structure.rules)


def cell_boxes(structure: Structure) -> list[list[Box]]:
    """For each grid of the page the boxes of its cells, in points of the upright page."""
    return [[Box(g.xs[s.column], g.ys[s.row], g.xs[s.last_column + 1], g.ys[s.last_row + 1]) for s in g.cells] for g in grids(structure)]


def ink_words(structure: Structure) -> list[Word]:
    """One word without text for each connected piece of ink that may belong to a character."""
    ink = (structure.text < INK).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    point = 72 / structure.dpi
    words = []
    for x, y, width, height, _ in stats[1:count].tolist():
        if LEAST_INK <= max(width, height) * point <= MOST_INK:
            words.append(Word("", x * point, y * point, (x + width) * point, (y + height) * point, height * point))
    return words
