"""The concept of the taxonomy that a printed level-3 name means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Candidate(NamedTuple):
    """A concept that comes near, with its score from 0 to 1."""

    code: str
    score: float


class Query(NamedTuple):
    """A printed name with what stands beside it."""

    name: str
    level2: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """The accepted concept (code and Chinese name) with its score and how it was found, or null with the nearest candidates."""

    code: str | None = None
    name: str | None = None
    score: float | None = None
    method: str = "none"
    needs_review: bool = False
    candidates: tuple[Candidate, ...] = ()
    reasons: tuple[str, ...] = ()


def match_names(queries: Sequence[Query]) -> list[Match]:
    """No concept for any name: no taxonomy is known yet."""
    return [Match() for _ in queries]
