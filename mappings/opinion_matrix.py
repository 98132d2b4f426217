"""The weights of the learned opinion for many names at once: a row for each sign, a column for each concept."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from mappings.opinion import Opinion

Sums = npt.NDArray[np.int16]
Rows = npt.NDArray[np.int64]
_Runs = npt.NDArray[np.uint64]
# Signs that are runs of characters have at most so many; a run is one number, with so many bits for each.
LONGEST_RUN, _BITS = 4, 16
# A table of runs has two to the power of so many slots; odd numbers that spread runs over them.
_SLOTS = 17
_NONE = np.uint64(2**64 - 1)
_SPREAD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB], np.uint64)


class OpinionMatrix:
    """All signs of an opinion by the row of their weights; a row is filled in when it is first asked for. The weights of at
    most MOST_SIGNS signs, none over LARGEST, which 8 bits hold, add up to no more than 16 bits do."""

    def __init__(self, opinion: Opinion) -> None:
        self.codes = opinion.codes
        self.rows = {sign: row for row, sign in enumerate(opinion.printed)}
        self.runs = RunTable({sign: row for sign, row in self.rows.items() if len(sign) <= LONGEST_RUN})
        self._printed = list(opinion.printed.values())
        self._weights: npt.NDArray[np.int8] = np.zeros((len(self.rows), len(self.codes)), np.int8)
        self._filled = np.zeros(len(self.rows), bool)

    def sums(self, rows: Rows, counts: Sequence[int]) -> Sums:
        """The summed weights of each name, concept by concept; so many of the rows are those of the first name, and so on."""
        self._fill(rows)
        found = np.empty((len(counts), len(self.codes)), np.int16)
        start = 0
        for name, count in enumerate(counts):
            np.add.reduce(self._weights.take(rows[start : start + count], axis=0), axis=0, dtype=np.int16, out=found[name])
            start += count
        return found

    def _fill(self, rows: Rows) -> None:
        missing = np.unique(rows[~self._filled[rows]])
        printed = [self._printed[row] for row in missing.tolist()]
        numbers = " ".join(printed).replace("+", " ").replace("-", " -").split()
        pairs = np.array(list(map(int, numbers)), np.int16).reshape(-1, 2)
        self._weights[np.repeat(missing, [text.count(" ") + 1 for text in printed]), pairs[:, 0]] = pairs[:, 1]
        self._filled[missing] = True


class RunTable:
    """Runs of one to four characters, each with its row."""

    def __init__(self, rows: Mapping[str, int]) -> None:
        letters = sorted({letter for run in rows for letter in run})
        self._numbers = np.zeros(sys.maxunicode + 1, np.uint16)
        self._numbers[[ord(letter) for letter in letters]] = np.arange(1, len(letters) + 1, dtype=np.uint16)
        padded = self._numbered("".join(run.ljust(LONGEST_RUN, "\0") for run in rows)).reshape(-1, LONGEST_RUN)
        runs: _Runs = np.bitwise_or.reduce(padded << np.arange(0, _BITS * LONGEST_RUN, _BITS, dtype=np.uint64), axis=1)
        self._runs, self._rows = np.append(runs, _NONE), np.append(np.array(list(rows.values()), np.int64), 0)
        self._tables = list(_tables(runs))

    def _numbered(self, text: str) -> _Runs:
        """The number of each character; nought for one that no run has."""
        return self._numbers[np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)].astype(np.uint64)

    def rows_in(self, texts: Sequence[str]) -> tuple[Rows, Rows]:
        """The rows of the runs that the texts have, and in which text each is: every one as often as the text has it, but for the
        first and the last character of a text, which mark its ends and are no runs by themselves."""
        sizes = np.array([len(text) for text in texts])
        letters, owner = self._numbered("".join(texts)), np.repeat(np.arange(len(texts)), sizes)
        inner = np.ones(len(letters), bool)
        inner[np.cumsum(sizes) - 1] = inner[np.cumsum(sizes) - sizes] = False
        runs, kept, whose = letters, [letters[inner]], [owner[inner]]
        for size in range(2, LONGEST_RUN + 1):
            last = letters[size - 1 :]
            runs = runs[: len(last)] | last << np.uint64(_BITS * (size - 1))
            whole = (owner[: len(last)] == owner[size - 1 :]) & (last != 0)
            kept.append(runs[whole])
            whose.append(owner[: len(last)][whole])
        return self._known(np.concatenate(kept), np.concatenate(whose))

    def _known(self, runs: _Runs, owner: Rows) -> tuple[Rows, Rows]:
        found, owners = [owner[:0]], [owner[:0]]
        for number, table in enumerate(self._tables):
            places = table[_slots(runs, number)]
            known = self._runs[places] == runs
            found.append(self._rows[places[known]])
            owners.append(owner[known])
            runs, owner = runs[~known], owner[~known]
        return np.concatenate(found), np.concatenate(owners)


def _tables(runs: _Runs) -> Iterator[npt.NDArray[np.int32]]:
    """The place of each run, by its slot; runs that have no slot to themselves are in the next table, and the last place is none."""
    left, number = np.arange(len(runs), dtype=np.int32), 0
    while left.size:
        table = np.full(1 << _SLOTS, len(runs), np.int32)
        slots = _slots(runs[left], number)
        table[slots] = left
        yield table
        left, number = left[table[slots] != left], number + 1


def _slots(runs: _Runs, number: int) -> Rows:
    """A slot for each run, another one in each table."""
    slots: Rows = ((runs * _SPREAD[number % len(_SPREAD)]) >> np.uint64(64 - _SLOTS)).astype(np.int64)
    return slots
