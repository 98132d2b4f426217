"""Names that come near to a known one: candidates by edit distance within one kind of measure, weighed by pairs of characters."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from mappings.compounds import Compounds
from mappings.taxonomy import Taxonomy, Term
from normalize.mapping.compound import take_apart

NEAR = 60.0
KEPT = 12
FEW = 200
CHUNK = 512


class Near(NamedTuple):
    """A known name near to another: likeness by edit distance and by pairs of characters, both from 0 to 1."""

    term: Term
    ratio: float
    tfidf: float


@dataclass(frozen=True, eq=False)
class Index:
    """The known names that hold under every level; by kind of measure, and with the weights of their pairs of characters,
    once that is asked for. Compared by identity."""

    terms: tuple[Term, ...]
    grammar: Compounds

    @cached_property
    def texts(self) -> list[str]:
        return [term.text for term in self.terms]

    @cached_property
    def by_kind(self) -> Mapping[str, tuple[list[Term], list[str]]]:
        """The names and their texts by kind."""
        found: dict[str, tuple[list[Term], list[str]]] = {}
        for term in self.terms:
            terms, texts = found.setdefault(self.kind(term), ([], []))
            terms.append(term)
            texts.append(term.text)
        return found

    @property
    def grouped(self) -> bool:
        """True once the kind of every name is known."""
        return "by_kind" in vars(self)

    def kind(self, term: Term) -> str:
        return take_apart(term.text, self.grammar).kind

    @cached_property
    def weights(self) -> Mapping[str, float]:
        """How much a pair of characters tells: the more, the fewer names have it."""
        counts: Counter[str] = Counter()
        for text in self.texts:
            counts.update(set(_pairs(text)))
        return {pair: math.log((1 + len(self.terms)) / (1 + count)) + 1 for pair, count in counts.items()}

    @cached_property
    def unseen(self) -> float:
        """The weight of a pair that no name has."""
        return max(self.weights.values(), default=1.0)


def build_index(taxonomy: Taxonomy, grammar: Compounds) -> Index:
    """The index over all names that hold under every level."""
    return Index(taxonomy.free, grammar)


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
    asked = list(dict.fromkeys(keys))
    if len(asked) < FEW and not index.grouped:
        return {(key, kind): _weighed(key, _like_among_all(key, kind, index), index) for key, kind in asked}
    grouped: dict[str, list[str]] = {}
    for key, kind in asked:
        grouped.setdefault(kind, []).append(key)
    return {(key, kind): near for kind, names in grouped.items() for key, near in _near_of_kind(kind, names, index)}


def _near_of_kind(kind: str, keys: Sequence[str], index: Index) -> Iterator[tuple[str, tuple[Near, ...]]]:
    """The names of one kind with those near to them: so many are compared in one call."""
    terms, texts = index.by_kind.get(kind, ((), ()))
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        if not terms:
            yield from ((key, ()) for key in part)
            continue
        scores = process.cdist(part, texts, scorer=fuzz.ratio, score_cutoff=NEAR, dtype=float)
        hits: dict[int, list[tuple[float, Term]]] = {}
        for row, column in zip(*(places.tolist() for places in scores.nonzero()), strict=True):
            hits.setdefault(row, []).append((float(scores[row, column]) / 100, terms[column]))
        yield from ((key, _weighed(key, hits.get(row, ()), index)) for row, key in enumerate(part))


def _like_among_all(key: str, kind: str, index: Index) -> list[tuple[float, Term]]:
    """The same, without knowing the kind of every name: for a few names that is sooner done."""
    hits = process.extract(key, index.texts, scorer=fuzz.ratio, score_cutoff=NEAR, limit=None)
    return [(score / 100, term) for _, score, at in hits if index.kind(term := index.terms[at]) == kind]


def _weighed(key: str, hits: Sequence[tuple[float, Term]], index: Index) -> tuple[Near, ...]:
    if not hits:
        return ()
    best = sorted(hits, key=lambda hit: (-hit[0], hit[1].text))[:KEPT]
    vector = _vector(key, index)
    near = (Near(term, ratio, _cosine(vector, _vector(term.text, index))) for ratio, term in best)
    return tuple(sorted(near, key=lambda n: (-(n.ratio + n.tfidf), n.term.text)))
