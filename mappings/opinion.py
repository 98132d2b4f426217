"""What known and labelled names say of a new one: weights that signs of a name, such as pairs of its characters, give to concepts.

The weights are learned (jixiao.taxonomy_fit) and whole numbers, so that their sums are the same on every machine and in any order.
For a few names the signs that are asked for are looked up in the file and kept packed, a lane of 16 bits for each concept, so that
the weights of a sign are added to all concepts at once; for many names there is mappings.opinion_matrix.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, ValuesView
from dataclasses import dataclass, field
from functools import cached_property
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING

from mappings.loader import MappingError, read_rows

if TYPE_CHECKING:
    from mappings.opinion_matrix import OpinionMatrix

# A row of the file that is no sign: the concepts in the order of the lanes.
CODES = "!codes"
# The lane of names that mean no concept.
NONE = "none"
# What a weight of 1 is written as, and the largest that is written: cut off at less than 15, weights of frequent signs lose what they tell.
SCALE, LARGEST, LANE = 8, 127, 16
# Of a longer name only so many signs are added, so that no lane runs over.
MOST_SIGNS = 240
# A table that was asked for so many signs is read as a whole: that is sooner done than looking for more of them.
MANY_SIGNS = 20_000
COLUMNS = ("sign", "weights")
_HEADER = b"\nsign,weights\n"
_STAMP = b"# SHA-256 of the rows: "
_PAIR = re.compile(r"(\d+)([+-]\d+)")
_WEIGHTS = re.compile(r"\d+[+-]\d+(?: \d+[+-]\d+)*", re.ASCII)


@dataclass(frozen=True, eq=False)
class Opinion:
    """The concepts, and for each sign of a name what it speaks for and against. Compared by identity."""

    codes: tuple[str, ...]
    printed: Mapping[str, str]
    _packed: dict[str, int] = field(default_factory=dict)

    def weigh(self, signs: Iterable[str]) -> tuple[tuple[int, ...], int]:
        """The summed weights of the known signs, concept by concept, all raised alike, and how many signs were known."""
        total = count = 0
        for sign in signs:
            if (packed := self._packed.get(sign)) is None:
                if (printed := self.printed.get(sign)) is None:
                    continue
                packed = self._packed[sign] = self._pack(printed)
            total += packed
            count += 1
            if count == MOST_SIGNS:
                break
        lanes = struct.unpack(f"<{len(self.codes)}H", total.to_bytes(len(self.codes) * LANE // 8, "little"))
        return lanes, count

    def check(self) -> None:
        """Raises MappingError where weights are not as they are read: places of the concepts in order, each with a weight that
        a lane holds."""
        for sign, printed in self.printed.items():
            pairs = [(int(at), abs(int(weight))) for at, weight in _PAIR.findall(printed)]
            places = [at for at, _ in pairs]
            plain = _WEIGHTS.fullmatch(printed) and places == sorted({*places}) and places[-1] < len(self.codes)
            if not plain or max(weight for _, weight in pairs) > LARGEST:
                raise MappingError(f"opinion.csv: {sign}: {printed} are no weights")

    @cached_property
    def matrix(self) -> OpinionMatrix:
        """The weights for many names at once."""
        from mappings.opinion_matrix import OpinionMatrix

        return OpinionMatrix(self)

    @property
    def spread_out(self) -> bool:
        """True once there is the matrix."""
        return "matrix" in vars(self)

    @cached_property
    def _even(self) -> int:
        """Every lane raised by the largest weight, so that none falls below nought."""
        return int.from_bytes(struct.pack("<H", LARGEST) * len(self.codes), "little")

    def _pack(self, printed: str) -> int:
        return self._even + sum(int(weight) << (LANE * int(at)) for at, weight in _PAIR.findall(printed))


class SortedSigns(Mapping[str, str]):
    """The weights by sign, as a released file prints them: its rows are in the order of the signs, so that the few that a run
    asks for are found without reading, or even parting, the others. They begin at ``start`` of the table."""

    def __init__(self, table: mmap, start: int) -> None:
        self._table, self._start = table, start
        self._asked = 0

    def __getitem__(self, sign: str) -> str:
        self._asked += 1
        if self._asked > MANY_SIGNS:
            return self._read[sign]
        if sign == CODES or (row := _row_of(sign, self._table, self._start)) is None:
            raise KeyError(sign)
        return _weights_of(row)

    @cached_property
    def _read(self) -> dict[str, str]:
        rows = self._table[self._start :].decode().removesuffix("\n").split("\n")
        parted = [row.rpartition(",") for row in rows]
        read = {sign if sign[:1] != '"' else sign[1:-1].replace('""', '"'): weights for sign, _, weights in parted}
        del read[CODES]
        return read

    def values(self) -> ValuesView[str]:
        """The weights of all signs, none of which need be looked for."""
        return self._read.values()

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)


def _row_of(sign: str, table: mmap, low: int) -> bytes | None:
    """The row of a sign, by bisection over the bytes from ``low`` on: each time the row in the middle of what is left is looked at."""
    wanted = sign.encode(errors="surrogatepass")
    high = len(table)
    while low < high:
        start = table.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = table.find(b"\n", start, high)
        row = table[start : end if end >= 0 else high]
        if (found := _sign_of(row)) == wanted:
            return row
        if found < wanted:
            low = start + len(row) + 1
        else:
            high = start
    return None


def _sign_of(row: bytes) -> bytes:
    if row[:1] == b'"':
        return row[1 : row.rindex(b'",')].replace(b'""', b'"')
    return row[: row.index(b",")]


def _weights_of(row: bytes) -> str:
    return row[row.rindex(b",") + 1 :].decode()


def load_opinion(path: Path, *, released: bool = False) -> Opinion:
    """The learned weights. Raises MappingError where the file does not say which concepts they are of, or holds what are no
    weights; that a table that was ``released`` is sorted and sound its release has made sure of."""
    if released:
        return _released(path)
    printed = {row["sign"]: row["weights"] for row in read_rows(path, COLUMNS, key=("sign",))}
    if CODES not in printed:
        raise MappingError(f"{path.name}: no row {CODES}")
    opinion = Opinion(tuple(printed.pop(CODES).split()), printed)
    opinion.check()
    return opinion


def _released(path: Path) -> Opinion:
    with path.open("rb") as file:
        table = mmap(file.fileno(), 0, access=ACCESS_READ)
    start = table.find(_HEADER) + len(_HEADER)
    row = _row_of(CODES, table, start)
    if row is None:
        raise MappingError(f"{path.name}: no row {CODES}")
    return Opinion(tuple(_weights_of(row).split()), SortedSigns(table, start))


def stamped(table: bytes) -> bytes:
    """The table with the SHA-256 of its rows in the last line above its header."""
    head, header, rows = table.partition(_HEADER)
    lines = [line for line in head.split(b"\n") if not line.startswith(_STAMP)]
    return b"\n".join([*lines, _STAMP + hashlib.sha256(rows).hexdigest().encode()]) + header + rows


def is_true(path: Path) -> bool:
    """Whether the digest that a table bears is that of its rows; a table without one is true to itself."""
    table = path.read_bytes()
    return _STAMP not in table.partition(_HEADER)[0] or stamped(table) == table


def identity_of(path: Path) -> bytes:
    """What the version of a table is taken of: its head, which holds the SHA-256 of its rows, and a checksum of all its bytes, which
    tells an edit that left the digest as it was in half the time of a digest. A table that holds none stands for itself."""
    table = path.read_bytes()
    head = table[: table.find(_HEADER)]
    return head + b"%d" % zlib.crc32(table) if _STAMP in head else table
