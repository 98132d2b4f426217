"""The ground of a page made white and even: shadows, grey paper, what shines through from behind, and red seals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from extract.arrays import Bools
from extract.ocr.picture import Pixels

GROUND_DPI = 36.0
"""The ground changes slowly: it is taken from a page this small."""

REACH_MM = 9.0
"""The brightest within this of a pixel is its paper."""

FAINT = 0.8
"""Share of the ground above which nothing is ink: paper, and what shines through from behind."""

RED = 38
"""By how much the red of a pixel exceeds its green where it is stamped."""

RED_DPI = 100.0
SEAL_MM = (10.0, 90.0)
"""Least and greatest side of a seal, or of two that overlap: red characters are smaller, red frames larger."""

SEAL_ASPECT = 2.2
SEAL_CLOSED_MM = 2.0
"""Gaps in the ring of a seal that are passed over: where it crosses ink it is not seen as red."""

RINGED = 0.8
"""Share of the outline of a seal that its ring or frame makes; that of red text is not closed."""

RING_MM = 0.8
"""Width within which the outline is looked for."""

SEAL_MARGIN_MM = 1.0
STAMP = 65
"""Percentile of the red where it is stamped that counts as the stamp alone: ink under it is darker, the blur of its edge lighter."""

LEAST_RANGE = 40
"""The least distance in red between ink and stamp by which one is told from the other."""

BEYOND = 0.6
"""Share of the brightness of paper below which something is dark that is no paper."""

BROAD_MM = 4.0
MOST_BEYOND = 0.6
"""Share of the picture that may lie beyond the paper; if it is more, the paper itself is dark."""


class Area(NamedTuple):
    """A part of a page in pixels, ends excluded."""

    left: int
    top: int
    right: int
    bottom: int


def clean(pixels: Pixels, dpi: float) -> Pixels:
    """The page in grey, dark on white, its ground even and its seals gone; red text and red rules stay."""
    colours = [flattened(np.ascontiguousarray(pixels[:, :, i]), dpi) for i in range(3)]
    red, green = colours[:2]
    grey = np.asarray(cv2.cvtColor(np.dstack(colours), cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    stamped = cv2.subtract(red, green) > RED
    if stamped.any():
        for area in seals(np.asarray(stamped), dpi):
            part = slice(area.top, area.bottom), slice(area.left, area.right)
            grey[part] = without_seal(red[part], np.asarray(stamped[part]))
    grey[beyond_paper(pixels, dpi)] = 255
    return faint_to_white(grey)


def beyond_paper(pixels: Pixels, dpi: float) -> Bools:
    """What lies around the sheet on a photograph or under a lid left open: broad, dark, and reaching the border of the picture."""
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    height, width = grey.shape
    size = max(8, round(width * GROUND_DPI / dpi)), max(8, round(height * GROUND_DPI / dpi))
    small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    dark = (small < BEYOND * float(np.percentile(small, 75))).astype(np.uint8)
    side = max(3, round(BROAD_MM * GROUND_DPI / 25.4) | 1)
    framed = cv2.copyMakeBorder(dark, side, side, side, side, cv2.BORDER_REPLICATE)
    broad = cv2.morphologyEx(framed, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))[side:-side, side:-side]
    _, labels = cv2.connectedComponents(np.ascontiguousarray(broad), connectivity=8)
    rim = {*labels[0].tolist(), *labels[-1].tolist(), *labels[:, 0].tolist(), *labels[:, -1].tolist()} - {0}
    beyond = np.isin(labels, list(rim)).astype(np.uint8)
    if not rim or beyond.mean() > MOST_BEYOND:
        return np.zeros((height, width), dtype=bool)
    grown = cv2.dilate(beyond, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.resize(grown, (width, height), interpolation=cv2.INTER_NEAREST) > 0)


def flattened(channel: Pixels, dpi: float) -> Pixels:
    """One colour of the page with its ground lifted to white, however the light fell on it."""
    return np.asarray(cv2.divide(channel, ground(channel, dpi), scale=255), dtype=np.uint8)


def ground(channel: Pixels, dpi: float) -> Pixels:
    """What the paper alone would look like: the brightest around, smoothed."""
    height, width = channel.shape
    size = max(8, round(width * GROUND_DPI / dpi)), max(8, round(height * GROUND_DPI / dpi))
    small = cv2.resize(channel, size, interpolation=cv2.INTER_AREA)
    reach = round(REACH_MM * GROUND_DPI / 25.4) | 1
    bright = cv2.dilate(small, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    even = cv2.GaussianBlur(cv2.medianBlur(np.asarray(bright, dtype=np.uint8), 9), (0, 0), 4)
    return np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def faint_to_white(grey: Pixels) -> Pixels:
    """The page with all that is fainter than ink white, and the rest stretched to the full range."""
    table = np.clip(np.arange(256) / FAINT, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(grey, table), dtype=np.uint8)


def seals(stamped: Bools, dpi: float) -> Sequence[Area]:
    """Where a seal is stamped: red that hangs together and is of the size of a seal."""
    factor = min(1.0, RED_DPI / dpi)
    small = np.asarray(cv2.resize(stamped.astype(np.uint8), None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    millimetre = dpi * factor / 25.4
    side = max(3, round(SEAL_CLOSED_MM * millimetre) | 1)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    margin = round(SEAL_MARGIN_MM * millimetre)
    areas = []
    for label, (x, y, width, height, _) in enumerate(stats[:count].tolist()):
        short, long = sorted((width / millimetre, height / millimetre))
        sized = SEAL_MM[0] <= short and long <= SEAL_MM[1] and long <= SEAL_ASPECT * short
        if label and sized and _ringed(small, np.asarray(labels == label), millimetre):
            areas.append(_scaled(Area(x - margin, y - margin, x + width + margin, y + height + margin), 1 / factor))
    return areas


def _ringed(small: Pixels, part: Bools, millimetre: float) -> bool:
    """What is stamped in this part of the page is closed by a ring or frame, as far as the page goes."""
    rows, columns = np.nonzero(part)
    hull = cv2.convexHull(np.stack([columns, rows], axis=1).astype(np.int32))
    outline = np.zeros(part.shape, np.uint8)
    cv2.polylines(outline, [hull], True, (1,))
    outline[[0, -1], :] = 0
    outline[:, [0, -1]] = 0
    width = max(3, round(RING_MM * millimetre) | 1)
    near = cv2.dilate((part & (small > 0)).astype(np.uint8), np.ones((width, width), np.uint8))
    length = int(outline.sum())
    return length > 0 and float((near * outline).sum()) >= RINGED * length


def _scaled(area: Area, factor: float) -> Area:
    left, top, right, bottom = (max(0, round(value * factor)) for value in area)
    return Area(left, top, right, bottom)


def without_seal(red: Pixels, stamped: Bools) -> Pixels:
    """The page under a seal by its red, in which the stamp is faint: from ink to stamp is stretched to black to white there."""
    near = cv2.dilate(stamped.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    level = float(np.percentile(red[stamped], STAMP)) if stamped.any() else 255.0
    black = min(float(np.percentile(red, 0.5)), level - LEAST_RANGE)
    stretched = np.clip((red.astype(np.float32) - black) * (255 / (level - black)), 0, 255).astype(np.uint8)
    return np.where(near, stretched, red)
