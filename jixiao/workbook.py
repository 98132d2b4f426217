"""One outcome as an Excel workbook that is read by a person: a sheet a table, doubtful rows coloured."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from jixiao.outcome import Outcome
from jixiao.tabular import table_columns, table_rows
from jixiao.text import whole_characters
from normalize.record import TABLES, Column, Record

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

Value: TypeAlias = str | float | date | None

SHEETS = ("declarations", "indicators", "goals", "amounts", "facts", "problems")
_HIDDEN = ("document_id", "declaration_id")
_HEAD_FILL = PatternFill("solid", fgColor="FF1F4E79")
_HEAD_FONT = Font(bold=True, color="FFFFFFFF")
_DOUBT_FILL = PatternFill("solid", fgColor="FFFFF2CC")
_ERROR_FILL = PatternFill("solid", fgColor="FFF8CBAD")
_WRAP = Alignment(wrap_text=True, vertical="top")
_NARROWEST, _WIDEST = 8, 48


def write_workbook(outcome: Outcome, path: Path) -> None:
    """Writes declarations, indicators (with the facts of their declaration in front), goals, amounts, facts and problems."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name in SHEETS:
        columns = [c for c in (table_columns() if name == "indicators" else TABLES[name]) if c.name not in _HIDDEN]
        rows = table_rows(outcome) if name == "indicators" else outcome.rows(name)
        _write_sheet(book.create_sheet(name), columns, rows)
    book.save(path)


def _write_sheet(sheet: Worksheet, columns: Sequence[Column], rows: list[Record]) -> None:
    sheet.freeze_panes = "A2"
    last = get_column_letter(len(columns))
    sheet.auto_filter.ref = f"A1:{last}{len(rows) + 1}"
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = _width(column.name, (row[column.name] for row in rows))
    for number, column in enumerate(columns, 1):
        _put(sheet.cell(1, number), column.name, _HEAD_FILL, _HEAD_FONT)
        for line, row in enumerate(rows, 2):
            if row[column.name] is not None or _fill(row):
                _put(sheet.cell(line, number), row[column.name], _fill(row))


def _put(cell: Cell | MergedCell, value: Value, fill: PatternFill | None = None, font: Font | None = None) -> None:
    """Puts the value in the cell. A text stays a text, whatever it begins with: no formula comes out of a source."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", whole_characters(value)) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"
    cell.alignment = _WRAP
    if fill is not None:
        cell.fill = fill
    if font is not None:
        cell.font = font


def put_text(cell: Cell | MergedCell, text: str) -> None:
    """Puts the text in the cell, as text whatever it begins with."""
    _put(cell, text)


def _fill(row: Record) -> PatternFill | None:
    if row.get("severity") == "error":
        return _ERROR_FILL
    return _DOUBT_FILL if row.get("needs_review") or row.get("severity") == "warning" else None


def _width(name: str, values: Iterable[object]) -> float:
    """A width for the longest line of the column, within limits; beyond them the text wraps."""
    lines = [line for value in (name, *values) if value is not None for line in str(value).splitlines()]
    longest = max((text_width(line) for line in lines), default=0)
    return float(min(max(longest + 3, _NARROWEST), _WIDEST))


def text_width(text: str) -> int:
    """Columns of a terminal or a sheet that the text takes: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
