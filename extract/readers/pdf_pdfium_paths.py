"""The paths of a PDFium page become the lines and areas of its Painting; each property is asked for of all of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, compress, repeat

import numpy as np
import pypdfium2.raw as pdfium

from extract.arrays import Bools, Ints
from extract.readers import pdf_pdfium_calls as raw
from extract.readers.pdf_matrix import Matrix, then
from extract.readers.pdf_paint import WHITE, Bounds, Lines, Paint, Painting, Point, clipped_all, lines_among
from extract.readers.pdf_pdfium_clips import limits
from extract.readers.pdf_pdfium_listed import Listed


def add_paths(painting: Painting, paths: Listed, numbers: Ints, clips: Sequence[Bounds | None], rows: raw.Rows) -> None:
    """Adds what the paths paint, each within the clip of its number; a path that is neither filled nor stroked paints nothing."""
    modes = rows.whole(raw.get_draw_mode, len(paths.items), 2, paths.items) != 0
    painted = modes.any(axis=1)
    if not painted.any():
        return
    if not painted.all():
        paths, modes, numbers = paths.only(painted), modes[painted], numbers[painted]
    painting.shapes += len(paths.items)
    white, clear = _colours(paths.items, modes[:, 1], rows)
    boxes = paths.bounds(rows)
    lines = lines_among(boxes)
    seen, kept = clipped_all(boxes, limits(clips)[numbers] if numbers.any() else None)
    kept &= lines & ~clear
    painting.lines.append(Lines(paths.orders[kept], seen[kept], white[kept], np.zeros(np.count_nonzero(kept), dtype=bool)))
    others = np.flatnonzero(~lines & ~clear).tolist()
    if others:
        _add_shapes(painting, paths, others, modes, white, [clips[i] for i in numbers[others].tolist()], rows)


def _add_shapes(
    painting: Painting, paths: Listed, numbers: Sequence[int], modes: Bools, white: Bools, bounds: Sequence[Bounds | None], rows: raw.Rows
) -> None:
    items, matrices = [paths.items[i] for i in numbers], [paths.matrices[i] for i in paths.shown[numbers].tolist()]
    orders = paths.orders.tolist()
    for i, item, lines, clip in zip(numbers, items, _outlines(items, matrices, modes[numbers, 0], rows), bounds, strict=True):
        filled, stroked = modes[i].tolist()
        opaque = filled and not raw.is_transparent(item)
        if filled and stroked:
            fill_white, fill_clear = _colours([item], modes[i : i + 1, 1] & False, rows)
            if not fill_clear[0]:
                painting.add_shape(orders[i], Paint(True, False, bool(fill_white[0]), opaque), lines, clip)
            filled = False
        painting.add_shape(orders[i], Paint(filled, stroked, bool(white[i]), opaque), lines, clip)


def _colours(items: Sequence[raw.Handle], stroked: Bools, room: raw.Rows) -> tuple[Bools, Bools]:
    """Whether the line (else the filling) of each is white, and whether it is wholly transparent; a pattern is neither."""
    rows = np.ones((len(items), 4), np.uint32)
    for get, asked in ((raw.get_stroke_colour, stroked), (raw.get_fill_colour, ~stroked)):
        chosen = list(compress(items, asked.tolist()))
        if chosen:
            rows[asked] = room.whole(get, len(chosen), 4, chosen, unset=1)
    return rows[:, :3].min(axis=1) >= WHITE, rows[:, 3] == 0


def _outlines(items: Sequence[raw.Handle], matrices: Sequence[Matrix], filled: Bools, room: raw.Rows) -> Iterator[list[list[Point]]]:
    """The corners of each part of each path; a filled part is closed. Of a curve only its end is taken."""
    counts = [max(0, count) for count in map(raw.count_segments, items)]
    owners = chain.from_iterable(map(repeat, items, counts))
    segments = list(map(raw.get_segment, owners, chain.from_iterable(map(range, counts))))
    points = room.floats(raw.get_point, len(segments), 2, segments, apart=True).tolist()
    steps = zip(points, map(raw.get_segment_type, segments), map(raw.closes, segments), strict=True)
    owned = room.floats(raw.get_own_matrix, len(items), 6, items).tolist()
    for count, own, matrix, close in zip(counts, owned, matrices, filled.tolist(), strict=True):
        a, b, c, d, e, f = then(own, matrix)
        lines: list[list[Point]] = []
        for (x, y), kind, closes in (next(steps) for _ in range(count)):
            if kind == pdfium.FPDF_SEGMENT_MOVETO or not lines:
                lines.append([])
            lines[-1].append((a * x + c * y + e, b * x + d * y + f))
            if closes:
                lines[-1].append(lines[-1][0])
        for corners in lines:
            if close and corners[0] != corners[-1]:
                corners.append(corners[0])
        yield lines
