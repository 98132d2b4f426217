"""Makes scans and photographs of the corpus' own PDFs: the same pages, printed and seen again.

All chance comes from the case's name, the kind and the page, so that each run draws the same. The bytes of a JPEG still
differ between versions of its encoder: committed scans are compared by what they show, see ``shows``."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pypdfium2 as pdfium
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from corpus.builder.paper import (
    PURPLE,
    Chance,
    Pixels,
    Seal,
    bent,
    grey,
    noisy,
    on_grey_ground,
    sealed,
    seen_aslant,
    shining_through,
    soft,
    turned_by,
)

Effect = Callable[[Pixels, Pixels, float, Chance], Pixels]
"""What happens to a page: the page, the other side of its sheet, pixels an inch, chance."""

CLOSE = 1.0
"""Grey levels that two versions of a JPEG encoder may differ by on average."""


@dataclass(frozen=True)
class Kind:
    """A kind of scan: resolution, what happens to the page, quality of its JPEG and what the pages are put into."""

    effect: Effect
    dpi: float = 200.0
    quality: int = 60
    suffix: str = "pdf"


@dataclass(frozen=True)
class Scan:
    """One page as the scanner gives it."""

    pixels: Pixels
    dpi: float
    quality: int


def _scanned(page: Pixels, other: Pixels, dpi: float, chance: Chance) -> Pixels:
    angle = chance.uniform(0.3, 1.5) * chance.choice([-1, 1])
    return grey(noisy(soft(turned_by(page, angle), 0.5), 5.0, chance))


def _poorly_scanned(page: Pixels, other: Pixels, dpi: float, chance: Chance) -> Pixels:
    return grey(noisy(soft(turned_by(page, 1.5 * chance.choice([-1, 1])), 0.45), 5.0, chance))


def _turned(page: Pixels, other: Pixels, dpi: float, chance: Chance, quarters: int = 0) -> Pixels:
    """Turned by so many quarters, anti-clockwise; by one to three of them where none is given."""
    return np.ascontiguousarray(np.rot90(_scanned(page, other, dpi, chance), quarters or int(chance.integers(1, 4))))


def _sealed(page: Pixels, other: Pixels, dpi: float, chance: Chance) -> Pixels:
    stamped = sealed(page, Seal(), dpi, chance)
    angle = chance.uniform(0.3, 1.0) * chance.choice([-1, 1])
    return noisy(soft(turned_by(stamped, angle), 0.5), 5.0, chance)


def _photographed(page: Pixels, other: Pixels, dpi: float, chance: Chance, seal: bool = False) -> Pixels:
    if seal:
        page = sealed(page, Seal(ink=PURPLE), dpi, chance)
    sheet = shining_through(page, other, 0.14)
    lit = on_grey_ground(bent(sheet, chance, 3.0, dpi), chance)
    return noisy(soft(seen_aslant(lit, chance, 0.02), 0.7), 4.0, chance)


def _faxed(page: Pixels, other: Pixels, dpi: float, chance: Chance) -> Pixels:
    """Black and white, with a broken edge here and there."""
    seen = noisy(soft(turned_by(page, chance.uniform(-0.6, 0.6)), 0.6), 14.0, chance)
    return np.where(grey(seen) < 150, np.uint8(0), np.uint8(255)).astype(np.uint8)


KINDS: dict[str, Kind] = {
    "150dpi": Kind(_poorly_scanned, dpi=150.0, quality=40),
    "200dpi": Kind(_scanned),
    "fax": Kind(_faxed, suffix="fax.tiff"),
    "layer": Kind(_scanned, suffix="layer.pdf"),
    "mixed": Kind(_scanned, suffix="mixed.pdf"),
    "pages": Kind(_scanned, suffix="tiff"),
    "photo": Kind(_photographed, quality=70),
    "picture": Kind(partial(_photographed, seal=True), quality=70, suffix="jpg"),
    "sealed": Kind(_sealed),
    "turned": Kind(_turned),
    "turned90": Kind(partial(_turned, quarters=1)),
    "turned180": Kind(partial(_turned, quarters=2)),
    "turned270": Kind(partial(_turned, quarters=3)),
}


def file_name(kind: str) -> str:
    """The name of a committed scan in its case's folder."""
    return f"scan.{kind}.{KINDS[kind].suffix.rsplit('.', 1)[-1]}"


def scan(source: bytes, case: str, kind: str) -> bytes:
    """The bytes of this kind of scan of a PDF; ``case`` is where its chance comes from."""
    made = KINDS[kind]
    sides = rendered(source, made.dpi)
    pages = []
    for number, page in enumerate(sides):
        other = sides[number ^ 1] if number ^ 1 < len(sides) else page
        pixels = made.effect(page, other, made.dpi, _chance(case, kind, number))
        pages.append(Scan(pixels, made.dpi, made.quality))
    return _put_together(pages, source, made.suffix)


def rendered(source: bytes, dpi: float) -> list[Pixels]:
    """The pages of a PDF as they are shown."""
    document = pdfium.PdfDocument(source)
    return [np.ascontiguousarray(page.render(scale=dpi / 72, rev_byteorder=True).to_numpy()[..., :3]) for page in document]


def shows(data: bytes, suffix: str) -> list[Pixels]:
    """What each page of a built scan shows, small: equal within CLOSE for files that differ by their encoder alone."""
    if suffix.endswith("pdf"):
        pages = rendered(data, 50.0)
    else:
        picture = Image.open(io.BytesIO(data))
        pages = [_small(picture, number) for number in range(getattr(picture, "n_frames", 1))]
    return pages


def alike(left: bytes, right: bytes, suffix: str) -> bool:
    """True where two files show the same pages."""
    one, two = shows(left, suffix), shows(right, suffix)
    if [page.shape for page in one] != [page.shape for page in two]:
        return False
    return all(float(np.abs(a.astype(int) - b.astype(int)).mean()) < CLOSE for a, b in zip(one, two, strict=True))


def _small(picture: Image.Image, number: int) -> Pixels:
    picture.seek(number)
    return np.asarray(picture.convert("RGB").reduce(4), np.uint8)


def _chance(case: str, kind: str, page: int) -> Chance:
    seed = hashlib.sha256(f"{case}/{kind}/{page}".encode()).digest()
    return np.random.default_rng(int.from_bytes(seed[:8], "big"))


def _put_together(pages: Sequence[Scan], source: bytes, suffix: str) -> bytes:
    if suffix == "jpg":
        return jpeg(pages[0])
    if suffix.endswith("tiff"):
        return tiff(pages, one_bit=suffix.startswith("fax"))
    if suffix.startswith("mixed"):
        return mixed(pages, source)
    return scanned_pdf(pages, poor_layer(source) if suffix.startswith("layer") else ())


def jpeg(page: Scan) -> bytes:
    """A page as JPEG that says its resolution; in one channel where it has no colour."""
    picture = Image.fromarray(page.pixels)
    if (page.pixels[..., 0] == page.pixels[..., 2]).all():
        picture = picture.convert("L")
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=page.quality, dpi=(round(page.dpi), round(page.dpi)))
    return buffer.getvalue()


def tiff(pages: Sequence[Scan], one_bit: bool) -> bytes:
    """All pages in one TIFF: black and white by the coding of fax machines, or grey by JPEG."""
    pictures = [Image.fromarray(page.pixels).convert("1" if one_bit else "L") for page in pages]
    how = {"compression": "group4"} if one_bit else {"compression": "jpeg", "quality": pages[0].quality}
    dpi = (pages[0].dpi, pages[0].dpi)
    buffer = io.BytesIO()
    pictures[0].save(buffer, "TIFF", save_all=True, append_images=pictures[1:], dpi=dpi, **how)
    return buffer.getvalue()


def scanned_pdf(pages: Sequence[Scan], layers: Sequence[Sequence[Line]] = ()) -> bytes:
    """A PDF whose pages are pictures, with lines of invisible text over them where there are ``layers``."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1, pageCompression=1)
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    for number, page in enumerate(pages):
        height, width = (side * 72 / page.dpi for side in page.pixels.shape[:2])
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(io.BytesIO(jpeg(page))), 0, 0, width, height)
        for line in layers[number] if layers else ():
            _invisible(canvas, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


@dataclass(frozen=True)
class Line:
    """A line of a text layer, its place in points from the lower left corner."""

    text: str
    x: float
    y: float
    size: float


def poor_layer(source: bytes) -> list[list[Line]]:
    """The text of each page as a scanner's own program reads it: every third line lost, the others full of mistakes."""
    return [[line for number, line in enumerate(_lines(page)) if number % 3] for page in pdfium.PdfDocument(source)]


def _lines(page: pdfium.PdfPage) -> list[Line]:
    text = page.get_textpage()
    found = []
    for number in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(number)
        words = text.get_text_bounded(left, bottom, right, top).strip()
        mistaken = "".join("■口目l"[i % 4] if (i + number) % 5 == 3 else char for i, char in enumerate(words))
        found.append(Line(mistaken, left + 2.0, bottom - 1.5, max(top - bottom, 4.0)))
    return found


def _invisible(canvas: Canvas, line: Line) -> None:
    text = canvas.beginText(line.x, line.y)
    text.setFont("STSong-Light", line.size)
    text.setTextRenderMode(3)
    text.textOut(line.text)
    canvas.drawText(text)


def mixed(pages: Sequence[Scan], source: bytes) -> bytes:
    """The digital pages of a PDF and scanned ones by turns, the first one digital."""
    digital, scans = pdfium.PdfDocument(source), pdfium.PdfDocument(scanned_pdf(pages))
    made = pdfium.PdfDocument.new()
    for number in range(len(pages)):
        made.import_pages(digital if number % 2 == 0 else scans, [number])
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()
