"""Doubtful lines are read again from other crops: what most readings say is taken, and is as sure as they agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import cv2
import numpy as np

from extract.ocr.crops import SINGLE, Line, crop_of
from extract.ocr.engine import Reading
from extract.ocr.ink import INK
from extract.ocr.picture import Pixels
from extract.ocr.signs import sign_of

DOUBTFUL = 0.9
"""Confidence below which a line is read again."""

BY_SHAPE = 0.92
"""Confidence of a sign that its shape tells."""

RIVAL = 0.5
"""Share of the winner's weight from which on another reading is told."""

LEGIBLE = 0.3
"""Glyph sizes: ink that measures less on both sides is a speck where nothing can be read of it."""


class Reads(Protocol):
    """What reads lines: the engine, or a stand-in."""

    def read_lines(self, crops: Sequence[Pixels]) -> list[Reading]: ...


class Opinion(NamedTuple):
    """What a line says, and the other way to read it that is about as likely, blank where there is none."""

    reading: Reading
    other: str = ""


def second_opinions(lines: Sequence[Line], readings: Sequence[Reading], text: Pixels, engine: Reads) -> list[Opinion]:
    """The readings with those that are in doubt replaced by what several crops of the line say."""
    opinions = [Opinion(_by_shape(line, reading, text)) for line, reading in zip(lines, readings, strict=True)]
    again = [n for n, opinion in enumerate(opinions) if opinion.reading.confidence < DOUBTFUL]
    crops = [make(lines[n], text) for n in again for make in _OTHER_CROPS]
    read = engine.read_lines(crops)
    for place, n in enumerate(again):
        more = read[place * len(_OTHER_CROPS) : (place + 1) * len(_OTHER_CROPS)]
        opinions[n] = _agreed([opinions[n].reading, *more])
    return opinions


def is_legible(line: Line) -> bool:
    """True for ink of a size at which something should be read."""
    return max(line.box.width, line.box.height) >= LEGIBLE * line.size


def _by_shape(line: Line, reading: Reading, text: Pixels) -> Reading:
    box = line.box
    if len(reading.text) > 1 or max(box.width, box.height) > SINGLE * line.size or not is_legible(line):
        return reading
    sign = sign_of(text[box.top : box.bottom, box.x0 : box.x1] < INK, line.size, reading.text)
    return reading if sign is None else Reading(sign, (0.5,), (max(BY_SHAPE, reading.confidence if sign == reading.text else 0.0),))


def _agreed(readings: Sequence[Reading]) -> Opinion:
    """The reading with the greatest weight, as sure as all crops are of it in the mean: those that say something else are not."""
    weights: dict[str, float] = {}
    for reading in readings:
        weights[reading.text] = weights.get(reading.text, 0.0) + reading.confidence
    ranked = sorted((text for text in weights if text), key=lambda text: -weights[text])
    if not ranked:
        return Opinion(Reading(""))
    winner = max((r for r in readings if r.text == ranked[0]), key=lambda r: r.confidence)
    other = ranked[1] if len(ranked) > 1 and weights[ranked[1]] >= RIVAL * weights[ranked[0]] else ""
    return Opinion(_no_surer(winner, weights[ranked[0]] / len(readings)), other)


def _no_surer(reading: Reading, most: float) -> Reading:
    return reading._replace(sure=tuple(min(sure, most) for sure in reading.sure))


def _loose(line: Line, text: Pixels) -> Pixels:
    return crop_of(line, text, 1.6)


def _smooth(line: Line, text: Pixels) -> Pixels:
    return np.asarray(cv2.GaussianBlur(crop_of(line, text), (0, 0), 0.7), np.uint8)


def _stretched(line: Line, text: Pixels) -> Pixels:
    return np.asarray(cv2.resize(crop_of(line, text), None, fx=1.15, fy=1.0, interpolation=cv2.INTER_CUBIC), np.uint8)


_OTHER_CROPS: tuple[Callable[[Line, Pixels], Pixels], ...] = (_loose, _smooth, _stretched)
