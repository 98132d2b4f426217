"""Official level-1 and level-2 codes from the printed level words."""

from __future__ import annotations

from dataclasses import dataclass

from extract.problem import Problem


@dataclass(frozen=True, slots=True)
class Levels:
    """Official codes of a row's levels, null where the printed words are not of the official tree."""

    level1_code: str | None = None
    level2_code: str | None = None
    legacy_layout: bool = False
    repairs: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_levels(level1: str | None, level2: str | None) -> Levels:
    """Levels without codes: no table of level words is known yet."""
    return Levels()
