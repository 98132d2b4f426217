"""Lines of text cut out of a clean page, as the recogniser reads them best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from extract.model import Box
from extract.ocr.ink import Ink, box_around, glyph_size, lines_of, pieces_of, segments_of, sorted_in
from extract.ocr.picture import Pixels

WIDE = 2.5
"""Glyph sizes: in a cell, text further apart is read apart."""

WIDE_OUTSIDE = 1.5
"""The same outside of tables, where it also stands apart: 填报单位 and 金额单位 over a table."""

MARGIN = 0.3
"""Glyph sizes of white on each side of a line."""

HEIGHT = 1.3
"""Glyph sizes from top to bottom of a crop, also where a line holds only a low sign: a lone - must not be blown up."""

ROOM = 2
"""Pixels around the ink that come along: its soft edge."""

SINGLE = 1.3
"""Glyph sizes: a line no wider holds one character."""

FAINT = 238
"""Grey, in the mean over half a glyph along a row, below which something faint is printed: the thin stroke of 一 or -."""

INSET = 4
"""Pixels from the border of a cell in which nothing faint is looked for: what is left of its rules is there."""

LOW = 0.25
"""Glyph sizes: outside of tables, what is lower and was not found to be text is none."""

BEFORE = 1.3
"""Glyph sizes beside a line in which faint ink is looked for."""


class Line(NamedTuple):
    """One line of text, or a part of it: the pieces of ink, the number of its cell (None outside of tables), its glyph size,
    and the columns between which nothing else stands."""

    pieces: tuple[Ink, ...]
    cell: int | None
    size: float
    room: tuple[int, int] = (0, 0)

    @property
    def box(self) -> Ink:
        return box_around(self.pieces)


def lines_in_cells(text: Pixels, cells: Sequence[Box], dpi: float) -> tuple[list[Line], list[Ink]]:
    """The lines of each cell, cell by cell, and the pieces of ink that lie in none; cells are in points."""
    held = sorted_in(pieces_of(text, dpi), _cell_finder(cells, text.shape, dpi))
    outside = held.pop(None, [])
    size = glyph_size(held.values(), dpi)
    lines = []
    for cell in sorted(c for c in held if c is not None):
        room = round(cells[cell].x0 * dpi / 72) + INSET, round(cells[cell].x1 * dpi / 72) - INSET
        lines += [line._replace(cell=cell, room=room) for line in _lines(held[cell], size, WIDE)]
    return lines, outside


def lines_in_boxes(pieces: Sequence[Ink], boxes: Sequence[Ink], shape: Sequence[int], dpi: float) -> tuple[list[Line], list[Line]]:
    """The lines of text outside of tables, one or more in each of the boxes where text was found, and what else may be one."""
    held: dict[int | None, list[Ink]] = {}
    for piece in pieces:
        x, y = piece.middle
        inside = [i for i, box in enumerate(boxes) if box.x0 <= x < box.x1 and box.top <= y < box.bottom]
        held.setdefault(min(inside, key=lambda i: abs(boxes[i].middle[1] - y)) if inside else None, []).append(piece)
    stray = held.pop(None, [])
    lines = [line for group in held.values() for line in _lines(group, glyph_size([group], dpi), WIDE_OUTSIDE)]
    size = glyph_size(([*line.pieces] for line in lines), dpi)
    rows = [(line.box.top, line.box.bottom) for line in lines]
    tried = _lines(stray, size, WIDE_OUTSIDE) if stray else []
    more = [line for line in tried if LOW * size <= line.box.height <= SINGLE * size and _in_row(line, rows)]
    room = 0, shape[1]
    return [line._replace(room=room) for line in lines], [line._replace(room=room) for line in more]


def _in_row(line: Line, rows: Sequence[tuple[int, int]]) -> bool:
    return any(top <= line.box.middle[1] <= bottom for top, bottom in rows)


def _lines(pieces: Sequence[Ink], size: float, wide: float) -> list[Line]:
    own = _own_size(pieces, size)
    return [Line(tuple(part), None, own) for line in lines_of(pieces, own) for part in segments_of(line, wide * own)]


def _own_size(pieces: Sequence[Ink], size: float) -> float:
    """The glyph size of a cell: that of the page unless single pieces are larger."""
    return max(size, *(min(p.height, p.width * 1.5) for p in pieces))


def _cell_finder(cells: Sequence[Box], shape: Sequence[int], dpi: float) -> Callable[[float, float], int | None]:
    """Finds the number of the cell at a point in pixels; of cells within cells the inner one."""
    pixel = dpi / 72
    owners = np.full(shape[:2], -1, np.int32)
    for number in sorted(range(len(cells)), key=lambda n: -_area(cells[n])):
        cell = cells[number]
        rows, columns = slice(round(cell.top * pixel), round(cell.bottom * pixel)), slice(round(cell.x0 * pixel), round(cell.x1 * pixel))
        owners[rows, columns] = number

    def cell_of(x: float, y: float) -> int | None:
        number = int(owners[int(y), int(x)])
        return number if number >= 0 else None

    return cell_of


def _area(box: Box) -> float:
    return (box.x1 - box.x0) * (box.bottom - box.top)


def crop_of(line: Line, text: Pixels, heights: float = HEIGHT) -> Pixels:
    """The line as the recogniser takes it: in the middle of white as high as a full line, whatever its signs measure."""
    cut = _cut(line, text)
    height = max(round(heights * line.size), cut.shape[0] + 2 * ROOM)
    side = round(MARGIN * line.size)
    crop = np.full((height, cut.shape[1] + 2 * side), 255, np.uint8)
    top = (height - cut.shape[0]) // 2
    crop[top : top + cut.shape[0], side : side + cut.shape[1]] = cut
    return crop


def _cut(line: Line, text: Pixels) -> Pixels:
    """The pixels of the line, with what is printed so faintly before or behind it that it is no ink by itself."""
    box, (low, high) = line.box, line.room
    rows = slice(max(0, box.top - ROOM), box.bottom + ROOM)
    reach = round(BEFORE * line.size)
    before, behind = slice(max(low, box.x0 - reach), box.x0 - ROOM), slice(box.x1 + ROOM, min(high, box.x1 + reach))
    x0 = before.start if _faint(text[rows, before], line.size) else max(0, box.x0 - ROOM)
    x1 = behind.stop if _faint(text[rows, behind], line.size) else box.x1 + ROOM
    return text[rows, x0:x1]


def _faint(beside: Pixels, size: float) -> bool:
    length = max(3, round(size / 2))
    if beside.shape[1] < length:
        return False
    sums = np.cumsum(np.pad(beside.astype(np.int32), ((0, 0), (1, 0))), axis=1)
    return bool((sums[:, length:] - sums[:, :-length]).min() < FAINT * length)


def stacks_of(lines: Sequence[Line]) -> list[tuple[int, ...]]:
    """The numbers of the lines of each cell that holds single characters one under another, as 绩 效 指 标."""
    by_cell: dict[int, list[int]] = {}
    for number, line in enumerate(lines):
        if line.cell is not None:
            by_cell.setdefault(line.cell, []).append(number)
    return [tuple(numbers) for numbers in by_cell.values() if len(numbers) > 1 and all(_is_single(lines[n]) for n in numbers)]


def _is_single(line: Line) -> bool:
    return max(line.box.width, line.box.height) <= SINGLE * line.size


def crops_of_stack(lines: Sequence[Line], text: Pixels) -> tuple[Pixels, Pixels, Pixels]:
    """The characters of a stack side by side, as one line; and the stack turned as a line that runs up, and one that runs down."""
    box = box_around(piece for line in lines for piece in line.pieces)
    whole = np.pad(text[box.top : box.bottom, box.x0 : box.x1], round(0.2 * lines[0].size), constant_values=255)
    beside = np.hstack([_square(crop_of(line, text), line.size) for line in lines])
    return beside, np.ascontiguousarray(np.rot90(whole, -1)), np.ascontiguousarray(np.rot90(whole, 1))


def _square(crop: Pixels, size: float) -> Pixels:
    """The crop of one character with the same white around it as in a line of text."""
    height, width = round(HEIGHT * size) + 2 * ROOM, round(1.1 * size)
    room = np.full((max(height, crop.shape[0]), max(width, crop.shape[1])), 255, np.uint8)
    top, left = (room.shape[0] - crop.shape[0]) // 2, (room.shape[1] - crop.shape[1]) // 2
    room[top : top + crop.shape[0], left : left + crop.shape[1]] = crop
    return room
