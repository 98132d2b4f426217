"""The taxonomy and the way of a name to its concept, in lines that a person reads."""

from __future__ import annotations

from collections.abc import Iterator

from mappings.loader import Mappings
from mappings.taxonomy import Concept
from normalize.decisions import match_name
from normalize.mapping.compound import take_apart
from normalize.mapping.model import Candidate, Match
from normalize.names import normal_form
from normalize.taxonomy import level_code

_WAYS = {
    "exact": "the name of the concept itself", "alias": "another known name of the concept", "decision": "a person decided",
    "fuzzy": "taken apart or compared", "none": "none",
}  # fmt: skip


def tree_lines(knowledge: Mappings, under: str | None = None) -> Iterator[str]:
    """A line for each level and concept, those below another indented."""
    roots = [under] if under else [code for code, level in knowledge.levels.tree.items() if level.parent is None]
    for code in roots:
        yield from _branch(code, 0, knowledge)


def _branch(code: str, depth: int, knowledge: Mappings) -> Iterator[str]:
    taxonomy, tree = knowledge.taxonomy, knowledge.levels.tree
    indent = "  " * depth
    if code in tree:
        yield f"{indent}{code} {tree[code].name}"
        below = [other for other, level in tree.items() if level.parent == code]
    else:
        concept = taxonomy.concepts[code]
        yield f"{indent}{concept.name} ({code}): {concept.definition}"
        below = []
    for child in (*below, *taxonomy.children.get(code, ())):
        yield from _branch(child, depth + 1, knowledge)


def explain_lines(name: str, level2: str | None, unit: str | None, knowledge: Mappings) -> Iterator[str]:
    """Why a name maps as it does: what was looked up, by which way and row, to what, and what came next."""
    form = normal_form(name)
    taken = "".join(f", {what} {value} taken out" for what, value in form.taken)
    yield f"{name}  looked up as  {form.key}{taken}"
    code = level_code(level2, knowledge)
    if level2 or unit:
        yield f"  printed under {code or level2 or 'no level'}, unit {unit or 'none'}"
    pieces = take_apart(form.key, knowledge.compounds)
    if pieces.measure:
        kind = knowledge.compounds.kinds[pieces.kind]
        yield f"  measure: {pieces.measure} ({kind.meaning}); before it: {pieces.stem or 'nothing'}"
    match = match_name(name, level2, unit, mappings=knowledge)
    yield from _verdict(match, form.key, knowledge)
    yield from _rest(match, knowledge)


def _verdict(match: Match, key: str, knowledge: Mappings) -> Iterator[str]:
    if match.code is None:
        yield f"  no concept: {match.reasons[0] if match.reasons else 'nothing near'}" + (
            " (waits for a person)" if match.needs_review else ""
        )
        return
    concept = knowledge.taxonomy.concepts[match.code]
    yield f"  is {concept.name} ({concept.code}), {match.method}, {match.score:.2f}: {_by_what(match, key, knowledge)}"
    yield f"  {_place(concept, knowledge)}: {concept.definition}"
    if match.needs_review:
        yield f"  but a person should look: {match.reasons[-1]}"


def _by_what(match: Match, key: str, knowledge: Mappings) -> str:
    if match.method != "alias":
        return match.reasons[0] if match.reasons else _WAYS[match.method]
    term = next(term for term in knowledge.taxonomy.by_text[key] if term.code == match.code)
    because = f"; {term.reason}" if term.reason else ""
    under = f" under {term.level}" if term.level else ""
    return f"aliases.csv has {term.text}{under}, source: {term.source}{because}"


def _place(concept: Concept, knowledge: Mappings) -> str:
    names = [knowledge.taxonomy.concepts[code].name for code in knowledge.taxonomy.ancestors(concept.code)]
    level = knowledge.levels.tree[concept.home]
    return " < ".join([concept.name, *names, f"{level.name} ({level.code})"])


def _rest(match: Match, knowledge: Mappings) -> Iterator[str]:
    for place, candidate in enumerate(match.candidates[: 3 if match.code else 5]):
        if match.code is None or place:
            yield f"  {'next' if match.code else 'near'}: {_candidate(candidate, knowledge)}"
    for reason in match.reasons[1:]:
        if reason.startswith(("doubt", "forbidden")):
            yield f"  {reason}"


def _candidate(candidate: Candidate, knowledge: Mappings) -> str:
    name = knowledge.taxonomy.concepts[candidate.code].name
    return f"{name} ({candidate.code}) {candidate.score:.2f}" + (f", {candidate.why}" if candidate.why else "")
