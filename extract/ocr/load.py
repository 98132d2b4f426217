"""Picture files become pictures of pages, one page at a time, whatever their colours, resolution and way of packing."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from extract.ocr.picture import Picture
from extract.problem import UnreadableError

MOST_PIXELS = 150_000_000
"""Pixels of one page that are unpacked: A2 in 600 dpi has 140 million."""

LEAST_SIDE = 32
"""Pixels: no form fits into a picture that is narrower."""

SANE_DPI = (72.0, 1200.0)
SCREEN_DPI = 100.0
"""What cameras and screens write without having measured: believed only where it makes an exact sheet of paper."""

PAPER_MM = (140.0, 620.0)
"""The long side of a page, A5 to A2, with a little room."""

SHEETS_MM = ((210, 297), (297, 420), (148, 210), (420, 594), (176, 250), (250, 353), (182, 257), (257, 364), (216, 279), (216, 356))
EXACT = 0.02
A4_LONG_INCHES = 297 / 25.4

HIGHEST_DPI, LOWEST_DPI = 320.0, 130.0
GOOD_DPI = 220.0
"""Pictures above the highest are scaled down to this, those below the lowest up to it."""

MOST_SCALED = 4.0
_AGAIN = "Scan or fetch it again."
# What Pillow raises for bytes that are not what they promise.
_FAULTS = (OSError, SyntaxError, ValueError, EOFError, TypeError, LookupError, ArithmeticError, struct.error)


def pages_of(path: Path) -> Iterator[Picture]:
    """The pages of a picture file, each unpacked only when it is asked for; a file that is no TIFF has one.

    Raises UnreadableError, for a later page of a TIFF only once that page is reached."""
    for shown in packed_pages(path):
        yield shown()


def packed_pages(path: Path) -> Iterator[Callable[[], Picture]]:
    """For each page of a picture file what unpacks it, good until the next one is asked for; both raise UnreadableError."""
    with _opened(path) as image:
        pages = _count(path, image)
        for number in range(pages):
            yield partial(_unpacked, path, image, number, pages)


def _count(path: Path, image: Image.Image) -> int:
    try:
        return int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
    except _FAULTS as error:
        raise UnreadableError(f"{path.name} is damaged or cut short: its pages cannot be counted.", _AGAIN) from error


def _unpacked(path: Path, image: Image.Image, number: int, pages: int) -> Picture:
    try:
        image.seek(number)
        _check_size(path, image, number)
        return _picture(image)
    except (*_FAULTS, Image.DecompressionBombError) as error:
        page = f" on page {number + 1}" if pages > 1 else ""
        raise UnreadableError(f"{path.name} is damaged or cut short{page}: its picture does not unpack.", _AGAIN) from error


def picture_of(image: Image.Image, dpi: tuple[float, float] | None = None) -> Picture:
    """The picture that a page shows as it is displayed; ``dpi`` across and down where it is known, else it is guessed."""
    flat = _flat(image)
    across, down = dpi or _dpi(flat.size)
    target = max(across, down)
    if target > HIGHEST_DPI:
        target = GOOD_DPI
    elif target < LOWEST_DPI:
        target = min(GOOD_DPI, target * MOST_SCALED)
    size = max(1, round(flat.width * target / across)), max(1, round(flat.height * target / down))
    if size != flat.size:
        flat = flat.resize(size, Image.Resampling.BOX if size[0] < flat.width else Image.Resampling.BICUBIC)
    return Picture(np.asarray(flat.convert("RGB"), dtype=np.uint8), target)


def _opened(path: Path) -> Image.Image:
    try:
        if not path.stat().st_size:
            raise UnreadableError(f"{path.name} is empty (0 bytes).", "Fetch or copy the file again.")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return Image.open(path)
    except Image.DecompressionBombError as error:
        raise _too_large(path, None) from error
    except UnidentifiedImageError as error:
        raise UnreadableError(f"{path.name} is damaged or no picture of a known kind.", _AGAIN) from error
    except _FAULTS as error:
        raise UnreadableError(f"{path.name} is damaged: it cannot be opened as a picture.", _AGAIN) from error


def _check_size(path: Path, image: Image.Image, number: int) -> None:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise _too_large(path, (width, height))
    if min(width, height) < LEAST_SIDE:
        raise UnreadableError(f"{path.name} shows no page: picture {number + 1} has {width} × {height} pixels.", "Give a scan of the form.")


def _too_large(path: Path, size: tuple[int, int] | None) -> UnreadableError:
    what = f" of {size[0]} × {size[1]} pixels" if size else ""
    return UnreadableError(
        f"{path.name} holds a picture{what} that unpacks to more than {MOST_PIXELS // 1_000_000} million pixels.",
        "Scan it in 200 to 300 dpi.",
    )


def _picture(image: Image.Image) -> Picture:
    given = image.info.get("dpi")
    shown = ImageOps.exif_transpose(image)
    dpi = _sane(given, shown.size, image.size) if given else None
    return picture_of(shown, dpi)


def _sane(given: Any, size: tuple[int, int], stored: tuple[int, int]) -> tuple[float, float] | None:
    """The resolution that the file states, if it makes a sheet of paper of the picture."""
    try:
        across, down = float(given[0]), float(given[1])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return None
    if size != stored and size == stored[::-1]:
        across, down = down, across
    if not all(SANE_DPI[0] <= dpi <= SANE_DPI[1] for dpi in (across, down)):
        return None
    short, long = sorted((size[0] / across * 25.4, size[1] / down * 25.4))
    if min(across, down) < SCREEN_DPI and not _is_fax(across, down):
        exact = any(abs(short / s - 1) < EXACT and abs(long / m - 1) < EXACT for s, m in SHEETS_MM)
        return (across, down) if exact else None
    return (across, down) if PAPER_MM[0] <= long <= PAPER_MM[1] else None


def _is_fax(across: float, down: float) -> bool:
    return 1.5 < across / down < 2.5


def _dpi(size: tuple[int, int]) -> tuple[float, float]:
    dpi = max(size) / A4_LONG_INCHES
    return dpi, dpi


def _flat(image: Image.Image) -> Image.Image:
    """The picture in 8 bit, grey or red, green, blue, on white where it is transparent."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        values = np.asarray(image).astype(np.float64)
        top = 65535.0 if values.size and values.max() > 255 else 255.0
        return Image.fromarray(np.clip(values * (255 / top), 0, 255).astype(np.uint8))
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        layers = image.convert("RGBA")
        ground = Image.new("RGBA", layers.size, "white")
        return Image.alpha_composite(ground, layers).convert("RGB")
    if image.mode == "1":
        return image.convert("L")
    return image if image.mode == "L" else image.convert("RGB")
