"""Small PDFs drawn for the tests of the PDF reader: a table of two columns and rows, and what may be done to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 400.0, 300.0
XS, YS = (60.0, 180.0, 300.0), (80.0, 110.0, 140.0)
TEXTS = (("项目名称", "办公经费"), ("资金总额", "12.50万元"))
FONT = "STSong-Light"

Draw = Callable[[Canvas], None]


def pdf(path: Path, *draws: Draw, encrypt: StandardEncryption | None = None, size: tuple[float, float] = (WIDTH, HEIGHT)) -> Path:
    """A PDF with one page for each of ``draws``; the canvas' origin is the top left corner, y going down the page is negative."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    canvas = Canvas(str(path), pagesize=size, encrypt=encrypt)
    for draw in draws:
        canvas.translate(0, size[1])
        canvas.setFont(FONT, 12)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return path


def text(canvas: Canvas, x: float, top: float, what: str, size: float = 12) -> None:
    canvas.setFont(FONT, size)
    canvas.drawString(x, -top - 0.88 * size, what)


def line(canvas: Canvas, x0: float, top: float, x1: float, bottom: float) -> None:
    canvas.line(x0, -top, x1, -bottom)


def box(canvas: Canvas, x0: float, top: float, x1: float, bottom: float, stroke: int = 0, fill: int = 1) -> None:
    canvas.rect(x0, -bottom, x1 - x0, bottom - top, stroke=stroke, fill=fill)


def cell_texts(canvas: Canvas) -> None:
    for top, row in zip(YS, TEXTS, strict=False):
        for x, what in zip(XS, row, strict=False):
            text(canvas, x + 10, top + 8, what)


def sides(canvas: Canvas, draw: Callable[[float, float, float, float], None]) -> None:
    for y in YS:
        draw(XS[0], y, XS[-1], y)
    for x in XS:
        draw(x, YS[0], x, YS[-1])


def form(canvas: Canvas) -> None:
    """The table as most programs draw it."""
    sides(canvas, lambda *side: line(canvas, *side))
    cell_texts(canvas)
