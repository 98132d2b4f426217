"""The weights of the learned opinion for many names at once: a row for each sign, a column for each concept."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from mappings.opinion import Opinion

Sums = npt.NDArray[np.int16]
Rows = npt.NDArray[np.int64]
_Runs = npt.NDArray[np.uint64]
# Signs that are runs of characters have at most so many; a run is one number, with so many bits for each.
LONGEST_RUN, _BITS = 4, 16
# A sign that speaks of so many concepts at most speaks of few.
_FEW = 16
# Odd numbers that spread runs over the slots of a table.
_NONE = np.uint64(2**64 - 1)
_SPREAD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB], np.uint64)


class OpinionMatrix:
    """All signs of an opinion by the row of their weights; what a row holds is read when it is first asked for.

    The few signs that speak of many concepts, which most names have, are rows of a matrix; of all the others, which speak of a
    handful each, only the weights that there are are kept: together a few MB. The weights of at most MOST_SIGNS signs, none over
    LARGEST, which 8 bits hold, add up to no more than 16 bits do."""

    def __init__(self, opinion: Opinion) -> None:
        self.codes = opinion.codes
        self.rows = {sign: row for row, sign in enumerate(opinion.printed)}
        self.runs = RunTable({sign: row for sign, row in self.rows.items() if len(sign) <= LONGEST_RUN})
        self._printed = list(opinion.printed.values())
        self._filled = np.zeros(len(self.rows), bool)
        self._sizes = np.array([weights.count(" ") + 1 for weights in self._printed], np.int64)
        self._wide = self._sizes > _FEW
        self._places = np.where(self._wide, np.cumsum(self._wide) - 1, np.cumsum(np.where(self._wide, 0, self._sizes)) - self._sizes)
        self._weights: npt.NDArray[np.int8] = np.zeros((int(self._wide.sum()), len(self.codes)), np.int8)
        self._lanes = np.zeros(int(self._sizes[~self._wide].sum()), np.int64)
        self._few = np.zeros(len(self._lanes), np.int16)

    def sums(self, rows: Rows, owners: Rows, names: int) -> Sums:
        """The summed weights of so many names, concept by concept; ``owners`` says whose each row is, those of the first name first."""
        self._fill(rows)
        found = np.zeros((names, len(self.codes)), np.int16)
        wide = self._wide[rows]
        own = np.searchsorted(owners[wide], np.arange(names + 1)).tolist()
        places = self._places[rows[wide]]
        for name, (start, end) in enumerate(pairwise(own)):
            np.add.reduce(self._weights.take(places[start:end], axis=0), axis=0, dtype=np.int16, out=found[name])
        whose, at = self._spread(rows[~wide])
        np.add.at(found.reshape(-1), owners[~wide][whose] * len(self.codes) + self._lanes[at], self._few[at])
        return found

    def _spread(self, rows: Rows) -> tuple[Rows, Rows]:
        """Where the weights of rows are that have few: which of the rows each is of, and its place."""
        sizes = self._sizes[rows]
        ends = np.cumsum(sizes)
        whose = np.repeat(np.arange(len(rows)), sizes)
        return whose, np.arange(len(whose)) + (self._places[rows] - ends + sizes)[whose]

    def _fill(self, rows: Rows) -> None:
        missing = np.unique(rows[~self._filled[rows]])
        if not missing.size:
            return
        printed = " ".join([self._printed[row] for row in missing.tolist()]).replace("+", " ").replace("-", " -")
        lanes, weights = np.fromstring(printed, np.int64, sep=" ").reshape(-1, 2).T
        owner = np.repeat(missing, self._sizes[missing])
        wide = self._wide[owner]
        self._weights[self._places[owner[wide]], lanes[wide]] = weights[wide]
        _, at = self._spread(missing[~self._wide[missing]])
        self._lanes[at], self._few[at] = lanes[~wide], weights[~wide]
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
            places = table[_slots(runs, number, len(table))]
            known = self._runs[places] == runs
            found.append(self._rows[places[known]])
            owners.append(owner[known])
            runs, owner = runs[~known], owner[~known]
        return np.concatenate(found), np.concatenate(owners)


def _tables(runs: _Runs) -> Iterator[npt.NDArray[np.int32]]:
    """The place of each run, by its slot; runs that have no slot to themselves are in the next table, and the last place is none.
    A table has two to four slots for each run that is left, so that few are left again."""
    left, number = np.arange(len(runs), dtype=np.int32), 0
    while left.size:
        table = np.full(2 << left.size.bit_length(), len(runs), np.int32)
        slots = _slots(runs[left], number, len(table))
        table[slots] = left
        yield table
        left, number = left[table[slots] != left], number + 1


def _slots(runs: _Runs, number: int, count: int) -> Rows:
    """A slot for each run, another one in each table; the count of slots is a power of two."""
    slots: Rows = ((runs * _SPREAD[number % len(_SPREAD)]) >> np.uint64(65 - count.bit_length())).astype(np.int64)
    return slots
