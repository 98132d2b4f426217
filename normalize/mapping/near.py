"""Names that come near to a known one: candidates by edit distance within one kind of measure, weighed by pairs of characters."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz import fuzz, process

from mappings.compounds import Compounds
from mappings.taxonomy import Taxonomy, Term
from normalize.mapping.compound import take_apart

NEAR = 60.0
KEPT = 12
CHUNK = 4096


class Near(NamedTuple):
    """A known name near to another: likeness by edit distance and by pairs of characters, both from 0 to 1."""

    term: Term
    ratio: float
    tfidf: float


@dataclass(frozen=True)
class Index:
    """Known names by kind of measure, with the weights of their pairs of characters."""

    by_kind: dict[str, tuple[Term, ...]]
    weights: dict[str, float]
    vectors: dict[str, dict[str, float]]


def build_index(taxonomy: Taxonomy, grammar: Compounds) -> Index:
    """The index over all names that hold under every level."""
    by_kind: dict[str, list[Term]] = {}
    counts: Counter[str] = Counter()
    for term in taxonomy.free:
        by_kind.setdefault(take_apart(term.text, grammar).kind, []).append(term)
        counts.update(set(_pairs(term.text)))
    total = len(taxonomy.free)
    weights = {pair: math.log((1 + total) / (1 + count)) + 1 for pair, count in counts.items()}
    vectors = {term.text: _vector(term.text, weights) for term in taxonomy.free}
    return Index({kind: tuple(terms) for kind, terms in by_kind.items()}, weights, vectors)


def _pairs(text: str) -> list[str]:
    marked = f"^{text}$"
    return [marked[i : i + 2] for i in range(len(marked) - 1)]


def _vector(text: str, weights: dict[str, float]) -> dict[str, float]:
    unseen = max(weights.values(), default=1.0)
    found: dict[str, float] = {}
    for pair in _pairs(text):
        found[pair] = found.get(pair, 0.0) + weights.get(pair, unseen)
    length = math.sqrt(sum(value * value for value in found.values()))
    return {pair: value / length for pair, value in found.items()}


def _cosine(a: dict[str, float], b: dict[str, float]) -> float:
    return sum(value * b[pair] for pair, value in a.items() if pair in b)


def nearest(keys: Sequence[tuple[str, str]], index: Index) -> dict[tuple[str, str], tuple[Near, ...]]:
    """The nearest known names of each (name, kind), the best first. Names of one kind are compared in one call a chunk."""
    grouped: dict[str, list[str]] = {}
    for key, kind in sorted(set(keys)):
        grouped.setdefault(kind, []).append(key)
    found: dict[tuple[str, str], tuple[Near, ...]] = {}
    for kind, names in grouped.items():
        terms = index.by_kind.get(kind, ())
        for start in range(0, len(names), CHUNK):
            part = names[start : start + CHUNK]
            for key, near in zip(part, _compare(part, terms, index), strict=True):
                found[key, kind] = near
    return found


def _compare(keys: Sequence[str], terms: Sequence[Term], index: Index) -> Iterable[tuple[Near, ...]]:
    if not terms:
        return [()] * len(keys)
    scores = process.cdist(keys, [term.text for term in terms], scorer=fuzz.ratio, score_cutoff=NEAR)
    found: list[tuple[Near, ...]] = []
    for key, row in zip(keys, scores, strict=True):
        hits = row.nonzero()[0]
        if not len(hits):
            found.append(())
            continue
        best = sorted(((float(row[i]) / 100, terms[i]) for i in hits), key=lambda pair: (-pair[0], pair[1].text))[:KEPT]
        vector = _vector(key, index.weights)
        near = (Near(term, ratio, _cosine(vector, index.vectors[term.text])) for ratio, term in best)
        found.append(tuple(sorted(near, key=lambda n: (-(n.ratio + n.tfidf), n.term.text))))
    return found
