"""How many quarter turns a page stands off upright: the direction of its lines by their shape, head or foot by a small network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np

from extract.arrays import Singles
from extract.ocr.engine import missing
from extract.ocr.nets import Net, backend, load_net, model_path
from extract.ocr.picture import Pixels

MODEL = "ch_ppocr_mobile_v2.0_cls_mobile.onnx"
HEIGHT, WIDTH = 48, 192
"""Rows and columns of pixels that the network sees of a line."""

INK = 170
INKED = 0.12
"""Share of ink in a pixel of the smaller page from which on it counts: thin strokes fade when a page is made small."""

SEEN_DPI = 100.0
GAPS = (3.0, 7.0)
"""Points between the characters of a line that are closed to see it as one; the wider where lines are letter-spaced."""

FEW_LINES = 6

LOW, HIGH = 5.0, 30.0
"""Points of height that a line of text has."""

ELONGATED = 3.0
"""A line of text is at least this many times as long as high."""

MOST_LINES = 32
"""Lines that are asked; they are taken from all over the page."""

LEAST_STANDING = 3
"""Lines that must stand for the page to be taken for lying on its side: a title page may have one upright column."""

LEAST_ODDS = 2.0
"""Logarithm of the odds against upright from which on a page is turned over."""

UNSURE = 0.02
"""No single line counts for more than one that is this unsure."""

AsksLines = Callable[[Singles], Singles]
"""For lines × colours × rows × columns the probabilities that each stands upright and upside down."""


class Blob(NamedTuple):
    """The pixels that a line of text takes up, ends excluded."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def area(self) -> int:
        return (self.right - self.left) * (self.bottom - self.top)


def turns_of(text: Pixels, dpi: float, ask: AsksLines | None) -> int:
    """Quarter turns clockwise that make a straight page upright; ``text`` is the page without rules, dark on white.

    Without ``ask`` head and foot are not told apart: the lines of the page run along its rows then, maybe upside down."""
    across, down = _lines_both_ways(text, dpi)
    lying = sum(b.area for b in across) >= sum(b.area for b in down)
    page, blobs = (text, across) if lying else (_quarter(text), down)
    if not blobs or (not lying and len(down) < LEAST_STANDING):
        return 0
    if ask is None:
        return 0 if lying else 1
    crops = [line_crop(page, blob) for blob in _spread(blobs)]
    upright = ask(np.stack(crops))[:, 0].clip(UNSURE, 1 - UNSURE)
    over = float(np.log(upright / (1 - upright)).sum()) < -LEAST_ODDS
    return (0 if lying else 1) + (2 if over else 0)


def _lines_both_ways(text: Pixels, dpi: float) -> tuple[list[Blob], list[Blob]]:
    """The lines that run along the rows, and those that do once the page is turned."""
    for gap in GAPS:
        across, down = line_blobs(text, dpi, gap), line_blobs(_quarter(text), dpi, gap)
        if max(len(across), len(down)) >= FEW_LINES:
            break
    return across, down


def _quarter(page: Pixels) -> Pixels:
    return np.ascontiguousarray(np.rot90(page, -1))


def line_blobs(text: Pixels, dpi: float, gap: float = GAPS[0]) -> list[Blob]:
    """Where lines of text run along the rows."""
    factor = min(1.0, SEEN_DPI / dpi)
    full = (text < INK).astype(np.float32)
    ink = (cv2.resize(full, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA) >= INKED).astype(np.uint8)
    point = dpi * factor / 72
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, round(gap * point) | 1), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    blobs = []
    for x, y, width, height, _ in stats[1:count].tolist():
        if LOW * point <= height <= HIGH * point and width >= ELONGATED * height:
            blobs.append(Blob(*(round(v / factor) for v in (x, y, x + width, y + height))))
    return blobs


def _spread(blobs: Sequence[Blob]) -> list[Blob]:
    """Some of the lines, the longer half first in question, from all over the page."""
    longer = sorted(blobs, key=lambda b: b.left - b.right)[: max(MOST_LINES, len(blobs) // 2)]
    step = max(1.0, len(longer) / MOST_LINES)
    ordered = sorted(longer, key=lambda b: (b.top, b.left))
    return [ordered[int(i * step)] for i in range(min(MOST_LINES, len(ordered)))]


def line_crop(page: Pixels, blob: Blob) -> Singles:
    """The beginning of a line as the network takes it."""
    pad = max(1, (blob.bottom - blob.top) // 10)
    crop = page[max(0, blob.top - pad) : blob.bottom + pad, max(0, blob.left - pad) : blob.right + pad]
    width = min(WIDTH, max(1, round(crop.shape[1] * HEIGHT / crop.shape[0])))
    crop = crop[:, : max(1, round(width * crop.shape[0] / HEIGHT))]
    values = cv2.resize(crop, (width, HEIGHT), interpolation=cv2.INTER_AREA).astype(np.float32) / 127.5 - 1
    result = np.zeros((3, HEIGHT, WIDTH), np.float32)
    result[:, :, :width] = values
    return result


@cache
def line_asker(threads: int = 1) -> AsksLines:
    """The network of this process that tells upright lines from those upside down. Raises ToolMissingError."""
    path, by = model_path(MODEL), backend()
    if path is None or by is None:
        raise missing("Finding how a scan is turned")
    net: Net = load_net(path, by, threads)
    return net.run
