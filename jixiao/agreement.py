"""How far persons who decided on the same names agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from mappings.decisions import Decision, Key


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two persons, the names that both decided on, how many alike, and Cohen's kappa (null where chance explains all)."""

    first: str
    second: str
    names: int
    alike: int
    kappa: float | None


def agreements(decisions: Sequence[Decision]) -> list[Agreement]:
    """The agreement of each pair of persons over the names that both decided on. The last decision of each counts that is
    not withdrawn; adjudications do not."""
    withdrawn = {d.about for d in decisions if d.action == "withdraw"}
    said: dict[str, dict[Key, str]] = defaultdict(dict)
    for decision in decisions:
        if decision.action == "decide" and decision.record_id not in withdrawn:
            said[decision.author_id][decision.key] = decision.object
    found = []
    for first, second in combinations(sorted(said), 2):
        pairs = [(said[first][key], said[second][key]) for key in sorted(said[first].keys() & said[second].keys())]
        if pairs:
            found.append(Agreement(first, second, len(pairs), sum(a == b for a, b in pairs), kappa(pairs)))
    return found


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa: the share of agreement beyond what chance gives. None where chance alone gives full agreement."""
    size = len(pairs)
    observed = sum(a == b for a, b in pairs) / size
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(first[object_] * second[object_] for object_ in first) / size**2
    return None if chance == 1 else (observed - chance) / (1 - chance)
