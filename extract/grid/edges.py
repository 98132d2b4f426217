"""Rules as drawn become edges: one straight line each, snapped to its neighbours, pieces joined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from extract.model import Rule

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


def edges_of(rules: Iterable[Rule]) -> Edges:
    """The edges that the rules of one page draw together."""
    horizontal: list[Edge] = []
    vertical: list[Edge] = []
    dots: list[Rule] = []
    for rule in rules:
        x0, top, x1, bottom = rule
        if max(x1 - x0, bottom - top) < min(SHORTEST, 2 * min(x1 - x0, bottom - top)):
            dots.append(rule)
        elif x1 - x0 >= bottom - top:
            horizontal.append(Edge((top + bottom) / 2, x0, x1))
        else:
            vertical.append(Edge((x0 + x1) / 2, top, bottom))
    horizontal += _dotted(Edge((d.top + d.bottom) / 2, d.x0, d.x1) for d in dots)
    vertical += _dotted(Edge((d.x0 + d.x1) / 2, d.top, d.bottom) for d in dots)
    return Edges(_longest(_merged(horizontal)), _longest(_merged(vertical)))


def _longest(edges: tuple[Edge, ...]) -> tuple[Edge, ...]:
    if len(edges) <= MOST_EDGES:
        return edges
    return tuple(sorted(sorted(edges, key=lambda e: e.start - e.end)[:MOST_EDGES]))


def _dotted(dots: Iterable[Edge]) -> list[Edge]:
    """The lines that dots draw: a dot has no direction, so each is looked at in both."""
    rows: dict[float, list[tuple[float, float]]] = {}
    for dot in dots:
        rows.setdefault(round(dot.position * 2) / 2, []).append((dot.start, dot.end))
    return [Edge(y, a, b) for y, row in rows.items() for a, b in joined(row) if b - a >= 2 * SHORTEST]


def _merged(edges: list[Edge]) -> tuple[Edge, ...]:
    merged: list[Edge] = []
    for cluster in _clusters(sorted(edges)):
        weight = sum(e.end - e.start for e in cluster)
        position = sum(e.position * (e.end - e.start) for e in cluster) / weight if weight else cluster[0].position
        merged.extend(Edge(position, a, b) for a, b in joined([(e.start, e.end) for e in cluster]) if b - a >= SHORTEST)
    return tuple(merged)


def _clusters(edges: Sequence[Edge]) -> Iterable[list[Edge]]:
    cluster: list[Edge] = []
    for edge in edges:
        if cluster and (edge.position - cluster[-1].position > SNAP or edge.position - cluster[0].position > 2 * SNAP):
            yield cluster
            cluster = []
        cluster.append(edge)
    if cluster:
        yield cluster


def joined(intervals: list[tuple[float, float]], gap: float = JOIN) -> list[tuple[float, float]]:
    """The intervals in order, those that overlap or are at most ``gap`` apart made one."""
    result: list[tuple[float, float]] = []
    for start, end in sorted(intervals):
        if result and start <= result[-1][1] + gap:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result
