"""The rules of a page in columns of numbers; a Rule is made only where one is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import overload

import numpy as np

from extract.arrays import Bools, Floats
from extract.model import Rule


@dataclass(frozen=True, slots=True, eq=False)
class Rules(Sequence[Rule]):
    """Rules by their corners: left, top, right and bottom of each are a row of ``boxes``."""

    boxes: Floats

    def __len__(self) -> int:
        return len(self.boxes)

    def __iter__(self) -> Iterator[Rule]:
        return map(tuple.__new__, repeat(Rule), self.boxes.tolist())

    @overload
    def __getitem__(self, at: int) -> Rule: ...
    @overload
    def __getitem__(self, at: slice) -> list[Rule]: ...
    def __getitem__(self, at: int | slice) -> Rule | list[Rule]:
        return list(self)[at] if isinstance(at, slice) else Rule(*self.boxes[at].tolist())

    def only(self, kept: Bools) -> Rules:
        """Those that are marked as kept."""
        return Rules(self.boxes[kept])

    def on_page(self, width: float, height: float) -> Rules:
        """Those of which something lies on a page of this size."""
        x0, top, x1, bottom = self.boxes.T
        return self.only((x1 >= 0) & (bottom >= 0) & (x0 <= width) & (top <= height))


def boxes_of(rules: Sequence[Rule]) -> Floats:
    """The rules in rows: left, top, right and bottom of each."""
    return rules.boxes if isinstance(rules, Rules) else np.array(rules, dtype=np.float64).reshape(-1, 4)
