"""The second opinion on names, learned from known and labelled ones: weights of signs such as pairs of characters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from jixiao.taxonomy_evaluate import Label
from mappings.loader import Mappings
from mappings.opinion import CODES, LARGEST, NONE, SCALE, Opinion, stamped
from normalize.mapping.model import Context
from normalize.mapping.opinion import signs
from normalize.names import name_key
from normalize.taxonomy import read_context

# A sign that one or two names have teaches next to nothing; weights under LEAST are noise; what is all but right is left as it is.
LEAST_NAMES, LEAST, SETTLED = 3, 2, 0.003
ROUNDS, STEP, SEED = 8, 0.3, 0
_Numbers = npt.NDArray[np.float32]
_Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Example:
    """A name with what it means: one code, or several that are as right."""

    key: str
    context: Context
    codes: tuple[str, ...]


def examples_of(knowledge: Mappings, labels: Iterable[Label]) -> list[Example]:
    """All names of the concepts, and the labelled ones. A name that is labelled is learned from its labels alone."""
    labelled = [
        Example(name_key(label.query.name), read_context(label.query, knowledge), tuple(sorted(code or NONE for code in label.right)))
        for label in labels
    ]
    keys = {example.key for example in labelled}
    terms = (term for term in knowledge.taxonomy.terms if term.text not in keys)
    return [*(Example(t.text, Context(t.level, True, None, None), (t.code,)) for t in terms), *labelled]


def learn(examples: Sequence[Example], knowledge: Mappings) -> Opinion:
    """The weights by which the examples are told apart: multinomial logistic regression by stochastic gradient (AdaGrad)."""
    codes = (*knowledge.taxonomy.concepts, NONE)
    lane = {code: i for i, code in enumerate(codes)}
    read = [signs(example.key, example.context, knowledge.compounds) for example in examples]
    counts = Counter(sign for own in read for sign in own)
    place = {sign: i for i, sign in enumerate(sorted(sign for sign, count in counts.items() if count >= LEAST_NAMES))}
    names = [np.array([place[sign] for sign in own if sign in place], dtype=np.int64) for own in read]
    meant = [np.array([lane[code] for code in example.codes], dtype=np.int64) for example in examples]
    weights = _descend(names, meant, len(place), len(codes))
    return Opinion(codes, {sign: printed for sign, row in zip(place, weights, strict=True) if (printed := _printed(row))})


def _descend(names: Sequence[_Places], meant: Sequence[_Places], signs_known: int, lanes: int) -> _Numbers:
    weights = np.zeros((signs_known, lanes), np.float32)
    steps = np.full((signs_known, lanes), 0.01, np.float32)
    draw = np.random.default_rng(SEED)
    for _ in range(ROUNDS):
        for i in draw.permutation(len(names)):
            _learn_one(names[i], meant[i], weights, steps)
    return weights


def _learn_one(name: _Places, meant: _Places, weights: _Numbers, steps: _Numbers) -> None:
    share = 1 / np.sqrt(max(1, len(name)))
    sums = weights[name].sum(0) * share
    wrong = np.exp(sums - sums.max())
    wrong /= wrong.sum()
    wrong[meant] -= 1 / len(meant)
    lanes = np.flatnonzero(np.abs(wrong) > SETTLED)
    if len(lanes):
        slope, cells = wrong[lanes] * share, np.ix_(name, lanes)
        steps[cells] += slope * slope
        weights[cells] -= STEP * slope / np.sqrt(steps[cells])


def _printed(row: _Numbers) -> str:
    """The weights of a sign as they are written: place of the concept and weight, those that count."""
    rounded = np.clip(np.rint(row * SCALE), -LARGEST, LARGEST).astype(int)
    return " ".join(f"{at}{rounded[at]:+d}" for at in np.flatnonzero(np.abs(rounded) >= LEAST))


def write_opinion(opinion: Opinion, path: Path) -> None:
    """Writes the weights beneath the lines that explain the file, the last of which is their SHA-256."""
    from jixiao.taxonomy_fit import write_rows

    rows = [(CODES, " ".join(opinion.codes)), *opinion.printed.items()]
    write_rows(path, ("sign", "weights"), rows)
    beside = path.with_name(f"{path.name}.new")
    beside.write_bytes(stamped(path.read_bytes()))
    beside.replace(path)
