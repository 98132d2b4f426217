"""Pages of a PDF whose text is in a picture: found, drawn as pictures, and recognised."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw

from extract.model import Document
from extract.ocr.engine import REMEDY, available
from extract.ocr.pages import Recogniser
from extract.ocr.picture import Picture
from extract.problem import Problem
from extract.readers.drawing import Drawing

UNREADABLE = frozenset(("page-without-text", "unusable-text-layer"))
"""Problems of a page that recognition solves."""

DPI = 200.0
OWN_DPI = (150.0, 300.0)
"""Resolutions of a picture within which the page is drawn just as fine."""

MOST_PIXELS = 40_000_000
"""Pixels that a page is drawn with at most: an A3 in 300 dpi has 17 million."""


class ScannedPages:
    """The pages of one PDF, looked at again where their text layer does not say what they print."""

    def __init__(self, path: Path, recogniser: Recogniser) -> None:
        self.path = path
        self.recogniser = recogniser
        self._document: pdfium.PdfDocument | None = None

    def __enter__(self) -> ScannedPages:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._document is not None:
            self._document.close()

    def look(self, seen: Drawing) -> Drawing:
        """The page recognised if its text layer is of no use, else as it was seen."""
        if not self.recogniser.able:
            return _with_remedy(seen) if self.recogniser.mode != "never" else seen
        if self.recogniser.mode != "always" and not any(p.code in UNREADABLE for p in seen.problems):
            return seen
        found = self.recogniser.page(partial(self.picture, seen.number), seen.number)
        if found is None:
            return seen
        told = tuple(p for p in seen.problems if p.code not in UNREADABLE)
        return found._replace(problems=told + found.problems, width=seen.width, height=seen.height)

    def picture(self, number: int) -> Picture:
        """The page as it is displayed."""
        if self._document is None:
            self._document = pdfium.PdfDocument(self.path)
            self._document.init_forms()
        page = self._document[number - 1]
        try:
            dpi = _resolution(page)
            bitmap = page.render(scale=dpi / 72, rev_byteorder=True)
            pixels = np.array(bitmap.to_numpy()[:, :, :3])
            bitmap.close()
            return Picture(pixels, dpi)
        finally:
            page.close()


def is_scan(document: Document) -> bool:
    """True where pages of the document show what cannot be read, and no page has text that can."""
    unread = any(p.code in UNREADABLE and p.severity == "error" for p in document.problems)
    return unread and not any(page.blocks for page in document.pages)


def _resolution(page: Any) -> float:
    """Pixels an inch: those of the largest picture on the page if they are fit for it."""
    width, height = page.get_size()
    largest, own = 0.0, DPI
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        left, bottom, right, top = item.get_bounds()
        area = (right - left) * (top - bottom)
        if area > largest:
            largest, own = area, _dpi_of(item, math.sqrt(area))
    dpi = own if largest >= 0.5 * width * height and OWN_DPI[0] <= own <= OWN_DPI[1] else DPI
    return min(dpi, 72 * math.sqrt(MOST_PIXELS / max(width * height, 1.0)))


def _dpi_of(picture: Any, side: float) -> float:
    across, down = picture.get_px_size()
    return round(math.sqrt(across * down) * 72 / side, 1) if side else DPI


def _with_remedy(seen: Drawing) -> Drawing:
    """The page with the way to recognise it in the problem that says that it could not be read."""
    if available():
        return seen
    told = tuple(_told(p) if p.code in UNREADABLE else p for p in seen.problems)
    return seen._replace(problems=told)


def _told(problem: Problem) -> Problem:
    return replace(problem, message=f"{problem.message} To have it recognised, {REMEDY[0].lower()}{REMEDY[1:]}")
