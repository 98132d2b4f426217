"""A second opinion on a name, from what names like it were found to mean; it knows nothing of the rule of compounds.

The shares are of whole numbers, so that they are the same in whatever order and for however many names they are added up."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from operator import add

from mappings.compounds import Compounds
from mappings.opinion import SCALE, Opinion
from normalize.mapping.compound import take_apart
from normalize.mapping.model import Context

LONGEST = 48
# So many names are asked about together sooner than one by one.
MANY = 400
# A sign of every name: how often a concept is meant at all.
ALWAYS = "*"
KEPT = 6
_FAR = 5.0
# What the likeliest concept counts for when shares are added up.
_WHOLE = 1 << 40


def signs(key: str, context: Context, grammar: Compounds) -> list[str]:
    """What of a name is weighed: its characters, runs of two to four of them, its measure with the kind, level and dimension."""
    text = marked(key)
    pairs = list(map(add, text, text[1:]))
    triples = list(map(add, pairs, text[2:]))
    pieces = take_apart(key, grammar)
    besides = signs_besides(pieces.measure, pieces.kind, context)
    return list(dict.fromkeys([ALWAYS, *text[1:-1], *pairs, *triples, *map(add, triples, text[3:]), *besides]))


def marked(key: str) -> str:
    """The name between the marks of its beginning and its end."""
    return f"^{key[:LONGEST]}$"


def signs_besides(measure: str, kind: str, context: Context) -> list[str]:
    """What is weighed besides the characters of a name and what every name has."""
    found = [f"measure={measure}", f"kind={kind}"]
    if context.level:
        found += [f"level={context.level}", f"level={context.level[:1]}"]
    if context.dimension:
        head, per, _ = context.dimension.partition("/")
        found.append(f"dimension={head}{per}")
    return found


def ask_each(names: Sequence[tuple[str, Context]], opinion: Opinion, grammar: Compounds) -> Iterator[Mapping[str, float]]:
    """The answer to each name, in their order: those to many are computed together and are the same."""
    if len(names) >= MANY or opinion.spread_out:
        from normalize.mapping.opinions import ask_all

        return ask_all(names, opinion, grammar)
    return (ask(key, context, opinion, grammar) for key, context in names)


def ask(key: str, context: Context, opinion: Opinion, grammar: Compounds) -> Mapping[str, float]:
    """The likeliest concepts with their shares of all that is likely, the first first."""
    weights, count = opinion.weigh(signs(key, context, grammar))
    most, far = max(weights), farthest(count)
    near = sorted((most - weight, at) for at, weight in enumerate(weights) if most - weight <= far)
    parts = [part_of(behind, count) for behind, _ in near]
    whole = sum(parts)
    return {opinion.codes[at]: part / whole for part, (_, at) in zip(parts[:KEPT], near, strict=False)}


def farthest(count: int) -> int:
    """How far a concept may lie behind the likeliest one and still count for something, by the number of signs."""
    return int(_FAR * SCALE * math.sqrt(max(1, count)))


def part_of(behind: int, count: int) -> int:
    """What a concept counts for that lies so far behind the likeliest one."""
    return round(math.exp(-behind / (SCALE * math.sqrt(max(1, count)))) * _WHOLE)
