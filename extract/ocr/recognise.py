"""A picture of a page becomes a Drawing: words with their confidence, and rules, as a drawn page gives them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from extract.model import Box, Rule, Word
from extract.ocr.crops import Line, crop_of, crop_of_stack, lines_in_boxes, lines_in_cells, stacks_of
from extract.ocr.engine import Found, Grey, Reading
from extract.ocr.ink import Ink
from extract.ocr.picture import Picture
from extract.ocr.structure import Structure, cell_boxes, structure_of
from extract.readers.drawing import Drawing

STRAY = 0.8
"""Confidence from which on something outside of tables is text that was not found to be."""

MOST_STRAY = 60
"""Pieces of a page that are tried in that way; a photograph has more."""

_SPACE = re.compile(r"(?<![!-~]) +| +(?![!-~])")


class Engine(Protocol):
    """What recognises: ``extract.ocr.engine.Engine``, or a stand-in."""

    version: str

    def read_lines(self, crops: Sequence[Grey]) -> list[Reading]: ...

    def find_lines(self, picture: Grey) -> list[Found]: ...


def recognise(picture: Picture, number: int, engine: Engine) -> Drawing:
    """The page as drawn: upright and straight, in points; ``back`` leads to the page as displayed."""
    structure = structure_of(picture)
    cells = [cell for table in cell_boxes(structure) for cell in table]
    lines, outside = lines_in_cells(structure.text, cells, structure.dpi)
    found, stray = _lines_outside(structure, cells, outside, engine)
    read = list(zip(lines + found, _readings(lines + found, structure.text, engine), strict=True))
    read += [
        (line, reading)
        for line, reading in zip(stray, _readings(stray, structure.text, engine), strict=True)
        if reading.confidence >= STRAY
    ]
    words = [word for line, reading in read if (word := _word(line, reading, 72 / structure.dpi)) is not None]
    rules = [Rule(*(round(float(v), 2) for v in rule)) for rule in structure.rules]
    return Drawing(number, round(picture.width, 2), round(picture.height, 2), words, rules, ocr=True, back=structure.back)


def _lines_outside(structure: Structure, cells: Sequence[Box], pieces: Sequence[Ink], engine: Engine) -> tuple[list[Line], list[Line]]:
    """The lines outside of tables that are text, and what may be: a number or sign that stands alone is not always found."""
    if not pieces:
        return [], []
    outside, pixel = structure.text.copy(), structure.dpi / 72
    for c in cells:
        outside[round(c.top * pixel) : round(c.bottom * pixel), round(c.x0 * pixel) : round(c.x1 * pixel)] = 255
    found = [Ink(f.x0, f.top, f.x1, f.bottom) for f in engine.find_lines(outside)]
    lines, stray = lines_in_boxes(pieces, found, outside.shape, structure.dpi)
    return lines, stray if len(stray) <= MOST_STRAY else []


def _readings(lines: Sequence[Line], text: Grey, engine: Engine) -> list[Reading]:
    """What each line says; characters in a stack are read side by side, and one by one where their number is not met."""
    stacks = stacks_of(lines)
    in_stacks = {n for stack in stacks for n in stack}
    alone = [n for n in range(len(lines)) if n not in in_stacks]
    crops = [crop_of(lines[n], text) for n in alone] + [crop_of_stack([lines[n] for n in stack], text) for stack in stacks]
    read = engine.read_lines(crops)
    readings = dict(zip(alone, read, strict=False))
    again: list[int] = []
    for stack, reading in zip(stacks, read[len(alone) :], strict=True):
        if len(reading.text) == len(stack):
            readings |= {n: Reading(reading.text[i], (0.5,), (reading.sure[i],)) for i, n in enumerate(stack)}
        else:
            again += stack
    readings |= dict(zip(again, engine.read_lines([crop_of(lines[n], text) for n in again]), strict=True))
    return [readings[n] for n in range(len(lines))]


def _word(line: Line, reading: Reading, point: float) -> Word | None:
    text = _SPACE.sub("", reading.text).strip()
    if not text:
        return None
    x0, top, x1, bottom = (round(v * point, 2) for v in line.box)
    return Word(text, x0, top, x1, bottom, round(line.size * point, 2), True, round(reading.confidence, 4))
