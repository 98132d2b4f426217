"""Words and rules of each page of a PDF, by pdfplumber: the second opinion. It cannot tell hidden text."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import PdfminerException

from extract.model import Word
from extract.problem import UnreadableError
from extract.readers.drawing import Drawing
from extract.readers.pdf_layer import SLANT, UNKNOWN, hidden_text
from extract.readers.pdf_paint import WHITE, Paint, Painting, Point, seen_rules, share_of

# Of damaged files pdfminer also stumbles over parts that are of another type than it takes for granted.
_ERRORS = (PdfminerException, PDFException, PSException, TypeError, ValueError, KeyError, RecursionError)
_DAMAGED = ("is damaged.", "Fetch it again, or open it in a PDF viewer and print it to PDF.")
_LOCKED = ("is locked with a password.", "Open it with its password and save it without one.")


def drawings(path: Path, pages: Collection[int] | None = None) -> Iterator[Drawing]:
    """One Drawing a page, in order; only one page is in memory at a time. Raises UnreadableError."""
    document = _parsed(path.name, lambda: pdfplumber.open(path))
    with document:
        for page in _parsed(path.name, lambda: document.pages):
            if pages is None or page.page_number in pages:
                _parsed(path.name, partial(getattr, page, "objects"))
                yield _drawing(page)
            page.close()


def _parsed(name: str, parse: Callable[[], Any]) -> Any:
    try:
        return parse()
    except _ERRORS as error:
        locked = isinstance(error, PDFPasswordIncorrect) or any(isinstance(a, PDFPasswordIncorrect) for a in error.args)
        what, remedy = _LOCKED if locked else _DAMAGED
        raise UnreadableError(f"{name} {what}", remedy) from error


def _drawing(page: Any) -> Drawing:
    left, top, right, bottom = page.cropbox if page.cropbox else page.bbox
    width, height = float(right - left), float(bottom - top)
    painting = Painting()
    shapes = [*page.rects, *page.curves, *page.lines]
    for shape in shapes:
        _add(shape, painting, left, top)
    for i in page.images:
        painting.add_picture(painting.shapes, (i["x0"] - left, i["top"] - top, i["x1"] - left, i["bottom"] - top))
    slanted = [c for c in page.chars if _slanted(c["matrix"])]
    words = [word for char in page.chars if not _slanted(char["matrix"]) and (word := _word(char, left, top)) is not None]
    hidden = {"slanted": [w for c in slanted if (w := _word(c, left, top)) is not None]} if slanted else {}
    words = [w for w in words if 0 <= w.x0 + w.x1 <= 2 * width and 0 <= w.top + w.bottom <= 2 * height]
    rules = seen_rules(painting).on_page(width, height)
    pictures = share_of(painting.pictures, width, height)
    return Drawing(
        page.page_number, width, height, words, rules, pictures=pictures, shapes=len(shapes), problems=hidden_text(hidden, page.page_number)
    )


def _slanted(matrix: Sequence[float]) -> bool:
    return min(abs(matrix[0]), abs(matrix[1])) > SLANT * math.hypot(matrix[0], matrix[1])


def _word(char: Mapping[str, Any], left: float, top: float) -> Word | None:
    text: str = char["text"]
    if not text.strip() or not (text.isprintable() or text == "\u00ad"):
        return None
    if text.startswith("(cid:"):
        text = UNKNOWN
    return Word(
        text, char["x0"] - left, char["top"] - top, char["x1"] - left, char["bottom"] - top, round(char["size"], 2), bool(char["upright"])
    )


def _add(shape: Mapping[str, Any], painting: Painting, left: float, top: float) -> None:
    painting.shapes += 1
    points: list[Point] = [(x - left, y - top) for x, y in shape["pts"]]
    if shape["object_type"] == "rect":
        x0, y0, x1, y1 = shape["x0"] - left, shape["top"] - top, shape["x1"] - left, shape["bottom"] - top
        points = [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]
    filled = bool(shape["fill"]) and shape["object_type"] != "line"
    if filled and points[0] != points[-1]:
        points.append(points[0])
    if filled:
        painting.add_shape(painting.shapes, Paint(True, False, _white(shape["non_stroking_color"]), False), [points], None)
    if shape["stroke"] or shape["object_type"] == "line":
        painting.add_shape(painting.shapes, Paint(False, True, _white(shape["stroking_color"])), [points], None)


def _white(colour: Sequence[float] | float | None) -> bool:
    """True for white of one part (grey), three (red, green, blue) or four (inks); unknown colours are none."""
    if colour is None or isinstance(colour, str):
        return False
    parts = [colour] if isinstance(colour, int | float) else list(colour)
    if not all(isinstance(p, int | float) for p in parts):
        return False
    if len(parts) == 4:
        return max(parts) <= 1 - WHITE / 255
    return len(parts) in (1, 3) and min(parts) >= WHITE / 255
