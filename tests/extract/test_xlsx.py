"""Workbooks: what their sheets show, cut into tables and lines, with the true address of each cell."""

from __future__ import annotations

import tempfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.model import Document, Place, TextLine
from extract.readers.xlsx import read
from extract.readers.xlsx_numbers import show_number
from tests.extract.grids import Spans, span_grids
from tests.extract.office import FRAMED, HEAD, LARGE, archive, relations, sheet_xml, sketch, text_cell, xlsx
from tests.extract.test_docx import spans_of

CASES = Path(__file__).parent.parent / "cases"
NUMBERS: dict[str, list[str]] = yaml.safe_load((CASES / "number_formats.yml").read_text(encoding="utf-8"))


def read_sheets(folder: Path, sheets: dict[str, str], formats: tuple[str, ...] = (), **more: str) -> Document:
    return read(xlsx(folder / "a.xlsx", sheets, formats, **more))


def shown(document: Document) -> list[list[str | list[list[str]]]]:
    """Per page its blocks: a line as a string, a table as rows of texts."""
    return [[b.text if isinstance(b, TextLine) else sketch(b) for b in page.blocks] for page in document.pages]


def codes(document: Document) -> dict[str, str]:
    return {p.code: p.message for p in document.problems}


@pytest.mark.parametrize("name", NUMBERS)
def test_number_is_shown_by_its_format(name: str) -> None:
    stored, code, wanted = NUMBERS[name]
    assert show_number(stored, code) == (wanted, True)


@pytest.mark.parametrize(("stored", "code"), [("-3", "yyyy-mm-dd"), ("99999999", "yyyy-mm-dd"), ("abc", "0")])
def test_number_that_its_format_cannot_show_stands_as_stored(stored: str, code: str) -> None:
    assert show_number(stored, code) == (stored, False)


FORMATS = ["0", "0.00", "#,##0.00", "0.0%", '"≥"0.0"万元"', "# ??/??", "0.00E+00", "General"]


@given(st.decimals(-(10**12), 10**12, places=4), st.sampled_from(FORMATS))
def test_any_number_is_shown_under_any_format(number: object, code: str) -> None:
    text, faithful = show_number(str(number), code)
    assert faithful and text == text.strip() and any(c.isdigit() for c in text)


def test_date_of_a_workbook_that_counts_from_1904(tmp_path: Path) -> None:
    inner = '<sheetData><row r="1"><c r="A1" s="3"><v>44195</v></c></row></sheetData>'
    document = read_sheets(tmp_path, {"甲": inner}, ("yyyy-mm-dd",), properties='<workbookPr date1904="1"/>')
    assert shown(document) == [["2024-12-31"]]


def test_values_of_every_kind(tmp_path: Path) -> None:
    cells = (
        '<c r="A1" t="s"><v>0</v></c><c r="B1" t="b"><v>1</v></c><c r="C1" t="e"><v>#REF!</v></c>'
        '<c r="D1" t="str"><f>A1</f><v>甲_x000D_\n乙</v></c><c r="E1"><f>1+1</f><v>2</v></c><c r="F1"><f>1+2</f></c>'
        '<c r="G1" t="d"><v>2024-12-31</v></c>'
    )
    shared = '<si><r><t>绩效</t></r><r><rPr/><t>目标</t></r><rPh sb="0" eb="1"><t>jixiao</t></rPh></si>'
    row2 = '<row r="2"><c r="A2" t="s"><v>9</v></c><c r="B2" t="inlineStr"><is><t>≥95%</t></is></c></row>'
    document = read_sheets(tmp_path, {"甲": f'<sheetData><row r="1">{cells}</row>{row2}</sheetData>'}, shared=shared)
    assert shown(document) == [[[["绩效目标", "TRUE", "#REF!", "甲\n乙", "2", "", "2024-12-31"], ["", "≥95%", "", "", "", "", ""]]]]
    told = codes(document)
    assert set(told) == {"error-value", "formula-without-value", "broken-text"}
    assert "C1 #REF!" in told["error-value"] and "F1" in told["formula-without-value"] and "A2" in told["broken-text"]


def test_hidden_rows_columns_and_sheets_are_left_out_and_told(tmp_path: Path) -> None:
    inner = (
        '<cols><col min="2" max="2" hidden="1"/></cols><sheetData>'
        + '<row r="1">' + text_cell("A1", "甲") + text_cell("B1", "密") + text_cell("C1", "乙") + "</row>"
        + '<row r="2" hidden="1">' + text_cell("A2", "旧") + text_cell("C2", "旧") + "</row>"
        + '<row r="3">' + text_cell("A3", "丙") + text_cell("C3", "丁") + "</row></sheetData>"
    )  # fmt: skip
    document = read_sheets(tmp_path, {"面": inner, "~底": sheet_xml([["库"]])})
    assert shown(document) == [[[["甲", "乙"], ["丙", "丁"]]]]
    [table] = document.tables()
    assert {c.text: c.places[0].cell for c in table.cells} == {"甲": "A1", "乙": "C1", "丙": "A3", "丁": "C3"}
    told = codes(document)
    assert "底 (1 cells)" in told["hidden-sheet"]
    assert "row 2" in told["hidden-cells"] and "column B" in told["hidden-cells"] and "3 hidden cells" in told["hidden-cells"]


def test_merge_with_a_hidden_first_row_still_shows_its_text(tmp_path: Path) -> None:
    inner = (
        '<sheetData><row r="1" hidden="1">' + text_cell("A1", "产出") + text_cell("B1", "旧") + "</row>"
        + '<row r="2">' + text_cell("B2", "甲") + "</row>" + '<row r="3">' + text_cell("B3", "乙") + "</row></sheetData>"
        + '<mergeCells><mergeCell ref="A1:A3"/></mergeCells>'
    )  # fmt: skip
    assert shown(read_sheets(tmp_path, {"甲": inner})) == [[[["产出", "甲"], ["^", "乙"]]]]


def test_text_under_a_merge_is_left_out_and_told(tmp_path: Path) -> None:
    document = read_sheets(tmp_path, {"甲": sheet_xml([["甲", "旧"], ["乙", "丙"]], "A1:B1", FRAMED)})
    assert shown(document) == [[[["甲", "<"], ["乙", "丙"]]]]
    assert "B1" in codes(document)["covered-text"]


def test_title_and_note_outside_of_the_frame_are_lines(tmp_path: Path) -> None:
    title = '<row r="1">' + text_cell("A1", "项目绩效目标表", LARGE) + "</row>"
    body = sheet_xml([["项目名称", "路灯"], ["指标", "值"]], style=FRAMED, first=2).replace("<sheetData>", "<sheetData>" + title)
    body = body.replace("</sheetData>", '<row r="4">' + text_cell("A4", "注：无") + "</row></sheetData>")
    document = read_sheets(tmp_path, {"甲": body})
    assert shown(document) == [["项目绩效目标表", [["项目名称", "路灯"], ["指标", "值"]], "注：无"]]
    assert document.pages[0].lines[0].size == 20.0
    assert document.pages[0].lines[0].place == Place(sheet="甲", cell="A1")


def test_title_over_two_rows_is_a_line(tmp_path: Path) -> None:
    document = read_sheets(tmp_path, {"甲": sheet_xml([["题", None], [], ["甲", "乙"], ["丙", "丁"]], "A1:B2")})
    assert shown(document) == [["题", [["甲", "乙"], ["丙", "丁"]]]]


def test_value_that_its_format_hides_is_left_out_and_told(tmp_path: Path) -> None:
    inner = '<sheetData><row r="1">' + text_cell("A1", "甲") + text_cell("B1", "密", 3) + '<c r="C1" s="3"><v>5</v></c></row></sheetData>'
    document = read_sheets(tmp_path, {"甲": inner}, (";;;",))
    assert shown(document) == [["甲"]]
    assert "B1, C1" in codes(document)["blank-format"]


def test_row_and_column_drawn_down_to_nothing_are_hidden(tmp_path: Path) -> None:
    inner = sheet_xml([["甲", "密"], ["旧", "旧"], ["乙", "密"]]).replace('<row r="2">', '<row r="2" ht="0" customHeight="1">')
    document = read_sheets(tmp_path, {"甲": '<cols><col min="2" max="2" width="0.0"/></cols>' + inner})
    assert shown(document) == [["甲", "乙"]]


def test_blank_row_in_the_frame_cuts_nothing(tmp_path: Path) -> None:
    document = read_sheets(tmp_path, {"甲": sheet_xml([["甲", "乙"], ["", ""], ["丙", "丁"]], style=FRAMED)})
    assert shown(document) == [[[["甲", "乙"], ["", ""], ["丙", "丁"]]]]


def test_forms_one_under_another_and_side_by_side_come_apart(tmp_path: Path) -> None:
    rows: list[list[str | None]] = [["甲", "1", None, "乙", "2"], ["丙", "3", None, "丁", "4"], [], ["戊", "5"], ["己", "6"]]
    document = read_sheets(tmp_path, {"甲": sheet_xml(rows, style=FRAMED)})
    assert shown(document) == [[[["甲", "1"], ["丙", "3"]], [["乙", "2"], ["丁", "4"]], [["戊", "5"], ["己", "6"]]]]
    assert [table.index for table in document.tables()] == [0, 1, 2]


def test_form_right_under_another_is_parted_by_its_title(tmp_path: Path) -> None:
    rows = sheet_xml([["甲", "1", "2"], ["乙", "3", "4"]], style=FRAMED)
    rows = rows.replace("</sheetData>", '<row r="3">' + text_cell("A3", "项目二目标表") + "</row></sheetData>")
    more = sheet_xml([["丙", "5", "6"]], style=FRAMED, first=4).removeprefix("<sheetData>").removesuffix("</sheetData>")
    inner = rows.replace("</sheetData>", more + "</sheetData>") + '<mergeCells><mergeCell ref="A3:C3"/></mergeCells>'
    assert shown(read_sheets(tmp_path, {"甲": inner})) == [[[["甲", "1", "2"], ["乙", "3", "4"]], "项目二目标表", [["丙", "5", "6"]]]]


def test_without_frames_one_blank_row_or_column_cuts_nothing(tmp_path: Path) -> None:
    rows: list[list[str | None]] = [["甲", None, "乙"], [], ["丙", None, "丁"]]
    document = read_sheets(tmp_path, {"甲": sheet_xml(rows)})
    assert shown(document) == [[[["甲", "", "乙"], ["", "", ""], ["丙", "", "丁"]]]]


def test_without_frames_two_blank_rows_cut(tmp_path: Path) -> None:
    rows: list[list[str | None]] = [["甲", "乙"], ["丙", "丁"], [], [], ["戊", "己"], ["庚", "辛"]]
    assert shown(read_sheets(tmp_path, {"甲": sheet_xml(rows)})) == [[[["甲", "乙"], ["丙", "丁"]], [["戊", "己"], ["庚", "辛"]]]]


def test_label_of_a_blank_value_stays_in_the_table(tmp_path: Path) -> None:
    rows: list[list[str | None]] = [["项目名称", ""], ["主管部门", "水利局"]]
    assert shown(read_sheets(tmp_path, {"甲": sheet_xml(rows)})) == [[[["项目名称", ""], ["主管部门", "水利局"]]]]


VALIDATION = '<dataValidations><dataValidation type="list" sqref="B2"><formula1>{}</formula1></dataValidation></dataValidations>'
LISTED: list[list[str | None]] = [["指标", "类型", None, "选项"], ["人数", "≥", None, "≥"], ["次数", "≤", None, "≤"]]


@pytest.mark.parametrize("source", ["$D$2:$D$3", "'甲'!$D$2:$D$3", "D2:D3", "类型"])
def test_list_that_only_feeds_a_drop_down_is_no_data(source: str, tmp_path: Path) -> None:
    names = '<definedName name="类型">甲!$D$2:$D$3</definedName>'
    document = read_sheets(tmp_path, {"甲": sheet_xml(LISTED) + VALIDATION.format(source)}, names=names)
    assert shown(document) == [[[["指标", "类型"], ["人数", "≥"], ["次数", "≤"]]]]
    assert "选项, ≥, ≤" in codes(document)["choice-list"]


def test_list_of_the_newer_kind_on_another_sheet(tmp_path: Path) -> None:
    newer = (
        '<extLst><ext><x14:dataValidations><x14:dataValidation type="list"><x14:formula1><xm:f>库!$A:$A</xm:f></x14:formula1>'
        "<xm:sqref>B2</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
    )
    document = read_sheets(tmp_path, {"甲": sheet_xml([["指标", "类型"], ["人数", "≥"]]) + newer, "库": sheet_xml([["≥"], ["≤"]])})
    assert shown(document) == [[[["指标", "类型"], ["人数", "≥"]]], []]


def test_list_drawn_from_data_stays(tmp_path: Path) -> None:
    sheets = {"甲": sheet_xml([["项目", "类型"], ["路灯", "≥"]]) + VALIDATION.format("乙!$A$2:$A$3")}
    sheets["乙"] = sheet_xml([["项目", "金额"], ["路灯", "12"], ["公园", "30"]])
    assert shown(read_sheets(tmp_path, sheets))[1] == [[["项目", "金额"], ["路灯", "12"], ["公园", "30"]]]


def test_text_boxes_and_pictures_over_a_sheet(tmp_path: Path) -> None:
    drawing = (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:twoCellAnchor><xdr:from><xdr:row>0</xdr:row></xdr:from>'
        '<xdr:sp><xdr:txBody><a:p><a:r><a:rPr sz="2200"/><a:t>绩效</a:t></a:r><a:r><a:t>目标表</a:t></a:r></a:p></xdr:txBody></xdr:sp>'
        '<xdr:pic/></xdr:twoCellAnchor><xdr:twoCellAnchor><xdr:sp><xdr:nvSpPr><xdr:cNvPr hidden="1"/></xdr:nvSpPr><xdr:txBody><a:p><a:r>'
        "<a:t>隐</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:twoCellAnchor></xdr:wsDr>"
    )
    path = xlsx(tmp_path / "b.xlsx", {"甲": sheet_xml([["甲", "乙"], ["丙", "丁"]]) + '<drawing r:id="r0"/>'})
    with zipfile.ZipFile(path) as source:
        members: dict[str, str | bytes] = {name: source.read(name) for name in source.namelist()}
    members["xl/worksheets/_rels/sheet0.xml.rels"] = relations({"drawing": "../drawings/drawing1.xml"})
    members["xl/drawings/drawing1.xml"] = HEAD + drawing
    document = read(archive(tmp_path / "a.xlsx", members))
    assert shown(document) == [["绩效目标表", [["甲", "乙"], ["丙", "丁"]]]]
    assert document.pages[0].lines[0].size == 22.0
    assert "1 pictures" in codes(document)["picture"]


def test_merge_over_the_whole_width_of_the_sheet(tmp_path: Path) -> None:
    document = read_sheets(tmp_path, {"甲": sheet_xml([["题"], ["甲", "乙"]], "A1:XFD1")})
    assert shown(document) == [["题", [["甲", "乙"]]]]


def test_overlapping_merges_of_a_damaged_file_lose_nothing(tmp_path: Path) -> None:
    document = read_sheets(tmp_path, {"甲": sheet_xml([["甲", "乙"], ["丙", None], [None, None], ["丁", "戊"]], "A2:B3 B1:B2", FRAMED)})
    [table] = document.tables()
    assert sorted(c.text for c in table.cells if c.text) == sorted("甲乙丙丁戊")
    places = [(r, c) for x in table.cells for r in range(x.row, x.last_row + 1) for c in range(x.column, x.last_column + 1)]
    assert len(places) == len(set(places))


def test_texts_far_apart_cost_no_memory(tmp_path: Path) -> None:
    last = '<row r="1048576">' + text_cell("XFD1048576", "乙") + "</row>"
    assert shown(read_sheets(tmp_path, {"甲": sheet_xml([["甲"]]).replace("</sheetData>", last + "</sheetData>")})) == [["甲", "乙"]]


def test_a_million_formatted_blank_rows_cost_little(tmp_path: Path) -> None:
    blank = "".join(f'<row r="{r}" s="1" customFormat="1"><c r="A{r}" s="1"/></row>' for r in range(3, 200_000))
    body = sheet_xml([["甲", "乙"], ["丙", "丁"]], style=FRAMED).replace("</sheetData>", blank + "</sheetData>")
    path = xlsx(tmp_path / "a.xlsx", {"甲": body})
    tracemalloc.start()
    document = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert shown(document) == [[[["甲", "乙"], ["丙", "丁"]]]]
    assert peak < 20 << 20


@given(span_grids())
@settings(max_examples=100, deadline=None)
def test_any_grid_comes_back(grid: Spans) -> None:
    cells: dict[int, list[str]] = {row: [] for row in range(grid.rows)}
    merges = []
    for span in grid.spans:
        address = f"{chr(65 + span.column)}{span.row + 1}"
        cells[span.row].append(text_cell(address, span.text, FRAMED))
        merges.append(f'<mergeCell ref="{address}:{chr(64 + span.column + span.column_span)}{span.row + span.row_span}"/>')
    rows = "".join(f'<row r="{row + 1}">{"".join(found)}</row>' for row, found in cells.items())
    with tempfile.TemporaryDirectory() as folder:
        document = read_sheets(Path(folder), {"甲": f"<sheetData>{rows}</sheetData><mergeCells>{''.join(merges)}</mergeCells>"})
    [table] = list(document.tables())
    assert spans_of(table) == grid.compact()
