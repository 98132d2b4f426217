from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from extract.declaration import Declaration, Use
from extract.model import Box, Cell, Document, Page, Place, Table
from extract.readers.pdf import read
from jixiao.overlay import COLOURS, SCALE, UNREAD, draw_overlay
from tests.extract.drawn_pdf import HEIGHT, WIDTH, form, pdf


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return pdf(tmp_path / "a.pdf", form)


def declaration(document: Document, *roles: str) -> Declaration:
    (table,) = document.tables()
    return Declaration(
        0, "project", uses=tuple(Use(role, cell.text, None, cell.places) for role, cell in zip(roles, table.cells, strict=False))
    )


def test_cells_have_the_colours_of_their_roles(source: Path) -> None:
    document = read(source)
    picture = draw_overlay(source, 1, document, [declaration(document, "label", "fact")])
    assert picture.width == WIDTH * SCALE and picture.height > HEIGHT * SCALE
    at = {(180, 88): "label", (299, 88): "fact"}
    for (x, y), role in at.items():
        pixel = picture.getpixel(((x - 2) * SCALE, y * SCALE))
        tint = tuple(round(255 + (c - 255) * 70 / 255) for c in COLOURS[role])
        assert pixel == pytest.approx(tint, abs=2)


def test_cells_in_no_declaration_are_only_outlined(source: Path) -> None:
    picture = draw_overlay(source, 1, read(source), [])
    assert picture.getpixel((178 * SCALE, 88 * SCALE)) == (255, 255, 255)
    pixels = {picture.getpixel((x, 88 * SCALE)) for x in range(int(56 * SCALE), int(64 * SCALE))}
    assert UNREAD in pixels


def test_uses_of_other_pages_are_not_drawn(tmp_path: Path) -> None:
    source = pdf(tmp_path / "a.pdf", form, form)
    document = read(source)
    first = Declaration(0, "project", uses=tuple(Use("goal", c.text, None, c.places) for c in document.pages[0].tables[0].cells))
    picture = draw_overlay(source, 2, document, [first])
    assert picture.getpixel((178 * SCALE, 88 * SCALE)) == (255, 255, 255)


def test_cells_of_a_picture_are_drawn_on_it(tmp_path: Path) -> None:
    Image.new("L", (1654, 2339), 255).save(tmp_path / "a.png", dpi=(200, 200))
    cell = Cell(0, 0, "项目名称", places=(Place(1, Box(100, 100, 200, 150), 0),))
    document = Document("a.png", "image", "pp-ocrv6", (Page(1, 595.4, 842, None, (Table(0, 1, 1, (cell,)),)),), ocr=True)
    picture = draw_overlay(tmp_path / "a.png", 1, document, [declaration(document, "label")])
    assert picture.width == round(1654 * 72 / 200 * SCALE)
    assert picture.getpixel((int(100 * SCALE), int(120 * SCALE))) == COLOURS["label"]
    assert picture.getpixel((int(90 * SCALE), int(120 * SCALE))) == (255, 255, 255)
