"""The picture of a page with what was found on it: cells in the colour of their role, text boxes, a legend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from extract.declaration import Declaration
from extract.model import Box, Document, Page, Place, Table

Colour = tuple[int, int, int]

SCALE = 2.0
"""Pixels a point."""

LARGEST = 5000
"""Pixels of the longer side: a larger page is drawn smaller."""

COLOURS: dict[str, Colour] = {
    "label": (90, 120, 200),
    "header": (120, 80, 180),
    "fact": (40, 150, 90),
    "amount": (200, 150, 0),
    "goal": (0, 150, 180),
    "indicator": (220, 70, 60),
    "ignored": (120, 120, 120),
}
UNREAD: Colour = (170, 170, 170)
"""Blank cells, and cells in no declaration."""

TEXT: Colour = (70, 140, 255)
_PAPER = (255, 255, 255)
_INK = (20, 20, 20)
_LEGEND_HEIGHT = 34


class Mark(NamedTuple):
    """A box to draw on a page, in points; ``filled`` is how much of its colour shows, of 255."""

    box: Box
    colour: Colour
    filled: int


def draw_overlay(path: Path, page_number: int, document: Document, declarations: Sequence[Declaration]) -> Image.Image:
    """The picture of one page (1-based) of a PDF or picture with its cells outlined in the colours of their roles, and a legend.

    Text boxes are those of the words where the document kept its drawing, else those of the lines outside of tables."""
    page = next(p for p in document.pages if p.number == page_number)
    picture, scale = _picture(path, page_number, document)
    marks = list(_marks(page, declarations))
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    for mark in marks:
        pen.rectangle(
            _pixels(mark.box, scale), fill=(*mark.colour, mark.filled) if mark.filled else None, outline=(*mark.colour, 255), width=2
        )
    for box in _text_boxes(page):
        pen.rectangle(_pixels(box, scale), outline=(*TEXT, 150))
    drawn = Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")
    return _with_legend(drawn, marks)


def _picture(path: Path, page_number: int, document: Document) -> tuple[Image.Image, float]:
    """The page as it is displayed, and its pixels a point."""
    return scanned_page(path, page_number) if document.format == "image" else printed_page(path, page_number)


def scanned_page(path: Path, page_number: int) -> tuple[Image.Image, float]:
    """A page (1-based) of a file of pictures, upright, and its pixels a point."""
    from extract.ocr.load import packed_pages

    shown = next(unpack() for number, unpack in enumerate(packed_pages(path), 1) if number == page_number)
    picture = Image.fromarray(shown.pixels)
    scale = min(SCALE, LARGEST / max(shown.width, shown.height))
    return picture.resize((round(shown.width * scale), round(shown.height * scale))), scale


def printed_page(path: Path, page_number: int) -> tuple[Image.Image, float]:
    """A page (1-based) of a PDF as it is displayed, and its pixels a point."""
    with pypdfium2.PdfDocument(path) as pdf:
        page = pdf[page_number - 1]
        scale = min(SCALE, LARGEST / max(page.get_size()))
        picture: Image.Image = page.render(scale=scale).to_pil()
        page.close()
    return picture, scale


def _marks(page: Page, declarations: Sequence[Declaration]) -> Iterator[Mark]:
    roles = dict(_roles(declarations, page.number))
    for table in page.tables:
        for cell in table.cells:
            box = _box_on(cell.places, page.number)
            if box is not None:
                role = roles.pop(box, None)
                yield Mark(box, COLOURS.get(role, UNREAD) if role else UNREAD, 70 if role else 0)
    yield from (Mark(box, COLOURS.get(role, UNREAD), 70) for box, role in roles.items())


def _roles(declarations: Iterable[Declaration], number: int | None) -> Iterator[tuple[Box, str]]:
    for declaration in declarations:
        for use in declaration.uses:
            yield from ((place.box, use.role) for place in use.places if place.page == number and place.box is not None)


def _box_on(places: Iterable[Place], number: int | None) -> Box | None:
    return next((place.box for place in places if place.page == number and place.box is not None), None)


def _text_boxes(page: Page) -> list[Box]:
    if page.words:
        return [Box(w.x0, w.top, w.x1, w.bottom) for w in page.words]
    return [b.place.box for b in page.blocks if not isinstance(b, Table) and b.place.box is not None]


def _pixels(box: Box, scale: float) -> tuple[float, float, float, float]:
    return box.x0 * scale, box.top * scale, max(box.x1, box.x0) * scale, max(box.bottom, box.top) * scale


def _with_legend(picture: Image.Image, marks: Sequence[Mark]) -> Image.Image:
    """The picture with a strip under it that names each colour and says how many boxes have it."""
    counts = {name: sum(m.colour == colour for m in marks) for name, colour in (*COLOURS.items(), ("blank or in no declaration", UNREAD))}
    font = ImageFont.load_default(size=15)
    labels = [
        (f"{name} {counts[name]}", colour) for name, colour in (*COLOURS.items(), ("blank or in no declaration", UNREAD)) if counts[name]
    ]
    labels.append(("text", TEXT))
    rows = _legend_rows(labels, picture.width, font)
    sheet = Image.new("RGB", (picture.width, picture.height + _LEGEND_HEIGHT * (1 + max(row for _, row, _, _ in rows))), _PAPER)
    sheet.paste(picture, (0, 0))
    pen = ImageDraw.Draw(sheet)
    pen.line((0, picture.height, picture.width, picture.height), fill=UNREAD)
    for x, row, label, colour in rows:
        top = picture.height + row * _LEGEND_HEIGHT + 9
        pen.rectangle((x, top, x + 16, top + 16), fill=colour, outline=_INK)
        pen.text((x + 23, top - 1), label, fill=_INK, font=font)
    return sheet


def _legend_rows(
    labels: Sequence[tuple[str, Colour]], width: int, font: ImageFont.FreeTypeFont | ImageFont.ImageFont
) -> list[tuple[int, int, str, Colour]]:
    """Where each label goes: x, row, label, colour."""
    placed: list[tuple[int, int, str, Colour]] = []
    x, row = 12, 0
    for label, colour in labels:
        wide = int(font.getlength(label)) + 45
        if x + wide > width and x > 12:
            x, row = 12, row + 1
        placed.append((x, row, label, colour))
        x += wide
    return placed
