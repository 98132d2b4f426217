"""Concepts whose keywords occur in a name: what a person may look at where nothing better is known."""

from __future__ import annotations

from collections.abc import Collection

from mappings.taxonomy import Concept, Taxonomy
from normalize.mapping.blocks import forbidden_by_words
from normalize.mapping.model import Candidate, Parts
from normalize.mapping.standing import Standings

LEAST, MOST = 0.1, 0.45
_LONGEST = 4
# More than there are concepts: a number for concept and shared characters sorts by both.
_SHARED = 1 << 20


class KeywordIndex:
    """Concepts by keyword. They are numbered in the order of their codes."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.concepts = [taxonomy.concepts[code] for code in sorted(taxonomy.concepts)]
        found: dict[str, list[int]] = {}
        for number, concept in enumerate(self.concepts):
            for word in concept.keywords:
                found.setdefault(word, []).append(number)
        self._numbers = {word: tuple(numbers) for word, numbers in found.items() if len(word) <= _LONGEST}
        self._sizes: dict[str, set[int]] = {}
        for word in self._numbers:
            self._sizes.setdefault(word[0], set()).add(len(word))

    def ranked(self, key: str, most: int) -> list[tuple[Concept, int]]:
        """At most so many concepts with the characters that their keywords share with the name, most of them first."""
        hits: dict[int, int] = {}
        for start, character in enumerate(key):
            for size in self._sizes.get(character, ()):
                word = key[start : start + size]  # at the end of the key it is cut off, and then it may be a shorter keyword
                if len(word) == size:
                    for number in self._numbers.get(word, ()):
                        hits[number] = hits.get(number, 0) + size
        best = sorted([number - shared * _SHARED for number, shared in hits.items()])[:most]
        return [(self.concepts[place % _SHARED], -(place // _SHARED)) for place in best]


def by_keywords(key: str, row: Standings, index: KeywordIndex, kept: Collection[str], wanted: int) -> list[Candidate]:
    """The concepts, besides those ``kept``, that share most characters of their keywords with the name, and that nothing forbids."""
    found: list[Candidate] = []
    for concept, shared in index.ranked(key, 3 * (wanted + 2 * len(kept))):
        if len(found) == wanted:
            break
        if concept.code not in kept and row[concept.code].forbidden is None and forbidden_by_words(key, concept) is None:
            share = min(1.0, shared / len(key))
            parts = Parts(0.0, share, 0.0, 0.0, row[concept.code].dimension, row[concept.code].level)
            found.append(Candidate(concept.code, round(LEAST + (MOST - LEAST) * share, 4), parts, "has its keywords"))
    return found
