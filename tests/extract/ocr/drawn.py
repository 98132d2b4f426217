"""Draws pages as pictures: ruled forms with text in them, and what scanning and stamping does to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw, ImageFont

cv2: Any = pytest.importorskip("cv2", reason="scans are read only with jixiao[ocr]: OpenCV is not installed")

Pixels = npt.NDArray[np.uint8]
A4 = (595.0, 842.0)
WORDS = ["annual", "target", "of", "the", "unit:", "trained", "120", "people,", "rate", "95", "per", "cent,", "report", "in", "December"]


@dataclass(frozen=True)
class Form:
    """A ruled form in points: the borders of columns and rows, and the rules left out, as ("h" or "v", line, field along it)."""

    xs: Sequence[float] = (60, 120, 220, 400, 535)
    ys: Sequence[float] = (100, 124, 148, 190, 214, 238, 300)
    without: Iterable[tuple[str, int, int]] = (("v", 2, 0), ("v", 3, 0), ("h", 3, 0), ("h", 2, 0))
    thickness: float = 0.75
    filled: bool = True


def blank(dpi: float, size: tuple[float, float] = A4) -> Pixels:
    return np.full((round(size[1] * dpi / 72), round(size[0] * dpi / 72), 3), 255, np.uint8)


def line(page: Pixels, dpi: float, ends: tuple[float, float, float, float], thickness: float = 0.75, grey: int = 20) -> None:
    """Draws one horizontal or vertical rule by its ends in points."""
    x0, y0, x1, y1 = (v * dpi / 72 for v in ends)
    half = thickness * dpi / 144
    page[round(y0 - half) : max(round(y0 - half) + 1, round(y1 + half)), round(x0 - half) : max(round(x0 - half) + 1, round(x1 + half))] = (
        grey
    )


def text(
    page: Pixels, dpi: float, at: tuple[float, float], words: str, size: float = 10.5, colour: tuple[int, int, int] = (20, 20, 20)
) -> None:
    """Writes a line of text; ``at`` is its left top corner in points."""
    picture = Image.fromarray(page)
    font = ImageFont.load_default(size * dpi / 72)
    ImageDraw.Draw(picture).text((at[0] * dpi / 72, at[1] * dpi / 72), words, fill=colour, font=font)
    page[:] = np.asarray(picture)


def form_page(form: Form, dpi: float) -> Pixels:
    """A page with the form, and text in each field that is wide and high enough."""
    page = blank(dpi)
    gone = set(form.without)
    for j, y in enumerate(form.ys):
        for i, (a, b) in enumerate(zip(form.xs, form.xs[1:], strict=False)):
            if ("h", j, i) not in gone:
                line(page, dpi, (a, y, b, y), form.thickness)
    for i, x in enumerate(form.xs):
        for j, (a, b) in enumerate(zip(form.ys, form.ys[1:], strict=False)):
            if ("v", i, j) not in gone:
                line(page, dpi, (x, a, x, b), form.thickness)
    text(page, dpi, (150, 60), "Declaration of targets for the year 2025", 18)
    if form.filled:
        for j, y in enumerate(form.ys[:-1]):
            for i, x in enumerate(form.xs[:-1]):
                room = int((form.xs[i + 1] - x) / 7) - 2
                text(page, dpi, (x + 5, y + 6), " ".join(WORDS[(i + j) % 9 :])[:room])
    return page


def skewed(page: Pixels, degrees: float) -> Pixels:
    """The page with its lines falling to the right by so many degrees."""
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    return np.asarray(cv2.warpAffine(page, matrix, (width, height), borderValue=(255, 255, 255)))


def noisy(page: Pixels, sigma: float = 12.0, quality: int = 40) -> Pixels:
    """The page with noise, packed as a poor JPEG."""
    noise = np.random.default_rng(7).normal(0, sigma, page.shape[:2])[..., None]
    rough = np.clip(page.astype(float) + noise, 0, 255).astype(np.uint8)
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", rough, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR))


def sealed(page: Pixels, dpi: float, middle: tuple[float, float], colour: tuple[int, int, int] = (205, 35, 40)) -> Pixels:
    """The page with a round seal of 40 mm stamped over it, as ink that lets the print show through."""
    stamp = np.zeros(page.shape[:2], np.uint8)
    at = round(middle[0] * dpi / 72), round(middle[1] * dpi / 72)
    millimetre = dpi / 25.4
    cv2.circle(stamp, at, round(19 * millimetre), 255, max(2, round(1.2 * millimetre)))
    star = [
        (at[0] + r * millimetre * np.sin(a), at[1] - r * millimetre * np.cos(a))
        for a, r in zip(np.arange(10) * np.pi / 5, [6, 2.4] * 5, strict=True)
    ]
    cv2.fillPoly(stamp, [np.array(star).round().astype(np.int32)], 255)
    for angle in np.linspace(0.2, 1.8, 9) * np.pi:
        foot = round(at[0] + 14 * millimetre * np.cos(angle)), round(at[1] + 14 * millimetre * np.sin(angle))
        cv2.putText(stamp, "B", foot, cv2.FONT_HERSHEY_SIMPLEX, dpi / 150, 255, 2)
    share = cv2.GaussianBlur(stamp, (3, 3), 0)[..., None] / 255 * 0.85
    return np.asarray(page * (1 - share) + page * (np.array(colour) / 255) * share, dtype=np.uint8)
