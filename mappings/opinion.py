"""What known and labelled names say of a new one: weights that signs of a name, such as pairs of its characters, give to concepts.

The weights are learned (jixiao.taxonomy_fit) and whole numbers, so that their sums are the same on every machine. They
are kept packed, a lane of 16 bits for each concept, so that the weights of a sign are added to all concepts at once.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from mappings.loader import MappingError, read_rows

# A row of the file that is no sign: the concepts in the order of the lanes.
CODES = "!codes"
# The lane of names that mean no concept.
NONE = "none"
# What a weight of 1 is written as, and the largest that is written.
SCALE, LARGEST, LANE = 32, 127, 16
# Of a longer name only so many signs are added, so that no lane runs over.
MOST_SIGNS = 240
_PAIR = re.compile(r"(\d+)([+-]\d+)")


@dataclass(frozen=True, eq=False)
class Opinion:
    """The concepts, and for each sign of a name what it speaks for and against. Compared by identity."""

    codes: tuple[str, ...]
    printed: dict[str, str]
    _packed: dict[str, int] = field(default_factory=dict)

    def weigh(self, signs: Iterable[str]) -> tuple[tuple[int, ...], int]:
        """The summed weights of the known signs, concept by concept, and how many signs were known."""
        total = count = 0
        for sign in signs:
            if (packed := self._packed.get(sign)) is None:
                if sign not in self.printed:
                    continue
                packed = self._packed[sign] = self._pack(self.printed[sign])
            total += packed
            count += 1
            if count == MOST_SIGNS:
                break
        lanes = struct.unpack(f"<{len(self.codes)}H", total.to_bytes(len(self.codes) * LANE // 8, "little"))
        return lanes, count

    def _pack(self, printed: str) -> int:
        """All lanes of one sign, each raised by the largest weight so that none is below nought."""
        base = int.from_bytes(struct.pack("<H", LARGEST) * len(self.codes), "little")
        return base + sum(int(weight) << (LANE * int(at)) for at, weight in _PAIR.findall(printed))


def load_opinion(path: Path) -> Opinion:
    """The learned weights. Raises MappingError where the file does not say which concepts they are of."""
    printed = {row["sign"]: row["weights"] for row in read_rows(path, ("sign", "weights"), key=("sign",))}
    if CODES not in printed:
        raise MappingError(f"{path.name}: no row {CODES}")
    return Opinion(tuple(printed.pop(CODES).split()), printed)
