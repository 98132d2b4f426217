"""Hostile packages: Word, Excel, OpenDocument and OFD files."""

from __future__ import annotations

import io
import zipfile

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OPEN = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)
HEAD = ("一级指标", "二级指标", "三级指标", "指标值")
ROW = ("产出指标", "数量指标", "培训次数", "≥6次")


def packed(members: dict[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members.items():
            out.writestr(name, content)
    return data.getvalue()


def docx(body: str, before: str = "", more: dict[str, str] | None = None) -> bytes:
    text = f'<?xml version="1.0"?>{before}<w:document {W} xmlns:r="{R}"><w:body>{body}</w:body></w:document>'
    return packed({"[Content_Types].xml": "<Types/>", "word/document.xml": text, **(more or {})})


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def cell(text: str, span: int = 1) -> str:
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>{paragraph(text)}</w:tc>'


def table(*rows: tuple[str, ...], last_span: int = 1) -> str:
    lines = ("".join(cell(text, last_span if at == len(row) - 1 else 1) for at, text in enumerate(row)) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{line}</w:tr>' for line in lines)}</w:tbl>"


TITLE = paragraph("项目支出绩效目标申报表")


def laughs(depth: int) -> str:
    """Entities of which each is ten of the one before."""
    named = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, depth))
    return f'<!DOCTYPE d [<!ENTITY e0 "哈">{named}]>'


def docx_bomb(megabytes: int) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as member:
            for _ in range(megabytes):
                member.write(b"\0" * (1 << 20))
    return data.getvalue()


def docx_entities(depth: int) -> bytes:
    return docx(paragraph(f"&e{depth - 1};"), laughs(depth))


def docx_external_entity(_: int) -> bytes:
    return docx(paragraph("&secret;"), '<!DOCTYPE d [<!ENTITY secret SYSTEM "file:///etc/hostname">]>')


def docx_long_cell(length: int) -> bytes:
    odd = "≤≥（(%、1.2.3/人·天" * (length // 18)
    return docx(TITLE + table(HEAD, (*ROW[:3], odd)))


def docx_many_rows(count: int) -> bytes:
    return docx(TITLE + table(HEAD, *((*ROW[:2], f"培训次数之{n}", f"≥{n}次") for n in range(1, count + 1))))


def docx_nested_elements(depth: int) -> bytes:
    return docx("<w:sdt>" * depth + "</w:sdt>" * depth)


def docx_nested_tables(depth: int) -> bytes:
    inner = paragraph("底")
    for _ in range(depth):
        inner = f"<w:tbl><w:tr><w:tc>{inner}{paragraph('')}</w:tc></w:tr></w:tbl>"
    return docx(inner)


def docx_remote(_: int) -> bytes:
    target = "http://203.0.113.1/x"
    kinds = "".join(
        f'<Relationship Id="r{n}" Type="{R}/{kind}" Target="{target}" TargetMode="External"/>'
        for n, kind in enumerate(("attachedTemplate", "image", "oleObject", "frame", "hyperlink"))
    )
    relations = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{kinds}</Relationships>'
    return docx(TITLE + table(HEAD, ROW), more={"word/_rels/document.xml.rels": relations, "word/_rels/settings.xml.rels": relations})


def docx_wide_span(span: int) -> bytes:
    return docx(TITLE + table(HEAD, ROW, last_span=span))


def xlsx(sheet: str, before: str = "") -> bytes:
    return packed({
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="a" Type="{R}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{R}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {S} xmlns:r="{R}"><sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?>{before}<worksheet {S}>{sheet}</worksheet>',
    })  # fmt: skip


def sheet_cell(at: str, text: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


def sheet_row(number: int, texts: tuple[str, ...]) -> str:
    return f'<row r="{number}">{"".join(sheet_cell(f"{chr(65 + n)}{number}", text) for n, text in enumerate(texts))}</row>'


def xlsx_entities(depth: int) -> bytes:
    return xlsx(f"<sheetData>{sheet_row(1, (f'&e{depth - 1};',))}</sheetData>", laughs(depth))


def xlsx_far_cells(_: int) -> bytes:
    rows = sheet_row(1, ("甲",)) + f'<row r="1048576">{sheet_cell("XFD1048576", "乙")}</row>'
    return xlsx(f'<dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData>')


def xlsx_many_merges(count: int) -> bytes:
    rows = "".join(sheet_row(n, ("甲", "", "乙")) for n in range(1, count + 1))
    merges = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, count + 1))
    return xlsx(f"<sheetData>{rows}</sheetData><mergeCells>{merges}</mergeCells>")


def xlsx_overlapping_merges(count: int) -> bytes:
    merges = "".join(f'<mergeCell ref="A{n}:XFD{n + count}"/>' for n in range(1, count + 1))
    return xlsx(f"<sheetData>{sheet_row(1, HEAD)}{sheet_row(2, ROW)}</sheetData><mergeCells>{merges}</mergeCells>")


def xlsx_stray_formatting(rows: int) -> bytes:
    blank = "".join(f'<row r="{n}" s="1" customFormat="1"><c r="A{n}" s="1"/></row>' for n in range(4, rows))
    return xlsx(f"<sheetData>{sheet_row(1, ('项目支出绩效目标申报表',))}{sheet_row(2, HEAD)}{sheet_row(3, ROW)}{blank}</sheetData>")


def opened(kind: str, body: str) -> bytes:
    mime = {"odt": "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet"}[kind]
    return packed({
        "mimetype": mime,
        "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        "content.xml": f'<?xml version="1.0"?><office:document-content {OPEN}><office:body>{body}</office:body></office:document-content>',
    })  # fmt: skip


def repeated(rows: int, columns: int) -> str:
    one = f'<table:table-cell table:number-columns-repeated="{columns}"><text:p>甲</text:p></table:table-cell>'
    return f'<table:table><table:table-row table:number-rows-repeated="{rows}">{one}</table:table-row></table:table>'


def odt_repeated(times: int) -> bytes:
    return opened("odt", f"<office:text>{repeated(1, times)}</office:text>")


def ods_repeated(times: int) -> bytes:
    return opened("ods", f"<office:spreadsheet>{repeated(times, times)}</office:spreadsheet>")


def ofd_entities(depth: int) -> bytes:
    ofd = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    return packed({"OFD.xml": f'<?xml version="1.0"?>{laughs(depth)}<ofd:OFD {ofd} Version="1.0"><x>&e{depth - 1};</x></ofd:OFD>'})
