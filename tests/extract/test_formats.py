"""Formats by content and suffix, options, and one clear sentence for each kind of file that cannot be read."""

from __future__ import annotations

import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from extract import package
from extract.formats import FORMATS, ReadOptions, read, sniff
from extract.model import Document
from extract.problem import EXIT_UNREADABLE, UnreadableError
from tests.extract.office import archive, docx, sheet_xml, xlsx

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def utf16(name: str) -> bytes:
    return (name + "\0").encode("utf-16-le")


CONTENTS: dict[str, tuple[bytes, str]] = {
    "pdf": (b"%PDF-1.7\n", "pdf"),
    "pdf behind other bytes": (b"\r\n" * 100 + b"%PDF-1.4\n", "pdf"),
    "doc": (OLE2 + utf16("WordDocument"), "doc"),
    "xls": (OLE2 + utf16("Workbook"), "xls"),
    "xls of 1995": (OLE2 + utf16("Book"), "xls"),
    "rtf": (b"{\\rtf1\\ansi}", "rtf"),
    "web page": (b"\n<!DOCTYPE html><html><body>404</body></html>", "html"),
    "part of a web page": ("<div><table><tr><td>指标</td></tr></table></div>".encode(), "html"),
    "web page of the XML kind": (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "html"),
    "saved web page": (b"MIME-Version: 1.0\nContent-Type: multipart/related\n", "mhtml"),
    "Word 2003": (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>', "wordml"),
    "Excel 2003": (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "sheetml"),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0", "image"),
    "archive": (b"Rar!\x1a\x07\0", "archive"),
    "text": ("一级指标\t二级指标\n".encode(), "text"),
    "text in the encoding of old Windows": ("一级指标\t二级指标\n".encode("gb18030"), "text"),
    "text with a mark": ("一级指标\n".encode("utf-16"), "text"),
    "text that begins like a bitmap": (b"BMI;1\n", "text"),
    "bitmap": (b"BM\x36\x04\x00\x00\0\0\0\0", "image"),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_content_tells_the_format(name: str, tmp_path: Path) -> None:
    content, wanted = CONTENTS[name]
    path = tmp_path / "source.dat"
    path.write_bytes(content)
    assert sniff(path).name == wanted


MEMBERS: dict[str, tuple[dict[str, str], str]] = {
    "docx": ({"word/document.xml": ""}, "docx"),
    "docx whose body has another name": ({"[Content_Types].xml": "", "word/document2.xml": ""}, "docx"),
    "docx with backslashes": ({"word\\document.xml": ""}, "docx"),
    "xlsx": ({"xl/workbook.xml": ""}, "xlsx"),
    "xlsb": ({"xl/workbook.bin": ""}, "xlsb"),
    "pptx": ({"ppt/presentation.xml": ""}, "pptx"),
    "odt": ({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ""}, "odt"),
    "ods": ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "ods"),
    "ofd": ({"OFD.xml": "", "Doc_0/Document.xml": ""}, "ofd"),
    "zip of files": ({"申报表/a.docx": "", "b.xlsx": ""}, "archive"),
}


@pytest.mark.parametrize("name", MEMBERS)
def test_members_tell_the_format_of_an_archive(name: str, tmp_path: Path) -> None:
    members, wanted = MEMBERS[name]
    assert sniff(archive(tmp_path / "source.bin", members)).name == wanted


def missing(folder: Path) -> Path:
    return folder / "none.docx"


def folder_itself(folder: Path) -> Path:
    return folder


def no_bytes(folder: Path) -> Path:
    return written(folder / "a.pdf", b"")


def cut_short(folder: Path) -> Path:
    whole = docx(folder / "whole.docx", "<P>甲</P>").read_bytes()
    return written(folder / "a.docx", whole[: len(whole) // 2])


def broken_member(folder: Path) -> Path:
    path = docx(folder / "a.docx", "<P>" + "甲乙丙丁" * 300 + "</P>")
    data = bytearray(path.read_bytes())
    at = data.index(b"word/document.xml") + 60
    data[at : at + 20] = b"\xff" * 20
    return written(path, bytes(data))


def not_xml(folder: Path) -> Path:
    return archive(folder / "a.docx", {"word/document.xml": "<w:document><w:body>"})


def protected_office(folder: Path) -> Path:
    return written(folder / "a.docx", OLE2 + utf16("EncryptionInfo") + utf16("EncryptedPackage"))


def web_page_as_pdf(folder: Path) -> Path:
    return written(folder / "a.pdf", b"<html><body>Not Found</body></html>")


def unknown_bytes(folder: Path) -> Path:
    return written(folder / "a.docx", b"\x00\x01\x02\x03" * 50)


def bomb(folder: Path) -> Path:
    return archive(folder / "a.docx", {"word/document.xml": "<a>" + " " * (8 << 20) + "</a>"})


def many_members(folder: Path) -> Path:
    path = folder / "a.xlsx"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("xl/workbook.xml", "<workbook/>")
        for i in range(package.MAX_MEMBERS):
            out.writestr(f"m{i}", "")
    return path


def outside_entity(folder: Path) -> Path:
    text = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document><w:body>&x;</w:body></w:document>'
    return archive(folder / "a.docx", {"word/document.xml": text})


def entity_in_wide_characters(folder: Path) -> Path:
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE d [<!ENTITY x "y">]><document><body>&x;</body></document>'
    with zipfile.ZipFile(folder / "a.docx", "w") as out:
        out.writestr("word/document.xml", text.encode("utf-16"))
    return folder / "a.docx"


def entity_in_a_sheet(folder: Path) -> Path:
    path = xlsx(folder / "b.xlsx", {"甲": sheet_xml([["甲"]])})
    with zipfile.ZipFile(path) as source:
        members = {name: source.read(name) for name in source.namelist()}
    sheet = "xl/worksheets/sheet0.xml"
    members[sheet] = members[sheet].replace(b"<worksheet", b'<!DOCTYPE w [<!ENTITY x SYSTEM "http://127.0.0.1/x">]><worksheet', 1)
    return archive(folder / "a.xlsx", members)


def workbook_without_sheets(folder: Path) -> Path:
    return archive(folder / "a.xlsx", {"xl/workbook.xml": "<workbook/>"})


def old_word(folder: Path) -> Path:
    return written(folder / "a.doc", OLE2 + utf16("WordDocument"))


def lock_file(folder: Path) -> Path:
    return written(folder / "~$a.docx", b"\x04user" + b"\0" * 157)


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


HOSTILE: tuple[tuple[Callable[[Path], Path], str, str], ...] = (
    (missing, "no file", "path"),
    (folder_itself, "is a folder", "files in it"),
    (no_bytes, "is empty", "again"),
    (cut_short, "cut short", "again"),
    (broken_member, "damaged", "again"),
    (not_xml, "not well-formed", "again"),
    (protected_office, "password", "save it without one"),
    (web_page_as_pdf, "a web page although its name ends in .pdf", "Word"),
    (unknown_bytes, "no known format", "PDF, Word, Excel"),
    (bomb, "zip bomb", "save only the forms"),
    (many_members, "zip bomb", "save only the forms"),
    (outside_entity, "declares a document type", "Do not trust"),
    (entity_in_wide_characters, "declares a document type", "Do not trust"),
    (entity_in_a_sheet, "declares a document type", "Do not trust"),
    (workbook_without_sheets, "no sheet", "save it anew"),
    (old_word, "damaged", "again"),
    (lock_file, "lock file", "without ~$"),
)


@pytest.mark.parametrize(("make", "says", "remedy"), HOSTILE, ids=[entry[0].__name__ for entry in HOSTILE])
def test_unreadable_file_gets_one_sentence_and_a_remedy(make: Callable[[Path], Path], says: str, remedy: str, tmp_path: Path) -> None:
    path = make(tmp_path)
    with pytest.raises(UnreadableError) as caught:
        read(path)
    error = caught.value
    assert says in error.message and remedy in error.remedy
    assert error.exit_code == EXIT_UNREADABLE
    assert path.name in error.message and error.message.count(". ") == 0 and error.message.endswith(".")
    assert pickle.loads(pickle.dumps(error)).args == error.args


def test_every_format_is_read_or_has_a_remedy() -> None:
    assert all((entry.reader is None) == bool(entry.remedy) for entry in FORMATS.values())


@pytest.mark.parametrize("suffix", [".docx", ".wps", ".DOCX", "", ".bak"])
def test_suffix_that_fits_or_promises_nothing_is_no_problem(suffix: str, tmp_path: Path) -> None:
    document = read(docx(tmp_path / f"a{suffix}", "<P>甲</P>"))
    assert document.format == "docx" and document.problems == ()


def test_suffix_that_promises_another_format_is_told(tmp_path: Path) -> None:
    document = read(docx(tmp_path / "a.xls", "<P>甲</P>"))
    assert [(p.code, p.severity) for p in document.problems] == [("suffix-mismatch", "info")]
    assert "a.xls is a Word document although its name ends in .xls" in document.problems[0].message


def test_options_are_given_one_by_one_or_together(tmp_path: Path) -> None:
    path = docx(tmp_path / "a.docx", "<P>甲</P>")
    whole: Document = read(path)
    assert read(path, pdf_engine="pdfplumber", keep_drawing=True) == whole
    assert read(str(path), ReadOptions(pages=(1,))) == whole


def test_options_reach_the_reader_that_has_a_use_for_them() -> None:
    source = Path(__file__).parents[2] / "corpus" / "cut-row" / "source.pdf"
    document = read(source, pdf_engine="pdfplumber", keep_drawing=True, pages=(2,))
    assert (document.reader, [page.number for page in document.pages]) == ("pdfplumber", [2])
    assert document.pages[0].words and not read(source, pages=(2,)).pages[0].words


def test_unknown_option_is_an_error_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        read(docx(tmp_path / "a.docx", "<P>甲</P>"), pdf_motor="x")
