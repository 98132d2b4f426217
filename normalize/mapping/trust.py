"""How likely the first candidate is right, now that it is known what its rivals are.

The shares of ``rank`` tell the candidates apart; how far the best of them can be trusted is another question, which a second fit
answers (logistic regression: Platt 1999, Probabilistic outputs for support vector machines, with more than the score alone)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from operator import itemgetter, mul
from typing import NamedTuple

from mappings.loader import Mappings
from mappings.weights import OF_TRUST
from normalize.mapping.clues import Clue
from normalize.mapping.rank import Ranked
from normalize.mapping.standing import Standings

# A share of nothing is what cannot be told from it.
LEAST_TOLD = 0.001
# What speaks against more than this is counted as this: by weights of one's own it may be past all numbers.
MOST_AGAINST = 700.0
_WEIGHTS = itemgetter(*OF_TRUST)


class Trusted(NamedTuple):
    """A concept that may be meant, with the probability that it is right."""

    clue: Clue
    trust: float


def trusted(first: Ranked, ranked: Sequence[Ranked], weights: Mapping[str, float]) -> Trusted:
    """The likeliest candidate with how far it can be trusted."""
    return Trusted(first.clue, trust(first.share, (first.clue,), odds_for_none(ranked), weights))


def trusted_wider(ranked: Sequence[Ranked], row: Standings, accept: float, knowledge: Mappings) -> Trusted | None:
    """The narrowest concept that takes in candidates which together can be trusted enough; None where there is none."""
    taxonomy = knowledge.taxonomy
    below: dict[str, list[Ranked]] = {}
    for r in ranked:
        if r.clue.forbidden is None:
            for code in (r.clue.code, *taxonomy.ancestors(r.clue.code)):
                below.setdefault(code, []).append(r)
    allowed = {code: own for code, own in below.items() if row[code].forbidden is None}
    none = odds_for_none(ranked)
    trusts = {code: _together(own, none, knowledge.weights) for code, own in allowed.items()}
    enough = [code for code, found in trusts.items() if found >= accept]
    if not enough:
        return None
    code = max(enough, key=lambda code: (len(taxonomy.ancestors(code)), trusts[code], code))
    clue = below[code][0].clue
    return Trusted(clue._replace(code=code, why=f"{clue.why}; which narrower one is not plain", stopped=True), trusts[code])


def _together(own: Sequence[Ranked], none: float, weights: Mapping[str, float]) -> float:
    return trust(sum([r.share for r in own]), [r.clue for r in own], none, weights)


def trust(share: float, clues: Sequence[Clue], none: float, weights: Mapping[str, float]) -> float:
    """The probability that the concept is meant of which these signals tell."""
    told = sum(map(mul, _WEIGHTS(weights), signals(share, clues, none)))
    return round(1 / (1 + math.exp(min(-told, MOST_AGAINST))), 3)


def signals(share: float, clues: Sequence[Clue], none: float) -> tuple[float, ...]:
    """What the trust hangs on in a concept which has this share of what is likely and these clues, its own and narrower ones, in
    the order of OF_TRUST; ``none``: the odds that none is meant."""
    return (1.0, _odds(share), none, sum([clue.parts.opinion for clue in clues]), max([clue.parts.rule for clue in clues]))


def odds_for_none(ranked: Sequence[Ranked]) -> float:
    """The logarithm of the odds that no concept is meant: what is left by the shares of all candidates."""
    return _odds(1 - sum([r.share for r in ranked]))


def _odds(share: float) -> float:
    bounded = LEAST_TOLD if share < LEAST_TOLD else 1 - LEAST_TOLD if share > 1 - LEAST_TOLD else share
    return math.log(bounded / (1 - bounded))
