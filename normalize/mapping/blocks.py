"""What forbids a match, whatever its score."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from mappings.matching import Matching
from mappings.taxonomy import Concept
from normalize.mapping.model import Context

FAMILY = {
    "count": "count", "thing": "count", "ratio": "ratio", "percentage_point": "ratio", "money": "money", "area": "area", "length": "length",
    "duration": "time", "working_time": "time", "calendar_time": "time", "school_term": "time", "date": "time", "mass": "mass",
    "volume": "volume",
}  # fmt: skip
# Words for what a target cell holds in place of a unit, and points, say nothing of what is measured.
_SILENT = frozenset({"grade", "score", "number"})


def block(text: str, concept: Concept, context: Context, *, by_rule: bool = False) -> str | None:
    """Why the concept cannot be that of a name with this text; None where nothing forbids it. ``by_rule``: a word of a
    table decided, which stands in for the words that must occur."""
    return forbidden_by_row(concept, context) or forbidden_by_words(text, concept, by_rule)


def forbidden_by_row(concept: Concept, context: Context) -> str | None:
    """The same of any name that is printed with this unit and level."""
    return _by_dimension(concept, context) or _by_level(concept, context)


def _by_dimension(concept: Concept, context: Context) -> str | None:
    if dimension_agrees(concept, context) == 0:
        return f"unit: {context.dimension} is none of {' '.join(concept.dimensions)}"
    return None


def dimension_agrees(concept: Concept, context: Context) -> float:
    """1 where the unit may be one of the concept's, 0 where not, 0.5 where the unit says nothing."""
    if not context.dimension or not concept.dimensions or context.dimension in _SILENT:
        return 0.5
    head = context.dimension.partition("/")[0]
    printed = FAMILY.get(head)
    expected = {FAMILY.get(dimension, dimension) for dimension in concept.dimensions}
    if printed is None:
        return 0.5
    if context.dimension in concept.dimensions or printed in expected:
        return 1.0
    return 0.0


def _by_level(concept: Concept, context: Context) -> str | None:
    if context.level_blocks and level_agrees(concept, context) == 0:
        return f"level: {context.level} is none of {' '.join(concept.level2)}"
    return None


def level_agrees(concept: Concept, context: Context) -> float:
    """1 where the concept may stand under the level, 0 where not, 0.5 where the level is not known."""
    return _fits(concept.level2, context.level)


@lru_cache(maxsize=4096)
def _fits(allowed: tuple[str, ...], level: str | None) -> float:
    if level is None:
        return 0.5
    return 1.0 if any(level.startswith(own) or own.startswith(level) for own in allowed) else 0.0


def forbidden_by_words(text: str, concept: Concept, by_rule: bool = True) -> str | None:
    """The same by what the name says, whatever is printed with it."""
    has = text.__contains__
    if any(map(has, concept.must_not)):
        return f"words: {next(filter(has, concept.must_not))} never occurs in a name of {concept.name}"
    if not by_rule and concept.must and not any(map(has, concept.must)):
        return f"words: a name of {concept.name} has one of {'|'.join(concept.must[:6])}"
    return None


class _Words(NamedTuple):
    """How often a name has each negation, and which first and second words of opposites, each a bit."""

    negations: tuple[int, ...]
    first: int
    second: int


def opposed(a: str, b: str, rules: Matching) -> str | None:
    """The words by which two names exclude each other; None where there are none."""
    one, other = _words(a, rules), _words(b, rules)
    if one.negations != other.negations:
        counts = zip(rules.negations, one.negations, other.negations, strict=True)
        return next(word for word, mine, its in counts if mine != its)
    apart = (one.first ^ other.first) & (one.second ^ other.second) & (one.first ^ one.second)
    return ", ".join(rules.opposites[(apart & -apart).bit_length() - 1]) if apart else None


@lru_cache(maxsize=8192)
def _words(text: str, rules: Matching) -> _Words:
    first = sum(1 << at for at, (word, _) in enumerate(rules.opposites) if word in text)
    second = sum(1 << at for at, (_, word) in enumerate(rules.opposites) if word in text)
    return _Words(tuple(map(text.count, rules.negations)), first, second)
