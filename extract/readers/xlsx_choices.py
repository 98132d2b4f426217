"""Drop-down lists of a workbook -> the cells that only feed them, which are no data of the form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from extract.readers.addresses import column_number
from extract.readers.xlsx_sheet import Area, RawSheet, areas
from extract.readers.xlsx_visible import Slot

_SOURCE = re.compile(r"(?:(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^'!,()]+))!)?(?P<range>\$?[A-Za-z]{1,3}[\d$:A-Za-z]*)")
_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})")
_LAST_ROW = 1_048_576


def choice_areas(sheets: Mapping[str, RawSheet], ranges: Mapping[str, str]) -> dict[str, list[Area]]:
    """Sheet name -> the areas that hold entries of drop-down lists of any sheet."""
    found: dict[str, list[Area]] = {}
    for name, sheet in sheets.items():
        for choice in sheet.choices:
            source = choice.source.lstrip("=")
            match = _SOURCE.fullmatch(ranges.get(source, source))
            if match is None:
                continue
            target = (match["quoted"] or match["plain"] or name).replace("''", "'")
            found.setdefault(target, []).extend(_areas(match["range"]))
    return found


def _areas(reference: str) -> list[Area]:
    columns = _COLUMNS.fullmatch(reference)
    if columns:
        return [Area(1, column_number(columns[1]), _LAST_ROW, column_number(columns[2]))]
    return list(areas(reference))


def without_choices(slots: Sequence[Slot], sources: Sequence[Area]) -> tuple[list[Slot], list[Slot]]:
    """(slots that stay, slots that only feed drop-down lists).

    A block of columns goes only if it holds nothing but entries of lists, each list with at most a heading: a list
    that is drawn from a table of the form itself stays."""
    if not sources:
        return list(slots), []
    kept: list[Slot] = []
    dropped: list[Slot] = []
    for block in _column_blocks(slots):
        (dropped if feeds_choices(block, sources) else kept).extend(block)
    return kept, dropped


def feeds_choices(block: Sequence[Slot], sources: Sequence[Area]) -> bool:
    """True where all of a block but a row of headings are entries of drop-down lists."""
    top = min((slot.area.top for slot in block), default=0)
    others = [slot for slot in block if not any(_within(slot, source) for source in sources)]
    return len(others) < len(block) and all(slot.area.top == top for slot in others)


def _within(slot: Slot, area: Area) -> bool:
    return area.top <= slot.cell.row <= area.bottom and area.left <= slot.cell.column <= area.right


def _column_blocks(slots: Sequence[Slot]) -> list[list[Slot]]:
    blocks: list[list[Slot]] = []
    reach = 0
    for slot in sorted(slots, key=lambda s: (s.area.left, s.area.top)):
        if not blocks or slot.area.left > reach + 1:
            blocks.append([])
        blocks[-1].append(slot)
        reach = max(reach, slot.area.right)
    return blocks
