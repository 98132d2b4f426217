"""Small tables for a person and back: .csv that Excel opens right, or .xlsx. Nothing in them is ever a formula."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from extract.problem import NotWritableError, UnreadableError, UsageError
from jixiao.written import written
from mappings.decisions import guarded, unguarded

SUFFIXES = (".csv", ".xlsx")
_ENCODINGS = ("utf-8-sig", "utf-16", "gb18030")


def write_sheet(path: Path, columns: Sequence[str], rows: Sequence[dict[str, str]], wide: Sequence[str] = ()) -> None:
    """Writes the rows under a header, aside first and then in place; ``wide`` names columns that a person writes in.

    Raises UsageError for another suffix and NotWritableError."""
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{path.name} is neither .csv nor .xlsx.", "Give a name that ends in one of these.")
    if not os.path.isdir(path.absolute().parent):
        raise NotWritableError(f"{path} cannot be made: there is no folder {path.absolute().parent}.", "Choose another place.")
    with written(path) as aside:
        if path.suffix.lower() == ".csv":
            _write_csv(aside, columns, rows)
        else:
            _write_xlsx(aside, columns, rows, wide)


def _write_csv(path: Path, columns: Sequence[str], rows: Sequence[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([guarded(" ".join(row[name].split())) for name in columns] for row in rows)


def _write_xlsx(path: Path, columns: Sequence[str], rows: Sequence[dict[str, str]], wide: Sequence[str]) -> None:
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    from jixiao.workbook import put_text

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.freeze_panes = "B2"
    for number, name in enumerate(columns, 1):
        put_text(sheet.cell(1, number), name)
        longest = max([len(name), *(len(row[name]) for row in rows[:500])])
        sheet.column_dimensions[get_column_letter(number)].width = 30 if name in wide else min(max(2 * longest, 8), 40)
        for line, row in enumerate(rows, 2):
            if row[name]:
                put_text(sheet.cell(line, number), row[name])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
    book.save(path)


def read_sheet(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows as a person saved them: number of the row in the sheet, and its cells by header. Blank rows are left out.

    Raises UnreadableError for what is no such table."""
    if not path.is_file():
        raise UnreadableError(f"{path} is not there.", "Check the path.")
    lines = list(_xlsx_lines(path) if path.suffix.lower() == ".xlsx" else _csv_lines(path))
    if not lines:
        raise UnreadableError(f"{path.name} is empty.", "Give the list that jixiao taxonomy review wrote, filled in.")
    header = [cell.strip() for cell in lines[0]]
    found = []
    for number, line in enumerate(lines[1:], 2):
        cells = [*line, *[""] * (len(header) - len(line))]
        if any(cell.strip() for cell in cells):
            found.append((number, {name: unguarded(cell).strip() for name, cell in zip(header, cells, strict=False) if name}))
    return found


def _csv_lines(path: Path) -> Iterator[list[str]]:
    text = _decoded(path)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        yield from csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise UnreadableError(f"{path.name} is no table of text: {error}.", "Save it as CSV UTF-8, or as .xlsx.") from error


def _decoded(path: Path) -> str:
    """The text in the encoding that Excel saved it in: UTF-8, UTF-16 (Unicode text) or GB 18030."""
    data = path.read_bytes()
    for encoding in _ENCODINGS:
        if encoding == "utf-16" and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            continue
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableError(f"{path.name} is in no encoding that is read.", "Save it as CSV UTF-8, or as .xlsx.")


def _xlsx_lines(path: Path) -> Iterator[list[str]]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError) as error:
        raise UnreadableError(f"{path.name} is no readable workbook.", "Save it as .xlsx or as CSV UTF-8.") from error
    try:
        for line in book.worksheets[0].iter_rows(values_only=True):
            yield [_cell(value) for value in line]
    finally:
        book.close()


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
