"""Objects of a PDFium page in columns, and which of many are alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import compress

import numpy as np
import numpy.typing as npt

from extract.arrays import Bools, Floats, Ints
from extract.readers import pdf_pdfium_calls as raw
from extract.readers.pdf_matrix import Matrix, boxed_all

_ODD = np.uint64(0x9E3779B97F4A7C15)
"""Equal rows have equal sums of their columns taken by its powers, and others nearly never."""


@dataclass
class Listed:
    """Objects of one kind in columns: handles, turns in the order of painting, the matrices by which each is shown."""

    items: list[raw.Handle] = field(default_factory=list)
    orders: list[int] = field(default_factory=list)
    matrices: list[Matrix] = field(default_factory=list)

    def only(self, kept: Bools) -> Listed:
        """Those that are marked as kept."""
        marks = kept.tolist()
        return Listed(list(compress(self.items, marks)), list(compress(self.orders, marks)), list(compress(self.matrices, marks)))

    def placed(self) -> Ints:
        """For each the number of its matrix among those that there are."""
        if self._alone:
            return np.zeros(len(self.items), dtype=np.int64)
        numbers = {by: number for number, by in enumerate(dict.fromkeys(map(id, self.matrices)))}
        return np.array([numbers[id(matrix)] for matrix in self.matrices], dtype=np.int64)

    def bounds(self, rows: raw.Rows) -> Floats:
        """The box of each as displayed, a row each."""
        boxes = rows.floats(raw.get_bounds, len(self.items), 4, self.items, apart=True)
        return boxed_all(np.array(self.matrices[:1] if self._alone else self.matrices).reshape(-1, 6), boxes)

    @property
    def _alone(self) -> bool:
        """True where one matrix shows all of them, as on most pages."""
        return not self.matrices or self.matrices.count(self.matrices[0]) == len(self.matrices)


def alike(columns: npt.NDArray[np.uint64]) -> tuple[Ints, Ints]:
    """The place of one of each kind of equal objects, and for each object the number of its kind; a row is a property of all."""
    key = columns[0].copy()
    for column in columns[1:]:
        key *= _ODD
        key += column
    order = key.argsort()
    new = np.ones(len(key), dtype=bool)
    new[1:] = key[order[1:]] != key[order[:-1]]
    examples, kinds = order[new], np.empty(len(key), dtype=np.int64)
    kinds[order] = np.cumsum(new) - 1
    if not (columns[:, examples[kinds]] == columns).all():
        _, examples, kinds = np.unique(columns, axis=1, return_index=True, return_inverse=True)
    return examples, kinds.reshape(-1)
