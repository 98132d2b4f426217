"""One part of a sheet -> its cells that hold something, merges, hidden rows and columns, lists to choose from.

The part is streamed: a sheet with a million formatted but blank rows costs its bytes, not its rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeAlias

from lxml import etree

from extract.package import Package
from extract.readers.addresses import column_name, column_number
from extract.readers.numbers import whole
from extract.readers.xlsx_numbers import Shown, show_moment, show_number, show_text
from extract.readers.xlsx_parts import Workbook, rich_text, unescape

Element: TypeAlias = etree._Element

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?")
_PARTS = ("{*}row", "{*}col", "{*}mergeCell", "{*}dataValidation", "{*}drawing")
# A form with more blank rows than this in its middle is taken for two.
KEPT_BLANK_ROWS = 64


class Area(NamedTuple):
    """A rectangle of a sheet, rows and columns counted from 1, ends included."""

    top: int
    left: int
    bottom: int
    right: int


class SheetCell(NamedTuple):
    """A cell that shows something."""

    row: int
    column: int
    text: str
    size: float = 0.0


class Choice(NamedTuple):
    """A drop-down list: the cells that offer it, and where its entries stand, as written."""

    cells: tuple[Area, ...]
    source: str


@dataclass(slots=True)
class RawSheet:
    """What one sheet holds, hidden parts included. ``frames``: row -> runs of columns whose cells have borders."""

    cells: list[SheetCell] = field(default_factory=list)
    merges: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    frames: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    choices: list[Choice] = field(default_factory=list)
    drawings: list[str] = field(default_factory=list)
    unsaved: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    unfaithful: list[str] = field(default_factory=list)
    blanked: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def number(self, shown: Shown, address: str) -> str:
        """The text of a number as shown; notes where its format was not applied or shows nothing."""
        if not shown.faithful:
            self.unfaithful.append(address)
        elif not shown.text.strip():
            self.blanked.append(address)
        return shown.text

    def kept(self, text: str, shown: str, address: str) -> str:
        """The text that is shown for a stored one; notes where nothing is."""
        if text.strip() and not shown.strip():
            self.blanked.append(address)
        return shown


def read_sheet(package: Package, part: str, workbook: Workbook) -> RawSheet:
    """The contents of the sheet in a part of the package."""
    sheet = RawSheet()
    pending: list[tuple[int, list[tuple[int, int]]]] = []
    last_row = 0
    for element in package.elements(part, _PARTS):
        name = element.tag.rpartition("}")[2]
        if name != "row":
            _take_other(element, name, sheet)
            continue
        last_row = whole(element.get("r")) or last_row + 1
        if _folded(element, "ht"):
            sheet.hidden_rows.add(last_row)
        if len(pending) == KEPT_BLANK_ROWS and element.find("*/*") is None:
            continue
        found = len(sheet.cells)
        frames = _read_row(element, last_row, sheet, workbook)
        if len(sheet.cells) > found:
            sheet.frames.update(pending)
            sheet.frames[last_row] = frames
            pending.clear()
        elif frames and len(pending) < KEPT_BLANK_ROWS:
            pending.append((last_row, frames))
    return sheet


def _take_other(element: Element, name: str, sheet: RawSheet) -> None:
    if name == "mergeCell":
        sheet.merges.extend(areas(element.get("ref", "")))
    elif name == "col":
        if _folded(element, "width"):
            sheet.hidden_columns.append((whole(element.get("min")), whole(element.get("max"))))
    elif name == "drawing":
        sheet.drawings.append(next((str(value) for key, value in element.attrib.items() if str(key).endswith("}id")), ""))
    elif element.get("type") == "list":
        formula = _text_under(element, "{*}formula1")
        sheet.choices.append(Choice(tuple(areas(element.get("sqref") or _text_under(element, "{*}sqref"))), formula))


def _folded(element: Element, extent: str) -> bool:
    """True for a row or column that is hidden, or drawn down to nothing."""
    return element.get("hidden", "0") in ("1", "true") or element.get(extent, "1").strip("0.") == ""


def _text_under(element: Element, tag: str) -> str:
    """The text of the descendants of a tag: newer files wrap a formula in an element of its own."""
    return "".join(str(text) for child in element.iter(tag) for text in child.itertext()).strip()


def _read_row(row: Element, number: int, sheet: RawSheet, workbook: Workbook) -> list[tuple[int, int]]:
    """Adds the cells of a row that show something; returns the runs of columns that have borders."""
    frames: list[tuple[int, int]] = []
    column = 0
    for cell in row:
        reference = cell.get("r")
        column = column_number(reference) if reference else column + 1
        look = workbook.look(cell.get("s"))
        if look.framed:
            if frames and frames[-1][1] == column - 1:
                frames[-1] = (frames[-1][0], column)
            else:
                frames.append((column, column))
        if len(cell):
            text = _shown(cell, f"{column_name(column)}{number}", look.format, sheet, workbook)
            if text.strip():
                sheet.cells.append(SheetCell(number, column, text.strip("\n"), look.size))
    return frames


def _shown(cell: Element, address: str, code: str, sheet: RawSheet, workbook: Workbook) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        item = cell.find("{*}is")
        return _formatted(rich_text(item), address, code, sheet) if item is not None else ""
    value = cell.find("{*}v")
    raw = value.text if value is not None else None
    if not raw:
        if kind != "str" and cell.find("{*}f") is not None:
            sheet.unsaved.append(address)
        return ""
    if kind in ("s", "str"):
        return _formatted(_shared(raw, address, sheet, workbook) if kind == "s" else unescape(raw), address, code, sheet)
    if kind == "b":
        return "TRUE" if raw.strip() in ("1", "true") else "FALSE"
    if kind == "e":
        sheet.errors.append(f"{address} {raw}")
        return raw
    return sheet.number(_moment(raw, code) if kind == "d" else show_number(raw, code, workbook.date_1904), address)


def _formatted(text: str, address: str, code: str, sheet: RawSheet) -> str:
    return text if code == "General" else sheet.kept(text, show_text(text, code), address)


def _shared(raw: str, address: str, sheet: RawSheet, workbook: Workbook) -> str:
    index = whole(raw, len(workbook.texts))
    if index < len(workbook.texts):
        return workbook.texts[index]
    sheet.lost.append(address)
    return ""


def _moment(raw: str, code: str) -> Shown:
    try:
        return show_moment(datetime.fromisoformat(raw.strip().rstrip("Z")), code)
    except ValueError:
        return Shown(raw, False)


def areas(text: str) -> Iterator[Area]:
    """The rectangles that a reference names (``A1:B3 D5``)."""
    for match in _REFERENCE.finditer(text):
        left, top = column_number(match[1]), int(match[2])
        right, bottom = (column_number(match[3]), int(match[4])) if match[3] else (left, top)
        yield Area(min(top, bottom), min(left, right), max(top, bottom), max(left, right))
