"""Sheets as stored, of whatever workbook format -> Document: a visible sheet a page, its tables and lines as shown.

Hidden sheets, rows and columns, and lists that only feed drop-downs are left out, and the document says so.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from extract.model import Block, Cell, Document, Page, Place, Table, TextLine
from extract.problem import Problem, Severity
from extract.readers.addresses import column_name
from extract.readers.xlsx_choices import choice_areas, feeds_choices, without_choices
from extract.readers.xlsx_drawings import Drawing, TextBox
from extract.readers.xlsx_regions import Region, SheetLine, apart, parts, regions
from extract.readers.xlsx_sheet import Area, RawSheet
from extract.readers.xlsx_visible import Slot, Visible, visible

# Blank cells are listed in tables of up to this many positions; larger ones list filled cells only.
MAX_FILLED = 2_000_000
_SAMPLE = 5


@dataclass(frozen=True, slots=True)
class StoredSheet:
    """One sheet as its file stores it. ``shown`` is False for a hidden one, whose drawing nobody needs to read."""

    name: str
    raw: RawSheet
    shown: bool = True
    drawing: Drawing = field(default_factory=Drawing)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One sheet while its tables are made: what it shows, and the areas that feed drop-down lists."""

    name: str
    raw: RawSheet
    shown: Visible
    sources: Sequence[Area]
    boxes: Sequence[TextBox]


def document(source_name: str, kind: str, sheets: Sequence[StoredSheet], ranges: Mapping[str, str]) -> Document:
    """The Document of a workbook; ``kind`` is its format and reader, ``ranges`` its named ranges as written."""
    sources = choice_areas({sheet.name: sheet.raw for sheet in sheets}, ranges)
    pages: list[Page] = []
    problems: list[Problem] = []
    hidden = [f"{sheet.name} ({len(sheet.raw.cells)} cells)" for sheet in sheets if not sheet.shown]
    if hidden:
        problems.append(Problem("hidden-sheet", "info", f"Hidden sheets were left out: {', '.join(hidden)}"))
    index = 0
    for sheet in sheets:
        if not sheet.shown:
            continue
        reading = _Reading(sheet.name, sheet.raw, visible(sheet.raw), sources.get(sheet.name, ()), sheet.drawing.boxes)
        problems.extend(_problems(reading, sheet.drawing.pictures))
        blocks = tuple(_blocks(reading, index, problems))
        index += sum(isinstance(block, Table) for block in blocks)
        pages.append(Page(None, label=sheet.name, blocks=blocks))
    return Document(source_name, kind, kind, tuple(pages), tuple(problems))


def _blocks(reading: _Reading, index: int, problems: list[Problem]) -> Iterator[Block]:
    """The lines and tables of a sheet from top to bottom, text boxes where they are anchored."""
    kept, dropped = without_choices(reading.shown.slots, reading.sources)
    reading.shown.slots = kept
    boxes = sorted(reading.boxes, key=lambda box: box.row)
    for region in regions(reading.shown):
        if feeds_choices(region.slots, reading.sources):
            dropped.extend(region.slots)
            continue
        while boxes and reading.shown.rows.seen(boxes[0].row) <= region.area.top:
            yield from _box_lines(boxes.pop(0), reading.name)
        for part in parts(region, reading.shown):
            if isinstance(part, SheetLine):
                yield _line(part, reading.name)
            else:
                yield _table(part, reading, index)
                index += 1
    for box in boxes:
        yield from _box_lines(box, reading.name)
    if dropped:
        entries = _sample([slot.cell.text for slot in dropped])
        problems.append(_problem(reading, "choice-list", "info", f"entries of drop-down lists were left out: {entries}"))


def _box_lines(box: TextBox, sheet: str) -> Iterator[TextLine]:
    for line in box.lines:
        yield TextLine(line.text, Place(sheet=sheet), line.size)


def _line(line: SheetLine, sheet: str) -> TextLine:
    text = "  ".join(" ".join(slot.cell.text.split("\n")).strip() for slot in line.slots)
    return TextLine(text, Place(sheet=sheet, cell=_address(line.slots[0])), max(slot.cell.size for slot in line.slots))


def _table(region: Region, reading: _Reading, index: int) -> Table:
    area = region.area
    found: list[tuple[Area, str, str]] = []
    if (area.bottom - area.top + 1) * (area.right - area.left + 1) <= MAX_FILLED:
        taken: set[tuple[int, int]] = set()
        found.extend((_free(slot.area, taken), slot.cell.text, _address(slot)) for slot in region.slots)
        found.extend(_blank(area, reading.shown, taken))
    else:
        areas = apart([slot.area for slot in region.slots])
        found.extend((free, slot.cell.text, _address(slot)) for free, slot in zip(areas, region.slots, strict=True))
    found.sort()
    rows, columns = sorted({a.top for a, _, _ in found}), sorted({a.left for a, _, _ in found})
    cells = tuple(
        Cell(
            bisect_left(rows, a.top),
            bisect_left(columns, a.left),
            text,
            bisect_right(rows, a.bottom) - bisect_left(rows, a.top),
            bisect_right(columns, a.right) - bisect_left(columns, a.left),
            (Place(sheet=reading.name, cell=address, table_index=index),),
        )
        for a, text, address in found
    )
    return Table(index, len(rows), len(columns), cells, (Place(sheet=reading.name, cell=min(found)[2], table_index=index),))


def _free(area: Area, taken: set[tuple[int, int]]) -> Area:
    """An area, or its first cell alone where the rest is taken (merges of a damaged file overlap); takes it."""
    places = _places(area)
    if not taken.isdisjoint(places):
        area = Area(area.top, area.left, area.top, area.left)
        places = _places(area)
    taken.update(places)
    return area


def _places(area: Area) -> list[tuple[int, int]]:
    if area.top == area.bottom and area.left == area.right:
        return [(area.top, area.left)]
    return [(r, c) for r in range(area.top, area.bottom + 1) for c in range(area.left, area.right + 1)]


def _blank(area: Area, shown: Visible, taken: set[tuple[int, int]]) -> Iterator[tuple[Area, str, str]]:
    """The blank cells of an area: merged ones, then single ones."""
    for merge in shown.merges:
        top, left = max(merge.top, area.top), max(merge.left, area.left)
        bottom, right = min(merge.bottom, area.bottom), min(merge.right, area.right)
        clipped = Area(top, left, bottom, right)
        if top <= bottom and left <= right and taken.isdisjoint(_places(clipped)):
            taken.update(_places(clipped))
            yield clipped, "", _blank_address(clipped, shown)
    for row in range(area.top, area.bottom + 1):
        for column in range(area.left, area.right + 1):
            if (row, column) not in taken:
                cell = Area(row, column, row, column)
                yield cell, "", _blank_address(cell, shown)


def _blank_address(area: Area, shown: Visible) -> str:
    return f"{column_name(shown.columns.true(area.left))}{shown.rows.true(area.top)}"


def _address(slot: Slot) -> str:
    return f"{column_name(slot.cell.column)}{slot.cell.row}"


def _problems(reading: _Reading, pictures: int) -> Iterator[Problem]:
    raw, shown = reading.raw, reading.shown
    if shown.hidden:
        rows = sorted({c.row for c in shown.hidden} & raw.hidden_rows)
        columns = sorted({c.column for c in shown.hidden if c.row not in raw.hidden_rows})
        named = [f"row {r}" for r in rows[:_SAMPLE]] + [f"column {column_name(c)}" for c in columns[:_SAMPLE]]
        more = " and more" if len(rows) > _SAMPLE or len(columns) > _SAMPLE else ""
        yield _problem(reading, "hidden-cells", "info", f"{len(shown.hidden)} hidden cells were left out: {', '.join(named)}{more}")
    told: tuple[tuple[str, Severity, str, list[str]], ...] = (
        ("covered-text", "info", "text that merged cells cover was left out", [f"{column_name(c.column)}{c.row}" for c in shown.covered]),
        ("blank-format", "info", "values that their format shows as blank were left out", raw.blanked),
        ("formula-without-value", "error", "formulas were saved without their value and are left blank", raw.unsaved),
        ("error-value", "warning", "cells show an error of the sheet", raw.errors),
        ("unread-format", "warning", "numbers stand as stored, their format could not be applied", raw.unfaithful),
        ("broken-text", "error", "cells point to a text that the file does not hold", raw.lost),
    )
    for code, severity, what, cells in told:
        if cells:
            yield _problem(reading, code, severity, f"{what}: {_sample(cells)}")
    if pictures:
        empty = not shown.slots
        more = "; it holds nothing else" if empty else ""
        yield _problem(reading, "picture", "error" if empty else "info", f"{pictures} pictures were not read{more}")


def _problem(reading: _Reading, code: str, severity: Severity, message: str) -> Problem:
    return Problem(code, severity, f"Sheet {reading.name}: {message}", where=f"sheet {reading.name}")


def _sample(items: Sequence[str]) -> str:
    shown = ", ".join(item.replace("\n", " ")[:30] for item in items[:_SAMPLE])
    return shown + (f" and {len(items) - _SAMPLE} more" if len(items) > _SAMPLE else "")
