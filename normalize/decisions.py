"""What persons' decisions come to for each name, and the matching of names under them.

A person's decision goes before what the tables and the matcher say, so that a later release of these does not undo it. One
decision a person and key counts, the last that is not withdrawn. Persons who differ are a conflict, which is not applied
until one of them changes, or a row says that it adjudicates: that one holds whatever else is said, until it is withdrawn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from mappings.decisions import Decision, Key, Ruling, Rulings, confidence_of
from mappings.loader import Mappings, default_mappings
from mappings.taxonomy import Taxonomy
from normalize.taxonomy import Candidate, Match, Query, decision_key, match_names

# Ways to a match that no later change of scores can take back.
CERTAIN = ("exact", "alias")


@dataclass(frozen=True, slots=True)
class Moved:
    """A decision whose code was given up and has a successor: it follows."""

    decision: Decision
    successor: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """``rulings`` by key. ``standing`` decisions by key, in the order of the file: those that are not withdrawn and that
    no later one of the same person replaced. ``moved`` ones follow a code that was given up."""

    rulings: Rulings
    standing: dict[Key, tuple[Decision, ...]]
    moved: tuple[Moved, ...]

    def in_state(self, state: str) -> list[Key]:
        """The keys of this state that a person decided on, in order."""
        return sorted(key for key in self.standing if self.rulings[key].state == state)


def key_of(query: Query, mappings: Mappings) -> Key:
    """What a decision about the query is kept under."""
    return Key(*(part or "" for part in decision_key(query, mappings=mappings)))


def resolve(decisions: Sequence[Decision], mappings: Mappings) -> Resolution:
    """What the rows of decisions.csv come to under the present taxonomy.

    A decision counts under the key that it was made for, and under the one that its printed name and unit have now: a
    release that reads names or units otherwise does not lose it."""
    withdrawn = {d.about for d in decisions if d.action == "withdraw"}
    said = [d for d in decisions if d.action != "withdraw" and d.record_id not in withdrawn]
    groups: dict[Key, list[Decision]] = defaultdict(list)
    for decision in said:
        for key in {decision.key, _key_now(decision, mappings)}:
            groups[key].append(decision)
    last = {key: _last_of_each(group) for key, group in groups.items()}
    rulings = {key: _rule(group, mappings.taxonomy) for key, group in last.items()}
    made_for = {decision.key for decision in said}
    standing = {key: tuple(last[key]) for key in sorted(made_for)}
    return Resolution({key: rulings[key] for key in sorted(rulings)}, standing, _moved(standing, mappings.taxonomy))


def _key_now(decision: Decision, mappings: Mappings) -> Key:
    query = Query(decision.subject_example or decision.subject_label, decision.level2 or None, decision.unit_example or None)
    return key_of(query, mappings)


def _last_of_each(group: Sequence[Decision]) -> list[Decision]:
    """The last decision of each person about each name as it was printed then, and the last adjudication."""
    last: dict[tuple[object, ...], Decision] = {}
    for decision in group:
        slot = ("adjudicate",) if decision.action == "adjudicate" else (decision.author_id, decision.key)
        last.pop(slot, None)
        last[slot] = decision
    return list(last.values())


def _rule(group: Sequence[Decision], taxonomy: Taxonomy) -> Ruling:
    final = next((d for d in group if d.action == "adjudicate"), None)
    counted = [final] if final is not None else list(group)
    objects = {_now(d, taxonomy) for d in counted}
    codes = tuple(sorted({_now(d, taxonomy) or d.object for d in counted}))
    if len(objects) > 1:
        said = ", ".join(f"{d.author_id}: {d.object}" for d in counted)
        return Ruling("conflict", f"persons decided differently ({said})", codes=codes)
    decision, now = counted[-1], objects.pop()
    who = f"{decision.author_id} on {decision.mapping_date}"
    if now is None:
        return Ruling("gone", f"{who} decided for {decision.object_id}, which was given up without a successor", codes=codes)
    if now in ("none", "new"):
        words = "that no concept is meant" if now == "none" else "that the taxonomy lacks the concept"
        return Ruling("none" if now == "none" else "new", f"{who} decided {words}")
    after = f", the successor of {decision.object_id}" if now != decision.object_id else ""
    return Ruling("code", f"{who} decided for {now}{after}", now, confidence_of(decision.confidence or "1"), (now,))


def _now(decision: Decision, taxonomy: Taxonomy) -> str | None:
    """What the decision points to under the present taxonomy; None where that is gone."""
    return decision.object if decision.decision != "code" else taxonomy.current(decision.object_id)


def _moved(standing: dict[Key, tuple[Decision, ...]], taxonomy: Taxonomy) -> tuple[Moved, ...]:
    pairs = ((d, taxonomy.current(d.object_id)) for group in standing.values() for d in group if d.decision == "code")
    return tuple(Moved(decision, now) for decision, now in pairs if now is not None and now != decision.object_id)


def contradicted(resolution: Resolution, mappings: Mappings) -> list[tuple[Key, Match]]:
    """Keys for whose printed name the tables hold another concept than what was decided, with what they say. The decision
    goes before them."""
    applied = {key: group for key, group in resolution.standing.items() if resolution.rulings[key].state in ("code", "none")}
    queries = [
        Query(g[-1].subject_example or g[-1].subject_label, g[-1].level2 or None, g[-1].unit_example or None) for g in applied.values()
    ]
    matches = match_names(queries, mappings=mappings)
    known = ((key, match) for key, match in zip(applied, matches, strict=True) if match.method in CERTAIN)
    return [(key, match) for key, match in known if match.code != resolution.rulings[key].code]


def match_name(name: str, level2: str | None = None, unit: str | None = None, *, mappings: Mappings | None = None) -> Match:
    """The Match of one printed name: what persons decided, where the mappings hold their rulings, else what the matcher
    finds, such as 培训次数 for ``指标1：2024年培训班次（期）``."""
    return match_decided([Query(name, level2, unit)], mappings or default_mappings())[0]


def match_decided(queries: Sequence[Query], mappings: Mappings) -> list[Match]:
    """The Match of each query, in their order: what persons decided, else what the matcher finds."""
    if not mappings.rulings:
        return match_names(queries, mappings=mappings)
    rulings = [mappings.rulings.get(key_of(query, mappings)) for query in queries]
    asked = [i for i, ruling in enumerate(rulings) if ruling is None or ruling.state not in ("code", "none")]
    found = dict(zip(asked, match_names([queries[i] for i in asked], mappings=mappings), strict=True))
    return [_under(ruling, found.get(i, Match()), mappings.taxonomy) for i, ruling in enumerate(rulings)]


def _under(ruling: Ruling | None, match: Match, taxonomy: Taxonomy) -> Match:
    """The match under what was ruled. A concept that was missed and has come since is found by the tables; what persons
    differ on has no code; what waits again shows what the matcher says, for a person to see."""
    if ruling is None or (ruling.state == "new" and match.method in CERTAIN and not match.needs_review):
        return match
    if ruling.state == "gone":
        return match._replace(needs_review=True, reasons=(*match.reasons, ruling.reason))
    if ruling.state == "conflict":
        reasons = (*match.reasons, ruling.reason)
        return match._replace(code=None, name=None, method="none", needs_review=True, reasons=reasons)
    if ruling.code is None:
        return Match(method="decision", reasons=(ruling.reason,))
    concept = taxonomy.concepts[ruling.code]
    candidates = (Candidate(concept.code, ruling.confidence or 0.0),)
    return Match(concept.code, concept.name, ruling.confidence, "decision", candidates=candidates, reasons=(ruling.reason,))
