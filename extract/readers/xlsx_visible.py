"""A sheet as stored -> the sheet as seen: hidden rows and columns folded away, text under merges left out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from extract.readers.xlsx_sheet import Area, RawSheet, SheetCell

MAX_COLUMNS = 16_384


class Axis:
    """The rows or columns of a sheet, of which some are hidden."""

    def __init__(self, hidden: Iterable[int]) -> None:
        self.hidden = sorted(hidden)

    def seen(self, number: int) -> int:
        """The place among the visible ones; a hidden one has the place of the next visible one."""
        return number - bisect_left(self.hidden, number)

    def true(self, place: int) -> int:
        """The number in the sheet of a visible place."""
        number = place
        while (moved := place + bisect_right(self.hidden, number)) != number:
            number = moved
        return number

    def fold(self, first: int, last: int) -> tuple[int, int]:
        """The visible part of a stretch; it is empty (first after last) where all of it is hidden."""
        return self.seen(first), self.seen(last + 1) - 1


class Slot(NamedTuple):
    """A cell as seen: its area among the visible rows and columns, and the cell that its text is stored in."""

    area: Area
    cell: SheetCell


@dataclass(slots=True)
class Visible:
    """What a sheet shows. ``frames`` has the runs of framed columns by visible row; ``merges`` those without text."""

    rows: Axis
    columns: Axis
    slots: list[Slot] = field(default_factory=list)
    merges: list[Area] = field(default_factory=list)
    frames: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    hidden: list[SheetCell] = field(default_factory=list)
    covered: list[SheetCell] = field(default_factory=list)

    @property
    def frames_drawn(self) -> bool:
        """True where the sheet frames its tables."""
        return any(self.frames.values())

    def framed_row(self, row: int, area: Area) -> bool:
        """True where a row has a framed cell within an area."""
        return any(low <= area.right and high >= area.left for low, high in self.frames.get(row, ()))

    def framed_column(self, column: int, area: Area) -> bool:
        """True where a column has a framed cell within an area."""
        rows = range(area.top, area.bottom + 1) if area.bottom - area.top < len(self.frames) else self.frames
        return any(low <= column <= high for row in rows if area.top <= row <= area.bottom for low, high in self.frames.get(row, ()))


def visible(sheet: RawSheet) -> Visible:
    """What a sheet shows of what it stores."""
    columns = {c for low, high in sheet.hidden_columns for c in range(low, min(high, MAX_COLUMNS) + 1)}
    shown = Visible(Axis(sheet.hidden_rows), Axis(columns))
    by_place = {(c.row, c.column): c for c in sheet.cells}
    anchored = _take_merges(sheet.merges, by_place, shown)
    for cell in by_place.values():
        area = _folded(anchored.get((cell.row, cell.column), Area(cell.row, cell.column, cell.row, cell.column)), shown)
        if area is None:
            shown.hidden.append(cell)
        else:
            shown.slots.append(Slot(area, cell))
    shown.slots = _clipped(shown.slots)
    for row, runs in sheet.frames.items():
        place, last = shown.rows.fold(row, row)
        if place <= last:
            shown.frames[place] = [run for low, high in runs if (run := shown.columns.fold(low, high))[0] <= run[1]]
    return shown


def _take_merges(merges: Iterable[Area], cells: dict[tuple[int, int], SheetCell], shown: Visible) -> dict[tuple[int, int], Area]:
    """The merges with text by their first cell; takes the text that merges cover out of ``cells``."""
    anchored = {}
    lines = _Lines(cells)
    for area in merges:
        anchor = (area.top, area.left)
        for place in lines.filled_in(area):
            if place != anchor and place in cells:
                shown.covered.append(cells.pop(place))
        if anchor in cells:
            anchored[anchor] = area
        elif (folded := _folded(area, shown)) is not None:
            shown.merges.append(folded)
    return anchored


class _Lines:
    """The filled places of a sheet by row and by column. An area is looked through along its shorter side."""

    def __init__(self, places: Iterable[tuple[int, int]]) -> None:
        self._rows: dict[int, list[int]] = {}
        self._columns: dict[int, list[int]] = {}
        for row, column in sorted(places):
            self._rows.setdefault(row, []).append(column)
            self._columns.setdefault(column, []).append(row)

    def filled_in(self, area: Area) -> list[tuple[int, int]]:
        """The filled places of an area, from top to bottom and left to right."""
        if area.bottom - area.top <= area.right - area.left:
            return [(r, c) for r in _within(self._rows, area.top, area.bottom) for c in _between(self._rows[r], area.left, area.right)]
        columns = _within(self._columns, area.left, area.right)
        return sorted((r, c) for c in columns for r in _between(self._columns[c], area.top, area.bottom))


def _within(lines: Mapping[int, list[int]], first: int, last: int) -> list[int]:
    """The numbers of the lines of a stretch that have a filled place."""
    if last - first < len(lines):
        return [number for number in range(first, last + 1) if number in lines]
    return sorted(number for number in lines if first <= number <= last)


def _between(numbers: list[int], first: int, last: int) -> list[int]:
    return numbers[bisect_left(numbers, first) : bisect_right(numbers, last)]


def _folded(area: Area, shown: Visible) -> Area | None:
    top, bottom = shown.rows.fold(area.top, area.bottom)
    left, right = shown.columns.fold(area.left, area.right)
    return Area(top, left, bottom, right) if top <= bottom and left <= right else None


def _clipped(slots: list[Slot]) -> list[Slot]:
    """Merges that run on past the last cell of the sheet (a title over all 16,384 columns) end there."""
    bottom = max((slot.area.top for slot in slots), default=0)
    right = max((slot.area.left for slot in slots), default=0)
    return [
        slot._replace(area=slot.area._replace(bottom=min(slot.area.bottom, bottom), right=min(slot.area.right, right))) for slot in slots
    ]
