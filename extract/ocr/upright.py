"""A page turned until it is straight and upright: the skew that scanning left taken out, then quarter turns."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from extract.arrays import Floats
from extract.model import Rule
from extract.ocr.picture import Pixels
from extract.readers.drawing import Affine

Matrix = Floats

MOST_SKEW = 6.0
"""Degrees that are looked for on either side."""

COARSE_DPI, FINE_DPI = 50.0, 150.0
INK = 150
"""Grey below which a pixel of a page with white ground is ink."""


def turned(pixels: Pixels, turns: int) -> Pixels:
    """The picture after quarter turns clockwise."""
    return np.ascontiguousarray(np.rot90(pixels, -turns))


def turned_rule(rule: Rule, turns: int, width: float, height: float) -> Rule:
    """The rule after quarter turns clockwise of a page of this size."""
    for turn in range(turns % 4):
        rule = Rule((height, width)[turn % 2] - rule.bottom, rule.x0, (height, width)[turn % 2] - rule.top, rule.x1)
    return rule


def skew_of(grey: Pixels, dpi: float) -> float:
    """Degrees by which the lines of a page with white ground fall to the right, to about a fiftieth."""
    coarse = _edge_points(grey, dpi, COARSE_DPI)
    angle = _best(coarse, np.arange(-MOST_SKEW, MOST_SKEW + 0.01, 0.25))
    fine = _edge_points(grey, dpi, FINE_DPI)
    angle = _best(fine, angle + np.arange(-0.3, 0.31, 0.05))
    return _best(fine, angle + np.arange(-0.06, 0.061, 0.01))


def straightening(shape: Sequence[int], skew: float) -> tuple[Matrix, tuple[int, int]]:
    """The matrix that takes pixels of the page to those of the straight page, and its width and height: nothing is cut off."""
    height, width = shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), skew, 1.0)
    cos, sin = abs(math.cos(math.radians(skew))), abs(math.sin(math.radians(skew)))
    size = math.ceil(width * cos + height * sin), math.ceil(width * sin + height * cos)
    matrix[:, 2] += np.array([(size[0] - width) / 2, (size[1] - height) / 2])
    return np.vstack([matrix, [0.0, 0.0, 1.0]]), size


def way_back(straight: Matrix, turns: int, shape: Sequence[int], dpi: float) -> Affine:
    """Takes points of the upright page to those of the page as displayed, which the matrix made straight, with the rows and columns
    of ``shape``, before it was turned."""
    back = np.linalg.inv(straight) @ _unturned(turns, shape)
    back = back / back[2, 2]
    point = 72 / dpi
    return (
        float(back[0, 0]), float(back[1, 0]), float(back[0, 1]), float(back[1, 1]),
        float(back[0, 2]) * point, float(back[1, 2]) * point,
    )  # fmt: skip


def _unturned(turns: int, shape: Sequence[int]) -> Matrix:
    height, width = shape[:2]
    rows: dict[int, list[list[float]]] = {
        0: [[1, 0, 0], [0, 1, 0]],
        1: [[0, 1, 0], [-1, 0, height - 1]],
        2: [[-1, 0, width - 1], [0, -1, height - 1]],
        3: [[0, -1, width - 1], [1, 0, 0]],
    }
    return np.array([*rows[turns % 4], [0, 0, 1]], dtype=np.float64)


Points = tuple[Floats, Floats]


def _edge_points(grey: Pixels, dpi: float, wanted: float) -> tuple[Points, Points]:
    """Where ink begins from above, as (along, across), and where it begins from the left: what rules and text lines have in common."""
    factor = min(1.0, wanted / dpi)
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    ink = small < INK
    rows, columns = np.nonzero(ink[1:] & ~ink[:-1])
    rows2, columns2 = np.nonzero(ink[:, 1:] & ~ink[:, :-1])
    return (columns.astype(np.float64), rows.astype(np.float64)), (rows2.astype(np.float64), -columns2.astype(np.float64))


def _best(points: tuple[Points, Points], angles: Floats) -> float:
    """The angle at which the points are sharpest; where it makes no difference, the middle one."""
    middle_first = angles[np.argsort(np.abs(angles - angles.mean()), kind="stable")]
    scores = [sum(_sharpness(p, angle) for p in points) for angle in middle_first]
    return float(middle_first[int(np.argmax(scores))])


def _sharpness(points: Points, angle: float) -> float:
    """How much the points gather on few lines of this slope."""
    along, across = points
    if not len(along):
        return 0.0
    at = across - along * math.tan(math.radians(angle))
    counts = np.bincount((at - at.min()).astype(np.int64)).astype(np.float64)
    return float(counts @ counts)
