"""Words that a text may hold at a place, found by the character that stands there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping


def sizes_by_start(words: Iterable[str]) -> Mapping[str, tuple[int, ...]]:
    """By the first character of the words: how long those are that begin with it, the longest first."""
    return _sizes((word[0], len(word)) for word in words)


def sizes_by_last_two(words: Iterable[str]) -> Mapping[str, tuple[int, ...]]:
    """By the last two characters of a text: how long the words are that may end it, the longest first. What is not in it by two
    characters may be in it by the last one: then a word of one character is all that may."""
    known = set(words)
    return _sizes((word[-2:], size) for word in known for size in ((len(word), 1) if word[-1] in known else (len(word),)))


def pattern_of_ends(words: Iterable[str]) -> re.Pattern[str]:
    """Matches a character where one of the words may end: it ends one and the character before it stands before such an end, or it
    is one. That is a small table, asked of a whole text at once: most characters need not be looked up."""
    known = list(words)
    before, last = ("".join({re.escape(word[at]) for word in known if len(word) > 1}) for at in (-2, -1))
    alone = "".join(re.escape(word) for word in known if len(word) == 1)
    ways = [f"(?<=[{before}])[{last}]"] if last else []
    return re.compile("|".join([*ways, f"[{alone}]"] if alone else ways) or "(?!)")


def _sizes(pairs: Iterable[tuple[str, int]]) -> Mapping[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {}
    for at, size in pairs:
        found.setdefault(at, set()).add(size)
    return {at: tuple(sorted(sizes, reverse=True)) for at, sizes in found.items()}
