"""Draws a case as PDF: rules and text by reportlab, with an embedded subset of a free font."""

from __future__ import annotations

import copy
import io
import re
import zlib
from pathlib import Path
from typing import Any

from reportlab.lib.colors import Color
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import CIDFontInfo, UnicodeCIDFont, escapePDF, structToPDF
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from corpus.builder.facts import Case
from corpus.builder.layout import Patch, Sheet, Stroke, Text, lay_out, shown_size

FONTS = {
    "hei": Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
    "signs": Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
}
REMEDY = "apt-get install fonts-wqy-microhei fonts-dejavu-core"
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)
_TO_UNICODE = re.compile(rb"/ToUnicode \d+ 0 R")
_ASCII = re.compile(r"([ -~]+)")


class FontMissingError(RuntimeError):
    """A font that the PDFs are drawn with is not installed; the message says what to type."""


def fonts_missing() -> str | None:
    """What to do about missing fonts; None where all are here."""
    gone = [str(path) for path in FONTS.values() if not path.exists()]
    return f"no {', '.join(gone)}: {REMEDY}" if gone else None


def pdf(case: Case) -> bytes:
    """The bytes of the .pdf. Raises FontMissingError."""
    remedy = fonts_missing()
    if remedy:
        raise FontMissingError(remedy)
    pen = _Pen(str(case.pdf.get("font", "hei")))
    width, height = shown_size(case.pdf)
    buffer = io.BytesIO()
    turned = bool(case.pdf.get("turned"))
    size = (height, width) if turned else (width, height)
    owner = case.pdf.get("owner_password")
    lock = StandardEncryption("", owner, canCopy=0, canModify=0) if owner else None
    canvas = Canvas(buffer, pagesize=size, invariant=1, pageCompression=1, encrypt=lock)
    for sheet in lay_out(case, pen.measure):
        if case.pdf.get("rotate"):
            canvas.setPageRotation(90)  # which swaps the sides of the page, too
        if turned or case.pdf.get("rotate"):
            canvas.transform(0, 1, -1, 0, height, 0)
        _draw(canvas, sheet, pen, height)
        canvas.showPage()
    canvas.save()
    data = buffer.getvalue()
    return _TO_UNICODE.sub(lambda found: b" " * len(found[0]), data) if case.pdf.get("font") == "hei-without-text" else data


def streams(data: bytes) -> list[bytes]:
    """What the streams of a PDF hold: equal for files that differ in compression alone."""
    return [_inflate(match) for match in _STREAM.findall(data)]


def _inflate(data: bytes) -> bytes:
    try:
        return zlib.decompress(data)
    except zlib.error:
        return data


class _GbkFont(UnicodeCIDFont):  # type: ignore[misc]
    """STSong-Light, not embedded, its text in GBK, as older word processors print it."""

    def __init__(self) -> None:
        super().__init__("STSong-Light")
        self.name = self.fontName = "STSong-Light-GBK"
        self.encodingName = "GBK-EUC-H"
        self.unicodeWidths = {chr(code): 500 for code in range(32, 127)}

    def addObjects(self, doc: Any) -> None:
        """The font with the half-width Latin glyphs (CIDs 814 to 939) that this encoding leads to."""
        info = copy.deepcopy(CIDFontInfo[self.face.name])
        info["DescendantFonts"][0]["W"] = [814, 939, 500]
        name = f"F{len(doc.fontMapping) + 1}"
        info |= {"Name": f"/{name}", "Encoding": f"/{self.encodingName}"}
        doc.idToObject["BasicFonts"].dict[name] = doc.Reference(structToPDF(info), name)
        doc.fontMapping[self.name] = f"/{name}"

    def formatForPdf(self, text: str) -> str:
        return str(escapePDF(text.encode("gbk")))


class _Pen:
    """Chooses the font of each stretch of text, and measures with it."""

    def __init__(self, name: str) -> None:
        for font, path in FONTS.items():
            pdfmetrics.registerFont(TTFont(font, str(path), subfontIndex=0, asciiReadable=False))
        if name == "STSong-Light":
            pdfmetrics.registerFont(UnicodeCIDFont(name))
        if name == "STSong-Light-GBK":
            pdfmetrics.registerFont(_GbkFont())
        self.name = "hei" if name.startswith("hei") else name
        self.known = pdfmetrics.getFont("hei").face.charToGlyph if self.name == "hei" else None

    def stretches(self, text: str) -> list[tuple[str, str]]:
        """The text cut where the font changes."""
        found: list[tuple[str, str]] = []
        for char in text:
            font = "signs" if self.known is not None and ord(char) not in self.known else self.name
            if found and found[-1][0] == font:
                found[-1] = (font, found[-1][1] + char)
            else:
                found.append((font, char))
        return found

    def measure(self, text: str, size: float) -> float:
        return float(sum(pdfmetrics.stringWidth(part, font, size) for font, part in self.stretches(text)))

    def draw(self, canvas: Canvas, text: str, x: float, y: float, size: float) -> None:
        for font, part in self.stretches(text):
            canvas.setFont(font, size)
            canvas.drawString(x, y, part)
            x += self.measure(part, size)


def _draw(canvas: Canvas, sheet: Sheet, pen: _Pen, height: float) -> None:
    for piece in sheet.pieces:
        if isinstance(piece, Patch):
            canvas.setFillColor(Color(piece.grey, piece.grey, piece.grey))
            canvas.rect(piece.x0, height - piece.bottom, piece.x1 - piece.x0, piece.bottom - piece.top, stroke=0, fill=1)
            canvas.setFillColor(Color(0, 0, 0))
        elif piece.text:
            _text(canvas, piece, pen, height)
    for stroke in sheet.strokes.values():
        _stroke(canvas, stroke, height)


def _text(canvas: Canvas, piece: Text, pen: _Pen, height: float) -> None:
    canvas.saveState()
    if piece.clip is not None:
        x0, top, x1, bottom = piece.clip
        path = canvas.beginPath()
        path.rect(x0, height - bottom, x1 - x0, bottom - top)
        canvas.clipPath(path, stroke=0, fill=0)
    canvas.translate(piece.x, height - piece.y)
    canvas.rotate(piece.angle)
    for offset in (0.0, 0.25) if piece.twice else (0.0,):
        x = offset
        for part in _ASCII.split(piece.text) if piece.shift else [piece.text]:
            pen.draw(canvas, part, x, piece.shift if _ASCII.match(part) else 0.0, piece.size)
            x += pen.measure(part, piece.size)
    canvas.restoreState()


def _stroke(canvas: Canvas, stroke: Stroke, height: float) -> None:
    canvas.setLineWidth(stroke.width)
    x0, y0, x1, y1 = stroke.x0, height - stroke.top, stroke.x1, height - stroke.bottom
    if stroke.kind == "rect":
        half = stroke.width / 2
        canvas.rect(x0 - half, y1 - half, x1 - x0 + stroke.width, y0 - y1 + stroke.width, stroke=0, fill=1)
    elif stroke.kind == "pieces":
        _pieces(canvas, (x0, y0, x1, y1))
    elif stroke.kind == "double":
        for offset in (-0.7, 0.7):
            dx, dy = (0.0, offset) if y0 == y1 else (offset, 0.0)
            canvas.line(x0 + dx, y0 + dy, x1 + dx, y1 + dy)
    else:
        canvas.setDash(2, 1.2) if stroke.kind == "dashed" else canvas.setDash()
        canvas.line(x0, y0, x1, y1)


def _pieces(canvas: Canvas, line: tuple[float, float, float, float]) -> None:
    """The rule in pieces of 11 points with a small gap after each, as some word processors print it."""
    x0, y0, x1, y1 = line
    length = max(x1 - x0, y0 - y1)
    at: Any = 0.0
    while at < length:
        end = min(at + 11.0, length)
        if y0 == y1:
            canvas.line(x0 + at, y0, x0 + end, y1)
        else:
            canvas.line(x0, y0 - at, x1, y0 - end)
        at = end + 0.5
