"""Excel workbooks that are read by a person: a sheet a table, doubtful rows coloured, texts that stay texts.

The same rows give the same bytes; no more than one row is held at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.outcome import Outcome
from jixiao.tabular import table_columns, table_rows
from jixiao.text import text_width, whole_characters
from normalize.record import TABLES, Record

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

SHEETS = ("declarations", "indicators", "goals", "amounts", "facts", "problems")
MOST_ROWS = 1_048_576
"""Rows of a sheet, its header among them."""

MOST_CHARACTERS = 32_767
_HIDDEN = ("document_id", "declaration_id")
_NARROWEST, _WIDEST = 8, 48
_SAMPLE = 500
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_HEAD = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79", "valign": "top", "text_wrap": True}
_FILLS = {"doubt": "#FFF2CC", "error": "#F8CBAD"}
_MADE = datetime(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its columns by name, its rows, what a column says (``notes``) and how its numbers are written (``formats``)."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Record]
    notes: dict[str, str] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)


def write_workbook(outcome: Outcome, path: Path) -> None:
    """Writes declarations, indicators (with the facts of their declaration in front), goals, amounts, facts and problems."""
    sheets = []
    for name in SHEETS:
        columns = [c.name for c in (table_columns() if name == "indicators" else TABLES[name]) if c.name not in _HIDDEN]
        sheets.append(Sheet(name, columns, table_rows(outcome) if name == "indicators" else outcome.rows(name)))
    write_sheets(sheets, path)


def write_sheets(sheets: Iterable[Sheet], path: Path) -> None:
    """Writes the sheets, each with a frozen header, filters and widths that fit. Raises OSError where it cannot be written."""
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    book = Workbook(str(path), {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    book.set_properties({"created": _MADE})
    for sheet in sheets:
        _write_sheet(book, sheet)
    try:
        book.close()
    except FileCreateError as error:
        raise error.args[0] if isinstance(error.args[0], OSError) else OSError(str(error)) from error


def _write_sheet(book: Workbook, sheet: Sheet) -> None:
    page = book.add_worksheet(sheet.name)
    rows = iter(sheet.rows)
    sample = list(islice(rows, _SAMPLE))
    page.freeze_panes(1, 0)
    for number, name in enumerate(sheet.columns):
        page.set_column(number, number, _width(name, (row[name] for row in sample)))
    head = book.add_format(_HEAD)
    for number, name in enumerate(sheet.columns):
        page.write_string(0, number, name, head)
        if name in sheet.notes:
            page.write_comment(0, number, sheet.notes[name])
    last = _write_rows(page, sheet, chain(sample, rows), _formats(book, sheet))
    page.autofilter(0, 0, last, len(sheet.columns) - 1)


def _write_rows(page: Worksheet, sheet: Sheet, rows: Iterator[Record], formats: Callable[[str, str], Format]) -> int:
    """Writes the rows below the header, and gives the number of the last."""
    line = 0
    for line, row in enumerate(rows, 1):
        fill = _fill(row)
        for number, name in enumerate(sheet.columns):
            value = row[name]
            if value is not None:
                _put(page, line, number, value, formats(name if not isinstance(value, date) else "date", fill))
            elif fill:
                page.write_blank(line, number, None, formats(name, fill))
    return line


def _put(page: Worksheet, line: int, number: int, value: Any, look: Format) -> None:
    """Puts the value in the cell. A text stays a text, whatever it begins with: no formula comes out of a source."""
    match value:
        case bool():
            page.write_boolean(line, number, value, look)
        case int() | float() | Decimal():
            page.write_number(line, number, value, look)
        case date():
            page.write_datetime(line, number, value, look)
        case _:
            page.write_string(line, number, cell_text(str(value)), look)


def put_text(cell: Cell | MergedCell, text: str) -> None:
    """Puts the text in a cell of an openpyxl sheet, as text whatever it begins with."""
    cell.value = cell_text(text)
    cell.data_type = "s"


def cell_text(text: str) -> str:
    """The text as a cell can hold it: without control characters, and no longer than Excel allows, which is told at its end."""
    text = _ILLEGAL.sub("\ufffd", whole_characters(text))
    cut = " … (cut: longer than a cell of Excel)"
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - len(cut)] + cut


def _formats(book: Workbook, sheet: Sheet) -> Callable[[str, str], Format]:
    """What gives the look of a cell: of a column, filled or not. Looks alike are one."""
    made: dict[tuple[str, str], Format] = {}

    def look(name: str, fill: str) -> Format:
        number = "yyyy-mm-dd" if name == "date" else sheet.formats.get(name, "")
        if (number, fill) not in made:
            made[number, fill] = book.add_format(
                {"valign": "top", "text_wrap": True}
                | ({"num_format": number} if number else {})
                | ({"bg_color": _FILLS[fill]} if fill else {})
            )
        return made[number, fill]

    return look


def _fill(row: Record) -> str:
    if row.get("severity") == "error":
        return "error"
    return "doubt" if row.get("needs_review") or row.get("severity") == "warning" else ""


def _width(name: str, values: Iterable[object]) -> float:
    """A width for the longest line of the column, within limits; beyond them the text wraps."""
    lines = [line for value in (name, *values) if value is not None for line in str(value).splitlines()]
    longest = max((text_width(line) for line in lines), default=0)
    return float(min(max(longest + 3, _NARROWEST), _WIDEST))
