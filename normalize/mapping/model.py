"""What goes in and out of the matching of names."""

from __future__ import annotations

from typing import NamedTuple

# A match that is not certain names so many candidates at most.
CANDIDATES = 5


class Parts(NamedTuple):
    """What speaks for a candidate, each from 0 to 1: the score of the rule of compounds, the share of the name that the
    rule used, likeness to a known name, the share that the learned opinion gives it, whether the unit's dimension and
    the level 2 agree (0.5: not known)."""

    rule: float
    explained: float
    near: float
    opinion: float
    dimension: float
    level: float


class Candidate(NamedTuple):
    """A concept that may be meant, with its score, the probability that it is, and what speaks for it."""

    code: str
    score: float
    parts: Parts | None = None
    why: str = ""


class Query(NamedTuple):
    """A printed name with the level-2 word (or its code) and the unit printed beside it; ``level_doubtful`` where the
    level itself is in doubt, so that it blocks nothing."""

    name: str
    level2: str | None = None
    unit: str | None = None
    level_doubtful: bool = False


class DecisionKey(NamedTuple):
    """What a person's decision holds for: the normal form of the name, the level-2 code and the unit's dimension."""

    name: str
    level2: str | None
    dimension: str | None


class Match(NamedTuple):
    """The accepted concept (code and Chinese name) with its score and how it was found, or null with the nearest
    candidates; ``reasons`` say in words why. ``stopped``: the concept is a wider one, since no narrower was known."""

    code: str | None = None
    name: str | None = None
    score: float | None = None
    method: str = "none"
    needs_review: bool = False
    candidates: tuple[Candidate, ...] = ()
    reasons: tuple[str, ...] = ()
    stopped: bool = False


class Context(NamedTuple):
    """What is known of a row besides its name: level code, whether that may block, the unit's dimension and code."""

    level: str | None
    level_blocks: bool
    dimension: str | None
    unit_code: str | None
