"""Excel .xls (and .et of the same kind) -> Document: a visible sheet a page, with the text that the sheet shows.

xlrd reads cells, merges, formats and what is hidden; what it leaves out (drop-down lists, text boxes, pictures) is in
``xls_records``. Everything behind the stored cells is shared with .xlsx.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import xlrd
from xlrd.biffh import error_text_from_code
from xlrd.compdoc import CompDocError

from extract.compound import SIGNATURE, Compound
from extract.model import Document
from extract.package import FETCH_AGAIN
from extract.problem import UnreadableError
from extract.readers.addresses import column_name
from extract.readers.sheets import StoredSheet, document
from extract.readers.xls_records import extras
from extract.readers.xlsx_numbers import BUILTIN, show_number, show_text
from extract.readers.xlsx_parts import Look
from extract.readers.xlsx_sheet import KEPT_BLANK_ROWS, Area, RawSheet, SheetCell

Looks: TypeAlias = list[Look]

# What xlrd raises on bytes that are not what they promise.
_FAULTS = (
    xlrd.XLRDError,
    CompDocError,
    AssertionError,
    struct.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    EOFError,
)
_FIRST_UNICODE = 80  # BIFF8; older files store text in a code page
_CHINESE = "gb18030"
_STREAMS = ("workbook", "book")
_EASTERN = frozenset(("cp936", "cp950", "cp932", "cp949", "utf_16_le"))


def read(path: Path) -> Document:
    """The workbook as a Document, a visible sheet a page. Raises UnreadableError where it is damaged or protected."""
    try:
        book = _open(path)
        looks = _looks(book)
        sheets = [_stored(book, number, looks) for number in range(book.nsheets)]
    except _FAULTS as error:
        raise _unreadable(path, error) from error
    if not sheets:
        raise UnreadableError(f"{path.name} holds no sheet.", "Open it in Excel or WPS and save it anew.")
    return document(path.name, "xls", sheets, {})


def _open(path: Path) -> xlrd.Book:
    """The workbook; where Chinese text is told to be of a western code page, or of none, it is taken for Chinese."""
    data = _workbook(path)
    try:
        book = _opened(data, None)
    except UnicodeDecodeError:
        return _opened(data, _CHINESE)
    if book.biff_version >= _FIRST_UNICODE or book.encoding in _EASTERN:
        return book
    try:
        chinese = _opened(data, _CHINESE)
    except UnicodeDecodeError:
        return book
    return chinese if _holds_chinese(chinese) else book


def _workbook(path: Path) -> bytes:
    """The stream of the workbook: xlrd follows a chain of sectors that leads back to itself for ever."""
    data = path.read_bytes()
    if not data.startswith(SIGNATURE):
        return data
    file = Compound(data, path.name)
    return file.stream(next((name for name in file.names if name.casefold() in _STREAMS), "Workbook"))


def _holds_chinese(book: xlrd.Book) -> bool:
    texts = (str(cell.value) for sheet in book.sheets() for row in sheet.get_rows() for cell in row if cell.ctype == xlrd.XL_CELL_TEXT)
    return any("\u4e00" <= character <= "\u9fff" for text in texts for character in text)


def _opened(data: bytes, encoding: str | None) -> xlrd.Book:
    silent = io.StringIO()
    book = xlrd.open_workbook(
        file_contents=data, formatting_info=True, on_demand=True, ragged_rows=True, logfile=silent, encoding_override=encoding
    )
    for number in range(book.nsheets):
        book.get_sheet(number)
    return book


def _unreadable(path: Path, error: Exception) -> UnreadableError:
    if "encrypted" in str(error).lower() or "password" in str(error).lower():
        return UnreadableError(f"{path.name} is protected with a password.", "Open it with the password and save it without one.")
    return UnreadableError(f"{path.name} is damaged or cut short: {str(error) or type(error).__name__}.", FETCH_AGAIN)


def _looks(book: xlrd.Book) -> Looks:
    stored = {item.format_key for item in book.format_list}
    return [_look(book, xf, stored) for xf in book.xf_list]


def _look(book: xlrd.Book, xf: xlrd.formatting.XF, stored: set[int]) -> Look:
    border = xf.border
    across = border.top_line_style or border.bottom_line_style
    framed = bool(across and (border.left_line_style or border.right_line_style))
    # A format that the file names by number alone is shown as a Chinese Excel shows it.
    if xf.format_key in BUILTIN and xf.format_key not in stored:
        code = BUILTIN[xf.format_key]
    else:
        code = book.format_map[xf.format_key].format_str if xf.format_key in book.format_map else "General"
    return Look(code, framed, book.font_list[xf.font_index].height / 20)


def _stored(book: xlrd.Book, number: int, looks: Looks) -> StoredSheet:
    sheet = book.sheet_by_index(number)
    more = extras(book, number)
    raw = RawSheet(
        merges=[Area(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells],
        hidden_rows={row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden or not info.height},
        hidden_columns=[(column + 1, column + 1) for column, info in sheet.colinfo_map.items() if info.hidden or not info.width],
        choices=more.choices,
    )
    pending: list[tuple[int, list[tuple[int, int]]]] = []
    for row in range(sheet.nrows):
        found = len(raw.cells)
        frames = list(_read_row(book, sheet, row, looks, raw))
        if len(raw.cells) > found:
            raw.frames.update(pending)
            raw.frames[row + 1] = frames
            pending.clear()
        elif frames and len(pending) < KEPT_BLANK_ROWS:
            pending.append((row + 1, frames))
    return StoredSheet(sheet.name, raw, not sheet.visibility, more.drawing)


def _read_row(book: xlrd.Book, sheet: xlrd.sheet.Sheet, row: int, looks: Looks, raw: RawSheet) -> Iterator[tuple[int, int]]:
    """Adds the cells of a row that show something; yields the runs of columns that have borders."""
    first = last = 0
    for column, cell in enumerate(sheet.row(row), 1):
        look = looks[cell.xf_index] if cell.xf_index is not None and cell.xf_index < len(looks) else Look()
        if look.framed:
            if first and last == column - 1:
                last = column
            else:
                if first:
                    yield first, last
                first = last = column
        text = _shown(book, cell, f"{column_name(column)}{row + 1}", look.format, raw)
        if text.strip():
            raw.cells.append(SheetCell(row + 1, column, text.strip("\n"), look.size))
    if first:
        yield first, last


def _shown(book: xlrd.Book, cell: xlrd.sheet.Cell, address: str, code: str, raw: RawSheet) -> str:
    if cell.ctype == xlrd.XL_CELL_TEXT:
        text = str(cell.value).replace("\r\n", "\n").replace("\r", "\n")
        return text if code == "General" else raw.kept(text, show_text(text, code), address)
    if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        return raw.number(show_number(repr(cell.value), code, book.datemode == 1), address)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    if cell.ctype == xlrd.XL_CELL_ERROR:
        text = str(error_text_from_code.get(cell.value, "#ERROR!"))
        raw.errors.append(f"{address} {text}")
        return text
    return ""
