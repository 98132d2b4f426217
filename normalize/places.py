"""The prefecture-level city of a declaration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extract.problem import Problem


@dataclass(frozen=True, slots=True)
class CityFinding:
    """The city, or null with the Problem that says why."""

    name: str | None = None
    code: str | None = None
    province: str | None = None
    problem: Problem | None = None


def find_city(organizations: Sequence[str | None], titles: Sequence[str | None]) -> CityFinding:
    """No city: no table of cities is known yet."""
    return CityFinding()
