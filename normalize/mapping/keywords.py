"""Concepts whose keywords occur in a name: what a person may look at where nothing better is known."""

from __future__ import annotations

from collections.abc import Mapping

from mappings.taxonomy import Taxonomy
from normalize.mapping.blocks import block, dimension_agrees, level_agrees
from normalize.mapping.model import Candidate, Context, Parts

LEAST, MOST = 0.1, 0.45


def keyword_index(taxonomy: Taxonomy) -> Mapping[str, tuple[str, ...]]:
    """Codes of concepts by keyword."""
    found: dict[str, list[str]] = {}
    for concept in taxonomy.concepts.values():
        for word in concept.keywords:
            found.setdefault(word, []).append(concept.code)
    return {word: tuple(codes) for word, codes in found.items()}


def by_keywords(key: str, context: Context, index: Mapping[str, tuple[str, ...]], taxonomy: Taxonomy, wanted: int) -> list[Candidate]:
    """The ``wanted`` concepts that share most characters of their keywords with the name, and that nothing forbids."""
    hits: dict[str, int] = {}
    for size in (1, 2, 3, 4):
        for start in range(len(key) - size + 1):
            for code in index.get(key[start : start + size], ()):
                hits[code] = hits.get(code, 0) + size
    ranked = sorted(hits.items(), key=lambda item: (-item[1], item[0]))[: 3 * wanted]
    found: list[Candidate] = []
    for code, shared in ranked:
        concept = taxonomy.concepts[code]
        if block(key, concept, context, by_rule=True) is None:
            share = min(1.0, shared / len(key))
            parts = Parts(share, 0.0, 0.5, dimension_agrees(concept, context), level_agrees(concept, context))
            found.append(Candidate(code, round(LEAST + (MOST - LEAST) * share, 4), parts, "has its keywords"))
            if len(found) == wanted:
                break
    return found
