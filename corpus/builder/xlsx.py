"""A case as a workbook: raw SpreadsheetML, blocks one under another, a sheet more at each sheet break."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from corpus.builder.facts import Break, Case, Grid, Paragraph, Slot
from corpus.builder.markup import seen
from corpus.builder.zipped import archive

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@dataclass
class _Sheet:
    name: str
    state: str = "visible"
    rows: list[str] = field(default_factory=list)
    merges: list[str] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    choices: list[str] = field(default_factory=list)


def xlsx(case: Case) -> bytes:
    """The bytes of the .xlsx."""
    formats: list[str] = []
    width = max((item.columns for item in case.body if isinstance(item, Grid)), default=6)
    sheets: list[_Sheet] = []
    for item in case.body:
        if isinstance(item, Break):
            if item.sheet:
                sheets.append(_Sheet(item.sheet, item.state))
            continue
        if not sheets:
            sheets.append(_Sheet("Sheet1"))
        if isinstance(item, Paragraph):
            _paragraph(sheets[-1], item, width)
        elif "xlsx" in item.options.get("only", "xlsx"):
            _grid(sheets[-1], item, formats)
    return archive(_members(sheets, formats))


def _letters(column: int) -> str:
    return (_letters(column // 26 - 1) if column >= 26 else "") + chr(65 + column % 26)


def _text_cell(address: str, text: str) -> str:
    return f'<c r="{address}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>' if text else f'<c r="{address}"/>'


def _paragraph(sheet: _Sheet, item: Paragraph, width: int) -> None:
    for line in seen(item.text).split("\n"):
        row = len(sheet.rows) + 1
        sheet.rows.append(f'<row r="{row}">{_text_cell(f"A{row}", line)}</row>')
        if line and width > 1:
            sheet.merges.append(f"A{row}:{_letters(width - 1)}{row}")


def _grid(sheet: _Sheet, grid: Grid, formats: list[str]) -> None:
    first = len(sheet.rows) + 1
    hidden = grid.options.get("hidden_rows", [])
    sheet.hidden_columns |= {int(c) - 1 for c in grid.options.get("hidden_columns", [])}
    for row in range(grid.rows):
        slots = sorted((s for s in grid.slots if s.row == row), key=lambda s: s.column)
        cells = "".join(_cell(slot, f"{_letters(slot.column)}{first + row}", formats) for slot in slots)
        mark = ' hidden="1"' if row + 1 in hidden else ""
        sheet.rows.append(f'<row r="{first + row}"{mark}>{cells}</row>')
    for slot in grid.slots:
        if slot.row_span > 1 or slot.column_span > 1:
            top, left = first + slot.row, slot.column
            sheet.merges.append(f"{_letters(left)}{top}:{_letters(left + slot.column_span - 1)}{top + slot.row_span - 1}")
    for area, values in grid.options.get("choices", {}).items():
        rule = f'<dataValidation type="list" sqref="{area}"><formula1>"{escape(values)}"</formula1></dataValidation>'
        sheet.choices.append(rule)


def _cell(slot: Slot, address: str, formats: list[str]) -> str:
    value = slot.style.get("number")
    if slot.style.get("date"):
        value = (datetime.date.fromisoformat(str(slot.style["date"])) - datetime.date(1899, 12, 30)).days
    if value is None:
        return _text_cell(address, seen(slot.text))
    code = str(slot.style.get("format", "General"))
    if code not in formats:
        formats.append(code)
    return f'<c r="{address}" s="{formats.index(code) + 1}"><v>{value}</v></c>'


def _sheet_xml(sheet: _Sheet) -> str:
    columns = "".join(f'<col min="{c + 1}" max="{c + 1}" width="9" hidden="1"/>' for c in sorted(sheet.hidden_columns))
    merges = "".join(f'<mergeCell ref="{ref}"/>' for ref in sheet.merges)
    parts = [
        f"<cols>{columns}</cols>" if columns else "",
        f"<sheetData>{''.join(sheet.rows)}</sheetData>",
        f'<mergeCells count="{len(sheet.merges)}">{merges}</mergeCells>' if merges else "",
        f'<dataValidations count="{len(sheet.choices)}">{"".join(sheet.choices)}</dataValidations>' if sheet.choices else "",
    ]
    return _HEAD + f'<worksheet xmlns="{_MAIN}">' + "".join(parts) + "</worksheet>"


def _styles(formats: list[str]) -> str:
    quoted = [escape(code, {'"': "&quot;"}) for code in formats]
    codes = "".join(f'<numFmt numFmtId="{164 + i}" formatCode="{code}"/>' for i, code in enumerate(quoted))
    numbers = f"<numFmts>{codes}</numFmts>" if codes else ""
    plain = 'fontId="0" fillId="0" borderId="0" xfId="0"'
    styles = "".join(f'<xf numFmtId="{164 + i}" {plain} applyNumberFormat="1"/>' for i in range(len(formats)))
    return (
        f'{_HEAD}<styleSheet xmlns="{_MAIN}">{numbers}<fonts><font/></fonts>'
        '<fills><fill><patternFill patternType="none"/></fill></fills><borders><border/></borders>'
        '<cellStyleXfs><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>{styles}</cellXfs></styleSheet>'
    )


def _members(sheets: list[_Sheet], formats: list[str]) -> dict[str, str]:
    numbers = range(1, len(sheets) + 1)
    parts = "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for n in numbers)
    types = (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{parts}</Types>'
    )
    names = "".join(
        f'<sheet name="{escape(s.name)}" sheetId="{n}" state="{s.state}" r:id="rId{n}"/>' for n, s in zip(numbers, sheets, strict=True)
    )
    links = "".join(f'<Relationship Id="rId{n}" Type="{_REL}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers)
    links += f'<Relationship Id="rId{len(sheets) + 1}" Type="{_REL}/styles" Target="styles.xml"/>'
    return {
        "[Content_Types].xml": types,
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
        "xl/styles.xml": _styles(formats),
        **{f"xl/worksheets/sheet{n}.xml": _sheet_xml(sheet) for n, sheet in zip(numbers, sheets, strict=True)},
    }
