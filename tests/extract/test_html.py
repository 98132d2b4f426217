"""Web pages: each case of tests/cases/html.yml, encodings, places, and that any grid of spans comes back as it was."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.formats import read as read_any
from extract.formats import sniff
from extract.model import Block, Document, Place, Table, TextLine
from extract.problem import UnreadableError
from extract.readers.html import read, read_pages
from tests.extract.grids import Span, Spans, span_grids
from tests.extract.office import sketch

CASES: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent.parent / "cases" / "html.yml").read_text(encoding="utf-8"))


def shown(block: Block) -> str | list[list[str]]:
    return block.text if isinstance(block, TextLine) else sketch(block)


def page(body: str, styles: str = "", charset: str = "utf-8") -> str:
    return f'<!DOCTYPE html><html><head><meta charset="{charset}"><style>{styles}</style><title>t</title></head><body>{body}</body></html>'


def read_text(folder: Path, text: str, encoding: str = "utf-8", name: str = "a.html") -> Document:
    (folder / name).write_bytes(text.encode(encoding))
    return read(folder / name)


def lines(document: Document) -> list[str]:
    return [line.text for p in document.pages for line in p.lines]


@pytest.mark.parametrize("name", CASES)
def test_body_gives_what_is_printed(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    document = read_text(tmp_path, page(case["body"], case.get("styles", "")))
    assert [shown(block) for block in document.pages[0].blocks] == case["blocks"]
    wanted = case.get("problems", {})
    assert {p.code for p in document.problems} == set(wanted)
    assert all(wanted[p.code] in p.message for p in document.problems)


def test_hidden_table_needs_a_look_and_a_hidden_line_does_not(tmp_path: Path) -> None:
    table = read_text(tmp_path, page("<p>x</p><div hidden><table><tr><td>甲</table></div>"))
    line = read_text(tmp_path, page("<p>x</p><p hidden>甲</p>"))
    assert [p.severity for d in (table, line) for p in d.problems] == ["warning", "info"]


def test_cells_know_their_place(tmp_path: Path) -> None:
    document = read_text(tmp_path, page("<table><tr><td colspan=2>甲<tr><td>乙<td>丙</table><table><tr><td>丁</table>"))
    assert {cell.text: cell.places for table in document.tables() for cell in table.cells} == {
        "甲": (Place(table_index=0, cell="A1"),),
        "乙": (Place(table_index=0, cell="A2"),),
        "丙": (Place(table_index=0, cell="B2"),),
        "丁": (Place(table_index=1, cell="A1"),),
    }


def test_sizes_are_those_of_the_styles(tmp_path: Path) -> None:
    body = (
        '<h1>题</h1><p style="font-size:22pt">甲</p><p class=s>乙<b>丙</b></p><div style="font-size:20px"><p>丁</p></div>'
        '<font size=5>戊</font><p style="font: bold 16pt/1.5 仿宋">己</p><p>庚</p>'
    )
    document = read_text(tmp_path, page(body, "p.s { font-size: 150% }"))
    sizes = {block.text: block.size for block in document.pages[0].lines}
    assert sizes == {"题": 24.0, "甲": 22.0, "乙丙": 18.0, "丁": 15.0, "戊": 18.0, "己": 16.0, "庚": 12.0}


SIMPLE, OLD = "绩效目标申报表，项目名称：道路养护。" * 8, "績效目標申報表，預算單位：臺灣。" * 8


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        pytest.param(SIMPLE, "utf-8", "gb2312", id="utf-8 that says gb2312"),
        pytest.param(SIMPLE, "gb18030", "utf-8", id="gbk that says utf-8"),
        pytest.param(SIMPLE + "喆镕堃", "gb18030", "gb2312", id="gbk that says gb2312"),
        pytest.param(SIMPLE + "㙍𠮷", "gb18030", "gbk", id="gb18030 that says gbk"),
        pytest.param(SIMPLE, "gb18030", "iso-8859-1", id="gbk that says latin"),
        pytest.param(SIMPLE, "gb18030", "big5", id="gbk that says big5"),
        pytest.param(SIMPLE, "utf-16", "gb2312", id="utf-16 with its mark"),
        pytest.param(SIMPLE, "utf-16-le", "utf-16", id="utf-16 without its mark"),
        pytest.param(SIMPLE, "utf-8-sig", "gb2312", id="utf-8 with its mark"),
        pytest.param(OLD, "big5", "big5", id="big5"),
        pytest.param(OLD, "big5", "gb2312", id="big5 that says gb2312"),
        pytest.param(OLD, "utf-8", "big5", id="utf-8 that says big5"),
        pytest.param("联通", "gb18030", "gb2312", id="gbk that is utf-8 by chance"),
        pytest.param("é à ü", "cp1252", "iso-8859-1", id="latin"),
    ],
)
def test_encoding_is_that_of_the_bytes(tmp_path: Path, text: str, encoding: str, declared: str) -> None:
    document = read_text(tmp_path, page(f"<p>{text}</p>", charset=declared), encoding)
    assert lines(document) == [text]
    assert not [p for p in document.problems if p.severity != "info"]
    assert sniff(tmp_path / "a.html").name == "html"


def test_undecodable_bytes_are_an_error_and_the_rest_is_read(tmp_path: Path) -> None:
    data = page("<p>绩效目标@申报表</p>" * 20, charset="gbk").encode("gb18030").replace(b"@", b"\xff", 1)
    (tmp_path / "a.html").write_bytes(data)
    document = read(tmp_path / "a.html")
    assert lines(document)[:2] == ["绩效目标\ufffd申报表", "绩效目标@申报表"]
    (problem,) = document.problems
    assert (problem.code, problem.severity) == ("undecodable-bytes", "error")


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("a.html", "<div>"),
        ("a.htm", "<!-- saved from url=(0014)about:internet -->\n<table><tr><td>甲"),
        ("a.aspx", "\r\n\r\n<!DOCTYPE html><html>"),
        ("a.jsp", '<%@ page language="java" %>\n<html>'),
        ("a.xls", '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table><tr><td>甲'),
        ("a.doc", "<HTML><BODY>"),
        ("a.shtml", '<?xml version="1.0" encoding="gb2312"?><html xmlns="http://www.w3.org/1999/xhtml">'),
        ("a.txt", '<meta charset="gbk"><style>td{}</style><table border=1><tr><td>甲'),
        ("a.xls", "\ufeff<table><tr><td>甲"),
    ],
)
def test_a_page_is_one_whatever_it_begins_with(tmp_path: Path, name: str, start: str) -> None:
    (tmp_path / name).write_text(start + "<p>绩效目标</p></body></html>", encoding="utf-8")
    assert sniff(tmp_path / name).name == "html"
    assert "绩效目标" in str(read_any(tmp_path / name).pages)


@pytest.mark.parametrize("text", ["指标\t值\n<5天\t3\n", "# 题\n\n正文 <b>重</b>\n", "a < b > c"])
def test_text_with_signs_is_no_page(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    assert sniff(tmp_path / "a.txt").name == "text"


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.xlsx"])
def test_an_error_page_instead_of_a_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableError, match="holds no table") as caught:
        read_text(tmp_path, page("<h1>404 Not Found</h1>"), name=name)
    assert "Fetch the file again" in caught.value.remedy


def test_elements_nested_by_the_hundred_are_read(tmp_path: Path) -> None:
    body = "<font><b>" * 700 + "甲<table><tr><td>乙</table>"
    assert [shown(block) for block in read_text(tmp_path, page(body)).pages[0].blocks] == ["甲", [["乙"]]]
    tables = "<table><tr><td>" * 200 + "丙"
    assert "丙" in str(read_text(tmp_path, page(tables)).pages)


def test_elements_nested_beyond_sense_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="deeper"):
        read_text(tmp_path, page("<div>" * 200_000))


@pytest.mark.parametrize("text", ["", "   ", "\0\0", "<html>", "<!DOCTYPE html>", "<table>", "<td colspan=99999999999>"])
def test_pages_without_content_say_so(text: str) -> None:
    found = read_pages(text.encode(), "a.html")
    assert not [block for p in found.pages for block in p.blocks if not isinstance(block, Table)]
    assert {p.code for p in found.problems} <= {"no-text"}


def written(grid: Spans) -> str:
    rows = []
    for row in range(grid.rows):
        cells = [s for s in grid.spans if s.row == row]
        rows.append("".join(f'<td rowspan="{s.row_span}" colspan="{s.column_span}">{escape(s.text)}</td>' for s in cells))
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


@settings(max_examples=60, deadline=None)
@given(span_grids())
def test_any_grid_comes_back(grid: Spans) -> None:
    found = read_pages(page(written(grid)).encode(), "a.html")
    (table,) = found.pages[0].tables
    wanted = grid.compact()
    assert (table.rows, table.columns) == (wanted.rows, wanted.columns)
    assert tuple(sorted(Span(c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells)) == wanted.spans


_TAGS = (
    "<table>|</table>|<tr>|</tr>|<td>|</td>|<td rowspan=3 colspan=2>|<tbody>|<thead>|</thead>|<caption>|<div>|</div>|<p>|<br>|<ol><li>|甲"
    "|乙 |<div style='display:none'>|<div style='display:table-cell'>|<select><option>"
)
_SCRAPS = st.sampled_from(_TAGS.split("|"))


@settings(max_examples=150, deadline=None)
@given(st.lists(_SCRAPS, max_size=30))
def test_no_cells_overlap_and_nothing_is_made_up_whatever_the_markup(scraps: list[str]) -> None:
    found = read_pages(page("".join(scraps)).encode(), "a.html")
    printed = 0
    for block in (block for p in found.pages for block in p.blocks):
        if isinstance(block, TextLine):
            printed += block.text.count("甲")
            continue
        printed += sum(cell.text.count("甲") for cell in block.cells)
        places = [(r, c) for s in block.cells for r in range(s.row, s.last_row + 1) for c in range(s.column, s.last_column + 1)]
        assert len(places) == len(set(places))
        assert all(0 <= r < block.rows and 0 <= c < block.columns for r, c in places)
    hidden = "<div style='display:none'>" in scraps or "<select><option>" in scraps
    assert printed <= scraps.count("甲") if hidden else printed == scraps.count("甲")
