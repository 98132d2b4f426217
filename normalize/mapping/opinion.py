"""A second opinion on a name, from what names like it were found to mean; it knows nothing of the rule of compounds."""

from __future__ import annotations

import math
from collections.abc import Mapping

from mappings.compounds import Compounds
from mappings.opinion import SCALE, Opinion
from normalize.mapping.compound import take_apart
from normalize.mapping.model import Context

LONGEST = 48
# A sign of every name: how often a concept is meant at all.
ALWAYS = "*"
_KEPT, _FAR = 6, 5.0


def signs(key: str, context: Context, grammar: Compounds) -> list[str]:
    """What of a name is weighed: its characters, runs of two to four of them, its measure with the kind, level and dimension."""
    text = f"^{key[:LONGEST]}$"
    found = [ALWAYS, *text[1:-1], *(text[i : i + size] for size in (2, 3, 4) for i in range(len(text) - size + 1))]
    pieces = take_apart(key, grammar)
    found += [f"measure={pieces.measure}", f"kind={pieces.kind}"]
    if context.level:
        found += [f"level={context.level}", f"level={context.level[:1]}"]
    if context.dimension:
        head, per, _ = context.dimension.partition("/")
        found.append(f"dimension={head}{per}")
    return list(dict.fromkeys(found))


def ask(key: str, context: Context, opinion: Opinion, grammar: Compounds) -> Mapping[str, float]:
    """The likeliest concepts with their shares of all that is likely, the first first."""
    weights, count = opinion.weigh(signs(key, context, grammar))
    unit = SCALE * math.sqrt(max(1, count))
    most = max(weights)
    least = most - _FAR * unit
    near = [(weight, at) for at, weight in enumerate(weights) if weight >= least]
    near.sort(key=lambda pair: (-pair[0], pair[1]))
    shares = [math.exp((weight - most) / unit) for weight, _ in near]
    whole = sum(shares)
    return {opinion.codes[at]: share / whole for share, (_, at) in zip(shares[:_KEPT], near, strict=False)}
