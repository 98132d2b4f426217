"""Word files: each case of tests/cases/docx.yml, places, and that any grid of spans comes back as it was."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.model import Block, Document, Place, Table, TextLine
from extract.readers.docx import read
from tests.extract.grids import Span, Spans, span_grids
from tests.extract.office import docx, sketch

CASES: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent.parent / "cases" / "docx.yml").read_text(encoding="utf-8"))


def shown(block: Block) -> str | list[list[str]]:
    return block.text if isinstance(block, TextLine) else sketch(block)


def read_body(folder: Path, body: str, **parts: str) -> Document:
    return read(docx(folder / "a.docx", body, parts))


@pytest.mark.parametrize("name", CASES)
def test_body_gives_what_is_printed(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    document = read_body(tmp_path, case["body"], **{p: case[p] for p in ("styles", "numbering") if p in case})
    assert [shown(block) for block in document.pages[0].blocks] == case["blocks"]
    wanted = case.get("problems", {})
    assert {p.code for p in document.problems} == set(wanted)
    assert all(wanted[p.code] in p.message for p in document.problems)


def test_cells_know_their_place(tmp_path: Path) -> None:
    document = read_body(tmp_path, '<T><ROW><C span="2">甲</C></ROW><ROW><C>乙</C><C>丙</C></ROW></T><T><ROW><C>丁</C></ROW></T>')
    places = {cell.text: cell.places for table in document.tables() for cell in table.cells}
    assert places == {
        "甲": (Place(table_index=0, cell="A1"),),
        "乙": (Place(table_index=0, cell="A2"),),
        "丙": (Place(table_index=0, cell="B2"),),
        "丁": (Place(table_index=1, cell="A1"),),
    }


def test_size_is_that_of_most_of_the_line(tmp_path: Path) -> None:
    styles = (
        '<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="21"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:styleId="t"><w:rPr><w:sz w:val="44"/></w:rPr></w:style>'
    )
    body = (
        '<w:p><w:pPr><w:pStyle w:val="t"/></w:pPr><R>绩效目标表</R></w:p><P>正文</P>'
        '<w:p><w:r><w:rPr><w:sz w:val="30"/></w:rPr><w:t>甲乙丙</w:t></w:r><R>丁</R></w:p>'
    )
    lines = read_body(tmp_path, body, styles=styles).pages[0].lines
    assert [(line.text, line.size) for line in lines] == [("绩效目标表", 22.0), ("正文", 10.5), ("甲乙丙丁", 15.0)]


def test_strict_variant_reads_the_same(tmp_path: Path) -> None:
    common = docx(tmp_path / "a.docx", "<T><ROW><C>甲</C></ROW></T>")
    strict = tmp_path / "b.docx"
    with zipfile.ZipFile(common) as source, zipfile.ZipFile(strict, "w") as out:
        for name in source.namelist():
            data = source.read(name).replace(
                b"http://schemas.openxmlformats.org/wordprocessingml/2006/main", b"http://purl.oclc.org/ooxml/wordprocessingml/main"
            )
            out.writestr(name, data)
    assert read(strict).pages == read(common).pages


def test_headers_and_notes_are_told_and_not_body(tmp_path: Path) -> None:
    document = read_body(tmp_path, "<P>正文</P>", header="<P>青溪市2024年预算</P>", footnotes="<w:footnote><P>含税</P></w:footnote>")
    assert [line.text for line in document.pages[0].lines] == ["正文"]
    assert {p.code: p.severity for p in document.problems} == {"header-text": "info", "note-text": "info"}
    assert document.meta["header"] == "青溪市2024年预算"


def as_word(grid: Spans) -> str:
    """A grid of spans as Word writes it: each row names its cells, those that go on from above too."""
    rows = []
    for r in range(grid.rows):
        cells = sorted((s for s in grid.spans if s.row <= r < s.row + s.row_span), key=lambda s: s.column)
        rows.append("<ROW>" + "".join(_word_cell(s, r) for s in cells) + "</ROW>")
    return "<T>" + "".join(rows) + "</T>"


def _word_cell(span: Span, row: int) -> str:
    merge = "" if span.row_span == 1 else ' vMerge="restart"' if span.row == row else ' vMerge="continue"'
    return f'<C span="{span.column_span}"{merge}>{span.text if span.row == row else ""}</C>'


@given(span_grids())
@settings(max_examples=150, deadline=None)
def test_any_grid_comes_back(grid: Spans) -> None:
    with tempfile.TemporaryDirectory() as folder:
        document = read_body(Path(folder), as_word(grid))
    [table] = list(document.tables())
    assert spans_of(table) == grid.compact()


def spans_of(table: Table) -> Spans:
    return Spans(table.rows, table.columns, tuple(sorted(Span(c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells)))


@given(span_grids(), st.lists(st.sampled_from([0, 1, 15, 60, 100, 101, 400, 2000]), min_size=6, max_size=6))
@settings(max_examples=150, deadline=None)
def test_no_text_is_lost_whatever_the_widths_say(grid: Spans, widths: list[int]) -> None:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths[: grid.columns])
    body = as_word(grid).replace("<T>", f"<T><w:tblGrid>{columns}</w:tblGrid>")
    with tempfile.TemporaryDirectory() as folder:
        [table] = list(read_body(Path(folder), body).tables())
    assert sorted(cell.text for cell in table.cells) == sorted(span.text for span in grid.spans)
    covered = [(r, c) for x in table.cells for r in range(x.row, x.last_row + 1) for c in range(x.column, x.last_column + 1)]
    assert len(covered) == len(set(covered)) == table.rows * table.columns


@given(st.lists(st.text("甲乙丙丁 12≥%", min_size=0, max_size=6), min_size=1, max_size=8))
@settings(max_examples=50, deadline=None)
def test_no_character_of_a_cell_is_lost(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        document = read_body(Path(folder), "<T><ROW>" + "".join(f"<C>{t}</C>" for t in texts) + "</ROW></T>")
    [table] = list(document.tables())
    assert [cell.text for cell in table.cells] == [t.strip() for t in texts]
