"""What paper, scanner and camera do to a page: skew, noise, seals, a grey ground, the other side shining through.

Pictures are rows × columns × 3 (red, green, blue), 8 bit. All chance comes from the generator that is given."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from corpus.builder.pdf import FONTS

Pixels = npt.NDArray[np.uint8]
Chance = np.random.Generator
WHITE = (255, 255, 255)
RED = (205, 28, 40)
PURPLE = (128, 40, 110)
SEAL_POINTS = 60.0
"""Radius of a unit's round seal: 42 mm across."""


def turned_by(page: Pixels, degrees: float) -> Pixels:
    """The page laid askew on the glass, white where it does not reach."""
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return _pixels(cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=WHITE))


def noisy(page: Pixels, sigma: float, chance: Chance) -> Pixels:
    """The page with the grain of a sensor, the same in all colours as scanners that read in grey give it."""
    grain = chance.normal(0.0, sigma, page.shape[:2])[..., None]
    return _pixels(np.clip(page + grain, 0, 255))


def soft(page: Pixels, sigma: float) -> Pixels:
    """The page a little out of focus."""
    return _pixels(cv2.GaussianBlur(page, (0, 0), sigma))


def grey(page: Pixels) -> Pixels:
    """The page in shades of grey, still with three channels."""
    return _pixels(cv2.cvtColor(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB))


def shining_through(page: Pixels, other: Pixels, strength: float) -> Pixels:
    """The page with the mirrored other side of the sheet showing faintly."""
    back = soft(_pixels(cv2.resize(other[:, ::-1], (page.shape[1], page.shape[0]))), 1.6)
    return _pixels(np.clip(page - strength * (255.0 - back), 0, 255))


def on_grey_ground(page: Pixels, chance: Chance) -> Pixels:
    """The page under a lamp: warm grey paper, lighter on one side, darker towards the corners."""
    height, width = page.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / width - 0.5, y / height - 0.5
    angle = chance.uniform(0, 2 * math.pi)
    slope = 1.0 + 0.16 * (math.cos(angle) * x + math.sin(angle) * y)
    corners = 1.0 - 0.34 * (x * x + y * y)
    paper = np.array([0.86, 0.84, 0.79], np.float32)
    light = (slope * corners)[..., None] * paper
    return _pixels(np.clip(page * light + 10.0, 0, 255))


def bent(page: Pixels, chance: Chance, points: float, dpi: float) -> Pixels:
    """The page of a sheet that does not lie flat: its lines sag by so many points between the margins."""
    height, width = page.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    depth = points * dpi / 72
    sag = depth * np.sin(np.pi * x / width) * (0.6 + 0.4 * y / height)
    sway = 0.5 * depth * np.sin(np.pi * y / height + chance.uniform(0, 1))
    moved = cv2.remap(page, (x + sway).astype(np.float32), (y + sag).astype(np.float32), cv2.INTER_CUBIC, borderValue=WHITE)
    return _pixels(moved)


def seen_aslant(page: Pixels, chance: Chance, share: float) -> Pixels:
    """The page as a camera sees it that is not held quite parallel to it; the table that it lies on shows around it."""
    height, width = page.shape[:2]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    inward = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)], np.float32)
    shift = chance.uniform(0.3, 1.0, (4, 2)) * share * np.array([width, height]) * inward
    matrix = cv2.getPerspectiveTransform(corners, (corners + shift).astype(np.float32))
    return _pixels(cv2.warpPerspective(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(92, 80, 70)))


@dataclass(frozen=True)
class Seal:
    """A round seal: its words along the rim, its line below the star, and its ink."""

    around: str = "青溪市财政局预算绩效处"
    below: str = "业务专用章"
    ink: tuple[int, int, int] = RED
    points: float = SEAL_POINTS


def sealed(page: Pixels, seal: Seal, dpi: float, chance: Chance) -> Pixels:
    """The page stamped over its middle, head and first rows, as ink on ink: what is printed stays dark below it."""
    radius = round(seal.points * dpi / 72)
    stamp = _worn(_stamp(seal, radius, chance.uniform(-12, 12)), chance)
    centre = _within_print(page, radius, chance)
    cover = np.zeros(page.shape[:2], np.float32)
    top, left = centre[1] - radius, centre[0] - radius
    cover[top : top + stamp.shape[0], left : left + stamp.shape[1]] = stamp
    colour = np.array(seal.ink, np.float32) / 255.0
    return _pixels(page * (1.0 - cover[..., None] * (1.0 - colour)))


def _within_print(page: Pixels, radius: int, chance: Chance) -> tuple[int, int]:
    """A point of the printed part of the page at which the seal fits."""
    ys, xs = np.nonzero(page.min(axis=2) < 128)
    height, width = page.shape[:2]
    x0, x1, y0, y1 = (xs.min(), xs.max(), ys.min(), ys.max()) if len(xs) else (0, width, 0, height)
    x = x0 + (x1 - x0) * chance.uniform(0.35, 0.75)
    y = y0 + (y1 - y0) * chance.uniform(0.25, 0.6)
    return int(np.clip(x, radius + 1, width - radius - 2)), int(np.clip(y, radius + 1, height - radius - 2))


def _stamp(seal: Seal, radius: int, turn: float) -> npt.NDArray[np.float32]:
    """The seal as a mask, 1 where there is ink."""
    mask = Image.new("L", (2 * radius + 1, 2 * radius + 1), 0)
    pen = ImageDraw.Draw(mask)
    rim = max(2, round(radius * 0.055))
    pen.ellipse((0, 0, 2 * radius, 2 * radius), outline=255, width=rim)
    star = [_at(radius, radius * (0.3 if i % 2 == 0 else 0.115), 36 * i) for i in range(10)]
    pen.polygon(star, fill=255)
    size = round(radius * 0.25)
    step = 250 / max(len(seal.around) - 1, 1)
    for number, char in enumerate(seal.around):
        _letter(mask, char, size, radius, -125 + step * number)
    font = ImageFont.truetype(str(FONTS["hei"]), round(radius * 0.2))
    pen.text((radius, radius * 1.56), seal.below, font=font, fill=255, anchor="mm")
    ink: npt.NDArray[np.float32] = np.asarray(mask.rotate(turn), np.float32) / np.float32(255.0)
    return ink


def _letter(mask: Image.Image, char: str, size: int, radius: int, degrees: float) -> None:
    """Draws a character on the rim, its foot to the centre."""
    font = ImageFont.truetype(str(FONTS["hei"]), size)
    glyph = Image.new("L", (2 * size, 2 * size), 0)
    ImageDraw.Draw(glyph).text((size, size), char, font=font, fill=255, anchor="mm")
    x, y = _at(radius, radius * 0.74, degrees)
    turned = glyph.rotate(-degrees, resample=Image.Resampling.BICUBIC)
    mask.paste(255, (round(x) - size, round(y) - size), turned)


def _at(radius: int, distance: float, degrees: float) -> tuple[float, float]:
    """The point so far from the centre in a direction, clockwise from above."""
    angle = math.radians(degrees)
    return radius + distance * math.sin(angle), radius - distance * math.cos(angle)


def _worn(mask: npt.NDArray[np.float32], chance: Chance) -> npt.NDArray[np.float32]:
    """The print of a rubber that took its ink unevenly."""
    coarse = chance.uniform(0.45, 1.0, (9, 9)).astype(np.float32)
    patches = cv2.resize(coarse, (mask.shape[1], mask.shape[0]), interpolation=cv2.INTER_CUBIC)
    grain = chance.uniform(0.75, 1.0, mask.shape).astype(np.float32)
    worn: npt.NDArray[np.float32] = np.clip(mask * patches * grain, 0.0, 0.92).astype(np.float32)
    return worn


def _pixels(picture: npt.ArrayLike) -> Pixels:
    """Whole 8-bit values."""
    array = np.asarray(picture)
    return array if array.dtype == np.uint8 else np.rint(array).astype(np.uint8)
