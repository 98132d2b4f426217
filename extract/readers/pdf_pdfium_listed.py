"""Objects of a PDFium page in columns, and which of many are alike."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress, repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium

from extract.arrays import Bools, Floats, Ints
from extract.readers import pdf_pdfium_calls as raw
from extract.readers.pdf_matrix import Matrix, boxed_all, then

MOST_OBJECTS = 200_000
"""Objects of one page that are looked at: a page of the densest tables has some thousands."""

DEEPEST = 12
"""Forms within forms that are followed."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Objects in columns: handles, turns in the order of painting, places of the matrices that show them."""

    items: list[raw.Handle]
    orders: Ints
    shown: Ints
    matrices: Sequence[Matrix]

    def only(self, kept: Bools) -> Listed:
        """Those that are marked as kept."""
        return Listed(list(compress(self.items, kept.tolist())), self.orders[kept], self.shown[kept], self.matrices)

    def bounds(self, rows: raw.Rows) -> Floats:
        """The box of each as displayed, a row each."""
        matrices = np.array(self.matrices)
        boxes = rows.floats(raw.get_bounds, len(self.items), 4, self.items, apart=True)
        return boxed_all(matrices if len(matrices) == 1 else matrices[self.shown], boxes)


class Listing:
    """All objects of a page, those inside of forms after their form, in the order of painting; ``complete`` is False where there are more
    than are looked at."""

    def __init__(self, page: Any, matrix: Matrix, rows: raw.Rows) -> None:
        self.complete = True
        self._rows = rows
        self._items: list[raw.Handle] = []
        self._kinds: list[Ints] = []
        self._shown: list[Ints] = []
        self._matrices: dict[Matrix, int] = {}
        count = min(pdfium.FPDFPage_CountObjects(page), MOST_OBJECTS + 1)
        self._add(list(map(raw.get_object, repeat(raw.handle(page)), range(count))), matrix, 0)

    def listed(self) -> tuple[Listed, Ints]:
        """The objects, and of which kind each is."""
        orders = np.arange(1, len(self._items) + 1)
        return Listed(self._items, orders, np.concatenate(self._shown), tuple(self._matrices)), np.concatenate(self._kinds)

    def _add(self, items: list[raw.Handle], matrix: Matrix, depth: int) -> None:
        kinds = np.fromiter(map(raw.get_type, items), np.int64, len(items))
        start = 0
        for form in (kinds == pdfium.FPDF_PAGEOBJ_FORM).nonzero()[0].tolist():
            self._take(items[start : form + 1], kinds[start : form + 1], matrix)
            if not self.complete:
                return
            if depth < DEEPEST:
                self._add(_inside(items[form]), then(self._own_matrix(items[form]), matrix), depth + 1)
            start = form + 1
        self._take(items[start:], kinds[start:], matrix)

    def _take(self, items: list[raw.Handle], kinds: Ints, matrix: Matrix) -> None:
        room = MOST_OBJECTS - len(self._items)
        if len(items) > room:
            self.complete = False
            items, kinds = items[:room], kinds[:room]
        self._items += items
        self._kinds.append(kinds)
        self._shown.append(np.full(len(items), self._matrices.setdefault(matrix, len(self._matrices))))

    def _own_matrix(self, item: raw.Handle) -> Matrix:
        a, b, c, d, e, f = self._rows.floats(raw.get_own_matrix, 1, 6, (item,))[0].tolist()
        return a, b, c, d, e, f


def _inside(form: raw.Handle) -> list[raw.Handle]:
    count = min(raw.count_form_objects(form), MOST_OBJECTS + 1)
    return list(map(raw.get_form_object, repeat(form), map(ctypes.c_ulong, range(count))))


def alike(columns: npt.NDArray[np.unsignedinteger]) -> tuple[Ints, Ints]:
    """The place of one of each kind of equal objects, and for each object the number of its kind; a row is a property of all.

    Objects that follow one another are mostly alike: only the first of them is compared with the others."""
    new = np.ones(columns.shape[1], dtype=bool)
    np.logical_or.reduce(columns[:, 1:] != columns[:, :-1], axis=0, out=new[1:])
    starts = new.nonzero()[0]
    objects = np.ascontiguousarray(columns[:, starts].T)
    first: dict[bytes, int] = {}
    of = [first.setdefault(own, i) for i, own in enumerate(objects.view(f"V{objects.strides[0]}")[:, 0].tolist())]
    examples = np.array(list(first.values()), dtype=np.int64)
    return starts[examples], np.searchsorted(examples, of)[new.cumsum() - 1]
