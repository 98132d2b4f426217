"""Pages of a PDF whose text is in a picture: found, drawn as pictures, and recognised."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw

from extract.model import Document, Word
from extract.ocr.engine import REMEDY, available
from extract.ocr.pages import Recogniser
from extract.ocr.picture import Picture
from extract.problem import Problem
from extract.readers.drawing import Bounds, Drawing

UNREADABLE = frozenset(("page-without-text", "unusable-text-layer"))
"""Problems of a page that recognition solves."""

DPI = 200.0
OWN_DPI = (150.0, 300.0)
"""Resolutions of a picture within which the page is drawn just as fine."""

LEAST_PICTURE = 0.08
"""Share of a page from which on its pictures are looked at: one that holds a table is no smaller."""

LOOK_DPI = 100.0

MARGIN = 24.0
"""Points around pictures that are looked at with them."""

MOST_BESIDE_TEXT = 0.5
"""Share of a page from which on pictures are the page, not something on it."""

MOST_OF_PAGE = 0.7
"""Share of a page from which on it is no gain to look at a part of it."""

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
        """The page recognised if its text layer does not hold what it shows, else as it was seen."""
        if not self.recogniser.able:
            return _with_remedy(seen) if self.recogniser.mode != "never" else seen
        always = self.recogniser.mode == "always"
        if any(p.code in UNREADABLE for p in seen.problems) or always:
            words: list[Word] = []
        elif self._shows_more(seen):
            words = list(seen.words)
        else:
            return seen
        rules = tuple(seen.rules) if any(p.code == "unusable-text-layer" for p in seen.problems) else ()
        found = self.recogniser.page(partial(self.picture, seen.number), seen.number, rules)
        return seen if found is None else _recognised(seen, found, words)

    def _shows_more(self, seen: Drawing) -> bool:
        if seen.pictures < LEAST_PICTURE:
            return False
        from extract.ocr.unread import shows_unread_text

        picture, words = self.picture(seen.number, LOOK_DPI), seen.words
        part = _part_with_pictures(seen)
        if part is not None:
            picture, words = _cut_out(picture, words, part)
        return shows_unread_text(picture, words, seen.pictures)

    def picture(self, number: int, dpi: float | None = None) -> Picture:
        """The page as it is displayed, in the resolution that suits it where none is given."""
        if self._document is None:
            self._document = pdfium.PdfDocument(self.path)
            self._document.init_forms()
        page = self._document[number - 1]
        try:
            dpi = dpi or _resolution(page)
            bitmap = page.render(scale=dpi / 72, rev_byteorder=True)
            pixels = np.array(bitmap.to_numpy()[:, :, :3])
            bitmap.close()
            return Picture(pixels, dpi)
        finally:
            page.close()


def _part_with_pictures(seen: Drawing) -> Bounds | None:
    """The part of a page on which pictures show something, with the lines drawn around them; None where that is most of the page."""
    if seen.picture_box is None or seen.pictures >= MOST_BESIDE_TEXT:
        return None
    left, top, right, bottom = seen.picture_box
    for _ in range(2):  # a line that reaches into the part may be crossed by others at its end
        touching = [r for r in seen.rules if r.x0 <= right and r.x1 >= left and r.top <= bottom and r.bottom >= top]
        left, top = min([left, *(r.x0 for r in touching)]), min([top, *(r.top for r in touching)])
        right, bottom = max([right, *(r.x1 for r in touching)]), max([bottom, *(r.bottom for r in touching)])
    part = max(0.0, left - MARGIN), max(0.0, top - MARGIN), min(seen.width, right + MARGIN), min(seen.height, bottom + MARGIN)
    whole = seen.width * seen.height
    return part if (part[2] - part[0]) * (part[3] - part[1]) <= MOST_OF_PAGE * whole else None


def _cut_out(picture: Picture, words: Sequence[Word], part: Bounds) -> tuple[Picture, list[Word]]:
    """A part of a page as a picture of its own, and the words with their places on it."""
    pixel = picture.dpi / 72
    left, top, right, bottom = (round(edge * pixel) for edge in part)
    x, y = left / pixel, top / pixel
    moved = [w._replace(x0=w.x0 - x, x1=w.x1 - x, top=w.top - y, bottom=w.bottom - y) for w in words]
    inside = [w for w in moved if w.x1 > 0 and w.bottom > 0 and w.x0 < part[2] - x and w.top < part[3] - y]
    return Picture(np.ascontiguousarray(picture.pixels[top:bottom, left:right]), picture.dpi), inside


def _recognised(seen: Drawing, found: Drawing, words: list[Word]) -> Drawing:
    from extract.ocr.unread import with_text_layer

    told = tuple(p for p in seen.problems if p.code not in UNREADABLE)
    if not found.words and not seen.words:
        told += (Problem("page-without-text", "info", "The page is a picture in which no text was found.", seen.number),)
    page = with_text_layer(found, words)
    return page._replace(problems=told + found.problems, width=seen.width, height=seen.height)


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
