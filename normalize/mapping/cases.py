"""Names that no table decides, each with all that it may mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from mappings.compounds import BARE
from mappings.loader import Mappings
from mappings.opinion import NONE
from normalize.mapping.clues import Clue, gather, ruled, sure
from normalize.mapping.compound import Proposal, take_apart
from normalize.mapping.model import Context
from normalize.mapping.near import Index, Near, build_index, nearest
from normalize.mapping.opinion import ask_each

# From this score of the rule on, known names are not searched: they would not say otherwise.
_ENOUGH = 0.8


class Case(NamedTuple):
    """A name as it is looked up, with its level and unit; ``bare`` where it ends in no measure; ``outside``: the share that
    the learned opinion gives to no concept at all."""

    key: str
    context: Context
    bare: bool
    outside: float
    clues: tuple[Clue, ...]


class LookedUp(NamedTuple):
    """A name with its level and unit, what the rule finds in it, and the known names near to it; ``bare`` where it ends in no
    measure."""

    key: str
    context: Context
    bare: bool
    proposals: Sequence[Proposal]
    hits: Sequence[Near]


def open_cases(names: Sequence[tuple[str, Context]], knowledge: Mappings) -> Iterator[Case]:
    """The case of each name, in their order; what is near to known names is searched for all at once."""
    return cases_of(look_up(names, knowledge), knowledge)


def cases_of(names: Sequence[LookedUp], knowledge: Mappings) -> Iterator[Case]:
    """The same of names that were looked up."""
    opinions = ask_each([(name.key, name.context) for name in names], knowledge.opinion, knowledge.compounds)
    for (key, context, bare, proposals, hits), beliefs in zip(names, opinions, strict=True):
        clues = tuple(gather(key, proposals, hits, beliefs, context, knowledge))
        yield Case(key, context, bare, beliefs.get(NONE, 0.0), clues)


def look_up(names: Sequence[tuple[str, Context]], knowledge: Mappings) -> list[LookedUp]:
    """What the tables say of each name, in their order."""
    kinds = [take_apart(key, knowledge.compounds).kind for key, _ in names]
    proposals = [ruled(key, context, knowledge) for key, context in names]
    unsure = [
        None if sure(key, found, context, knowledge, _ENOUGH) else (key, kind)
        for (key, context), kind, found in zip(names, kinds, proposals, strict=True)
    ]
    near = nearest(filter(None, unsure), _index(knowledge)) if any(unsure) else {}
    return [
        LookedUp(key, context, kind == BARE, found, near[like] if like else ())
        for (key, context), kind, found, like in zip(names, kinds, proposals, unsure, strict=True)
    ]


@lru_cache(maxsize=4)
def _index(knowledge: Mappings) -> Index:
    return build_index(knowledge.taxonomy, knowledge.compounds)
