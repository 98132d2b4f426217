"""Excel XML of 2003 -> Document: a visible sheet a page; what is behind the stored cells is shared with .xlsx."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from lxml import etree

from extract.model import Document
from extract.package import FETCH_AGAIN
from extract.problem import UnreadableError
from extract.readers.addresses import column_name
from extract.readers.numbers import measure
from extract.readers.sheets import StoredSheet, document
from extract.readers.wordml import parsed
from extract.readers.xlsx_numbers import show_moment, show_number, show_text
from extract.readers.xlsx_parts import Look
from extract.readers.xlsx_sheet import Area, RawSheet, SheetCell

Element: TypeAlias = etree._Element

S = "{urn:schemas-microsoft-com:office:spreadsheet}"
X = "{urn:schemas-microsoft-com:office:excel}"
_FORMATS = {
    "": "General", "General Number": "General", "Fixed": "0.00", "Standard": "#,##0.00", "Percent": "0.00%", "Scientific": "0.00E+00",
    "Short Date": "yyyy/m/d", "General Date": "yyyy/m/d h:mm", "Long Date": 'yyyy"年"m"月"d"日"', "Medium Date": "d-mmm-yy",
    "Short Time": "h:mm", "Long Time": "h:mm:ss", "Medium Time": "h:mm AM/PM", "Currency": '"¥"#,##0.00;"¥"-#,##0.00',
}  # fmt: skip
# A sheet has no more; a count beyond is a fault or an attack.
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384


def read(path: Path) -> Document:
    """The workbook as a Document, a visible sheet a page. Raises UnreadableError where it is damaged."""
    root = parsed(path)
    looks = _looks(root)
    dates_1904 = root.find(f"{X}ExcelWorkbook/{X}Date1904") is not None
    try:
        sheets = [_stored(sheet, looks, dates_1904) for sheet in root.iterchildren(S + "Worksheet")]
    except _BeyondError as error:
        raise UnreadableError(f"{path.name} is damaged: it names a cell outside of every sheet.", FETCH_AGAIN) from error
    if not sheets:
        raise UnreadableError(f"{path.name} holds no sheet.", FETCH_AGAIN)
    return document(path.name, "sheetml", sheets, {})


class _BeyondError(ValueError):
    """A row, column or cell lies where no sheet reaches."""


def _looks(root: Element) -> dict[str, Look]:
    """The styles by name; one takes from its parent what it does not say."""
    looks: dict[str, Look] = {}
    for style in root.iterfind(f"{S}Styles/{S}Style"):
        base = looks.get(style.get(S + "Parent") or "Default", Look())
        shown, borders, font = style.find(S + "NumberFormat"), style.find(S + "Borders"), style.find(S + "Font")
        code = base.format if shown is None else shown.get(S + "Format", "")
        size = measure(font.get(S + "Size")) if font is not None else None
        framed = base.framed if borders is None else _framed(borders)
        looks[style.get(S + "ID", "")] = Look(_FORMATS.get(code, code), framed, base.size if size is None else size)
    return looks


def _framed(borders: Element) -> bool:
    drawn = {b.get(S + "Position") for b in borders if b.get(S + "LineStyle", "None") != "None"}
    return bool(drawn & {"Left", "Right"}) and bool(drawn & {"Top", "Bottom"})


def _stored(sheet: Element, looks: Mapping[str, Look], dates_1904: bool) -> StoredSheet:
    raw = RawSheet()
    table = sheet.find(S + "Table")
    if table is not None:
        for first, last, column in _placed(table, "Column", MAX_COLUMNS):
            if _hidden(column, "Width"):
                raw.hidden_columns.append((first, last))
        for first, last, row in _placed(table, "Row", MAX_ROWS):
            if _hidden(row, "Height"):
                raw.hidden_rows.update(range(first, last + 1))
            _read_row(row, first, raw, looks, dates_1904)
    state = sheet.findtext(f"{X}WorksheetOptions/{X}Visible") or ""
    return StoredSheet(sheet.get(S + "Name", ""), raw, state not in ("SheetHidden", "SheetVeryHidden"))


def _placed(parent: Element, name: str, most: int) -> Iterator[tuple[int, int, Element]]:
    """First and last number of each row or column; they follow one another where none is given."""
    last = 0
    for child in parent.iterchildren(S + name):
        first = int(measure(child.get(S + "Index")) or last + 1)
        last = first + int(measure(child.get(S + "Span")) or 0)
        if not 0 < first <= last <= most:
            raise _BeyondError
        yield first, last, child


def _hidden(element: Element, extent: str) -> bool:
    return element.get(S + "Hidden", "0") == "1" or measure(element.get(S + extent)) == 0


def _read_row(row: Element, number: int, raw: RawSheet, looks: Mapping[str, Look], dates_1904: bool) -> None:
    frames: list[tuple[int, int]] = []
    column = 0
    for cell in row.iterchildren(S + "Cell"):
        column = int(measure(cell.get(S + "Index")) or column + 1)
        across, down = (int(measure(cell.get(S + name)) or 0) for name in ("MergeAcross", "MergeDown"))
        if not (0 < column <= column + across <= MAX_COLUMNS and number <= number + down <= MAX_ROWS):
            raise _BeyondError
        look = looks.get(cell.get(S + "StyleID") or row.get(S + "StyleID") or "Default", Look())
        if across or down:
            raw.merges.append(Area(number, column, number + down, column + across))
        if look.framed:
            frames.append((column, column + across))
        text = _shown(cell.find(S + "Data"), f"{column_name(column)}{number}", look.format, raw, dates_1904)
        if text.strip():
            raw.cells.append(SheetCell(number, column, text.strip("\n"), look.size))
        column += across
    if frames:
        raw.frames[number] = frames


def _shown(data: Element | None, address: str, code: str, raw: RawSheet, dates_1904: bool) -> str:
    if data is None:
        return ""
    kind, text = data.get(S + "Type", "String"), "".join(str(piece) for piece in data.itertext())
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if kind == "Number" and text.strip():
        return raw.number(show_number(text, code, dates_1904), address)
    if kind == "Boolean":
        return "TRUE" if text.strip() == "1" else "FALSE"
    if kind == "Error":
        raw.errors.append(f"{address} {text}")
        return text
    if kind == "DateTime" and (moment := _moment(text)) is not None:
        return raw.number(show_moment(moment, code), address)
    return text if code == "General" else raw.kept(text, show_text(text, code), address)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None
