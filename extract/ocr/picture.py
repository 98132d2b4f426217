"""A page as a picture: what recognition takes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Picture:
    """``pixels``: rows × columns × 3 (red, green, blue), 8 bit; ``dpi``: pixels an inch, by which places become points."""

    pixels: Pixels
    dpi: float

    @property
    def width(self) -> float:
        """Points."""
        return float(self.pixels.shape[1] * 72 / self.dpi)

    @property
    def height(self) -> float:
        """Points."""
        return float(self.pixels.shape[0] * 72 / self.dpi)

    @property
    def digest(self) -> str:
        """SHA-256 of what the picture shows, whatever file it came from."""
        shape = f"{self.pixels.shape}@{self.dpi:.2f}|".encode()
        return hashlib.sha256(shape + np.ascontiguousarray(self.pixels).tobytes()).hexdigest()
