"""The second opinion on many names at once: the same answers as on each alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain

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


def ask_all(names: Sequence[tuple[str, Context]], opinion: Opinion, grammar: Compounds) -> Iterator[Mapping[str, float]]:
    """For each name the likeliest concepts with their shares of all that is likely, the first first."""
    codes = opinion.codes
    for lanes, shares in share_out(names, opinion, grammar):
        for places, own in zip(lanes.tolist(), shares.tolist(), strict=True):
            yield {codes[at]: share for at, share in zip(places, own, strict=True) if share}


def share_out(names: Sequence[tuple[str, Context]], opinion: Opinion, grammar: Compounds) -> Iterator[tuple[Rows, Shares]]:
    """The same as arrays, so many names at a time: a row for each name, of the places of concepts, the likeliest first, and of
    their shares; a share may be nought."""
    matrix = opinion.matrix
    besides: dict[tuple[str, str, Context], list[int]] = {}
    for start in range(0, len(names), _AT_A_TIME):
        part = names[start : start + _AT_A_TIME]
        rows, counts = _rows(part, matrix, grammar, besides)
        yield _shares(matrix.sums(rows, counts), counts, len(matrix.codes))


def _rows(
    names: Sequence[tuple[str, Context]], matrix: OpinionMatrix, grammar: Compounds, known: dict[tuple[str, str, Context], list[int]]
) -> tuple[Rows, list[int]]:
    """The rows of all signs of the names, those of the first name first, each once; and how many each name has."""
    besides = []
    for key, context in names:
        pieces = take_apart(key, grammar)
        case = (pieces.measure, pieces.kind, context)
        if case not in known:
            known[case] = [row for sign in (ALWAYS, *signs_besides(*case)) if (row := matrix.rows.get(sign)) is not None]
        besides.append(known[case])
    runs, owner = matrix.runs.rows_in([marked(key) for key, _ in names])
    more = np.fromiter(chain.from_iterable(besides), np.int64)
    rows = np.concatenate([runs, more])
    owners = np.concatenate([owner, np.repeat(np.arange(len(names)), [len(own) for own in besides])])
    met = np.sort(owners * len(matrix.rows) + rows)
    owners, rows = np.divmod(met[np.diff(met, prepend=-1) > 0], len(matrix.rows))
    return rows, np.bincount(owners, minlength=len(names)).tolist()


def _shares(sums: Sums, counts: Sequence[int], wide: int) -> tuple[Rows, Shares]:
    behind = sums.max(axis=1, keepdims=True).astype(np.int32) - sums
    parts = _parts(behind, counts)
    first = np.partition(behind * wide + np.arange(wide, dtype=np.int32), min(KEPT, wide) - 1, axis=1)[:, :KEPT]
    first.sort(axis=1)
    lanes = first % wide
    return lanes, np.take_along_axis(parts, lanes, axis=1) / parts.sum(axis=1, keepdims=True)


def _parts(behind: npt.NDArray[np.int32], counts: Sequence[int]) -> Rows:
    """What each concept counts for, nought where it lies too far behind."""
    tables = {count: _table(count) for count in set(counts)}
    starts = dict(zip(tables, np.cumsum([0, *map(len, tables.values())]).tolist(), strict=False))
    begin = np.array([starts[count] for count in counts])
    last = np.array([len(tables[count]) - 1 for count in counts], np.int32)
    parts: Rows = np.concatenate(list(tables.values())).take(np.minimum(behind, last[:, None]) + begin[:, None])
    return parts


@lru_cache(maxsize=256)
def _table(count: int) -> Rows:
    """What a concept counts for by how far it lies behind the likeliest one; nought at the end."""
    return np.array([*(part_of(behind, count) for behind in range(farthest(count) + 1)), 0], np.int64)
