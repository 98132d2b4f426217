"""Names that no table decides, each with all that it may mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from mappings.compounds import BARE
from mappings.loader import Mappings
from mappings.opinion import NONE
from normalize.mapping.clues import Clue, gather, ruled, sure
from normalize.mapping.compound import take_apart
from normalize.mapping.model import Context
from normalize.mapping.near import Index, build_index, nearest
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


def open_cases(names: Sequence[tuple[str, Context]], knowledge: Mappings) -> Iterator[Case]:
    """The case of each name, in their order; what is near to known names is searched for all at once."""
    grammar = knowledge.compounds
    kinds = [take_apart(key, grammar).kind for key, _ in names]
    proposals = [ruled(key, context, knowledge) for key, context in names]
    unsure = [
        None if sure(key, found, context, knowledge, _ENOUGH) else (key, kind)
        for (key, context), kind, found in zip(names, kinds, proposals, strict=True)
    ]
    near = nearest(filter(None, unsure), _index(knowledge)) if any(unsure) else {}
    opinions = ask_each(names, knowledge.opinion, grammar)
    for (key, context), kind, found, like, beliefs in zip(names, kinds, proposals, unsure, opinions, strict=True):
        clues = tuple(gather(key, found, near[like] if like else (), beliefs, context, knowledge))
        yield Case(key, context, kind == BARE, beliefs.get(NONE, 0.0), clues)


@lru_cache(maxsize=4)
def _index(knowledge: Mappings) -> Index:
    return build_index(knowledge.taxonomy, knowledge.compounds)
