"""Fits how far the likeliest candidate can be trusted, to answers of which it is known whether they are right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from jixiao.taxonomy_evaluate import Answer, Label, is_right
from mappings.loader import Mappings
from mappings.weights import OF_TRUST
from normalize.mapping.rank import Ranked
from normalize.mapping.trust import odds_for_none, signals

ROUNDS, SHRINK = 30, 1.0


@dataclass(frozen=True, slots=True)
class Judged:
    """The first candidates for a labelled name: what the trust in the best hangs on, and whether it is right."""

    label: Label
    codes: tuple[str, ...]
    signals: tuple[float, ...] | None
    right: bool


def judge(label: Label, ranked: Sequence[Ranked], knowledge: Mappings) -> Judged:
    """What the candidates of a label come to; without signals where each of them is forbidden."""
    allowed = [r for r in ranked if r.clue.forbidden is None]
    if not allowed:
        return Judged(label, (), None, False)
    found = signals(allowed[0].share, (allowed[0].clue,), odds_for_none(ranked))
    return Judged(label, tuple(r.clue.code for r in allowed), found, is_right(allowed[0].clue.code, label, knowledge))


def fit_trust(judged: Sequence[Judged]) -> dict[str, float]:
    """The weights of trust under which what is right is likeliest (logistic regression by Newton's method, shrunk towards nought)."""
    rows = np.array([j.signals for j in judged if j.signals is not None]).reshape(-1, len(OF_TRUST))
    right = np.array([j.right for j in judged if j.signals is not None], dtype=float)
    weights, shrink = np.zeros(len(OF_TRUST)), SHRINK * np.eye(len(OF_TRUST))
    for _ in range(ROUNDS):
        shares = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (shares - right) + shrink @ weights
        bend = (rows * (shares * (1 - shares))[:, None]).T @ rows + shrink
        weights = weights - np.linalg.solve(bend, slope)
    return dict(zip(OF_TRUST, (round(float(weight), 3) for weight in weights), strict=True))


def answer(judged: Judged, weights: Mapping[str, float]) -> Answer:
    """The answer with its trust as the score; 0 where there is none."""
    if judged.signals is None:
        return Answer(judged.label, (), 0.0)
    told = sum(weights[name] * signal for name, signal in zip(OF_TRUST, judged.signals, strict=True))
    return Answer(judged.label, judged.codes, round(float(1 / (1 + np.exp(-told))), 3))
