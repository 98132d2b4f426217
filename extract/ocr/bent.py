"""How far the rules of a page are from straight, by perspective or by paper that does not lie flat, and the page bent back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from extract.arrays import Floats, Singles
from extract.ocr.picture import Pixels

LEAST_LINES = 4
"""Rules of one direction from which on more than their common slope can be told."""

LEAST_SPREAD = 0.15
"""Share of the page over which the rules must lie for that."""

MOST_OFF = 1.5
"""Pixels at 200 dpi: a rule that stays further from straight than this, once bent back, is no evidence."""

STEP = 16
"""Pixels between the places for which the displacement is worked out; between them it is interpolated."""

RIDGE = 1e-4

Basis = Callable[[Floats, Floats], Floats]


class Line(NamedTuple):
    """Points of one rule, in pixels along and across its direction."""

    along: Floats
    across: Floats


class Field(NamedTuple):
    """By how much the places of a flat page are displaced across one direction: terms of the page's coordinates, both scaled to -1..1."""

    weights: Floats
    basis: Basis

    def at(self, along: Floats, across: Floats) -> Floats:
        """The displacement in pixels."""
        result: Floats = self.basis(along, across) @ self.weights
        return result


def _slope(along: Floats, across: Floats) -> Floats:
    return np.stack([along], axis=-1)


def _bend(along: Floats, across: Floats) -> Floats:
    a, c = along, across
    return np.stack([a, a * c, a**2, a**2 * c, a**3, a * c**2], axis=-1)


def field_of(lines: Sequence[Line], length: int, breadth: int, dpi: float) -> Field | None:
    """The displacement that makes the lines straight; None where there are no lines. ``length`` and ``breadth`` of the page, in pixels."""
    scaled = [Line(2 * line.along / length - 1, 2 * line.across / breadth - 1) for line in lines]
    for _ in range(3):
        if not scaled:
            return None
        field = _fitted(scaled, breadth)
        off = [_off(line, field, breadth) for line in scaled]
        straight = [line for line, by in zip(scaled, off, strict=True) if by <= max(MOST_OFF * dpi / 200, 2 * float(np.median(off)))]
        if len(straight) == len(scaled):
            break
        scaled = straight
    return field


def _fitted(lines: Sequence[Line], breadth: int) -> Field:
    middles = [float(line.across.mean()) for line in lines]
    many = len(lines) >= LEAST_LINES and max(middles) - min(middles) >= 2 * LEAST_SPREAD
    basis: Basis = _bend if many else _slope
    terms = np.concatenate([_centred(basis(line.along, line.across)) for line in lines])
    wanted = np.concatenate([_centred(line.across * breadth / 2) for line in lines])
    ridge = RIDGE * len(wanted) * np.eye(terms.shape[1])
    return Field(np.linalg.solve(terms.T @ terms + ridge, terms.T @ wanted), basis)


def _centred(values: Floats) -> Floats:
    result: Floats = values - values.mean(axis=0)
    return result


def _off(line: Line, field: Field, breadth: int) -> float:
    left = _centred(line.across * breadth / 2 - field.at(line.along, line.across))
    return float(np.abs(left).max())


class Sheet(NamedTuple):
    """Where each ``STEP``-th pixel of the flat page lies on the straight page."""

    x: Floats
    y: Floats

    @property
    def most(self) -> float:
        """The greatest displacement, in pixels."""
        rows, columns = _places(self.x.shape)
        return float(max(np.abs(self.x - columns).max(), np.abs(self.y - rows).max()))


def _places(shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float64) * STEP
    return rows, columns


def sheet_of(rows: Field | None, columns: Field | None, width: int, height: int) -> Sheet:
    """The flat page by the displacement of its rows and of its columns."""
    y, x = _places((height // STEP + 2, width // STEP + 2))
    across, down = 2 * x / width - 1, 2 * y / height - 1
    dy = rows.at(across, down) if rows else np.zeros_like(y)
    dx = columns.at(down, across) if columns else np.zeros_like(x)
    return Sheet(x + dx, y + dy)


def flat(page: Pixels, sheet: Sheet, straight: Floats, size: tuple[int, int]) -> Pixels:
    """The flat page, from the page before it was made straight by the matrix ``straight``."""
    back = np.linalg.inv(straight)
    x = back[0, 0] * sheet.x + back[0, 1] * sheet.y + back[0, 2]
    y = back[1, 0] * sheet.x + back[1, 1] * sheet.y + back[1, 2]
    width, height = size
    maps = [_every(values, width, height) for values in (x, y)]
    return np.asarray(cv2.remap(page, maps[0], maps[1], cv2.INTER_LINEAR, borderValue=(255.0,)), dtype=np.uint8)


def _every(values: Floats, width: int, height: int) -> Singles:
    """The values for every pixel: a warp and not a resize, which would place them half a step off."""
    matrix = np.array([[1 / STEP, 0, 0], [0, 1 / STEP, 0]])
    full = cv2.warpAffine(
        values.astype(np.float32), matrix, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(full, dtype=np.float32)


def nearest_matrix(sheet: Sheet) -> Floats:
    """The matrix that comes nearest to what takes pixels of the flat page to those of the straight page."""
    rows, columns = _places(sheet.x.shape)
    terms = np.stack([columns.ravel(), rows.ravel(), np.ones(rows.size)], axis=1)
    found = np.linalg.lstsq(terms, np.stack([sheet.x.ravel(), sheet.y.ravel()], axis=1), rcond=None)[0]
    return np.vstack([found.T, [0.0, 0.0, 1.0]])
