"""The filled cells of a sheet -> the tables and lines that a reader of it sees.

A sheet is cut where nothing is printed: at blank rows and columns, but not inside a drawn frame, since forms have blank
rows of their own. Where a sheet draws no frames at all, one blank row or column cuts nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TypeAlias

from extract.readers.xlsx_sheet import Area
from extract.readers.xlsx_visible import Slot, Visible

# Blank rows or columns that part two tables of a sheet without frames, and those that part any two.
OPEN_GAP = 2
ANY_GAP = 64
# A title stands over most of the table that it heads.
TITLE_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class SheetLine:
    """Texts that stand alone in their row, left to right."""

    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of visible rows and columns with what stands in it."""

    area: Area
    slots: tuple[Slot, ...]


Part: TypeAlias = SheetLine | Region


def regions(shown: Visible) -> list[Region]:
    """The rectangles of a sheet that blank space parts, from top to bottom and left to right."""
    return list(_cut(tuple(sorted(shown.slots)), shown)) if shown.slots else []


def parts(region: Region, shown: Visible) -> Iterator[Part]:
    """The lines and tables of a region: titles and notes that stand outside of the frame are lines."""
    rows = _rows(region)
    alone = _alone(rows, region, shown)
    gathered: list[Slot] = []
    for row, is_line in zip(rows, alone, strict=True):
        if not is_line:
            gathered.extend(row)
            continue
        yield from _table(gathered, shown)
        gathered = []
        yield SheetLine(tuple(row))
    yield from _table(gathered, shown)


def _table(slots: list[Slot], shown: Visible) -> Iterator[Part]:
    if not slots:
        return
    area = bounds(slots)
    if area.top == area.bottom and shown.frames_drawn and not shown.framed_row(area.top, area):
        yield SheetLine(tuple(slots))
    else:
        yield Region(area, tuple(slots))


def _rows(region: Region) -> list[list[Slot]]:
    """The slots of a region by the row that they begin in."""
    rows: dict[int, list[Slot]] = {}
    for slot in region.slots:
        rows.setdefault(slot.area.top, []).append(slot)
    return [sorted(rows[top], key=lambda s: s.area.left) for top in sorted(rows)]


def _alone(rows: Sequence[Sequence[Slot]], region: Region, shown: Visible) -> list[bool]:
    """For each row, whether it is a line of its own: its one text stands outside of the frame, at an end or wide.

    Without frames only a wide text at an end is one: a narrow one may be the label of a value left blank."""
    width = region.area.right - region.area.left + 1
    single, wide = [], []
    reach = 0
    next_tops = [row[0].area.top for row in rows[1:]] + [region.area.bottom + 1]
    for row, next_top in zip(rows, next_tops, strict=True):
        area = row[0].area
        open_row = not shown.framed_row(area.top, region.area)
        single.append(len(row) == 1 and reach < area.top and area.bottom < next_top and open_row)
        wide.append((area.right - area.left + 1) >= TITLE_SHARE * width)
        reach = max(reach, *(slot.area.bottom for slot in row))
    alone = [False] * len(rows)
    for i, row_single in enumerate(single):
        leads = i == 0 or alone[i - 1]
        alone[i] = row_single and ((leads or wide[i]) if shown.frames_drawn else (leads and wide[i]))
    for i in reversed(range(len(rows))):
        if alone[i]:
            continue
        if not (single[i] and (shown.frames_drawn or wide[i])):
            break
        alone[i] = True
    return alone


def bounds(slots: Sequence[Slot]) -> Area:
    """The least rectangle around some slots."""
    return Area(
        min(s.area.top for s in slots),
        min(s.area.left for s in slots),
        max(s.area.bottom for s in slots),
        max(s.area.right for s in slots),
    )


def apart(areas: Sequence[Area]) -> list[Area]:
    """The areas, of those that overlap an earlier one the first place alone: the way from top to bottom keeps what reaches a row."""
    found = list(areas)
    reaching: list[tuple[int, int, int]] = []
    ends: list[tuple[int, tuple[int, int, int]]] = []
    for number in sorted(range(len(areas)), key=lambda i: areas[i]):
        area = areas[number]
        while ends and ends[0][0] < area.top:
            del reaching[bisect_left(reaching, heappop(ends)[1])]
        at = bisect_left(reaching, (area.left,))
        before, after = reaching[at - 1 : at] if at else [], reaching[at : at + 1]
        if any(right >= area.left for _, right, _ in before) or any(left <= area.right for left, _, _ in after):
            found[number] = Area(area.top, area.left, area.top, area.left)
            continue
        kept = (area.left, area.right, number)
        reaching.insert(at, kept)
        heappush(ends, (area.bottom, kept))
    return found


def _cut(slots: tuple[Slot, ...], shown: Visible) -> Iterator[Region]:
    area = bounds(slots)
    for across in (False, True):
        groups = _groups(slots, area, shown, across)
        if len(groups) > 1:
            for group in groups:
                yield from _cut(group, shown)
            return
    yield Region(area, slots)


def _groups(slots: tuple[Slot, ...], area: Area, shown: Visible, across: bool) -> list[tuple[Slot, ...]]:
    """The slots parted at blank rows, or at blank columns where ``across``, if these part anything."""
    groups: list[list[Slot]] = []
    reach = 0
    for slot in sorted(slots, key=lambda s: (s.area.left, s.area.top) if across else s.area):
        first, last = (slot.area.left, slot.area.right) if across else (slot.area.top, slot.area.bottom)
        if not groups or (first > reach + 1 and _parts(reach + 1, first - 1, area, shown, across)):
            groups.append([])
        groups[-1].append(slot)
        reach = max(reach, last)
    return [tuple(group) for group in groups]


def _parts(first: int, last: int, area: Area, shown: Visible, across: bool) -> bool:
    """True where a blank stretch of rows or columns lies between two tables and not in one."""
    if last - first + 1 >= ANY_GAP:
        return True
    if not shown.frames_drawn:
        return last - first + 1 >= OPEN_GAP
    framed = shown.framed_column if across else shown.framed_row
    return any(not framed(i, area) for i in range(first, last + 1))
