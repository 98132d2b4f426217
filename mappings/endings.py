"""Words that a text may end in, found by its last character."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def sizes_by_end(words: Iterable[str]) -> Mapping[str, tuple[int, ...]]:
    """By the last character of the words: how long those are that end in it, the longest first."""
    found: dict[str, set[int]] = {}
    for word in words:
        found.setdefault(word[-1], set()).add(len(word))
    return {character: tuple(sorted(sizes, reverse=True)) for character, sizes in found.items()}
