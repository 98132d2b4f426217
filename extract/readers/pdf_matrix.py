"""Affine matrices of a PDF, as six numbers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from extract.arrays import Floats

Matrix = tuple[float, float, float, float, float, float]


def view(box: tuple[float, float, float, float], turns: int) -> Matrix:
    """From the coordinates of a page with this visible box (left, bottom, right, top) to points from the top left
    corner as shown; ``turns`` are quarter turns clockwise."""
    left, bottom, right, top = box
    return (
        (1.0, 0.0, 0.0, -1.0, -left, top),
        (0.0, 1.0, 1.0, 0.0, -bottom, -left),
        (-1.0, 0.0, 0.0, 1.0, right, -bottom),
        (0.0, -1.0, -1.0, 0.0, top, right),
    )[turns % 4]


def then(first: Matrix, second: Matrix) -> Matrix:
    """The matrix that applies ``first``, then ``second``."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def boxed(m: Matrix, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
    """The smallest upright box around the image of a box."""
    a, b, c, d, e, f = m
    if b == 0 == c and a > 0 > d and x0 <= x1 and y0 <= y1:
        return a * x0 + e, d * y1 + f, a * x1 + e, d * y0 + f
    if b == 0 == c:
        xa, xb, ya, yb = a * x0 + e, a * x1 + e, d * y0 + f, d * y1 + f
    elif a == 0 == d:
        xa, xb, ya, yb = c * y0 + e, c * y1 + e, b * x0 + f, b * x1 + f
    else:
        xs = [a * x + c * y + e for x in (x0, x1) for y in (y0, y1)]
        ys = [b * x + d * y + f for x in (x0, x1) for y in (y0, y1)]
        xa, xb, ya, yb = min(xs), max(xs), min(ys), max(ys)
    return (xa if xa < xb else xb, ya if ya < yb else yb, xb if xa < xb else xa, yb if ya < yb else ya)


def boxed_all(matrices: Floats, boxes: npt.NDArray[np.floating]) -> Floats:
    """The smallest upright box around the image of each box, a row each; one matrix for all of them, or a row each."""
    a, b, c, d, e, f = matrices.T
    x0, y0, x1, y1 = np.array(boxes.T, dtype=np.float64)
    if not b.any() and not c.any():  # as nearly every page is drawn
        xs, ys = (a * x0 + e, a * x1 + e), (d * y0 + f, d * y1 + f)
        return np.array((np.minimum(*xs), np.minimum(*ys), np.maximum(*xs), np.maximum(*ys))).T
    across = np.stack([a * x + c * y + e for x in (x0, x1) for y in (y0, y1)])
    down = np.stack([b * x + d * y + f for x in (x0, x1) for y in (y0, y1)])
    return np.stack((across.min(axis=0), down.min(axis=0), across.max(axis=0), down.max(axis=0)), axis=1)
