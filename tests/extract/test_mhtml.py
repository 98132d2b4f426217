"""Saved web pages: parts, their encodings, the sheets of a workbook, what is cut short."""

from __future__ import annotations

import base64
import quopri
from pathlib import Path
from urllib.parse import quote

import pytest

from extract.formats import read, sniff
from extract.model import Document, Place
from extract.problem import UnreadableError
from tests.extract.office import sketch

TABLE = "<table><tr><td>指标<td>{}</table>"


def part(location: str, html: str, charset: str = "gb2312", code: str = "quoted-printable", said: str | None = None) -> bytes:
    data = html.encode("gb18030" if charset.startswith("gb") else charset)
    body = {"quoted-printable": quopri.encodestring, "base64": base64.encodebytes}.get(code, lambda raw: raw)(data)
    kind = f'text/html; charset="{said or charset}"' if said != "" else "text/html"
    head = f"Content-Location: {location}\nContent-Transfer-Encoding: {code}\nContent-Type: {kind}\n\n"
    return head.encode() + body + b"\n"


def saved(folder: Path, *parts: bytes, head: str = "", name: str = "a.mht") -> Document:
    lines = f'{head}MIME-Version: 1.0\nContent-Type: multipart/related; type="text/html"; boundary="=_x"\n\n'.encode()
    data = lines + b"".join(b"--=_x\n" + one for one in parts) + b"--=_x--\n"
    (folder / name).write_bytes(data.replace(b"\n", b"\r\n"))
    return read(folder / name)


def cells(document: Document) -> list[list[list[str]]]:
    return [sketch(table) for table in document.tables()]


@pytest.mark.parametrize("code", ["quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize(("charset", "said"), [("gb2312", None), ("utf-8", None), ("utf-8", "gb2312"), ("gb2312", "")])
def test_parts_are_decoded_by_what_they_are(tmp_path: Path, code: str, charset: str, said: str | None) -> None:
    document = saved(tmp_path, part("file:///C:/a.htm", "<body>" + TABLE.format("绩效目标申报表项目名称" * 20), charset, code, said))
    assert cells(document) == [[["指标", "绩效目标申报表项目名称" * 20]]]
    assert (document.format, document.reader) == ("mhtml", "html")


@pytest.mark.parametrize(
    "head",
    ["", "From: <Saved by Blink>\nSnapshot-Content-Location: http://x/b.htm\nSubject: =?utf-8?Q?x?=\n", "X-Odd: 1\n folded\n"],
    ids=["office", "browser", "other"],
)
def test_headers_in_any_order_are_a_saved_page(tmp_path: Path, head: str) -> None:
    saved(tmp_path, part("http://x/a.htm", "<p>x"), head=head, name="a.doc")
    assert sniff(tmp_path / "a.doc").name == "mhtml"


def test_the_page_that_the_envelope_names_is_the_main_one(tmp_path: Path) -> None:
    other, main = part("http://x/head.htm", "<p>页眉"), part("http://x/b.htm", TABLE.format("甲"))
    document = saved(tmp_path, other, main, head="Snapshot-Content-Location: http://x/b.htm\n")
    assert cells(document) == [[["指标", "甲"]]]
    assert "页眉" not in str(document.pages)


def test_frames_are_read_after_the_page_that_shows_them(tmp_path: Path) -> None:
    main = part("http://x/a/index.htm", '<p>外</p><iframe src="in/b.htm"></iframe><iframe src="http://other/ad.htm"></iframe>')
    document = saved(tmp_path, main, part("http://x/a/in/b.htm", TABLE.format("甲") + '<iframe src="b.htm">'))
    assert cells(document) == [[["指标", "甲"]]]
    assert [line.text for page in document.pages for line in page.lines] == ["外"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("quoted", [True, False])
def test_names_of_parts_in_bytes_that_no_header_should_have(tmp_path: Path, encoding: str, quoted: bool) -> None:
    frame = quote("表/申报表.htm", encoding=encoding) if quoted else "表/申报表.htm"
    main = part("http://x/a/index.htm", f'<p>外</p><iframe src="{frame}"></iframe>', charset=encoding)
    other = part("LOCATION", TABLE.format("甲")).replace(b"LOCATION", "http://x/a/表/申报表.htm".encode(encoding))
    assert cells(saved(tmp_path, part("http://x/b.htm", TABLE.format("乙")), main, other)) == [[["指标", "乙"]]]
    assert cells(saved(tmp_path, main, other)) == [[["指标", "甲"]]]


WORKBOOK = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><!--[if gte mso 9]><xml><x:ExcelWorkbook><x:ExcelWorksheets>
<x:ExcelWorksheet><x:Name>部门</x:Name><x:WorksheetSource HRef="form.files/sheet001.htm"/></x:ExcelWorksheet>
<x:ExcelWorksheet><x:Name>选项</x:Name><x:WorksheetSource HRef="form.files/sheet003.htm"/>
<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible>
</x:WorksheetOptions></x:ExcelWorksheet>
<x:ExcelWorksheet><x:Name>项目</x:Name><x:WorksheetSource HRef="form.files/sheet002.htm"/></x:ExcelWorksheet>
</x:ExcelWorksheets></x:ExcelWorkbook></xml><![endif]--></head>
<frameset><frame src="form.files/sheet001.htm" name="frSheet"><frame src="form.files/tabstrip.htm"></frameset></html>"""


def test_sheets_of_a_workbook_are_pages_by_their_names(tmp_path: Path) -> None:
    base = "file:///C:/1234/form"
    sheets = [part(f"{base}.files/sheet00{n}.htm", TABLE.format(text)) for n, text in ((2, "乙"), (1, "甲"), (3, "藏"))]
    document = saved(tmp_path, part(f"{base}.htm", WORKBOOK), part(f"{base}.files/tabstrip.htm", "<p>标签"), *sheets, name="a.xls")
    assert [page.label for page in document.pages] == ["部门", "项目"]
    assert cells(document) == [[["指标", "甲"]], [["指标", "乙"]]]
    assert [table.index for table in document.tables()] == [0, 1]
    assert next(iter(document.pages[1].tables)).cells[1].places == (Place(sheet="项目", cell="B1", table_index=1),)
    assert {p.code: p.message for p in document.problems}["hidden-sheet"] == "Hidden sheets were left out (选项)"


def test_a_page_saved_alone_is_read(tmp_path: Path) -> None:
    head = b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=gbk\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    (tmp_path / "a.mht").write_bytes(head + base64.encodebytes(TABLE.format("绩效").encode("gbk")))
    assert cells(read(tmp_path / "a.mht")) == [[["指标", "绩效"]]]


def test_a_saved_page_that_breaks_off_says_so(tmp_path: Path) -> None:
    saved(tmp_path, part("http://x/a.htm", TABLE.format("甲") + "<p>" + "文" * 900))
    whole = (tmp_path / "a.mht").read_bytes()
    (tmp_path / "a.mht").write_bytes(whole[:-500])
    document = read(tmp_path / "a.mht")
    assert cells(document) == [[["指标", "甲"]]]
    assert ("cut-short", "error") in {(p.code, p.severity) for p in document.problems}


def test_a_saved_page_without_a_page_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="without a page"):
        saved(tmp_path, b"Content-Type: image/png\n\nxx\n")
