"""A picture of a page becomes a Drawing: words with their confidence, and rules, as a drawn page gives them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from extract.grid.turned import boxed
from extract.model import Box, Rule, Word
from extract.ocr.crops import Line, crop_of, crops_of_stack, lines_in_boxes, lines_in_cells, stacks_of
from extract.ocr.doubt import Opinion, is_legible, second_opinions
from extract.ocr.engine import Found, Grey, Reading
from extract.ocr.ink import Ink
from extract.ocr.picture import Picture
from extract.ocr.structure import Structure, cell_boxes, structure_of
from extract.problem import Problem
from extract.readers.drawing import Drawing

STRAY = 0.9
"""Confidence from which on something beside text outside of tables is a number that was not found to be text."""

MOST_STRAY = 60
"""Pieces of a page that are tried in that way; a photograph has more."""

TWO_READINGS = 0.6
"""Confidence below which another reading that is about as likely is told."""

TURNED = 0.9
"""Confidence from which on characters one under another are a line that was turned."""

MOST_SURE = 0.9999
"""Confidence of what was recognised, at most: 1 is printed text."""

STRAIGHT = 0.04
"""Degrees: a page drawn from a file stands straight, and nothing more is measured there than how exactly that is done."""

_NUMBER = re.compile(r"[≥≤<>=-]?\d[\d,.]*%?")
_SPACE = re.compile(r"(?<![!-~]) +| +(?![!-~])")


class Engine(Protocol):
    """What recognises: ``extract.ocr.engine.Engine``, or a stand-in."""

    version: str

    def read_lines(self, crops: Sequence[Grey]) -> list[Reading]: ...

    def find_lines(self, picture: Grey) -> list[Found]: ...


def recognise(picture: Picture, number: int, engine: Engine, rules: Sequence[Rule] = ()) -> Drawing:
    """The page as drawn: upright and straight, in points; ``back`` leads to the page as displayed.

    ``rules`` are those of the page as displayed where a drawing tells them exactly; they are found in the picture else."""
    structure = structure_of(picture)
    if rules and not structure.turns and abs(structure.skew) < STRAIGHT:
        structure = replace(structure, rules=tuple(rules), back=(1.0, 0.0, 0.0, 1.0, 0.0, 0.0))
    cells = [cell for table in cell_boxes(structure) for cell in table]
    lines, outside = lines_in_cells(structure.text, cells, structure.dpi)
    found, stray = _lines_outside(structure, cells, outside, engine)
    read = _opinions(lines + found, structure.text, engine)
    tried = _each(stray, structure.text, engine)
    read += [(line, Opinion(reading)) for line, reading in tried if reading.confidence >= STRAY and _NUMBER.fullmatch(reading.text)]
    point = 72 / structure.dpi
    words = [word for line, opinion in read if (word := _word(line, opinion.reading, point)) is not None]
    problems = tuple(p for line, opinion in read if (p := _problem(line, opinion, number, structure)) is not None)
    seen = [Rule(*(round(float(v), 2) for v in rule)) for rule in structure.rules]
    size = round(picture.width, 2), round(picture.height, 2)
    return Drawing(number, *size, words, seen, problems=problems, ocr=True, back=structure.back)


def _opinions(lines: Sequence[Line], text: Grey, engine: Engine) -> list[tuple[Line, Opinion]]:
    read = _read(lines, text, engine)
    held, readings = [line for line, _ in read], [reading for _, reading in read]
    return list(zip(held, second_opinions(held, readings, text, engine), strict=True))


def _problem(line: Line, opinion: Opinion, number: int, structure: Structure) -> Problem | None:
    """What remains doubtful of a line in a table: ink that nothing could be read of, or two ways to read it."""
    if line.cell is None:
        return None
    point = 72 / structure.dpi
    x0, top, _, _ = boxed((line.box.x0 * point, line.box.top * point, line.box.x1 * point, line.box.bottom * point), structure.back)
    where = f"{x0:.0f} points from the left, {top:.0f} from the top"
    if not opinion.reading.text:
        if not is_legible(line):
            return None
        return Problem("ocr-unread-ink", "warning", f"Something is printed {where} that could not be read.", number, where)
    if opinion.other and opinion.reading.confidence < TWO_READINGS:
        return Problem("ocr-two-readings", "warning", f"“{opinion.reading.text}” may also be read as “{opinion.other}”.", number, where)
    return None


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


def _read(lines: Sequence[Line], text: Grey, engine: Engine) -> list[tuple[Line, Reading]]:
    """Each line with what it says; characters one under another are read together."""
    stacks = stacks_of(lines)
    stacked = {n for stack in stacks for n in stack}
    alone = [line for n, line in enumerate(lines) if n not in stacked]
    held = [[lines[n] for n in stack] for stack in stacks]
    crops = [crop for stack in held for crop in crops_of_stack(stack, text)]
    read = engine.read_lines([crop_of(line, text) for line in alone] + crops)
    result = list(zip(alone, read, strict=False))
    for n, stack in enumerate(held):
        upright, up, down = read[len(alone) + 3 * n : len(alone) + 3 * n + 3]
        result += _of_stack(stack, upright, up, down) or _each(stack, text, engine)
    return result


def _of_stack(stack: Sequence[Line], upright: Reading, up: Reading, down: Reading) -> list[tuple[Line, Reading]]:
    """The stack as its readings agree: upright characters, or a line that runs up or down the page; empty where nothing does."""
    if up.confidence >= TURNED > down.confidence:
        return [(stack[0]._replace(pieces=tuple(piece for line in stack for piece in line.pieces)), up)]
    best = max(upright, down, key=lambda r: (len(r.text) == len(stack), r.confidence))
    if len(best.text) != len(stack):
        return []
    return [(line, Reading(best.text[i], (0.5,), (best.sure[i],))) for i, line in enumerate(stack)]


def _each(lines: Sequence[Line], text: Grey, engine: Engine) -> list[tuple[Line, Reading]]:
    return list(zip(lines, engine.read_lines([crop_of(line, text) for line in lines]), strict=True))


def _word(line: Line, reading: Reading, point: float) -> Word | None:
    text = _SPACE.sub("", reading.text).strip()
    if not text:
        return None
    x0, top, x1, bottom = (round(v * point, 2) for v in line.box)
    return Word(text, x0, top, x1, bottom, round(line.size * point, 2), True, min(round(reading.confidence, 4), MOST_SURE))
