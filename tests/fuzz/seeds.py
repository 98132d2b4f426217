"""The whole files that mutants are made of, for each reader: small ones of the corpus, and formats that it does not hold made here."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw

from tests.fuzz import pdfs
from tests.fuzz.mutate import BLIND, TEXTUAL, Mutation, digits, letters, several
from tests.fuzz.packages import in_package
from tests.fuzz.trees import tree, web_tree

CORPUS = Path(__file__).parents[2] / "corpus"
_XML = in_package((*(tree,) * 40, digits, *BLIND))
"""Mostly trees: damage that is no longer XML is refused at once, and there is little to be found there."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is fuzzed: the suffix of its files, its seeds, and what is done to them."""

    suffix: str
    seeds: Callable[[], Sequence[bytes]]
    mutations: tuple[Mutation, ...]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A damaged file: its name says which it is."""

    name: str
    data: bytes


def mutant(target: str, number: int, seed: int = 0) -> Mutant:
    """The mutant of this number: always the same bytes. Number 0 to 2 are whole seeds, so that a run shows that it reads them."""
    one = TARGETS[target]
    seeds = one.seeds()
    chance = Random(f"{target} {seed} {number}")
    data = seeds[number % len(seeds)]
    if number >= min(3, len(seeds)):
        data = several(chance.choice(seeds), chance, one.mutations)
    return Mutant(f"{target}-{seed}-{number}{one.suffix}", data)


def _corpus(suffix: str, *cases: str) -> Callable[[], Sequence[bytes]]:
    @cache
    def seeds() -> Sequence[bytes]:
        return tuple((CORPUS / case / f"source.{suffix}").read_bytes() for case in cases)

    return seeds


@cache
def _pdfs() -> Sequence[bytes]:
    """With their content in the open, and one as it is."""
    names = ("font-gbk-not-embedded", "font-not-embedded", "cut-row", "rotated-page", "font-without-text", "owner-encrypted")
    whole = [(CORPUS / name / "source.pdf").read_bytes() for name in names]
    return tuple([*(pdfs.opened(data) for data in whole[:4]), *whole[3:]])


@cache
def _word_xml() -> Sequence[bytes]:
    """Word files in the notation of 2003."""
    new, old = "http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://schemas.microsoft.com/office/word/2003/wordml"
    found = []
    for case in ("no-levels", "unit-in-header", "horizons-side-by-side"):
        with zipfile.ZipFile(CORPUS / case / "source.docx") as package:
            text = package.read("word/document.xml").decode().replace(new, old).replace("w:vMerge", "w:vmerge")
        text = text.replace("<w:document", "<w:wordDocument").replace("</w:document>", "</w:wordDocument>")
        found.append(text.replace("?>", '?><?mso-application progid="Word.Document"?>', 1).encode())
    return tuple(found)


@cache
def _sheet_xml() -> Sequence[bytes]:
    """Workbooks in the notation of 2003, made of the tables of web pages."""
    space = 'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'
    found = []
    for case in ("transposed", "odd-signs", "self-evaluation"):
        page = (CORPUS / case / "source.html").read_bytes().decode("utf-8", "replace")
        rows = re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.S)
        body = "".join(
            f"<Row>{''.join(_sheet_cell(a, t) for a, t in re.findall(r'<t[dh]([^>]*)>(.*?)</t[dh]>', row, re.S))}</Row>" for row in rows
        )
        head = '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        found.append(f'{head}<Workbook {space}><Worksheet ss:Name="表"><Table>{body}</Table></Worksheet></Workbook>'.encode())
    return tuple(found)


def _sheet_cell(attributes: str, text: str) -> str:
    across, down = (re.search(rf'{name}="?(\d+)', attributes) for name in ("colspan", "rowspan"))
    spans = (f' ss:MergeAcross="{int(across[1]) - 1}"' if across else "") + (f' ss:MergeDown="{int(down[1]) - 1}"' if down else "")
    return f'<Cell{spans}><Data ss:Type="String">{re.sub("<[^>]*>|&[a-z]*;", "", text)}</Data></Cell>'


@cache
def _texts() -> Sequence[bytes]:
    """Dumps of every kind; of a long one, which takes half a second, its first form too."""
    names = ("hengyang-department", "hengyang-2026", "hengyang-2020", "zhangjiakou-2024")
    whole = [(CORPUS / name / "source.txt").read_bytes() for name in names]
    return *whole, whole[-1].partition("\n2.深化".encode())[0]


@cache
def _pictures() -> Sequence[bytes]:
    """A small ruled page in each way of packing; several of TIFF."""
    page = Image.new("L", (180, 240), 255)
    pen = ImageDraw.Draw(page)
    for i in range(6):
        pen.line((20, 30 + 30 * i, 160, 30 + 30 * i), fill=0)
        pen.line((20 + 28 * i, 30, 20 + 28 * i, 180), fill=0)
    colours, bits = page.convert("RGB"), page.convert("1")
    ways: list[tuple[Image.Image, str, dict[str, object]]] = [
        (page, "PNG", {}),
        (colours, "PNG", {"dpi": (200, 200)}),
        (colours, "JPEG", {}),
        (page.convert("P"), "GIF", {}),
        (colours, "BMP", {}),
        (colours, "WEBP", {}),
        (bits, "TIFF", {"compression": "group4"}),
        (colours, "TIFF", {"compression": "tiff_lzw"}),
        (page, "TIFF", {"compression": "jpeg", "save_all": True, "append_images": [page, colours]}),
    ]
    return tuple(_saved(*way) for way in ways)


def _saved(image: Image.Image, kind: str, options: dict[str, object]) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@cache
def _archives() -> Sequence[bytes]:
    """Two documents in a zip archive, and an archive in it."""
    inner, outer = io.BytesIO(), io.BytesIO()
    texts = {case: (CORPUS / case / "source.docx").read_bytes() for case in ("no-levels", "glued-levels")}
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("申报表/甲.docx", texts["no-levels"])
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("乙.docx", texts["glued-levels"])
        package.writestr("内/里.zip", inner.getvalue())
        package.writestr("说明.txt", "说明\n" * 50)
    return inner.getvalue(), outer.getvalue()


_BYTES = (*BLIND, *BLIND)
_IN_PARTS = (*BLIND, *(_XML,) * 60)
TARGETS: dict[str, Target] = {
    "docx": Target(".docx", _corpus("docx", "no-levels", "word-features", "horizons-side-by-side", "rows-without-a-name"), _IN_PARTS),
    "xlsx": Target(".xlsx", _corpus("xlsx", "no-levels", "workbook-features", "money-units", "transposed"), _IN_PARTS),
    "pdf": Target(".pdf", _pdfs, (*BLIND, *(pdfs.words,) * 8, *(pdfs.objects,) * 3, *(pdfs.page_content,) * 3)),
    "ofd": Target(".ofd", _corpus("ofd", "hidden-text", "rotated-page", "rule-kinds", "vertical-text"), _IN_PARTS),
    "doc": Target(".doc", _corpus("doc", "form-in-an-outer-table", "packed-cell", "two-forms-on-a-page"), _BYTES),
    "xls": Target(".xls", _corpus("xls", "transposed", "odd-signs", "workbook-features"), _BYTES),
    "odt": Target(".odt", _corpus("odt", "form-in-an-outer-table", "self-evaluation"), _IN_PARTS),
    "ods": Target(".ods", _corpus("ods", "wide-table", "workbook-features"), _IN_PARTS),
    "html": Target(
        ".html", _corpus("html", "transposed", "odd-signs", "word-features", "form-in-an-outer-table"), (*TEXTUAL, *(web_tree,) * 12)
    ),
    "mhtml": Target(".mht", _corpus("mht", "self-evaluation"), (*TEXTUAL, *TEXTUAL)),
    "wordml": Target(".xml", _word_xml, (*BLIND, *(tree,) * 40)),
    "sheetml": Target(".xml", _sheet_xml, (*BLIND, *(tree,) * 40)),
    "text": Target(".txt", _texts, (*TEXTUAL, *(letters,) * len(TEXTUAL))),
    "image": Target(".png", _pictures, _BYTES),
    "archive": Target(".zip", _archives, (*BLIND, *(in_package(BLIND),) * 6)),
    "rtf": Target(".rtf", _corpus("rtf", "form-in-an-outer-table"), TEXTUAL),
}
