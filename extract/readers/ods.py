"""OpenDocument .ods -> Document: a visible sheet a page, with the text that each cell was saved with as shown.

Everything behind the stored cells is shared with .xlsx.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from extract.model import Document
from extract.package import Package
from extract.problem import UnreadableError
from extract.readers.addresses import column_name
from extract.readers.numbers import whole
from extract.readers.odf import DRAW, MOST_CELLS, OFFICE, TABLE, TEXT, Element, Styles, opened, plain, refuse_more_than, styles_of
from extract.readers.sheets import StoredSheet, document
from extract.readers.xlsx_drawings import BoxLine, Drawing, TextBox
from extract.readers.xlsx_sheet import KEPT_BLANK_ROWS, Area, Choice, RawSheet, SheetCell

MOST_REPEATED = 1000
"""A row or cell with text that is repeated more often fills a sheet, and says nothing more."""

_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_ROWS = frozenset(TABLE + name for name in ("table-rows", "table-header-rows", "table-row-group"))
_COLUMNS = frozenset(TABLE + name for name in ("table-columns", "table-header-columns", "table-column-group"))
_HIDDEN = ("collapse", "filter")
_CELLS = (TABLE + "table-cell", TABLE + "covered-table-cell")
_RANGE = re.compile(
    r"\[?\$?(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^'.\[\]]*))"
    r"\.(?P<first>\$?[A-Z]+\$?\d+)(?::[^:\]]*\.(?P<last>\$?[A-Z]+\$?\d+))?\]?"
)


@dataclass(slots=True)
class _Sheet:
    """One sheet while it is read. ``columns``: runs of columns with their usual style, in order."""

    styles: Styles
    source: str
    raw: RawSheet = field(default_factory=RawSheet)
    columns: list[tuple[int, int, str]] = field(default_factory=list)
    pending: list[tuple[int, list[tuple[int, int]]]] = field(default_factory=list)
    offers: dict[str, list[Area]] = field(default_factory=dict)
    boxes: list[TextBox] = field(default_factory=list)
    pictures: int = 0


def read(path: Path) -> Document:
    """The workbook as a Document, a visible sheet a page. Raises UnreadableError where it is damaged or protected."""
    with Package(path) as package:
        content, named = opened(path, package)
    styles = styles_of(named, content)
    book = content.find(f"{OFFICE}body/{OFFICE}spreadsheet")
    tables = list(book.iterchildren(TABLE + "table")) if book is not None else []
    if book is None or not tables:
        raise UnreadableError(f"{path.name} holds no sheet.", "Open it in its own program and save it anew.")
    lists = {v.get(TABLE + "name", ""): _source(v.get(TABLE + "condition", "")) for v in book.iter(TABLE + "content-validation")}
    ranges = {n.get(TABLE + "name", ""): _source(n.get(TABLE + "cell-range-address", "")) for n in book.iter(TABLE + "named-range")}
    return document(path.name, "ods", [_stored(path.name, table, styles, lists) for table in tables], ranges)


def _source(condition: str) -> str:
    """The first range that a condition or a named range speaks of, as a workbook of Excel writes it; a name as it is."""
    match = _RANGE.search(condition.replace("of:", ""))
    if match is None:
        name = re.search(r"\(([^()\"\[\]]+)\)", condition)
        return name[1] if name else ""
    sheet = (match["quoted"] or match["plain"] or "").lstrip("$")
    area = match["first"] + (f":{match['last']}" if match["last"] else "")
    return f"'{sheet}'!{area}" if sheet else area


def _stored(source: str, table: Element, styles: Styles, lists: dict[str, str]) -> StoredSheet:
    sheet = _Sheet(styles, source)
    column = 1
    for item, hidden in _flat(table, _COLUMNS, TABLE + "table-column"):
        last = column + whole(item.get(TABLE + "number-columns-repeated"), 1) - 1
        if hidden:
            sheet.raw.hidden_columns.append((column, last))
        sheet.columns.append((column, last, item.get(TABLE + "default-cell-style-name", "")))
        column = last + 1
    row = 1
    for item, hidden in _flat(table, _ROWS, TABLE + "table-row"):
        row += _take_row(item, row, hidden, sheet)
    for shape in table.iterchildren(TABLE + "shapes"):
        _take_shapes(shape, 1, sheet)
    sheet.raw.choices = [Choice(tuple(areas), lists[name]) for name, areas in sheet.offers.items() if lists.get(name)]
    shown = styles.look("table", table.get(TABLE + "style-name")).shown
    drawing = Drawing(tuple(sheet.boxes), sheet.pictures)
    return StoredSheet(table.get(TABLE + "name", ""), sheet.raw, shown, drawing)


def _flat(parent: Element, groups: frozenset[str], tag: str, hidden: bool = False) -> Iterator[tuple[Element, bool]]:
    """The rows or columns in order, each with whether it is hidden; groups may lie within groups."""
    for item in parent:
        if item.tag == tag:
            yield item, hidden or item.get(TABLE + "visibility") in _HIDDEN
        elif item.tag in groups:
            yield from _flat(item, groups, tag, hidden or item.get(TABLE + "display") == "false")


def _take_row(item: Element, row: int, hidden: bool, sheet: _Sheet) -> int:
    """Adds a row as often as it is repeated; returns how many rows that are."""
    repeated = max(1, whole(item.get(TABLE + "number-rows-repeated"), 1))
    raw = sheet.raw
    for number in range(row, row + min(repeated, MOST_REPEATED)):
        before = len(raw.cells)
        frames = _take_cells(item, number, sheet)
        if len(raw.cells) > before:
            raw.frames.update(sheet.pending)
            raw.frames[number] = frames
            sheet.pending.clear()
        elif frames and len(sheet.pending) < KEPT_BLANK_ROWS:
            sheet.pending.append((number, frames))
        elif not frames:
            break
    if hidden:
        raw.hidden_rows.update(range(row, row + min(repeated, MOST_REPEATED)))
    return repeated


def _take_cells(item: Element, row: int, sheet: _Sheet) -> list[tuple[int, int]]:
    """Adds the cells of a row that show something; returns the runs of columns that have borders."""
    frames: list[tuple[int, int]] = []
    column = 1
    for cell in item.iterchildren(*_CELLS):
        repeated = max(1, whole(cell.get(TABLE + "number-columns-repeated"), 1))
        look = sheet.styles.look("table-cell", _style(cell, item, column, sheet))
        last = column + min(repeated, MOST_REPEATED) - 1
        if look.framed:
            joined = bool(frames) and frames[-1][1] == column - 1
            frames[-1:] = [(frames[-1][0], last)] if joined else [*frames[-1:], (column, last)]
        refuse_more_than(MOST_CELLS, len(sheet.raw.cells), sheet.source)
        _take_offer(cell, Area(row, column, row, last), sheet)
        for at in range(column, last + 1) if _holds(cell) else ():
            text = _shown(cell, f"{column_name(at)}{row}", sheet.raw)
            if text.strip():
                sheet.raw.cells.append(SheetCell(row, at, text.strip("\n"), _size(cell, look.size, sheet.styles)))
        _take_merge(cell, row, column, sheet.raw)
        _take_shapes(cell, row, sheet)
        column += repeated
    return frames


def _holds(cell: Element) -> bool:
    return len(cell) > 0 or cell.get(OFFICE + "value-type") is not None or cell.get(TABLE + "formula") is not None


def _style(cell: Element, row: Element, column: int, sheet: _Sheet) -> str:
    own = cell.get(TABLE + "style-name") or row.get(TABLE + "default-cell-style-name")
    return own or next((name for first, last, name in sheet.columns if first <= column <= last), "")


def _size(cell: Element, usual: float, styles: Styles) -> float:
    """The font size of a cell whose text is all of one run with a size of its own, else the usual one."""
    spans = [span for paragraph in cell.iterchildren(TEXT + "p") for span in paragraph.iterchildren(TEXT + "span")]
    sizes = {styles.look("text", span.get(TEXT + "style-name")).size for span in spans}
    return next(iter(sizes)) or usual if len(sizes) == 1 else usual


def _take_merge(cell: Element, row: int, column: int, raw: RawSheet) -> None:
    rows, columns = (whole(cell.get(f"{TABLE}number-{kind}-spanned"), 1) for kind in ("rows", "columns"))
    if rows > 1 or columns > 1:
        raw.merges.append(Area(row, column, row + max(rows, 1) - 1, column + max(columns, 1) - 1))


def _take_offer(cell: Element, area: Area, sheet: _Sheet) -> None:
    name = cell.get(TABLE + "content-validation-name")
    if name:
        sheet.offers.setdefault(name, []).append(area)


def _shown(cell: Element, address: str, raw: RawSheet) -> str:
    """The text that the cell was saved with; its stored value where it was saved without."""
    paragraphs = list(cell.iterchildren(TEXT + "p"))
    text = "\n".join(map(plain, paragraphs))
    if cell.get(_CALC + "value-type") == "error":
        raw.errors.append(f"{address} {text}")
    kind = cell.get(OFFICE + "value-type")
    if kind is None:
        if cell.get(TABLE + "formula") and not paragraphs:
            raw.unsaved.append(address)
        return text
    if paragraphs:
        return raw.kept(cell.get(OFFICE + "value", ""), text, address) if not text.strip() else text
    stored = next((v for n in ("string-value", "date-value", "time-value", "boolean-value", "value") if (v := cell.get(OFFICE + n))), "")
    if stored and kind != "string":
        raw.unfaithful.append(address)
    return str(stored)


def _take_shapes(parent: Element, row: int, sheet: _Sheet) -> None:
    """The text boxes and pictures that lie over a cell or the sheet."""
    for shape in parent:
        if isinstance(shape.tag, str) and shape.tag.startswith(DRAW):
            texts = ((plain(p), p.get(TEXT + "style-name")) for p in shape.iter(TEXT + "p", TEXT + "h"))
            lines = [BoxLine(text, sheet.styles.look("paragraph", style).size) for text, style in texts if text]
            if lines:
                sheet.boxes.append(TextBox(row, tuple(lines)))
            sheet.pictures += sum(1 for _ in shape.iter(DRAW + "image")) if shape.find(DRAW + "object") is None else 0
