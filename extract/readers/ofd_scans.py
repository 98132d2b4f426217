"""Pages of an OFD whose characters the file does not tell: drawn as pictures, with the fonts in the file, and recognised."""

from __future__ import annotations

import ctypes
import io
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, UnidentifiedImageError
from pypdfium2 import raw

from extract.model import Rule
from extract.ocr.pages import Recogniser
from extract.ocr.picture import Picture
from extract.package import Package
from extract.problem import Problem
from extract.readers.drawing import Drawing
from extract.readers.ofd_page import Painter, Placed
from extract.readers.ofd_text import Glyph, TextRun
from extract.readers.pdf_matrix import Matrix, then
from extract.readers.pdf_paint import Area, seen_rules
from extract.readers.pdf_scans import DPI, MOST_PIXELS, OWN_DPI, UNREADABLE, ScannedPages
from extract.readers.shown import BLANKS

LARGEST = 100_000_000
"""Pixels of a picture in the file that are unpacked."""

THINNEST = 0.4
"""Points: a rule thinner than this is drawn as wide."""

GREY = 225
"""Of a filling that is not white: dark text stands out from it, and white text is drawn dark, too."""


@dataclass(frozen=True)
class Painted:
    """All that one page paints, and its size in points."""

    painter: Painter
    width: float
    height: float


class PaintedPages(ScannedPages):
    """The pages of one OFD, looked at again where their text does not say what they print. ``painted`` is the last page."""

    def __init__(self, path: Path, recogniser: Recogniser, package: Package) -> None:
        super().__init__(path, recogniser)
        self.package = package
        self.painted: Painted | None = None

    def __enter__(self) -> PaintedPages:
        return self

    def look(self, seen: Drawing) -> Drawing:
        """The page recognised if its text is of no use and it can be drawn, else as it was seen."""
        told = {p.code for p in seen.problems} & UNREADABLE
        if self.painted is None or not self.recogniser.able or not (told or self.recogniser.mode == "always"):
            return super().look(seen)
        bare = _without_font(self.painted.painter)
        if bare and told != {"page-without-text"}:
            text = "The page was not recognised, since fonts that it is printed in are not in the file."
            return seen._replace(problems=(*seen.problems, Problem("not-recognised", "warning" if told else "info", text, seen.number)))
        found = super().look(seen)
        problems = list(found.problems)
        if found.ocr and bare:
            text = f"text beside the picture, in a font that is not in the file, was left out: {bare[:60]}"
            problems.append(Problem("text-left-out", "warning", text, seen.number))
        if found.ocr and (lost := _unread(self.package, self.painted.painter)):
            problems.append(Problem("picture-unreadable", "error", f"{lost} pictures of the page could not be unpacked.", seen.number))
        return found._replace(problems=tuple(problems))

    def picture(self, number: int, dpi: float | None = None) -> Picture:
        """The page that was painted last as it is displayed, in the resolution that suits it where none is given."""
        assert self.painted is not None
        return picture_of(self.package, self.painted, dpi)


def picture_of(package: Package, painted: Painted, dpi: float | None = None) -> Picture:
    """The page as a picture: its fillings, pictures, rules and glyphs in the order of painting."""
    document = pdfium.PdfDocument.new()
    try:
        page = document.new_page(painted.width, painted.height)
        pen = _Pen(document, page, package, painted.height)
        for _, item in sorted(_items(painted.painter), key=lambda pair: pair[0]):
            pen.draw(item)
        raw.FPDFPage_GenerateContent(page.raw)
        dpi = min(dpi or _resolution(package, painted), 72 * math.sqrt(MOST_PIXELS / max(painted.width * painted.height, 1.0)))
        pixels = np.array(page.render(scale=dpi / 72, rev_byteorder=True).to_numpy()[:, :, :3])
        return Picture(pixels, dpi)
    finally:
        document.close()


Item = Area | Placed | TextRun | Rule


def _items(painter: Painter) -> list[tuple[int, Item]]:
    last = painter.order + 1
    found: list[tuple[int, Item]] = [(area.order, area) for area in painter.painting.areas if area.opaque]
    found += [(picture.order, picture) for picture in painter.pictures]
    found += [(text.order, text) for text in painter.texts if not text.hidden]
    return found + [(last, rule) for rule in seen_rules(painter.painting)]


class _Pen:
    """Draws upon a page of PDFium, which knows embedded fonts and their glyphs by number."""

    def __init__(self, document: Any, page: Any, package: Package, height: float) -> None:
        self.document, self.page, self.package = document, page, package
        self.flip: Matrix = (1.0, 0.0, 0.0, -1.0, 0.0, height)
        self.fonts: dict[str, Any] = {}
        self.data: list[Any] = []

    def draw(self, item: Item) -> None:
        if isinstance(item, TextRun):
            self._text(item)
        elif isinstance(item, Placed):
            self._picture(item)
        elif isinstance(item, Area):
            self._box(item.bounds, 255 if item.white else GREY)
        else:
            x0, top, x1, bottom = item
            wide, high = max(0.0, THINNEST - (x1 - x0)) / 2, max(0.0, THINNEST - (bottom - top)) / 2
            self._box((x0 - wide, top - high, x1 + wide, bottom + high), 0)

    def _box(self, bounds: tuple[float, float, float, float], grey: int) -> None:
        x0, top, x1, bottom = bounds
        box = raw.FPDFPageObj_CreateNewRect(x0, self.flip[5] - bottom, x1 - x0, bottom - top)
        raw.FPDFPageObj_SetFillColor(box, grey, grey, grey, 255)
        raw.FPDFPath_SetDrawMode(box, raw.FPDF_FILLMODE_ALTERNATE, 0)
        raw.FPDFPage_InsertObject(self.page.raw, box)

    def _picture(self, item: Placed) -> None:
        image = _opened(self.package, item.part)
        if image is not None:
            placed = pdfium.PdfImage.new(self.document)
            placed.set_bitmap(pdfium.PdfBitmap.from_pil(_on_white(image)))
            placed.set_matrix(pdfium.PdfMatrix(*then(then((1.0, 0.0, 0.0, -1.0, 0.0, 1.0), item.matrix), self.flip)))
            self.page.insert_obj(placed)

    def _text(self, run: TextRun) -> None:
        font = self._font(run.face) if run.face else None
        for glyph in run.glyphs if font else ():
            x, y = glyph.origin
            way = then(then(then(run.shape, (1.0, 0.0, 0.0, 1.0, x, y)), run.matrix), self.flip)
            drawn = raw.FPDFPageObj_CreateTextObj(self.document.raw, font, 1.0)
            _set_glyph(drawn, glyph)
            raw.FPDFPageObj_Transform(drawn, *way)
            raw.FPDFPage_InsertObject(self.page.raw, drawn)

    def _font(self, part: str) -> Any:
        if part not in self.fonts:
            data = self.package.data(part) if self.package.has(part) else b""
            held = (ctypes.c_uint8 * len(data)).from_buffer_copy(data)
            self.data.append(held)
            self.fonts[part] = raw.FPDFText_LoadFont(self.document.raw, held, len(data), raw.FPDF_FONT_TRUETYPE, 1) if data else None
        return self.fonts[part]


def _set_glyph(drawn: Any, glyph: Glyph) -> None:
    if glyph.number is not None:
        raw.FPDFText_SetCharcodes(drawn, (ctypes.c_uint32 * 1)(glyph.number), 1)
    else:
        text = f"{glyph.text}\0".encode("utf-16-le")
        raw.FPDFText_SetText(drawn, (ctypes.c_ushort * (len(text) // 2)).from_buffer_copy(text))


def _without_font(painter: Painter) -> str:
    """The visible text that cannot be drawn."""
    return "".join(g.text for t in painter.texts if not t.hidden and not t.face for g in t.glyphs if ord(g.text) not in BLANKS)


def _unread(package: Package, painter: Painter) -> int:
    return sum(_opened(package, picture.part) is None for picture in painter.pictures)


def _opened(package: Package, part: str) -> Image.Image | None:
    if not part or not package.has(part):
        return None
    try:
        image = Image.open(io.BytesIO(package.data(part)))
        if image.width * image.height > LARGEST:
            return None
        image.load()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        return None
    return image


def _on_white(image: Image.Image) -> Image.Image:
    layers = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layers.size, "white"), layers).convert("RGB")


def _resolution(package: Package, painted: Painted) -> float:
    """Pixels an inch: those of the picture that fills the page if they are fit for it."""
    for picture in painted.painter.pictures:
        a, b, c, d, _, _ = picture.matrix
        area = abs(a * d - b * c)
        if area >= 0.5 * painted.width * painted.height and (image := _opened(package, picture.part)) is not None:
            own = 72 * math.sqrt(image.width * image.height / area)
            return own if OWN_DPI[0] <= own <= OWN_DPI[1] else DPI
    return DPI
