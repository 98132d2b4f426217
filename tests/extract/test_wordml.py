"""Word XML of 2003 and packages written as one file: the corpus' Word files in these notations, and what only these hold."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from extract.formats import read
from extract.model import Document, TextLine
from extract.problem import UnreadableError
from tests.extract.office import sketch, word_xml

CORPUS = Path(__file__).parents[2] / "corpus"
SOURCES = sorted(CORPUS.glob("*/source.docx"))
MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OLD = "http://schemas.microsoft.com/office/word/2003/wordml"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<?mso-application progid="Word.Document"?>\n'
NAMESPACES = f'xmlns:w="{OLD}" xmlns:aml="http://schemas.microsoft.com/aml/2001/core" xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint"'


def inner(text: str) -> str:
    """An XML part without its declaration."""
    return re.sub(r"<\?xml.*?\?>\s*", "", text)


def as_one_file(source: Path) -> str:
    with zipfile.ZipFile(source) as package:
        parts = {name: package.read(name).decode() for name in package.namelist() if name.endswith(".xml") and name.startswith("word/")}
    body = "".join(f'<pkg:part pkg:name="/{name}"><pkg:xmlData>{inner(text)}</pkg:xmlData></pkg:part>' for name, text in parts.items())
    return f'{HEAD}<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">{body}</pkg:package>'


def in_old_names(source: Path) -> str:
    """The document in the notation of 2003; lists, whose notation is another, are left out."""
    with zipfile.ZipFile(source) as package:
        parts = [inner(package.read(name).decode()) for name in ("word/styles.xml", "word/document.xml") if name in package.namelist()]
    text = "".join(parts).replace(MAIN, OLD).replace("w:vMerge", "w:vmerge").replace("w:hMerge", "w:hmerge")
    text = re.sub(r"</?w:document\b[^>]*>", "", text) if "<w:document" in text else text
    used = " ".join(sorted(set(re.findall(r'xmlns:\w+="[^"]+"', "".join(parts).replace(MAIN, OLD)))))
    return f"{HEAD}<w:wordDocument {used}>{text}</w:wordDocument>"


def content(document: Document) -> list[object]:
    return [(b.text, b.size) if isinstance(b, TextLine) else b for page in document.pages for b in page.blocks]


@pytest.mark.parametrize("source", SOURCES, ids=[path.parent.name for path in SOURCES])
@pytest.mark.parametrize("write", [as_one_file, in_old_names], ids=["one-file", "of-2003"])
def test_corpus_in_another_notation(source: Path, write: object, tmp_path: Path) -> None:
    assert callable(write)
    path = tmp_path / "a.doc"
    path.write_text(write(source), encoding="utf-8")
    found, twin = read(path), read(source)
    assert (found.format, found.reader) == ("wordml", "wordml")
    assert content(found) == content(twin)


def shown(folder: Path, body: str, more: str = "") -> list[object]:
    path = folder / "a.xml"
    path.write_text(f"{HEAD}<w:wordDocument {NAMESPACES}>{more}<w:body>{word_xml(body)}</w:body></w:wordDocument>", encoding="utf-8")
    return [b.text if isinstance(b, TextLine) else sketch(b) for page in read(path).pages for b in page.blocks]


def test_sections_and_tracked_changes(tmp_path: Path) -> None:
    body = (
        "<wx:sect><wx:sub-section><w:p><R>投诉</R>"
        '<aml:annotation w:type="Word.Deletion"><aml:content><w:r><w:delText>旧</w:delText></w:r></aml:content></aml:annotation>'
        '<aml:annotation w:type="Word.Insertion"><aml:content><R>新</R></aml:content></aml:annotation>'
        '<aml:annotation w:type="Word.Comment"><aml:content><P>批注</P></aml:content></aml:annotation>'
        "<R>率</R></w:p></wx:sub-section></wx:sect>"
    )
    assert shown(tmp_path, body) == ["投诉新率"]


def test_lists_are_numbered(tmp_path: Path) -> None:
    lists = (
        '<w:lists><w:listDef w:listDefId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:nfc w:val="37"/><w:suff w:val="Nothing"/>'
        '<w:lvlText w:val="%1、"/></w:lvl></w:listDef><w:list w:ilfo="1"><w:ilst w:val="0"/></w:list></w:lists>'
    )
    item = '<w:p><w:pPr><w:listPr><w:ilvl w:val="0"/><w:ilfo w:val="1"/><wx:t wx:val="x"/></w:listPr></w:pPr><R>{}</R></w:p>'
    assert shown(tmp_path, item.format("甲") + item.format("乙"), lists) == ["一、甲", "二、乙"]


def test_lines_broken_in_the_words_of_2003(tmp_path: Path) -> None:
    assert shown(tmp_path, '<w:p><R>甲</R><w:r><w:br w:type="text-wrapping"/></w:r><R>乙</R></w:p>') == ["甲", "乙"]


def test_chinese_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    text = f"{HEAD.replace('UTF-8', 'GB2312')}<w:wordDocument {NAMESPACES}><w:body>{word_xml('<P>绩效目标</P>')}</w:body></w:wordDocument>"
    path.write_bytes(text.encode("gb2312"))
    assert [line.text for line in read(path).pages[0].lines] == ["绩效目标"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"{HEAD}<w:wordDocument {NAMESPACES}><w:body><w:p>", "not well-formed"),
        (
            f"{HEAD}<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><w:wordDocument {NAMESPACES}><w:body/></w:wordDocument>",
            "document type",
        ),
        (f"{HEAD}<w:wordDocument {NAMESPACES}/>", "without a body"),
    ],
    ids=["cut", "entity", "no-body"],
)
def test_what_is_refused(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableError, match=says) as caught:
        read(path)
    assert "a.xml" in caught.value.message
