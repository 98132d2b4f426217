"""The second opinion on many names at once: the same answers as on each alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, chain

import numpy as np
import numpy.typing as npt

from mappings.compounds import Compounds
from mappings.opinion import Opinion
from mappings.opinion_matrix import OpinionMatrix, Rows, Sums
from normalize.mapping.compound import take_apart
from normalize.mapping.model import Context
from normalize.mapping.opinion import ALWAYS, KEPT, farthest, marked, part_of, signs_besides

Shares = npt.NDArray[np.float64]
# So many names are added up at a time: their numbers stay in the processor's cache.
_AT_A_TIME = 256
# Sums of so many kinds of names are remembered: 850 bytes each.
_MOST_CASES = 8192
# How far a concept is behind, and its place, have no more bits than this.
_BITS = 16


def ask_all(names: Sequence[tuple[str, Context]], opinion: Opinion, grammar: Compounds) -> Iterator[Mapping[str, float]]:
    """For each name the likeliest concepts with their shares of all that is likely, the first first."""
    codes = opinion.codes
    for lanes, shares in share_out(names, opinion, grammar):
        for places, own in zip(lanes.tolist(), shares.tolist(), strict=True):
            yield {codes[at]: share for at, share in zip(places, own, strict=True) if share}


def share_out(names: Sequence[tuple[str, Context]], opinion: Opinion, grammar: Compounds) -> Iterator[tuple[Rows, Shares]]:
    """The same as arrays, so many names at a time: a row for each name, of the places of concepts, the likeliest first, and of
    their shares; a share may be nought."""
    besides = _besides(opinion, grammar)
    for start in range(0, len(names), _AT_A_TIME):
        yield _shares(*_sums(names[start : start + _AT_A_TIME], opinion.matrix, besides))


class _Besides:
    """The summed weights of the signs besides the characters of a name, and how many these are: found once for all names that
    have the same."""

    def __init__(self, matrix: OpinionMatrix, grammar: Compounds) -> None:
        self._matrix, self._grammar = matrix, grammar
        self._known: dict[tuple[str, str, Context], tuple[npt.NDArray[np.int16], int]] = {}

    def of(self, names: Sequence[tuple[str, Context]]) -> tuple[Sums, Rows]:
        pieces = [take_apart(key, self._grammar) for key, _ in names]
        cases = [(own.measure, own.kind, context) for own, (_, context) in zip(pieces, names, strict=True)]
        if len(self._known) > _MOST_CASES:
            self._known.clear()
        self._add_up([case for case in dict.fromkeys(cases) if case not in self._known])
        found = [self._known[case] for case in cases]
        return np.array([sums for sums, _ in found]), np.array([count for _, count in found])

    def _add_up(self, cases: Sequence[tuple[str, str, Context]]) -> None:
        known = self._matrix.rows
        rows = [[known[sign] for sign in dict.fromkeys([ALWAYS, *signs_besides(*case)]) if sign in known] for case in cases]
        counts = [len(own) for own in rows]
        sums = self._matrix.sums(np.fromiter(chain.from_iterable(rows), np.int64), np.repeat(np.arange(len(rows)), counts), len(rows))
        self._known.update(zip(cases, zip(sums, counts, strict=True), strict=True))


@lru_cache(maxsize=4)
def _besides(opinion: Opinion, grammar: Compounds) -> _Besides:
    return _Besides(opinion.matrix, grammar)


def _sums(names: Sequence[tuple[str, Context]], matrix: OpinionMatrix, besides: _Besides) -> tuple[Sums, Rows]:
    """The summed weights of all signs of each name, every sign once, and how many signs each has."""
    rows, owners = matrix.runs.rows_in([marked(key) for key, _ in names])
    bits = len(matrix.rows).bit_length()
    met = np.sort(owners << bits | rows)
    met = met[np.diff(met, prepend=-1) > 0]
    rows, owners = met & ((1 << bits) - 1), met >> bits
    once = rows != matrix.rows.get(ALWAYS, -1)
    rows, owners = rows[once], owners[once]
    more, counts = besides.of(names)
    return matrix.sums(rows, owners, len(names)) + more, counts + np.bincount(owners, minlength=len(names))


def _shares(sums: Sums, counts: Rows) -> tuple[Rows, Shares]:
    """The likeliest concepts of each name and their shares: only what is not too far behind the likeliest is looked at."""
    last = np.array([farthest(count) for count in counts.tolist()], np.uint16)
    behind = sums.max(axis=1, keepdims=True).astype(np.uint16) - sums.astype(np.uint16)
    owner, lane = np.nonzero(behind <= last[:, None])
    far = behind[owner, lane].astype(np.int64)
    order = np.argsort((owner << _BITS | far) << _BITS | lane)
    owner, lane, far = owner[order], lane[order], far[order]
    parts = _parts(far, counts[owner])
    whole = np.bincount(owner, parts)
    place = np.arange(len(owner)) - np.searchsorted(owner, np.arange(len(counts)))[owner]
    kept = place < KEPT
    owner, place = owner[kept], place[kept]
    lanes, shares = np.zeros((len(counts), KEPT), np.int64), np.zeros((len(counts), KEPT))
    lanes[owner, place], shares[owner, place] = lane[kept], parts[kept] / whole[owner]
    return lanes, shares


def _parts(behind: Rows, counts: Rows) -> Rows:
    """What each concept counts for that lies so far behind the likeliest one, by the number of signs of its name."""
    tables = {count: _table(count) for count in np.unique(counts).tolist()}
    starts = dict(zip(tables, accumulate(map(len, tables.values()), initial=0), strict=False))
    begin = np.zeros(max(tables) + 1, np.int64)
    begin[list(tables)] = [starts[count] for count in tables]
    parts: Rows = np.concatenate(list(tables.values()))[begin[counts] + behind]
    return parts


@lru_cache(maxsize=256)
def _table(count: int) -> Rows:
    """What a concept counts for by how far it lies behind the likeliest one."""
    return np.array([part_of(behind, count) for behind in range(farthest(count) + 1)], np.int64)
