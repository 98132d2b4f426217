"""The words and signs of target cells: comparisons, bounds, understood words, cells without content."""

from __future__ import annotations

from pathlib import Path

from mappings.loader import MappingError, read_rows

COLUMNS = ("kind", "word", "meaning", "reason")
OPERATORS = frozenset({"ge", "gt", "le", "lt", "eq"})
# What each kind of word may mean.
KINDS: dict[str, frozenset[str]] = {
    "comparison": OPERATORS | {"between", "ge?", "le?"},
    "bound": OPERATORS,
    "column": frozenset({"qualitative", "none", "between"}),
    "lead": frozenset({"none", "le"}),
    "rate": frozenset({"none"}),
    "change": frozenset({"none", "to"}),
    "relative": frozenset({"none"}),
    "about": frozenset({"none"}),
    "about_in": frozenset({"none"}),
    "about_after": frozenset({"none"}),
    "each": frozenset({"none"}),
    "blank": frozenset({"none"}),
    "no_unit": frozenset({"none"}),
    "not_counted": frozenset({"none"}),
    "whole": frozenset({"none"}),
}


class ValueWords:
    """Kind -> word -> meaning. Compared and hashed by identity, so that what is compiled from it can be remembered."""

    def __init__(self, words: dict[str, dict[str, str]]) -> None:
        self._words = {kind: words.get(kind, {}) for kind in KINDS}

    def kind(self, name: str) -> dict[str, str]:
        """The words of a kind with their meanings."""
        return self._words[name]


def load_value_words(path: Path) -> ValueWords:
    """The words of a table. Raises MappingError for an unknown kind or a meaning that the kind does not have."""
    words: dict[str, dict[str, str]] = {}
    for row in read_rows(path, COLUMNS, key=("kind", "word"), optional=("reason",)):
        kind, word, meaning = row["kind"], row["word"], row["meaning"]
        if kind not in KINDS:
            raise MappingError(f"{path.name}: {word}: unknown kind {kind!r}")
        if meaning not in KINDS[kind]:
            raise MappingError(f"{path.name}: {word}: {kind} cannot mean {meaning!r}")
        words.setdefault(kind, {})[word] = meaning
    return ValueWords(words)
