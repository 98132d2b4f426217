"""How likely each candidate is what a name means: what speaks for it, weighed against the others and against none.

The weights (weights.csv) are fitted to labelled names, so that the shares are probabilities."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter, mul
from typing import NamedTuple

from mappings.loader import Mappings
from mappings.taxonomy import Taxonomy
from mappings.weights import OF_CANDIDATE, OF_NONE
from normalize.mapping.cases import Case, LookedUp, cases_of
from normalize.mapping.clues import Clue
from normalize.mapping.model import Match
from normalize.mapping.opinion import MANY

UNLIKELY = 0.001
LEAST = math.log(UNLIKELY)
SURE, _EVEN, GUESS = 0.8, 0.5, 0.1
# Shares are given with so many digits.
DIGITS = 3
_WEIGHTS, _WEIGHTS_OF_NONE = itemgetter(*OF_CANDIDATE), itemgetter(*OF_NONE)


class Ranked(NamedTuple):
    """A clue with the probability that its concept is meant."""

    clue: Clue
    share: float


def evidence(case: Case, taxonomy: Taxonomy) -> list[tuple[float, ...]]:
    """What speaks for each candidate, as numbers in the order of OF_CANDIDATE."""
    lines = {clue.code: taxonomy.ancestors(clue.code) for clue in case.clues}
    wider = set().union(*lines.values())
    if wider.isdisjoint(lines):
        return [_of_one(clue, False, False) for clue in case.clues]
    return [_of_one(clue, clue.code in wider, not lines.keys().isdisjoint(lines[clue.code])) for clue in case.clues]


def _of_one(clue: Clue, has_narrower: bool, has_wider: bool) -> tuple[float, ...]:
    _, _, parts, first, believed, stopped, lacks_word, _, forbidden, at_home, miscounted = clue
    rule, _, near, opinion, dimension, fits = parts
    return (
        rule > 0, rule, (rule - 0.9) * 10 if rule > 0.9 else 0.0, first and not stopped and rule >= SURE, stopped,
        near, math.log(opinion) if opinion > UNLIKELY else LEAST, opinion, believed,
        dimension == 1, fits == 1, at_home, has_narrower, has_wider, lacks_word, miscounted, forbidden is not None,
    )  # fmt: skip


def evidence_for_none(case: Case) -> tuple[float, ...]:
    """What speaks for none of the candidates, in the order of OF_NONE."""
    best = opinion = 0.0
    for clue in case.clues:
        if clue.forbidden is None:
            rule, _, _, believed, _, _ = clue.parts
            best = rule if rule > best else best
            opinion = believed if believed > opinion else opinion
    level = case.context.level
    effect = level is not None and level.startswith("B")
    return (1.0, best < 0.5, best, opinion, case.outside, case.bare, effect, level is None, case.context.dimension is None)


def settle_each(names: Sequence[LookedUp], knowledge: Mappings) -> Iterator[Match | list[Ranked]]:
    """The candidates for each name, in their order, as ``rank`` gives them. Those for many names are weighed all at once, and where
    no more is to be said of a name than the likeliest of them, that is its match."""
    if len(names) >= MANY:
        from normalize.mapping.columns import settle_all

        return settle_all(names, knowledge)
    return (rank(case, knowledge.taxonomy, knowledge.weights) for case in cases_of(names, knowledge))


def rank(case: Case, taxonomy: Taxonomy, weights: Mapping[str, float]) -> list[Ranked]:
    """The candidates with their probabilities, the likeliest first; what they lack of 1 is that of none."""
    of_candidate = _WEIGHTS(weights)
    sums = [sum(map(mul, of_candidate, numbers)) for numbers in evidence(case, taxonomy)]
    none = sum(map(mul, _WEIGHTS_OF_NONE(weights), evidence_for_none(case)))
    most = max([none, *sums])
    powers = [math.exp(number - most) for number in sums]
    whole = sum(powers) + math.exp(none - most)
    found = [Ranked(clue, round(power / whole, DIGITS)) for clue, power in zip(case.clues, powers, strict=True)]
    if len(found) > 1:
        found.sort(key=_likeliest_first)
    return found


def _likeliest_first(ranked: Ranked) -> tuple[float, str]:
    return -ranked.share, ranked.clue.code


def guessed(ranked: Ranked) -> bool:
    """True where no more than how often the concept is meant at all speaks for it."""
    rule, _, near, opinion, _, _ = ranked.clue.parts
    return rule == near == 0 and opinion < GUESS


def none_likelier(first: Ranked | None, ranked: Sequence[Ranked]) -> bool:
    """True where none is likelier than the first candidate that nothing forbids, or where that one is a mere guess."""
    return first is None or guessed(first) or first.share < 1 - sum([share for _, share in ranked])


def likely_but_forbidden(ranked: Sequence[Ranked]) -> bool:
    """True where what is forbidden would be likelier than not."""
    return any(r.clue.forbidden is not None and r.share >= _EVEN for r in ranked)


def turned(first: Clue, ranked: Sequence[Ranked]) -> bool:
    """True where a word turns the meaning of the first candidate, or of the one that the rule names first."""
    return first.turned or any(r.clue.turned and r.clue.first for r in ranked)
