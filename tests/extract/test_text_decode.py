"""Bytes of a text file: which encodings are read, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.problem import UnreadableError
from extract.readers import text_decode
from extract.readers.text import read, read_text

FORM = "项目绩效目标申报表\n\n一级指标\t二级指标\t三级指标\t指标值\n产出指标\t数量指标\t培训人次\t≥300人次\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le-bom", "utf-16-be-bom", "utf-32"])
def test_encodings_give_the_same_document(encoding: str, tmp_path: Path) -> None:
    boms = {"utf-16-le-bom": ("utf-16-le", b"\xff\xfe"), "utf-16-be-bom": ("utf-16-be", b"\xfe\xff")}
    codec, bom = boms.get(encoding, (encoding, b""))
    path = tmp_path / "form.txt"
    path.write_bytes(bom + FORM.encode(codec))
    document = read(path)
    assert document.pages == read_text(FORM, "form.txt").pages
    assert [cell.text for table in document.tables() for cell in table.cells][-1] == "≥300人次"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x00\x01\x02\x03" * 64, "NUL"),
        ("项目\0名称".encode(), "NUL"),
        (FORM.encode("utf-16-le"), "byte order mark"),
        ("項目績效目標申報表，產出指標、數量指標、質量指標".encode("big5"), "characters that nobody uses"),
        (b"\xff\xff\xff", "cannot be decoded"),
        (b"\xef\xbb\xbf\xe4\xba", "cannot be decoded"),
        (bytes(range(1, 32)) * 8, "control characters"),
    ],
    ids=["binary", "nul in text", "utf-16 without mark", "big5", "no encoding", "cut utf-8 with mark", "control characters"],
)
def test_what_is_no_text_is_refused(data: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "form.txt"
    path.write_bytes(data)
    with pytest.raises(UnreadableError, match=reason) as caught:
        read(path)
    assert caught.value.exit_code == 3


def test_too_large_a_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_decode, "MAX_BYTES", 1024)
    with pytest.raises(UnreadableError, match="the limit is"):
        text_decode.decode(b"a" * 1025, "long.txt")
    assert text_decode.decode(b"a" * 1024, "long.txt") == ("a" * 1024, "utf-8")


def test_a_line_of_a_megabyte_survives() -> None:
    long = "绩效" * 250_000
    document = read_text(f"项目名称\t{long}\n说明{long}\n", "long.txt")
    assert [cell.text for table in document.tables() for cell in table.cells][1] == long
    assert [line.text for line in document.pages[0].lines] == [f"说明{long}"]


def test_an_empty_file_has_no_blocks() -> None:
    document = read_text("", "empty.txt")
    assert [page.blocks for page in document.pages] == [()]
    assert document.problems == ()


def test_page_breaks_count_pages() -> None:
    first = "封面\n\f一级指标\t二级指标\t三级指标\t指标值\n产出指标\t数量指标\t培训人次\t300\n"
    document = read_text(first + "\f\t\t培训班次\t6\n附注\n", "paged.txt")
    assert [page.number for page in document.pages] == [1, 2, 3]
    (table,) = document.tables()
    assert [cell.places[0].page for cell in table.cells if cell.column == 2] == [2, 2, 3]
    assert document.pages[2].lines[0].text == "附注"


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc", "Co", "Cn"]), min_size=1, max_size=200))
def test_text_in_utf8_comes_back_whole(text: str) -> None:
    document = read_text(text, "any.txt")
    given_back = "".join(line.text for page in document.pages for line in page.lines)
    if "<" not in text and "&" not in text:
        assert sorted("".join(given_back.split())) == sorted("".join(text.split()))
