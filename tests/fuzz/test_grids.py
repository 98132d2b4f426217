"""A random grid written in a format comes back cell for cell: text, spans, order."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings

from corpus.builder.docx import docx
from corpus.builder.facts import Case, Grid
from corpus.builder.html import html
from corpus.builder.ofd import ofd
from corpus.builder.pdf import fonts_missing, pdf
from corpus.builder.xlsx import xlsx
from extract import read
from extract.grid.stitch import JoinedTable, stitch
from extract.model import Document, Table, TextLine
from tests.extract.grids import Span, Spans
from tests.fuzz.grids import by_xlsxwriter, case_of, grids, spans_of, visible

NATIVE: dict[str, Callable[[Case], bytes]] = {"docx": docx, "html": html}
SHEETS: dict[str, Callable[[Case], bytes]] = {"raw": xlsx, "xlsxwriter": by_xlsxwriter}
DRAWN: dict[str, Callable[[Case], bytes]] = {"pdf": pdf, "ofd": ofd}


def read_as(grid: Grid, write: Callable[[Case], bytes], suffix: str) -> Document:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"grid.{suffix}"
        path.write_bytes(write(case_of(grid)))
        return read(path, ocr="never")


def trimmed(text: str) -> str:
    """Without white space at the ends of lines, and without blank lines around it: a cell shows neither."""
    return "\n".join(line.strip() for line in text.strip().split("\n"))


def squashed(text: str) -> str:
    return "".join(text.split())


def cells(table: Table, told: Callable[[str], str]) -> Spans:
    found = (Span(c.row, c.column, c.row_span, c.column_span, told(c.text)) for c in table.cells)
    return Spans(table.rows, table.columns, tuple(sorted(found)))


def put_in(grid: Grid, told: Callable[[str], str]) -> Spans:
    spans = spans_of(grid)
    return Spans(spans.rows, spans.columns, tuple(sorted(s._replace(text=told(s.text)) for s in spans.spans)))


def check_native(grid: Grid, suffix: str) -> None:
    [table] = read_as(grid, NATIVE[suffix], suffix).tables()
    assert cells(table, trimmed) == put_in(grid, trimmed)


def check_sheet(grid: Grid, writer: str) -> None:
    """Every text that the sheet shows stands at its address, once, and in a table with no larger span than it has."""
    wanted = {address: (rows, columns, trimmed(text)) for address, (rows, columns, text) in visible(grid).items()}
    document = read_as(grid, SHEETS[writer], "xlsx")
    lines: dict[str, list[str]] = {}
    tabled: dict[str, tuple[int, int, str]] = {}
    for block in (block for page in document.pages for block in page.blocks):
        if isinstance(block, TextLine):
            lines.setdefault(block.place.cell or "", []).append(block.text)
            continue
        for cell in block.cells:
            if cell.text.strip():
                address = cell.places[0].cell or ""
                assert address not in tabled
                tabled[address] = (cell.row_span, cell.column_span, trimmed(cell.text))
    assert not set(lines) & set(tabled)
    assert {address: text for address, (_, _, text) in tabled.items()} == {a: text for a, (_, _, text) in wanted.items() if a not in lines}
    for address, found in lines.items():  # a cell outside of tables is one line of text, however many it has itself
        assert squashed("".join(found)) == squashed(wanted[address][2])
    for address, (rows, columns, _) in tabled.items():  # rows and columns in which nothing stands may be left out of a span
        assert rows <= wanted[address][0] and columns <= wanted[address][1]


def check_drawn(grid: Grid, suffix: str) -> None:
    """The grid, put together over its pages; one cell, or nothing but blank ones, is no table."""
    if len(grid.slots) == 1 or not any(squashed(slot.text) for slot in grid.slots):
        return
    parts = [item for item in stitch(read_as(grid, DRAWN[suffix], suffix).pages) if isinstance(item, JoinedTable)]
    assert [cells(part.table, squashed) for part in parts] == [put_in(grid, squashed)]


@pytest.mark.parametrize("suffix", NATIVE)
@settings(max_examples=15)
@given(grids())
def test_grid_of_a_document_that_knows_its_tables(suffix: str, grid: Grid) -> None:
    check_native(grid, suffix)


@pytest.mark.parametrize("writer", SHEETS)
@settings(max_examples=15)
@given(grids(hidden=True))
def test_grid_of_a_sheet(writer: str, grid: Grid) -> None:
    check_sheet(grid, writer)


@pytest.mark.skipif(fonts_missing() is not None, reason=fonts_missing() or "")
@pytest.mark.parametrize("suffix", DRAWN)
@settings(max_examples=15)
@given(grids(cuts=True))
def test_grid_that_is_drawn(suffix: str, grid: Grid) -> None:
    check_drawn(grid, suffix)
