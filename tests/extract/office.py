"""Makes small Word files and workbooks for tests from shorthand XML, and draws tables as text to compare them by."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from extract.model import Table

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
WORD_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
SHEET_NAMESPACES = (
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"'
)
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

# <P>text</P>, <R>runs of a paragraph</R>, <ROW>…</ROW>, <C span="2" merge="restart">text</C> stand for their long forms.
_CELL = re.compile(r"<C((?: \w+=\"\w+\")*)>((?:(?!<C[ >]).)*?)</C>", re.DOTALL)


def word_xml(shorthand: str) -> str:
    """Shorthand as WordprocessingML."""
    text, found = shorthand, 1
    while found:
        text, found = _CELL.subn(lambda m: _cell(m[1], m[2]), text)
    text = re.sub(r"<P>(.*?)</P>", r"<w:p><R>\1</R></w:p>", text, flags=re.DOTALL)
    text = re.sub(r"<R>(.*?)</R>", r'<w:r><w:t xml:space="preserve">\1</w:t></w:r>', text, flags=re.DOTALL)
    return re.sub(r"<(/?)ROW>", r"<\1w:tr>", text).replace("<T>", "<w:tbl>").replace("</T>", "</w:tbl>")


def _cell(attributes: str, content: str) -> str:
    given = dict(re.findall(r"(\w+)=\"(\w+)\"", attributes))
    properties = ""
    if "width" in given:
        properties += f'<w:tcW w:w="{given["width"]}" w:type="dxa"/>'
    if "span" in given:
        properties += f'<w:gridSpan w:val="{given["span"]}"/>'
    for name in ("hMerge", "vMerge"):
        if name in given:
            properties += f'<w:{name} w:val="{given[name]}"/>'
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content if '<' in content else f'<P>{content}</P>'}</w:tc>"


def archive(path: Path, members: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in members.items():
            out.writestr(name, data)
    return path


def relations(targets: Mapping[str, str]) -> str:
    """Relationships by kind -> target, with ids r0, r1, …"""
    items = "".join(
        f'<Relationship Id="r{i}" Type="{OFFICE}/{kind}" Target="{target}"/>' for i, (kind, target) in enumerate(targets.items())
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{items}</Relationships>'


def docx(path: Path, body: str, parts: Mapping[str, str] | None = None) -> Path:
    """A .docx of a body in shorthand; ``parts`` are inner XML of styles and numbering by name."""
    members = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": relations({"officeDocument": "word/document.xml"}),
        "word/document.xml": f"{HEAD}<w:document {WORD_NAMESPACES}><w:body>{word_xml(body)}</w:body></w:document>",
        "word/_rels/document.xml.rels": relations({name: f"{name}.xml" for name in parts or {}}),
    }
    for name, inner in (parts or {}).items():
        root = {"header": "hdr", "footer": "ftr"}.get(name, name)
        members[f"word/{name}.xml"] = f"{HEAD}<w:{root} {WORD_NAMESPACES}>{word_xml(inner)}</w:{root}>"
    return archive(path, members)


STYLES = (
    '<numFmts count="{n}">{formats}</numFmts>'
    '<fonts><font><sz val="11"/></font><font><sz val="20"/></font></fonts>'
    '<borders><border/><border><left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/></border></borders>'
    "<cellXfs>{xfs}</cellXfs>"
)
PLAIN, FRAMED, LARGE = 0, 1, 2


def xlsx(path: Path, sheets: Mapping[str, str], formats: tuple[str, ...] = (), **more: str) -> Path:
    """A workbook of sheets (name -> inner XML of the worksheet; a name that begins with ``~`` is hidden).

    Styles: 0 plain, 1 framed, 2 large, 3 and on the ``formats``. ``more``: ``names`` (defined names), ``properties``,
    ``shared`` (inner XML of the shared texts)."""
    listed = "".join(
        f'<sheet name="{name.lstrip("~")}" sheetId="{i + 1}" r:id="s{i}"' + (' state="hidden"/>' if name.startswith("~") else "/>")
        for i, name in enumerate(sheets)
    )
    rels = "".join(f'<Relationship Id="s{i}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i in range(len(sheets)))
    rels += f'<Relationship Id="st" Type="{OFFICE}/styles" Target="styles.xml"/>'
    xfs = '<xf/><xf borderId="1"/><xf fontId="1"/>' + "".join(f'<xf numFmtId="{200 + i}"/>' for i in range(len(formats)))
    codes = "".join(f'<numFmt numFmtId="{200 + i}" formatCode="{_attribute(code)}"/>' for i, code in enumerate(formats))
    names = f"<definedNames>{more['names']}</definedNames>" if "names" in more else ""
    members = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": relations({"officeDocument": "xl/workbook.xml"}),
        "xl/workbook.xml": f"{HEAD}<workbook {SHEET_NAMESPACES}>{more.get('properties', '')}<sheets>{listed}</sheets>{names}</workbook>",
        "xl/styles.xml": f"{HEAD}<styleSheet {SHEET_NAMESPACES}>{STYLES.format(n=len(formats), formats=codes, xfs=xfs)}</styleSheet>",
    }
    if "shared" in more:
        members["xl/sharedStrings.xml"] = f"{HEAD}<sst {SHEET_NAMESPACES}>{more['shared']}</sst>"
        rels += f'<Relationship Id="sst" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    members["xl/_rels/workbook.xml.rels"] = f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{rels}</Relationships>'
    for i, inner in enumerate(sheets.values()):
        members[f"xl/worksheets/sheet{i}.xml"] = f"{HEAD}<worksheet {SHEET_NAMESPACES}>{inner}</worksheet>"
    return archive(path, members)


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


def sheet_xml(rows: list[list[str | None]], merges: str = "", style: int = PLAIN, first: int = 1) -> str:
    """A worksheet of texts; None is a cell that is not there, '' one that is blank."""
    lines = []
    for r, row in enumerate(rows, first):
        cells = "".join(text_cell(f"{chr(65 + c)}{r}", text, style) for c, text in enumerate(row) if text is not None)
        lines.append(f'<row r="{r}">{cells}</row>')
    merged = "".join(f'<mergeCell ref="{ref}"/>' for ref in merges.split())
    return f"<sheetData>{''.join(lines)}</sheetData>" + (f"<mergeCells>{merged}</mergeCells>" if merged else "")


def text_cell(address: str, text: str, style: int = PLAIN) -> str:
    inner = f'<is><t xml:space="preserve">{_attribute(text)}</t></is>' if text else ""
    return f'<c r="{address}" s="{style}" t="inlineStr">{inner}</c>'


def sketch(table: Table) -> list[list[str]]:
    """The table as rows of texts; ``<`` and ``^`` stand where the cell to the left or above goes on, ``.`` for no cell."""
    drawn = []
    for r, row in enumerate(table.grid()):
        drawn.append([])
        for c, cell in enumerate(row):
            if cell is None:
                drawn[-1].append(".")
            elif (cell.row, cell.column) == (r, c):
                drawn[-1].append(cell.text)
            else:
                drawn[-1].append("<" if cell.column < c else "^")
    return drawn
