"""Both PDF engines must give the same page: a difference is a misreading of one of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from extract.model import Document, Page
from extract.readers.pdf import read

CORPUS = Path(__file__).parents[2] / "corpus"
SOURCES = sorted(CORPUS.glob("*/source*.pdf"))
DIFFERENT = {
    "clipped-lines": "pdfplumber does not tell clips, so a line too many goes to the next cell",
    "hidden-text": "pdfplumber does not tell the order of painting, so covered text stays",
}


def test_there_are_sources() -> None:
    assert SOURCES, f"no PDF under {CORPUS}"


def characters(page: Page) -> list[tuple[str, int]]:
    """Each character with its place across the page, in twelve points."""
    return sorted((w.text, round((w.x0 + w.x1) / 24)) for w in page.words)


def cells(document: Document) -> list[tuple[int, int, int, int, int, str]]:
    return [(t.index, c.row, c.column, c.row_span, c.column_span, c.text.replace(" ", "")) for t in document.tables() for c in t.cells]


def lines(document: Document) -> list[str]:
    return [line.text.replace(" ", "") for p in document.pages for line in p.lines]


def borders(document: Document) -> list[float]:
    return [x for t in document.tables() for x in t.edges]


def parameter(source: Path) -> Any:
    reason = DIFFERENT.get(source.parent.name)
    marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
    return pytest.param(source, id=str(source.relative_to(CORPUS)), marks=marks)


@pytest.mark.parametrize("source", [parameter(s) for s in SOURCES])
def test_engines_agree(source: Path) -> None:
    one, other = read(source, keep_drawing=True), read(source, engine="pdfplumber", keep_drawing=True)
    assert cells(one) == cells(other)
    assert lines(one) == lines(other)
    assert borders(one) == pytest.approx(borders(other), abs=1.5)
    for page, same in zip(one.pages, other.pages, strict=True):
        assert (page.width, page.height) == pytest.approx((same.width, same.height), abs=0.1)
        assert [c for c, _ in characters(page)] == [c for c, _ in characters(same)]


@pytest.mark.parametrize("source", [pytest.param(s, id=str(s.relative_to(CORPUS))) for s in SOURCES])
def test_every_glyph_is_in_a_cell_or_line(source: Path) -> None:
    for page in read(source, keep_drawing=True).pages:
        cells = (c.text for t in page.tables for c in t.cells)
        blocks = "".join(cells) + "".join(line.text for line in page.lines)
        assert sorted("".join(blocks.split())) == sorted("".join(w.text for w in page.words))
