"""What others do with the same names and tables: plain edit distance, WRatio, TF-IDF of pairs of characters."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from mappings.loader import Mappings
from mappings.taxonomy import Term
from normalize.names import name_key

PEERS = ("rapidfuzz ratio", "rapidfuzz WRatio", "TF-IDF")
KEPT = 5


def peer_answers(peer: str, names: Sequence[str], knowledge: Mappings) -> list[tuple[list[str], float]]:
    """For each name the codes of the nearest concepts, the best first, and the score of the best; the peer compares
    with the names of the concepts and their aliases, as we do."""
    terms = knowledge.taxonomy.free
    keys = [name_key(name) for name in names]
    texts = [term.text for term in terms]
    if peer == "TF-IDF":
        scores = _tfidf(keys, texts)
    else:
        scorer = fuzz.ratio if peer == "rapidfuzz ratio" else fuzz.WRatio
        scores = (process.cdist(keys, texts, scorer=scorer) / 100).astype(np.float32)
    return [_ranked(row, terms) for row in scores]


def _ranked(row: npt.NDArray[np.float32], terms: Sequence[Term]) -> tuple[list[str], float]:
    order = np.argsort(-row, kind="stable")[: 8 * KEPT]
    codes = list(dict.fromkeys(terms[int(i)].code for i in order if row[i] > 0))[:KEPT]
    return codes, float(row[order[0]]) if codes else 0.0


def _tfidf(keys: Sequence[str], texts: Sequence[str]) -> npt.NDArray[np.float32]:
    counts = Counter(pair for text in texts for pair in set(_pairs(text)))
    column = {pair: i for i, pair in enumerate(counts)}
    weight = np.array([math.log((1 + len(texts)) / (1 + n)) + 1 for n in counts.values()], dtype=np.float32)
    known = _matrix(texts, column, weight).T
    parts = [_matrix(keys[i : i + 256], column, weight) @ known for i in range(0, len(keys), 256)]
    return np.concatenate(parts) if parts else np.zeros((0, len(texts)), dtype=np.float32)


def _matrix(texts: Sequence[str], column: dict[str, int], weight: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    found = np.zeros((len(texts), len(column)), dtype=np.float32)
    for row, text in enumerate(texts):
        for pair in _pairs(text):
            if pair in column:
                found[row, column[pair]] += weight[column[pair]]
    length = np.linalg.norm(found, axis=1, keepdims=True)
    return (found / np.where(length == 0, 1, length)).astype(np.float32)


def _pairs(text: str) -> list[str]:
    return [a + b for a, b in pairwise(f"^{text}$")]
