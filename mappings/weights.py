"""How much each piece of evidence counts when the candidates for a name are weighed against each other and against none, and
when the likeliest is trusted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mappings.loader import MappingError, read_rows

# What may speak for or against a candidate, in the order in which it is counted.
OF_CANDIDATE = (
    "rule", "rule_score", "rule_above_90", "rule_sure", "stopped", "near", 
    "opinion", "opinion_share", "opinion_first", "unit", "level", "home", "narrower", "wider", "lacks_word", "miscounted", "forbidden",
)  # fmt: skip
# Those that speak against it; the others speak for it.
AGAINST = frozenset({"stopped", "lacks_word", "miscounted", "forbidden"})
# What may speak for none of them.
OF_NONE = (
    "none", "none_rule_weak", "none_rule", "none_opinion", "none_believed", "none_bare", "none_effect",
    "none_no_level", "none_no_unit",
)  # fmt: skip
# What tells how far the likeliest of them can be trusted.
OF_TRUST = ("trust", "trust_share", "trust_none", "trust_opinion", "trust_rule")


def load_weights(path: Path) -> Mapping[str, float]:
    """The weights by name. Raises MappingError where one is missing, unknown or no number."""
    rows = {row["evidence"]: row["weight"] for row in read_rows(path, ("evidence", "weight", "meaning"), key=("evidence",))}
    if strange := {*rows} ^ {*OF_CANDIDATE, *OF_NONE, *OF_TRUST}:
        raise MappingError(f"{path.name}: missing or unknown: {', '.join(sorted(strange))}")
    try:
        return {name: float(weight) for name, weight in rows.items()}
    except ValueError as error:
        raise MappingError(f"{path.name}: {error}") from error
