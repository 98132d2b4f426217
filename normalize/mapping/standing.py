"""What the row of a name says of each concept, whatever the name is: found once for all names of rows that say the same."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from mappings.loader import Mappings
from mappings.taxonomy import Concept
from normalize.mapping.blocks import dimension_agrees, forbidden_by_row, level_agrees
from normalize.mapping.compound import counts
from normalize.mapping.model import Context

# What a unit counts, where it says so.
COUNTED = {"person": "person", "person_time": "person_time", "household": "household", "session": "event", "time": "event"}


class Standing(NamedTuple):
    """Whether unit and level 2 agree with a concept (1, 0; 0.5: not known), why they forbid it, whether it is at home under the
    level, and whether the unit counts what the concept does not."""

    dimension: float
    level: float
    forbidden: str | None
    at_home: bool
    miscounted: bool


class Standings(dict[str, Standing]):
    """The standing of each concept by its code, found when it is first asked for."""

    def __init__(self, context: Context, concepts: Mapping[str, Concept]) -> None:
        super().__init__()
        self._context, self._concepts = context, concepts

    def __missing__(self, code: str) -> Standing:
        concept, context = self._concepts[code], self._context
        counted = COUNTED.get(context.unit_code or "")
        found = self[code] = Standing(
            dimension_agrees(concept, context),
            level_agrees(concept, context),
            forbidden_by_row(concept, context),
            bool(context.level) and concept.home.startswith(context.level or ""),
            counted is not None and not counts(concept, counted),
        )
        return found


@lru_cache(maxsize=512)
def standings(context: Context, knowledge: Mappings) -> Standings:
    """The standings of all concepts under this level and unit."""
    return Standings(context, knowledge.taxonomy.concepts)
