"""What the clip of each object of a PDFium page leaves open; paths that many objects share are read once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat

import numpy as np

from extract.arrays import Floats, Ints
from extract.readers import pdf_pdfium_calls as raw
from extract.readers.pdf_matrix import Matrix, boxed
from extract.readers.pdf_paint import Bounds, clipped
from extract.readers.pdf_pdfium_listed import Listed, alike

_OPEN: Bounds = (-math.inf, -math.inf, math.inf, math.inf)
_NOTHING: Bounds = (0.0, 0.0, 0.0, 0.0)


class Clips:
    """The clips of the objects of one page, as displayed, by number; ``bounds[0]`` is None, for what is not clipped."""

    def __init__(self, rows: raw.Rows) -> None:
        self._rows = rows
        self.bounds: list[Bounds | None] = [None]
        self._numbers: dict[tuple[int, int, int], int] = {}
        self._same: dict[tuple[int, tuple[Bounds | None, ...]], int] = {}
        self._corners: dict[int, Bounds | None] = {0: None}

    def numbers(self, listed: Listed) -> Ints:
        """For each object the number of the box around what all its clip paths leave open.

        Objects of one graphics state share these paths: how many there are and where the last one is tells which they are."""
        handles = list(map(raw.get_clip_path, listed.items))
        counts = np.fromiter(map(raw.count_clip_paths, handles), np.int64, len(handles))
        if counts.max(initial=0) <= 0:
            return np.zeros(len(handles), dtype=np.int64)
        last = np.fromiter(map(raw.find_clip_segment, handles, (counts - 1).tolist(), repeat(0)), np.uint64, len(handles))
        examples, kinds = alike(np.stack((last, counts.view(np.uint64), listed.shown.view(np.uint64))))
        keys = list(zip(*(column[examples].tolist() for column in (last, counts, listed.shown)), strict=True))
        new = [(key, handles[i]) for key, i in zip(keys, examples.tolist(), strict=True) if key not in self._numbers]
        firsts = self._read([handle for key, handle in new for _ in range(key[1])], [path for key, _ in new for path in range(key[1])])
        for key, _ in new:
            paths = tuple(self._corners[next(firsts)] for _ in range(key[1]))
            same = (key[2], paths)
            number = self._same.get(same)
            self._numbers[key] = self._same[same] = self._number(paths, listed.matrices[key[2]]) if number is None else number
        return np.array([self._numbers[key] for key in keys])[kinds]

    def _number(self, paths: Iterable[Bounds | None], matrix: Matrix) -> int:
        bounds: Bounds | None = None
        for corners in paths:
            if corners is not None:
                shown = boxed(matrix, *corners)
                bounds = shown if bounds is None else clipped(bounds, shown) or _NOTHING
        if bounds is None:
            return 0
        self.bounds.append(bounds)
        return len(self.bounds) - 1

    def _read(self, handles: Sequence[raw.Handle], paths: Sequence[int]) -> Iterator[int]:
        """Where each path begins; least and greatest x and y of those not yet known are read, not yet as displayed."""
        firsts = list(map(raw.find_clip_segment, handles, paths, repeat(0)))
        unknown = {first: path for first, path in zip(firsts, zip(handles, paths, strict=True), strict=True) if first not in self._corners}
        if unknown:
            own, numbers = zip(*unknown.values(), strict=True)
            counts = list(map(raw.count_clip_segments, own, numbers))
            each = (chain.from_iterable(map(repeat, column, counts)) for column in (own, numbers))
            segments = list(map(raw.get_clip_segment, *each, chain.from_iterable(map(range, counts))))
            points = self._rows.floats(raw.get_point, len(segments), 2, segments, apart=True)
            starts = np.cumsum([0, *counts[:-1]])
            corners = np.hstack((np.minimum.reduceat(points, starts), np.maximum.reduceat(points, starts)))
            self._corners.update(zip(unknown, map(tuple, corners.tolist()), strict=True))
        return iter(firsts)


def limits(clips: Sequence[Bounds | None]) -> Floats:
    """The clips as rows of numbers: infinite where there is none."""
    return np.array([_OPEN if box is None else box for box in clips])
