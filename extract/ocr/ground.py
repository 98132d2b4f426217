"""The ground of a page made white and even: shadows, grey paper, what shines through from behind, and red seals."""

from __future__ import annotations

import cv2
import numpy as np

from extract.ocr.picture import Pixels

KNEE = 0.55
"""Share of the distance between ground and ink below which a dark spot is no ink: what shines through is fainter."""


def dark_channel(pixels: Pixels) -> Pixels:
    """Grey by the channel in which coloured stamps are faint and ink is dark: red."""
    return np.ascontiguousarray(pixels[:, :, 0])


def flattened(grey: Pixels, dpi: float) -> Pixels:
    """The page with its ground lifted to white, however the light fell on it."""
    ground = _ground(grey, dpi)
    return np.asarray(cv2.divide(grey, ground, scale=255), dtype=np.uint8)


def _ground(grey: Pixels, dpi: float) -> Pixels:
    """What the paper alone would look like: the brightest around, smoothed, from a page small enough to make it cheap."""
    height, width = grey.shape
    small = cv2.resize(grey, (max(8, round(width * 36 / dpi)), max(8, round(height * 36 / dpi))), interpolation=cv2.INTER_AREA)
    bright = cv2.dilate(small, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (13, 13)))
    even = cv2.GaussianBlur(cv2.medianBlur(np.asarray(bright, dtype=np.uint8), 9), (0, 0), 6)
    return np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
