"""Rules as drawn become edges: one straight line each, snapped to its neighbours, pieces joined."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from extract.arrays import Bools, Floats, Ints
from extract.model import Rule
from extract.rules import boxes_of

SNAP = 3.0
"""Points: parallel rules at most this far apart are one (double lines, both sides of a colour block)."""

JOIN = 3.5
"""Points: collinear rules with at most this gap are one (lines in pieces, dashes, dots)."""

SHORTEST = 4.0
"""Points: what is shorter than this after joining borders no cell."""


MOST_EDGES = 3000
"""Of each direction: of more, as plans and maps have them, the longest are taken."""


class Edge(NamedTuple):
    """A straight line at ``position`` across its direction, from ``start`` to ``end`` along it."""

    position: float
    start: float
    end: float


class Edges(NamedTuple):
    """All edges of a page: ``position`` is y of the horizontal ones, x of the vertical ones."""

    horizontal: tuple[Edge, ...]
    vertical: tuple[Edge, ...]


def edges_of(rules: Sequence[Rule]) -> Edges:
    """The edges that the rules of one page draw together."""
    with np.errstate(invalid="ignore", over="ignore"):  # a damaged page may draw a line without an end, or nearly so
        boxes = boxes_of(rules)
        x0, top, x1, bottom = boxes.T
        width, height = x1 - x0, bottom - top
        dots = np.maximum(width, height) < np.minimum(SHORTEST, 2 * np.minimum(width, height))
        flat = ~dots & (width >= height)
        steep = ~dots & ~flat
        across = np.array(((top + bottom) / 2, x0, x1)).T
        down = np.array(((x0 + x1) / 2, top, bottom)).T
        parts = across[flat], _dotted(across[dots]), down[steep], _dotted(down[dots])
        lines = np.concatenate(parts)
        found, count = _merged(lines, np.arange(len(lines)) >= len(parts[0]) + len(parts[1]))
        return Edges(_longest(found[:count]), _longest(found[count:]))


def _longest(edges: tuple[Edge, ...]) -> tuple[Edge, ...]:
    if len(edges) <= MOST_EDGES:
        return edges
    return tuple(sorted(sorted(edges, key=lambda e: e.start - e.end)[:MOST_EDGES]))


def _dotted(dots: Floats) -> Floats:
    """The lines that dots draw: a dot has no direction, so each is looked at in both."""
    if not len(dots):
        return dots
    position, start, end = dots.T
    position = np.round(position * 2) / 2
    order = np.lexsort((end, start, position))
    position, start, end = position[order], start[order], end[order]
    row = np.zeros(len(order), dtype=np.int64)
    row[1:] = (position[1:] != position[:-1]).cumsum()
    begins, ends = _pieces(row, start, end)
    lines: Floats = np.array((position[begins], start[begins], ends)).T
    lines = lines[ends - start[begins] >= 2 * SHORTEST]
    return lines


def _merged(lines: Floats, steep: Bools) -> tuple[tuple[Edge, ...], int]:
    """Lines (position, start, end) as edges, those near to one another across their direction made one; those of the horizontal
    ones are first, and how many they are."""
    order = np.lexsort((*lines.T[::-1], steep))
    (position, start, end), steep = lines[order].T, steep[order]
    cluster = _clusters(position, steep)
    length = end - start
    weight, sums = np.bincount(cluster, length), np.bincount(cluster, position * length)
    first = position[np.searchsorted(cluster, np.arange(len(weight)))]
    middle = np.where(weight > 0, sums / np.where(weight > 0, weight, 1.0), first)
    along = np.lexsort((end, start, cluster))
    cluster, start, steep = cluster[along], start[along], steep[along]
    begins, ends = _pieces(cluster, start, end[along])
    long = ends - start[begins] >= SHORTEST
    begins, ends = begins[long], ends[long]
    found = map(Edge, middle[cluster[begins]].tolist(), start[begins].tolist(), ends.tolist())
    return tuple(found), int(np.count_nonzero(~steep[begins]))


def _clusters(positions: Floats, steep: Bools) -> Ints:
    """For each position, in order, the number of its cluster: one begins after a gap, where the last has become too wide, and with the
    steep lines."""
    after = np.zeros(len(positions), dtype=bool)
    after[1:] = (positions[1:] - positions[:-1] > SNAP) | (steep[1:] != steep[:-1])
    places = positions.tolist()
    for begin, stop in pairwise([0, *after.nonzero()[0].tolist(), len(places)]) if places else ():
        first = begin
        while places[stop - 1] - places[first] > 2 * SNAP:
            first = bisect_right(places, 2 * SNAP, first, stop, key=places[first].__rsub__)
            after[first] = True
    numbers: Ints = after.cumsum()
    return numbers


def _pieces(clusters: Ints, starts: Floats, ends: Floats) -> tuple[Ints, Floats]:
    """Where each piece begins that the lines of a cluster make together, and where each of them ends; lines go by their starts."""
    reach = furthest(clusters, ends)
    new = np.ones(len(clusters), dtype=bool)
    new[1:] = (clusters[1:] != clusters[:-1]) | (starts[1:] > reach[:-1] + JOIN)
    begins = new.nonzero()[0]
    return begins, reach[np.append(begins[1:], len(reach))[: len(begins)] - 1]


def furthest(clusters: Ints, ends: Floats) -> Floats:
    """The greatest end so far within the cluster of each."""
    order = np.argsort(ends, kind="stable")
    rank = np.empty(len(ends), dtype=np.int64)
    rank[order] = np.arange(len(ends))
    highest = np.maximum.accumulate(rank + clusters * len(ends)) - clusters * len(ends)
    reached: Floats = ends[order[highest]]
    return reached


def joined(intervals: list[tuple[float, float]], gap: float = JOIN) -> list[tuple[float, float]]:
    """The intervals in order, those that overlap or are at most ``gap`` apart made one."""
    result: list[tuple[float, float]] = []
    for start, end in sorted(intervals):
        if result and start <= result[-1][1] + gap:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result
