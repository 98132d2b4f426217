"""Names that come near to a known one: candidates by edit distance within one kind of measure, weighed by pairs of characters."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from mappings.compounds import Compounds
from mappings.taxonomy import Taxonomy, Term
from normalize.mapping.compound import take_apart

NEAR = 60.0
KEPT = 12


class Near(NamedTuple):
    """A known name near to another: likeness by edit distance and by pairs of characters, both from 0 to 1."""

    term: Term
    ratio: float
    tfidf: float


@dataclass(frozen=True, eq=False)
class Index:
    """Known names by kind of measure, with the weights of their pairs of characters; ``unseen`` is that of a pair that none
    of them has. Compared by identity."""

    by_kind: dict[str, tuple[Term, ...]]
    weights: dict[str, float]
    unseen: float


def build_index(taxonomy: Taxonomy, grammar: Compounds) -> Index:
    """The index over all names that hold under every level."""
    by_kind: dict[str, list[Term]] = {}
    counts: Counter[str] = Counter()
    for term in taxonomy.free:
        by_kind.setdefault(take_apart(term.text, grammar).kind, []).append(term)
        counts.update(set(_pairs(term.text)))
    total = len(taxonomy.free)
    weights = {pair: math.log((1 + total) / (1 + count)) + 1 for pair, count in counts.items()}
    unseen = max(weights.values(), default=1.0)
    return Index({kind: tuple(terms) for kind, terms in by_kind.items()}, weights, unseen)


def _pairs(text: str) -> list[str]:
    marked = f"^{text}$"
    return [marked[i : i + 2] for i in range(len(marked) - 1)]


@lru_cache(maxsize=8192)
def _vector(text: str, index: Index) -> dict[str, float]:
    found: dict[str, float] = {}
    for pair in _pairs(text):
        found[pair] = found.get(pair, 0.0) + index.weights.get(pair, index.unseen)
    length = math.sqrt(sum(value * value for value in found.values()))
    return {pair: value / length for pair, value in found.items()}


def _cosine(a: dict[str, float], b: dict[str, float]) -> float:
    return sum(value * b[pair] for pair, value in a.items() if pair in b)


def nearest(keys: Iterable[tuple[str, str]], index: Index) -> dict[tuple[str, str], tuple[Near, ...]]:
    """The nearest known names of each (name, kind), the best first."""
    texts = {kind: [term.text for term in index.by_kind.get(kind, ())] for kind in {kind for _, kind in keys}}
    return {(key, kind): _compare(key, index.by_kind.get(kind, ()), texts[kind], index) for key, kind in dict.fromkeys(keys)}


def _compare(key: str, terms: Sequence[Term], texts: Sequence[str], index: Index) -> tuple[Near, ...]:
    hits = process.extract(key, texts, scorer=fuzz.ratio, score_cutoff=NEAR, limit=None)
    best = sorted(((score / 100, terms[at]) for _, score, at in hits), key=lambda pair: (-pair[0], pair[1].text))[:KEPT]
    if not best:
        return ()
    vector = _vector(key, index)
    near = (Near(term, ratio, _cosine(vector, _vector(term.text, index))) for ratio, term in best)
    return tuple(sorted(near, key=lambda n: (-(n.ratio + n.tfidf), n.term.text)))
