"""What damaged files have once broken, each made here as small as it can be."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.builder.docx import docx
from corpus.builder.facts import Case, Grid, Slot
from corpus.builder.xlsx import xlsx
from extract import read
from extract.formats import sniff
from extract.model import Table
from extract.ocr.load import pages_of
from extract.package import Package
from extract.problem import UnreadableError
from tests.fuzz.seeds import CORPUS

BODY = Grid(2, 2, tuple(Slot(r, c, text) for r, c, text in ((0, 0, "甲"), (0, 1, "乙"), (1, 0, "丙"), (1, 1, "丁"))), (1.0, 1.0))
CASE = Case("found", ("docx", "xlsx"), (BODY,))


def texts(path: Path) -> list[str]:
    return [cell.text for page in read(path).pages for block in page.blocks if isinstance(block, Table) for cell in block.cells]


def changed(data: bytes, member: str, before: str, after: str) -> bytes:
    """The package with a member in which some words are others."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as out:
        for name in source.namelist():
            text = source.read(name).decode()
            assert name != member or before in text
            out.writestr(name, text.replace(before, after) if name == member else text)
    return buffer.getvalue()


NUMBERS_OF_WORD = {
    "width-of-a-cell": ('<w:tcW w:w="4800"', '<w:tcW w:w="NUMBER"'),
    "width-of-a-column": ('<w:gridCol w:w="4800"', '<w:gridCol w:w="NUMBER"'),
    "span": ('w:type="dxa"/>', 'w:type="dxa"/><w:gridSpan w:val="NUMBER"/>'),
    "columns-before": ("<w:tr>", '<w:tr><w:trPr><w:gridBefore w:val="NUMBER"/></w:trPr>'),
    "size": ("<w:p><w:r>", '<w:p><w:r><w:rPr><w:sz w:val="NUMBER"/></w:rPr>'),
    "level-of-a-list": ("<w:p><w:r>", '<w:p><w:pPr><w:numPr><w:ilvl w:val="NUMBER"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r>'),
}


@pytest.mark.parametrize("number", ["1e308", "-1e999", "NaN", "²", "٣", "9" * 5000, "1.2.3"], ids=lambda number: number[:8])
@pytest.mark.parametrize("place", NUMBERS_OF_WORD)
def test_a_number_of_word_that_is_none(tmp_path: Path, place: str, number: str) -> None:
    before, after = NUMBERS_OF_WORD[place]
    path = tmp_path / "a.docx"
    path.write_bytes(changed(docx(CASE), "word/document.xml", before, after.replace("NUMBER", number)))
    assert [text for text in texts(path) if text] == ["甲", "乙", "丙", "丁"]


@pytest.mark.parametrize("number", ["²", "٣", "9" * 5000, "-1", "NaN"], ids=lambda number: number[:8])
@pytest.mark.parametrize("name", ["s", "numFmtId", "borderId", "fontId"])
def test_a_number_of_a_workbook_that_is_none(tmp_path: Path, name: str, number: str) -> None:
    data = xlsx(CASE)
    if name == "s":
        data = changed(data, "xl/worksheets/sheet1.xml", '<c r="A1"', f'<c r="A1" s="{number}"')
    else:
        data = changed(data, "xl/styles.xml", f'{name}="0"', f'{name}="{number}"')
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    assert texts(path) == ["甲", "乙", "丙", "丁"]


@pytest.mark.parametrize("index", ["²", "9" * 5000, "-1", "7"], ids=lambda index: index[:8])
def test_a_shared_text_that_is_not_there(tmp_path: Path, index: str) -> None:
    cell = '<c r="A1" t="inlineStr"><is><t xml:space="preserve">甲</t></is></c>'
    path = tmp_path / "a.xlsx"
    path.write_bytes(changed(xlsx(CASE), "xl/worksheets/sheet1.xml", cell, f'<c r="A1" t="s"><v>{index}</v></c>'))
    assert [text for text in texts(path) if text] == ["乙", "丙", "丁"]
    assert read(path).problems


@pytest.mark.parametrize(("escaped", "shown"), [("_xD83D_", "\ufffd"), ("_xD83D__xDE00_", "😀")])
def test_half_a_character_escaped_in_a_workbook(tmp_path: Path, escaped: str, shown: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(changed(xlsx(CASE), "xl/worksheets/sheet1.xml", "甲", escaped))
    assert texts(path)[0] == shown


@pytest.mark.parametrize("code", ["-5", "110000", "D800", "F" * 40])
def test_a_symbol_that_is_no_character(tmp_path: Path, code: str) -> None:
    path = tmp_path / "a.docx"
    data = changed(docx(CASE), "word/document.xml", "甲</w:t>", f'甲</w:t><w:sym w:font="Arial" w:char="{code}"/>')
    path.write_bytes(data)
    assert texts(path) == ["甲", "乙", "丙", "丁"]


def test_a_size_of_an_open_document_that_is_none(tmp_path: Path) -> None:
    source = (CORPUS / "form-in-an-outer-table" / "source.odt").read_bytes()
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as given, zipfile.ZipFile(buffer, "w") as out:
        for name in given.namelist():
            data = given.read(name)
            out.writestr(name, data.replace(b'fo:font-size="', b'fo:font-size="1.2.') if name.endswith(".xml") else data)
    path = tmp_path / "a.odt"
    path.write_bytes(buffer.getvalue())
    assert "项目名称" in texts(path)


def looped_workbook() -> bytes:
    """An .xls whose chain of sectors leads from the last one of the workbook back to its first."""
    data = bytearray((CORPUS / "transposed" / "source.xls").read_bytes())
    (table,) = struct.unpack_from("<I", data, 76)
    fat = 512 * (table + 1)
    follows = list(struct.unpack_from("<128I", data, fat))
    named = set(follows)
    first = next(n for n, after in enumerate(follows) if after == n + 1 and n not in named)
    last = first
    while follows[last] < 0xFFFFFFFA:
        last = follows[last]
    struct.pack_into("<I", data, fat + 4 * last, first)
    return bytes(data)


def package_of_lies() -> bytes:
    """A zip archive whose directory says that a member begins before the file does."""
    data = bytearray(docx(CASE))
    at = data.rfind(b"PK\x05\x06")
    struct.pack_into("<I", data, at + 16, struct.unpack_from("<I", data, at + 16)[0] + 5000)
    return bytes(data)


def package_with_another_name() -> bytes:
    """A member whose own head spells its name in bytes that are no text."""
    data = bytearray(docx(CASE))
    at = data.find(b"word/document.xml")
    data[at : at + 4] = b"\xd0\xd0\xd0\xd0"
    flags = data.rfind(b"PK\x03\x04", 0, at) + 6
    struct.pack_into("<H", data, flags, 0x800)
    return bytes(data)


def picture_without_dimensions() -> bytes:
    """A TIFF of two pages of which the second has no width."""
    from PIL import Image

    buffer = io.BytesIO()
    page = Image.new("L", (80, 80), 255)
    page.save(buffer, "TIFF", save_all=True, append_images=[page])
    data = bytearray(buffer.getvalue())
    second = struct.unpack_from("<I", data, struct.unpack_from("<I", data, 4)[0] + 2 + 12 * struct.unpack_from("<H", data, 8)[0])[0]
    struct.pack_into("<H", data, second + 2, 0x7777)
    return bytes(data)


REFUSED: dict[str, Callable[[], bytes]] = {
    "lies.docx": package_of_lies,
    "name.docx": package_with_another_name,
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(REFUSED[name]())
    with pytest.raises(UnreadableError) as caught:
        read(path)
    assert "damaged" in caught.value.message and caught.value.remedy and "\\x" not in str(caught.value)


def test_a_workbook_whose_sectors_go_round_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(looped_workbook())
    assert "三级指标" in "".join(texts(path))


def test_a_picture_whose_pages_cannot_be_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.tiff"
    path.write_bytes(picture_without_dimensions())
    with pytest.raises(UnreadableError, match="damaged"):
        list(pages_of(path))


def test_cells_of_a_column_are_found_without_walking_the_rest() -> None:
    from extract.form.grid_view import GridView
    from extract.form.inference import column_cells
    from extract.model import Cell

    cells = (Cell(0, 0, "甲"), Cell(0, 1, " "), Cell(1, 1, "乙"), Cell(2, 1, "丙"))
    grid = GridView(Table(0, 3, 2, cells))
    assert [cell.text for cell in column_cells(grid, 1, range(3))] == ["乙", "丙"]
    assert [cell.text for cell in column_cells(grid, 1, [2])] == ["丙"]
    assert column_cells(grid, 5, range(3)) == []


def test_the_name_of_a_missing_part_is_shown_short(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("a.xml", "<a/>")
    with Package(path) as package, pytest.raises(UnreadableError, match=r"9{80}… is missing") as caught:
        package.data("9" * 5000)
    assert len(str(caught.value)) < 300


def test_merged_cells_of_thousands_of_rows_and_columns_are_not_laid_out_by_position() -> None:
    from extract.readers.xlsx_regions import apart
    from extract.readers.xlsx_sheet import Area

    whole, inside, beside = Area(1, 1, 1_000_000, 16_383), Area(5, 7, 9, 9), Area(1, 16_384, 1_000_000, 16_384)
    below = Area(1_000_001, 1, 1_000_002, 9)
    assert apart([whole, inside, beside, below]) == [whole, Area(5, 7, 5, 7), beside, below]
    assert apart([Area(2, 1, 2, 1), Area(1, 1, 3, 3)]) == [Area(2, 1, 2, 1), Area(1, 1, 3, 3)]


@pytest.mark.parametrize("name", ["mimetypE", "/mimetype", "MIMETYPE"])
@pytest.mark.parametrize(("kind", "ends"), [("ods", "ods"), ("text", "archive")])
def test_the_member_that_tells_the_type_is_spelled_otherwise(tmp_path: Path, name: str, kind: str, ends: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as out:
        out.writestr(name, "application/vnd.oasis.opendocument.spreadsheet" if kind == "ods" else kind)
    assert sniff(tmp_path / "a.zip").name == ends


@pytest.mark.parametrize("member", ["mimetype", "content.xml"])
def test_a_directory_that_claims_gigabytes_takes_none(tmp_path: Path, member: str) -> None:
    data = bytearray((CORPUS / "form-in-an-outer-table" / "source.odt").read_bytes())
    entry = data.rindex(member.encode()) - 46  # the name stands last in the directory of the archive
    assert data[entry : entry + 4] == b"PK\x01\x02"
    struct.pack_into("<I", data, entry + 20, 0xFFFFFF00)
    (tmp_path / "a.odt").write_bytes(data)
    tracemalloc.start()
    try:
        assert read(tmp_path / "a.odt").format == "odt"
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()
