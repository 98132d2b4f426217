"""Names that the tables hold as they are, and names that hold several at once."""

from __future__ import annotations

import re

from mappings.compounds import BARE, Compounds
from mappings.taxonomy import Taxonomy, Term
from normalize.mapping.compound import heads_in, take_apart

SHORTEST = 2
_JOINT = re.compile(r"[;、/,]|[和与]|及(?!时)")


def known_term(key: str, level: str | None, taxonomy: Taxonomy) -> Term | None:
    """The name of a concept or the alias that the key is; one that holds under one level only goes first."""
    for term in taxonomy.by_text.get(key, ()):
        if term.level is None or (level is not None and level.startswith(term.level)):
            return term
    return None


def longest_tail(key: str, taxonomy: Taxonomy) -> Term | None:
    """The longest known name that the key ends in, of those that may have words before them."""
    for size in taxonomy.tail_sizes.get(key[-2:], ()):
        if size < len(key) and (term := taxonomy.tails.get(key[-size:])) is not None:
            return term
    return None


def joint_codes(key: str, taxonomy: Taxonomy, grammar: Compounds) -> tuple[str, ...]:
    """The concepts of a name that holds several indicators: two or more of its parts are names with a measure of their own."""
    parts = [part for part in _JOINT.split(key) if len(part) >= SHORTEST]
    if len(parts) < 2:
        return ()
    codes = [code for part in parts if (code := _code_of(part, taxonomy, grammar)) is not None]
    return tuple(dict.fromkeys(codes)) if len(codes) > 1 else ()


def _code_of(part: str, taxonomy: Taxonomy, grammar: Compounds) -> str | None:
    known = known_term(part, None, taxonomy)
    if known is not None:
        return known.code
    pieces = take_apart(part, grammar)
    if pieces.kind == BARE or len(pieces.measure) < SHORTEST:
        return None
    found = heads_in(pieces.stem, pieces.kind, None, grammar, 1)
    return found[0].head.code if found else grammar.kinds[pieces.kind].parent
