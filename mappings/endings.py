"""Words that a text may hold at a place, found by the character that stands there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

# With the ends that are known so many are remembered that are not.
_MOST_KEPT = 1 << 16


def sizes_by_start(words: Iterable[str]) -> Mapping[str, tuple[int, ...]]:
    """By the first character of the words: how long those are that begin with it, the longest first."""
    return _sizes((word[0], len(word)) for word in words)


def sizes_by_last_two(words: Iterable[str]) -> Mapping[str, tuple[int, ...]]:
    """By the last two characters of a text: how long the words are that may end it, the longest first. What is not in it by two
    characters may be in it by the last one: then a word of one character is all that may."""
    known = set(words)
    return _sizes((word[-2:], size) for word in known for size in ((len(word), 1) if word[-1] in known else (len(word),)))


class SizesByEnd(dict[str, tuple[int, ...]]):
    """By the last two characters of a text, or the only one, how long the words are that may end it, the longest first. What is
    asked for is kept, also where it is none, so that it is found at once the next time."""

    def __init__(self, words: Iterable[str]) -> None:
        super().__init__(sizes_by_last_two(words))

    def __missing__(self, end: str) -> tuple[int, ...]:
        found = self.get(end[-1], ())
        if len(self) < _MOST_KEPT:
            self[end] = found
        return found


def _sizes(pairs: Iterable[tuple[str, int]]) -> Mapping[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {}
    for at, size in pairs:
        found.setdefault(at, set()).add(size)
    return {at: tuple(sorted(sizes, reverse=True)) for at, sizes in found.items()}
