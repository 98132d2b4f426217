"""Fits the matcher to labelled names: the learned opinion, the weights of the evidence, the thresholds.

Names by which no table was mended (``held``) say how far the evidence can be trusted; the opinion that is asked about them is
learned without their sector."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from jixiao.taxonomy_evaluate import LEVELS, Answer, Label, is_right
from jixiao.taxonomy_learn import examples_of, learn, write_opinion
from jixiao.taxonomy_trust import Judged, answer, fit_trust, judge
from mappings.loader import Mappings
from mappings.matching import ANY_LEVEL
from mappings.weights import AGAINST, OF_CANDIDATE, OF_NONE
from normalize.mapping.cases import Case, open_cases
from normalize.mapping.rank import evidence, evidence_for_none, rank
from normalize.names import name_key
from normalize.taxonomy import Query, known_match, read_context

FOLDS, ROUNDS, STEP, SHRINK = 5, 600, 0.05, 0.5
# The share right that is asked of names whose sector the opinion and the weights did not know.
PRECISE = 0.98
LEAST, STRICTEST = 0.5, 1.0
# A name asked about without its level and unit counts for so much of one with them.
ALONE = 0.3
# What speaks for a candidate may not count against it, nor the other way round.
LOWEST = np.array([*(-np.inf if name in AGAINST else 0.0 for name in OF_CANDIDATE), *(-np.inf for _ in OF_NONE)])
HIGHEST = np.array([*(0.0 if name in AGAINST else np.inf for name in OF_CANDIDATE), *(np.inf for _ in OF_NONE)])
_Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A labelled name with its case, and which of its candidates, or none at the end, is right; ``alone`` where it was asked
    about without its level and unit."""

    label: Label
    case: Case
    evidence: _Numbers
    for_none: _Numbers
    right: npt.NDArray[np.bool_]
    alone: bool


def fold_of(labels: Sequence[Label]) -> dict[str, int]:
    """The fold that each sector is in."""
    return {sector: i % FOLDS for i, sector in enumerate(sorted({label.sector for label in labels}))}


def fit(labels: Sequence[Label], held: Sequence[Label], knowledge: Mappings) -> Iterator[str]:
    """Writes opinion.csv, weights.csv and thresholds.csv of the knowledge, fitted to the labels; yields what was done."""
    weighed = weigh_held(labels, held, knowledge)
    yield f"{sum(not w.alone for w in weighed)} of {len(held)} names held back are weighed, each by an opinion learned without its sector."
    judged = cross_validated(weighed, knowledge)
    opinion = learn(examples_of(knowledge, [*labels, *held]), knowledge)
    write_opinion(opinion, knowledge.path("opinion.csv"))
    yield f"opinion.csv: {len(opinion.printed)} signs."
    write_weights(knowledge.path("weights.csv"), {**fit_weights(weighed), **fit_trust(judged)})
    accept = write_thresholds(knowledge.path("thresholds.csv"), trusted_across(judged), knowledge)
    yield f"weights.csv and thresholds.csv: accepted from {accept:.3f} on."


def weigh_held(labels: Sequence[Label], held: Sequence[Label], knowledge: Mappings) -> list[Weighed]:
    """The evidence on each name held back that no table decides, with an opinion that was learned without its sector."""
    fold = fold_of(held)
    found: list[Weighed] = []
    for number in range(FOLDS):
        others = [label for label in held if fold[label.sector] != number]
        opinion = learn(examples_of(knowledge, [*labels, *others]), knowledge)
        found += weigh_cases([label for label in held if fold[label.sector] == number], knowledge.with_tables(opinion=opinion))
    return found


def weigh_cases(labels: Sequence[Label], knowledge: Mappings) -> list[Weighed]:
    """Each name as it is printed, and alone, since not every row has a level and a unit."""
    queries = [(label, query) for label in labels for query in dict.fromkeys((label.query, Query(label.query.name)))]
    read = [(label, query, name_key(query.name), read_context(query, knowledge)) for label, query in queries]
    asked = [(label, query, key, context) for label, query, key, context in read if known_match(key, query, context, knowledge) is None]
    cases = open_cases([(key, context) for _, _, key, context in asked], knowledge)
    return [_weighed(label, query, case, knowledge) for (label, query, _, _), case in zip(asked, cases, strict=True)]


def _weighed(label: Label, query: Query, case: Case, knowledge: Mappings) -> Weighed:
    rows = np.array(evidence(case, knowledge.taxonomy), dtype=float).reshape(len(case.clues), len(OF_CANDIDATE))
    right = [is_right(clue.code, label, knowledge) for clue in case.clues]
    return Weighed(label, case, rows, np.array(evidence_for_none(case)), np.array([*right, None in label.right]), query != label.query)


def cross_validated(weighed: Sequence[Weighed], knowledge: Mappings) -> list[Judged]:
    """What each name comes to by weights that were fitted to the other folds of sectors."""
    fold = fold_of([w.label for w in weighed])
    found = []
    for number in range(FOLDS):
        weights = fit_weights([w for w in weighed if fold[w.label.sector] != number])
        own = [w for w in weighed if fold[w.label.sector] == number and not w.alone]
        found += [judge(w.label, rank(w.case, knowledge.taxonomy, weights), knowledge) for w in own]
    return found


def trusted_across(judged: Sequence[Judged]) -> list[Answer]:
    """The answers, each trusted by what the other folds of sectors teach."""
    fold = fold_of([j.label for j in judged])
    trusts = [fit_trust([j for j in judged if fold[j.label.sector] != number]) for number in range(FOLDS)]
    return [answer(j, trusts[fold[j.label.sector]]) for j in judged]


def fit_weights(weighed: Sequence[Weighed]) -> dict[str, float]:
    """The weights under which the right candidates, or none, are likeliest (conditional logit, shrunk towards nought)."""
    told = [w for w in weighed if w.right.any()]
    counts = np.array([ALONE if w.alone else 1.0 for w in told])
    most = max(len(w.right) for w in told)
    wide, ends = len(OF_CANDIDATE), len(OF_NONE)
    rows = np.zeros((len(told), most, wide + ends))
    there, right = np.zeros((len(told), most), bool), np.zeros((len(told), most), bool)
    for i, w in enumerate(told):
        count = len(w.right)
        rows[i, : count - 1, :wide], rows[i, count - 1, wide:] = w.evidence, w.for_none
        there[i, :count], right[i, :count] = True, w.right
    found = _climb(rows, there, right, counts)
    return dict(zip((*OF_CANDIDATE, *OF_NONE), (round(float(w), 3) for w in found), strict=True))


def _climb(rows: _Numbers, there: npt.NDArray[np.bool_], right: npt.NDArray[np.bool_], counts: _Numbers) -> _Numbers:
    weights, drift, spread = (np.zeros(rows.shape[2]) for _ in range(3))
    for turn in range(1, ROUNDS + 1):
        sums = np.where(there, rows @ weights, -np.inf)
        shares = np.exp(sums - sums.max(1, keepdims=True))
        shares /= shares.sum(1, keepdims=True)
        wanted = shares * right
        wanted /= wanted.sum(1, keepdims=True)
        slope = (np.einsum("n,nc,ncf->f", counts, shares - wanted, rows) + SHRINK * weights) / counts.sum()
        drift, spread = 0.9 * drift + 0.1 * slope, 0.99 * spread + 0.01 * slope * slope
        weights = weights - STEP * (drift / (1 - 0.9**turn)) / (np.sqrt(spread / (1 - 0.99**turn)) + 1e-9)
        weights = np.clip(weights, LOWEST, HIGHEST)
    return weights


def write_weights(path: Path, weights: dict[str, float]) -> None:
    """Writes the weights, each with the meaning that the file has for it."""
    with path.open(encoding="utf-8", newline="") as file:
        meanings = {row[0]: row[2] for row in csv.reader(line for line in file if not line.startswith("#"))}
    write_rows(path, ("evidence", "weight", "meaning"), sorted((name, f"{w:.3f}", meanings[name]) for name, w in weights.items()))


def write_thresholds(path: Path, answers: Sequence[Answer], knowledge: Mappings) -> float:
    """Writes the least probability from which on the answers are right in the share asked for, with what it gives for each level.
    Returns that probability."""
    accept = _least(answers, PRECISE, knowledge)
    rows = [_row(level, accept, [a for a in answers if (a.label.level or "").startswith(level)], knowledge) for level in LEVELS]
    write_rows(path, ("level", "accept", "names", "precision", "coverage"), sorted([*rows, _row(ANY_LEVEL, accept, answers, knowledge)]))
    return accept


def _row(level: str, accept: float, answers: Sequence[Answer], knowledge: Mappings) -> tuple[str, ...]:
    taken, right = _taken(answers, accept, knowledge)
    inside = sum(not a.label.outside for a in answers)
    covered = sum(not a.label.outside for a in taken)
    return (level, f"{accept:.3f}", str(len(answers)), f"{right / max(1, len(taken)):.3f}", f"{covered / max(1, inside):.3f}")


def _least(answers: Sequence[Answer], target: float, knowledge: Mappings) -> float:
    """The least score from which on the answers are right in the share asked for; the strictest where there is none."""
    for accept in sorted({a.score for a in answers if a.codes and a.score >= LEAST}):
        taken, right = _taken(answers, accept, knowledge)
        if right >= target * len(taken):
            return accept
    return STRICTEST


def _taken(answers: Sequence[Answer], accept: float, knowledge: Mappings) -> tuple[list[Answer], int]:
    taken = [a for a in answers if a.codes and a.score >= accept]
    return taken, sum(is_right(a.codes[0], a.label, knowledge) for a in taken)


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Writes the rows beneath the lines that explain the file; who reads the old one meanwhile keeps it whole."""
    head = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    beside = path.with_name(f"{path.name}.new")
    with beside.open("w", encoding="utf-8", newline="") as file:
        file.write("\n".join(head) + "\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    beside.replace(path)
