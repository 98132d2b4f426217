"""Word .doc: what real files hold and converters never write, in files made byte by byte; what LibreOffice writes is in the corpus."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.formats import read
from extract.model import Document, Place, TextLine
from extract.problem import EXIT_TOOL_MISSING, EXIT_UNREADABLE, ToolMissingError, UnreadableError
from tests.extract import word_files as w
from tests.extract.office import sketch
from tests.extract.word_files import Extras, Paragraph, cell, definition, line, row, row_end, sprm

Shown = list[str | list[list[str]]]
SIGN = sprm(w.SPECIAL)
HIDE = sprm(w.HIDDEN)
DELETE = sprm(w.DELETED)
RESTART, CONTINUE = 0x60, 0x20


def document(folder: Path, paragraphs: Sequence[Paragraph], extras: Extras | None = None) -> Document:
    return read(w.doc(folder / "a.doc", paragraphs, extras))


def shown(folder: Path, paragraphs: Sequence[Paragraph], extras: Extras | None = None) -> Shown:
    blocks = document(folder, paragraphs, extras).pages[0].blocks
    return [block.text if isinstance(block, TextLine) else sketch(block) for block in blocks]


def test_lines_and_table_with_their_places(tmp_path: Path) -> None:
    found = document(tmp_path, [line("绩效目标表"), *row(["甲", "乙"]), line("注")])
    assert (found.format, found.reader) == ("doc", "doc")
    assert [cell.places for cell in next(found.tables()).cells] == [
        (Place(table_index=0, cell="A1"),),
        (Place(table_index=0, cell="B1"),),
    ]
    assert [one.text for one in found.pages[0].lines] == ["绩效目标表", "注"]


TABLES: dict[str, tuple[list[Paragraph], list[list[str]]]] = {
    "borders of all rows make one grid": (
        [*row(["表"], [0, 6000]), *row(["甲", "乙", "丙"], [0, 1000, 3000, 6000]), *row(["丁", "戊"], [0, 3000, 6000])],
        [["表", "<", "<"], ["甲", "乙", "丙"], ["丁", "<", "戊"]],
    ),
    "borders a hair apart are one": (
        [*row(["甲", "乙"], [0, 2000, 6000]), *row(["丙", "丁"], [-8, 2015, 6008])],
        [["甲", "乙"], ["丙", "丁"]],
    ),
    "row that begins late": ([*row(["甲", "乙"], [0, 2000, 4000]), *row(["丙"], [2000, 4000])], [["甲", "乙"], [".", "丙"]]),
    "merge downwards": (
        [*row(["产出", "1"], [0, 2000, 4000], [RESTART, 0]), *row(["", "2"], [0, 2000, 4000], [CONTINUE, 0])],
        [["产出", "1"], ["^", "2"]],
    ),
    "two merges downwards meet": (
        [
            *row(["产出", "1"], [0, 2000, 4000], [RESTART, 0]),
            *row(["", "2"], [0, 2000, 4000], [CONTINUE, 0]),
            *row(["效益", "3"], [0, 2000, 4000], [RESTART, 0]),
            *row(["", "4"], [0, 2000, 4000], [CONTINUE, 0]),
        ],
        [["产出", "1"], ["^", "2"], ["效益", "3"], ["^", "4"]],
    ),
    "merge downwards set after the row was defined": (
        [*row(["产出", "1"], more=sprm(w.MERGE_DOWN, b"\x00\x03")), *row(["", "2"], more=sprm(w.MERGE_DOWN, b"\x00\x01"))],
        [["产出", "1"], ["^", "2"]],
    ),
    "merge across, its beginning numbered 1": ([*row(["表", ""], flags=[1, 2]), *row(["甲", "乙"])], [["表", "<"], ["甲", "乙"]]),
    "merge across, its beginning numbered 2": ([*row(["表", ""], flags=[2, 1]), *row(["甲", "乙"])], [["表", "<"], ["甲", "乙"]]),
    "merge across set after the row was defined": (
        [*row(["表", ""], more=sprm(w.MERGE, struct.unpack("<H", b"\x00\x02")[0])), *row(["甲", "乙"])],
        [["表", "<"], ["甲", "乙"]],
    ),
    "flags that are cut off": ([*row(["甲", "乙"], [0, 2000, 4000], [0])], [["甲", "乙"]]),
    "paragraphs and line breaks of a cell": (
        [Paragraph([("三级指\r", b"")], sprm(w.IN_TABLE)), cell("标\x0b值"), row_end([0, 2000])],
        [["三级指/标/值"]],
    ),
    "deleted row": (
        [*row(["甲", "乙"]), cell("旧"), cell("旧"), row_end([0, 2000, 4000], mark=DELETE), *row(["丙", "丁"])],
        [["甲", "乙"], ["丙", "丁"]],
    ),
    "cell without width": ([*row(["甲", "", "乙"], [0, 2000, 2000, 4000]), *row(["丙", "丁"])], [["甲", "乙"], ["丙", "丁"]]),
}


@pytest.mark.parametrize("name", TABLES)
def test_table(name: str, tmp_path: Path) -> None:
    paragraphs, wanted = TABLES[name]
    assert shown(tmp_path, [*paragraphs, line()]) == [[[text.replace("/", "\n") for text in cells] for cells in wanted]]


def test_table_inside_a_cell(tmp_path: Path) -> None:
    deep = sprm(w.IN_TABLE) + sprm(w.DEPTH, 2)
    inner = [
        Paragraph([("项目\r", b"")], deep + sprm(w.INNER_CELL)),
        Paragraph([("金额\r", b"")], deep + sprm(w.INNER_CELL)),
        Paragraph([("\r", b"")], deep + sprm(w.INNER_CELL) + sprm(w.INNER_ROW) + definition([0, 1000, 2000])),
        Paragraph([("培训\r", b"")], deep + sprm(w.INNER_CELL)),
        Paragraph([("5\r", b"")], deep + sprm(w.INNER_CELL)),
        Paragraph([("\r", b"")], deep + sprm(w.INNER_CELL) + sprm(w.INNER_ROW) + definition([0, 1000, 2000])),
    ]
    found = shown(tmp_path, [cell("资金"), *inner, cell("合计5"), row_end([0, 2000, 6000]), line()])
    assert found == [[["资金", "合计5"]], [["项目", "金额"], ["培训", "5"]]]


def test_table_at_the_very_end_is_read(tmp_path: Path) -> None:
    assert shown(tmp_path, row(["甲", "乙"])) == [[["甲", "乙"]]]


FIELD = [("\x13", SIGN), (" PAGE ", b""), ("\x14", SIGN), ("3", b""), ("\x15", SIGN)]
TEXTS: dict[str, tuple[list[Paragraph], Shown]] = {
    "deleted text": ([line("投诉", ("旧", DELETE), "新")], ["投诉新"]),
    "deleted mark joins lines": ([line("投诉", mark=DELETE), line("办结")], ["投诉办结"]),
    "hidden text": ([line("甲", ("密", HIDE), "乙")], ["甲乙"]),
    "result of a field and not its instruction": ([line("第", *FIELD, "页")], ["第3页"]),
    "field in the instruction of a field": (
        [line(("\x13", SIGN), " IF ", *FIELD, ("\x14", SIGN), "甲", ("\x15", SIGN), "乙")],
        ["甲乙"],
    ),
    "entry of a form": ([line(("\x13", SIGN), " FORMTEXT ", ("\x14", SIGN), "青溪市", ("\x15", SIGN))], ["青溪市"]),
    "signs between characters": ([line("甲\t乙\x1e丙\x1f丁", ("\x02", SIGN), ("\x05", SIGN))], ["甲\t乙-丙丁"]),
    "page break within a line": ([line("甲\x0c乙")], ["甲乙"]),
}


@pytest.mark.parametrize("name", TEXTS)
def test_text(name: str, tmp_path: Path) -> None:
    paragraphs, wanted = TEXTS[name]
    assert shown(tmp_path, paragraphs) == wanted


def test_characters_of_two_halves(tmp_path: Path) -> None:
    halves = "\ud842\udfb7"
    paragraph = Paragraph([(halves + "\r", b"")])
    data = w.word([Paragraph([("□□\r", b"")])], Extras()).replace("□□".encode("utf-16-le"), halves.encode("utf-16-le", "surrogatepass"))
    path = tmp_path / "a.doc"
    path.write_bytes(data)
    assert paragraph.length == 3
    assert [one.text for one in read(path).pages[0].lines] == ["𠮷"]


def test_signs_of_symbol_fonts(tmp_path: Path) -> None:
    fonts = Extras(fonts=("宋体", "Wingdings", "Symbol"))
    tick = ("(", sprm(w.SYMBOL, struct.unpack("<I", struct.pack("<HH", 1, 0xF0FE))[0]) + SIGN)
    least = ("\xb3", sprm(w.FONT, 2))
    assert shown(tmp_path, [line(tick, "新增", least, "5")], fonts) == ["☑新增≥5"]


def test_boxes_and_choices_of_forms(tmp_path: Path) -> None:
    data = b"".join(_form_field(kind, result, entries) for kind, result, entries in ((1, 1, ()), (1, 0, ()), (2, 1, ("定性", "≥"))))
    size = len(_form_field(1, 1, ()))
    runs: list[tuple[str, bytes]] = []
    for place, name in ((0, "FORMCHECKBOX"), (size, "FORMCHECKBOX"), (2 * size, "FORMDROPDOWN")):
        sign = ("\x01", sprm(w.PLACE, place) + sprm(w.IS_DATA) + SIGN)
        runs += [("\x13", SIGN), (f" {name} ", b""), sign, ("\x14", SIGN), ("\x15", SIGN)]
    assert shown(tmp_path, [line(*runs)], Extras(data=data)) == ["☑☐≥"]


def _form_field(kind: int, result: int, entries: Sequence[str]) -> bytes:
    body = b"\xff\xff\xff\xff" + struct.pack("<HHH", kind | result << 2, 0, 0) + bytes(4) + struct.pack("<H", 0) + bytes(20)
    if kind == 2:
        body += struct.pack("<HHH", 0xFFFF, len(entries), 0)
        body += b"".join(struct.pack("<H", len(entry)) + entry.encode("utf-16-le") for entry in entries)
    return struct.pack("<IH62x", 68 + len(body), 68) + body


def test_data_of_a_link_is_no_form(tmp_path: Path) -> None:
    data = struct.pack("<IH62x", 100, 68) + b"\xd0\xc9\xea\x79" + bytes(28)
    runs = [
        ("\x13", SIGN),
        (" HYPERLINK ", b""),
        ("\x01", sprm(w.PLACE, 0) + sprm(w.IS_DATA) + SIGN),
        ("\x14", SIGN),
        "网站",
        ("\x15", SIGN),
    ]
    assert shown(tmp_path, [line(*runs)], Extras(data=data)) == ["网站"]


def test_numbers_of_lists_are_printed(tmp_path: Path) -> None:
    extras = Extras(
        lists=w.lists(w.level("\x00、", form=37, follow=2), w.level("（\x00）", start=3, follow=2)), overrides=w.overrides(1, 2)
    )
    one, two = (sprm(w.LIST, number) + sprm(w.LEVEL, 0) for number in (1, 2))
    paragraphs = [line("甲", modifiers=one), line("乙", modifiers=two), line("丙", modifiers=one), line("丁", modifiers=sprm(w.LIST, 0))]
    assert shown(tmp_path, paragraphs, extras) == ["一、甲", "（3）乙", "二、丙", "丁"]


def test_hidden_by_style(tmp_path: Path) -> None:
    extras = Extras(styles=w.styles(b"", HIDE))
    assert shown(tmp_path, [line("甲"), line("密", style=1), line(("乙", sprm(w.HIDDEN, 0)), style=1)], extras) == ["甲", "乙"]


def test_pieces_in_another_order_as_a_fast_save_leaves_them(tmp_path: Path) -> None:
    paragraphs = [line("一"), *row(["甲", "乙"]), line("二")]
    assert shown(tmp_path, paragraphs, Extras(order=(4, 2, 0, 3, 1))) == ["一", [["甲", "乙"]], "二"]


def test_pieces_change_what_their_text_says_of_itself(tmp_path: Path) -> None:
    paragraphs = [line("甲"), line("密"), line("删"), line("乙")]
    hidden_short = 0x5C << 1 | 1 << 8
    assert shown(tmp_path, paragraphs, Extras(groups=[DELETE], changes={1: hidden_short, 2: 1})) == ["甲", "乙"]


def test_text_of_one_byte_a_character(tmp_path: Path) -> None:
    assert shown(tmp_path, [line("GDP € ×95%")], Extras(narrow=True)) == ["GDP € ×95%"]


def test_modifiers_too_long_for_their_page(tmp_path: Path) -> None:
    borders = [300 * i for i in range(31)]
    long = sprm(w.IN_TABLE) + sprm(w.ROW_END) + definition(borders, [0] * 30)
    data = struct.pack("<H", len(long)) + long
    end = Paragraph([("\x07", b"")], sprm(w.HUGE, 0))
    texts = [str(i) for i in range(30)]
    assert shown(tmp_path, [*map(cell, texts), end, line()], Extras(data=data)) == [[texts]]


def widths(cells: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(1, 4), min_size=cells, max_size=cells)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 5).flatmap(widths), min_size=1, max_size=5))
def test_any_rows_keep_their_texts_and_borders(rows: list[list[int]]) -> None:
    paragraphs: list[Paragraph] = []
    for r, spans in enumerate(rows):
        borders = [0]
        for span in spans:
            borders.append(borders[-1] + 1000 * span)
        paragraphs += row([f"{r}.{c}" for c in range(len(spans))], borders)
    with tempfile.TemporaryDirectory() as folder:
        table = next(document(Path(folder), [*paragraphs, line()]).tables())
    used = sorted({0} | {1000 * sum(spans[: c + 1]) for spans in rows for c in range(len(spans))})
    wanted = {
        (f"{r}.{c}", used.index(1000 * sum(spans[:c])), used.index(1000 * sum(spans[: c + 1])))
        for r, spans in enumerate(rows)
        for c in range(len(spans))
    }
    assert {(cell.text, cell.column, cell.last_column + 1) for cell in table.cells} == wanted


def _refused(path: Path) -> UnreadableError:
    with pytest.raises(UnreadableError) as caught:
        read(path)
    assert caught.value.exit_code == EXIT_UNREADABLE
    assert path.name in caught.value.message
    return caught.value


def test_protected_file_is_refused(tmp_path: Path) -> None:
    path = w.doc(tmp_path / "a.doc", [line("甲")], Extras(flags=0x0100))
    assert "password" in _refused(path).message


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9, 0.99])
def test_truncated_file_is_refused_or_read_whole(share: float, tmp_path: Path) -> None:
    whole = w.word([line(f"第{i}行") for i in range(400)], Extras())
    path = tmp_path / "a.doc"
    path.write_bytes(whole[: int(len(whole) * share)])
    assert "damaged" in _refused(path).message


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_broken_bytes_end_in_a_document_or_a_refusal(data: st.DataObject) -> None:
    broken = bytearray(w.word([line("甲"), *row(["乙", "丙"]), line("丁")], Extras(fonts=("宋体",))))
    for _ in range(data.draw(st.integers(1, 8))):
        broken[data.draw(st.integers(8, len(broken) - 1))] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("JIXIAO_SOFFICE", "/nowhere/soffice")
        path = Path(folder) / "a.doc"
        path.write_bytes(bytes(broken))
        try:
            assert isinstance(read(path), Document)
        except (UnreadableError, ToolMissingError) as error:
            assert "a.doc" in error.message


def test_older_word_needs_libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIXIAO_SOFFICE", str(tmp_path / "nowhere"))
    path = w.doc(tmp_path / "a.doc", [line("甲")], Extras(version=0x0065))
    with pytest.raises(ToolMissingError, match=r"older than 97.*LibreOffice") as caught:
        read(path)
    assert caught.value.exit_code == EXIT_TOOL_MISSING
    assert "apt-get install" in caught.value.remedy


def test_row_that_does_not_say_where_its_cells_stand_is_not_guessed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIXIAO_SOFFICE", str(tmp_path / "nowhere"))
    path = w.doc(tmp_path / "a.doc", [cell("甲"), cell("乙"), row_end([0, 2000]), line()])
    with pytest.raises(ToolMissingError, match="does not say where its cells stand"):
        read(path)


def test_renamed_wps_is_read_by_its_content(tmp_path: Path) -> None:
    path = w.doc(tmp_path / "申报表.wps", [line("甲"), *row(["乙", "丙"]), line()])
    found = read(path)
    assert (found.format, found.source_name, found.problems) == ("doc", "申报表.wps", ())
