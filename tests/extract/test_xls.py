"""Excel .xls: what a sheet shows, old code pages, drop-down lists and text boxes, and files that are refused."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.formats import read
from extract.model import Document, Place
from extract.problem import EXIT_UNREADABLE, UnreadableError
from extract.readers.xls_records import extras
from extract.readers.xlsx_drawings import BoxLine, TextBox
from extract.readers.xlsx_sheet import Area, Choice
from tests.extract.office import sketch
from tests.extract.word_files import compound


def workbook(path: Path, fill: Callable[[xlwt.Workbook, xlwt.Worksheet], None]) -> Document:
    book = xlwt.Workbook(encoding="utf-8")
    fill(book, book.add_sheet("绩效"))
    book.save(str(path))
    return read(path)


def style(code: str = "General", framed: bool = False) -> xlwt.XFStyle:
    made = xlwt.XFStyle()
    made.num_format_str = code
    if framed:
        made.borders.left = made.borders.top = made.borders.right = made.borders.bottom = 1
    return made


def test_merges_and_places(tmp_path: Path) -> None:
    def fill(_: xlwt.Workbook, sheet: xlwt.Worksheet) -> None:
        framed = style(framed=True)
        sheet.write_merge(0, 1, 0, 0, "产出", framed)
        sheet.write_merge(0, 0, 1, 2, "指标\n值", framed)
        sheet.write(1, 1, "甲", framed)
        sheet.write(1, 2, "≥5", framed)

    found = workbook(tmp_path / "a.xls", fill)
    assert (found.format, found.reader, found.pages[0].label) == ("xls", "xls", "绩效")
    (table,) = found.tables()
    assert sketch(table) == [["产出", "指标\n值", "<"], ["^", "甲", "≥5"]]
    assert table.cells[-1].places == (Place(sheet="绩效", cell="C2", table_index=0),)


NUMBERS = [
    (0.95, "0%", "95%"),
    (0.9512, "0.0%", "95.1%"),
    (1234.5, "#,##0.00", "1,234.50"),
    (80.0, "General", "80"),
    (0.1 + 0.2, "General", "0.3"),
    (44927, 'yyyy"年"m"月"d"日"', "2023年1月1日"),
    (5, '"≥"0"次"', "≥5次"),
    (1e20, "General", "100000000000000000000"),
    (True, "General", "TRUE"),
]


@pytest.mark.parametrize(("value", "code", "wanted"), NUMBERS)
def test_values_stand_as_the_sheet_shows_them(value: Any, code: str, wanted: str, tmp_path: Path) -> None:
    def fill(_: xlwt.Workbook, sheet: xlwt.Worksheet) -> None:
        sheet.write(0, 0, "指标", style(framed=True))
        sheet.write(0, 1, value, style(code, framed=True))

    (table,) = workbook(tmp_path / "a.xls", fill).tables()
    assert sketch(table) == [["指标", wanted]]


def test_dates_of_a_workbook_that_counts_from_1904(tmp_path: Path) -> None:
    def fill(book: xlwt.Workbook, sheet: xlwt.Worksheet) -> None:
        book.dates_1904 = True
        sheet.write(0, 0, 43465, style("yyyy-mm-dd", framed=True))
        sheet.write(0, 1, "甲", style(framed=True))

    (table,) = workbook(tmp_path / "a.xls", fill).tables()
    assert sketch(table) == [["2023-01-01", "甲"]]


def test_what_is_hidden_is_left_out_and_told(tmp_path: Path) -> None:
    def fill(book: xlwt.Workbook, sheet: xlwt.Worksheet) -> None:
        for row, texts in enumerate([["甲", "密", "乙"], ["密", "密", "密"], ["丙", "密", "丁"]]):
            for column, text in enumerate(texts):
                sheet.write(row, column, text, style(framed=True))
        sheet.row(1).hidden = True
        sheet.col(1).hidden = True
        other = book.add_sheet("旧稿")
        other.write(0, 0, "旧")
        other.visibility = 1

    found = workbook(tmp_path / "a.xls", fill)
    assert [sketch(table) for table in found.tables()] == [[["甲", "乙"], ["丙", "丁"]]]
    assert {problem.code for problem in found.problems} == {"hidden-sheet", "hidden-cells"}


def test_error_of_the_sheet_is_told(tmp_path: Path) -> None:
    def fill(_: xlwt.Workbook, sheet: xlwt.Worksheet) -> None:
        sheet.write(0, 0, "甲", style(framed=True))
        sheet.row(0).set_cell_error(1, "#DIV/0!", style(framed=True))

    found = workbook(tmp_path / "a.xls", fill)
    assert [(p.code, p.severity) for p in found.problems] == [("error-value", "warning")]
    assert "B1 #DIV/0!" in found.problems[0].message


def test_sheet_of_wps_is_read_by_its_content(tmp_path: Path) -> None:
    found = workbook(tmp_path / "a.et", lambda _, sheet: sheet.write(0, 0, "甲"))
    assert (found.format, found.problems) == ("xls", ())


def record(code: int, data: bytes) -> bytes:
    return struct.pack("<HH", code, len(data)) + data


def old_workbook(text: bytes, page: int | None) -> bytes:
    """A workbook of Excel 5 with one text, in a code page that it names or does not."""
    head = record(0x0809, struct.pack("<HHHH", 0x0500, 5, 0, 0))
    if page is not None:
        head += record(0x0042, struct.pack("<H", page))
    name = "表".encode("gbk")
    size = len(head) + 4 + 7 + len(name) + 4
    head += record(0x0085, struct.pack("<IBBB", size, 0, 0, len(name)) + name) + record(0x000A, b"")
    sheet = record(0x0809, struct.pack("<HHHH", 0x0500, 0x10, 0, 0))
    sheet += record(0x0204, struct.pack("<HHHH", 0, 0, 0, len(text)) + text) + record(0x000A, b"")
    return compound({"Book": head + sheet})


@pytest.mark.parametrize("page", [936, None, 1252], ids=["gbk", "none", "latin"])
def test_text_in_a_code_page(page: int | None, tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(old_workbook("绩效目标申报表".encode("gbk"), page))
    found = read(path)
    assert [(page.label, [line.text for line in page.lines]) for page in found.pages] == [("表", ["绩效目标申报表"])]


def book_of(*records: bytes, names: tuple[str, ...] = ("表", "选项")) -> Any:
    body = record(0x0809, bytes(16)) + b"".join(records) + record(0x000A, b"")
    return SimpleNamespace(
        mem=body, biff_version=80, _sh_abs_posn=[0], _externsheet_info=[(0, 1, 1)], name_obj_list=[], sheet_names=lambda: list(names)
    )


def validation(formula: bytes, flags: int = 3) -> bytes:
    texts = struct.pack("<HB", 1, 0) + b"a" + (struct.pack("<HB", 1, 1) + "请".encode("utf-16-le")) * 3
    data = struct.pack("<I", flags) + texts + struct.pack("<HH", len(formula), 0) + formula + bytes(4)
    return record(0x01BE, data + struct.pack("<H4H", 1, 2, 8, 1, 1))


AREA = b"\x25" + struct.pack("<4H", 0, 2, 7, 7)


@pytest.mark.parametrize(
    ("formula", "source"),
    [
        (AREA, "$H$1:$H$3"),
        (b"\x3b" + struct.pack("<5H", 0, 0, 1, 0, 0), "'选项'!$A$1:$A$2"),
        (b"\x5b" + struct.pack("<5H", 0, 0, 65_535, 0, 0), "'选项'!$A:$A"),
    ],
    ids=["area", "area-of-another-sheet", "whole-column"],
)
def test_lists_to_choose_from(formula: bytes, source: str) -> None:
    assert extras(book_of(validation(formula)), 0).choices == [Choice((Area(3, 2, 9, 2),), source)]


@pytest.mark.parametrize("formula", [b"", b"\x17\x01\x00a", b"\x23\x05\x00\x00\x00"], ids=["none", "text", "unknown-name"])
def test_lists_without_cells_feed_nothing(formula: bytes) -> None:
    assert extras(book_of(validation(formula)), 0).choices == []


def test_text_boxes_and_pictures() -> None:
    anchor = b"\x0f\x00" + b"\x00\x00\x10\xf0\x12\x00\x00\x00" + struct.pack("<9H", 0, 1, 0, 4, 0, 3, 0, 6, 0)
    text = "注：\r万元".encode("utf-16-le")

    def box(kind: int) -> bytes:
        shape = record(0x00EC, anchor) + record(0x005D, struct.pack("<HHH", 0x15, 18, kind) + bytes(16))
        return shape + record(0x01B6, struct.pack("<10xHH4x", 5, 16)) + record(0x003C, b"\x01" + text) + record(0x003C, bytes(16))

    chart = record(0x0809, bytes(16)) + box(6) + record(0x000A, b"")
    found = extras(book_of(box(6), box(0x19), chart, record(0x005D, struct.pack("<HHH", 0x15, 18, 8) + bytes(16))), 0)
    assert found.drawing.boxes == (TextBox(5, (BoxLine("注：", 0.0), BoxLine("万元", 0.0))),)
    assert found.drawing.pictures == 1


def _simple(path: Path) -> bytes:
    workbook(path, lambda _, sheet: [sheet.write(row, 0, f"第{row}行") for row in range(300)])  # type: ignore[func-returns-value]
    return path.read_bytes()


def test_protected_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    whole = _simple(path)
    at = whole.index(struct.pack("<HH", 0x0809, 16)) + 20
    protected = record(0x002F, struct.pack("<HHH", 0, 0x1234, 0x5678))
    path.write_bytes(whole[:at] + protected + whole[at + len(protected) :])
    with pytest.raises(UnreadableError, match="password") as caught:
        read(path)
    assert caught.value.exit_code == EXIT_UNREADABLE


@pytest.mark.parametrize("share", [0.1, 0.4, 0.8])
def test_truncated_workbook_is_refused(share: float, tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    whole = _simple(path)
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(UnreadableError, match=r"a\.xls.* is damaged"):
        read(path)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_broken_bytes_end_in_a_document_or_a_refusal(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("broken") / "a.xls"
    broken = bytearray(_simple(path))
    for _ in range(data.draw(st.integers(1, 8))):
        broken[data.draw(st.integers(8, len(broken) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(broken))
    try:
        assert isinstance(read(path), Document)
    except UnreadableError as error:
        assert "a.xls" in error.message
