"""The concept of the taxonomy that a printed level-3 name means.

Three ways, in order: the name is that of a concept (exact) or another known name of one (alias); it is put together from a
measure and a word that the tables know, or comes near to a known name (fuzzy). What persons decided goes before all of
them: normalize.decisions.
What is fuzzy is accepted only if nothing forbids it (unit, level 2, words), its score reaches the threshold of its
level, and it leaves the runner-up behind; else it waits for a person with its five best candidates, or is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from mappings.loader import Mappings, default_mappings
from mappings.taxonomy import Term
from normalize.levels import read_levels
from normalize.mapping.blocks import block, dimension_agrees, level_agrees, opposed
from normalize.mapping.compound import CHANGES, Proposal, propose, take_apart
from normalize.mapping.keywords import KeywordIndex, by_keywords
from normalize.mapping.known import SHORTEST, joint_codes, known_term, longest_tail
from normalize.mapping.model import Candidate, Context, DecisionKey, Match, Parts, Query
from normalize.mapping.near import Index, Near, build_index, nearest
from normalize.names import name_key
from normalize.units import read_unit

__all__ = ["Candidate", "DecisionKey", "Match", "Parts", "Query", "decision_key", "match_names"]

CANDIDATES = 5
_SAYS_NOTHING = re.compile(
    r"(?:产出|效益|成本|数量|质量|时效|进度|效果|经济|社会|生态|环境|可持续|影响|满意度?|服务对象|完成|情况|指标|效率|目标|一|二|三|级|\d)+"
)
WORTH_A_LOOK = 0.5
_SURE = 0.8
_REPLACED, _OPPOSED, _TAIL, _LATER, _FORBIDDEN = 0.12, 0.35, 0.97, 0.55, 0.6
# A known name under a level that its concept may not stand under.
_OFF_LEVEL = 0.7
# A row without a unit says less of what is measured.
_NO_UNIT = 0.05
_STOPPED = "stopped at the wider concept"


def match_names(queries: Sequence[Query], *, mappings: Mappings | None = None) -> list[Match]:
    """The Match of each query, in their order; the work is done once for each distinct one."""
    knowledge = mappings or default_mappings()
    found: dict[Query, Match | None] = {}
    waiting: list[tuple[Query, str, Context, list[Candidate], list[str]]] = []
    for query in dict.fromkeys(queries):
        key, context = name_key(query.name), read_context(query, knowledge)
        found[query] = _known(key, query, context, knowledge)
        if found[query] is not None:
            continue
        ruled, blocked = _by_rule(key, context, knowledge)
        if ruled and ruled[0].score >= _SURE:
            found[query] = _judge(key, ruled, context, knowledge, blocked)
        else:
            waiting.append((query, key, context, ruled, blocked))
    near = nearest([(key, take_apart(key, knowledge.compounds).kind) for _, key, *_ in waiting], _index(knowledge)) if waiting else {}
    for query, key, context, ruled, blocked in waiting:
        hits = near[key, take_apart(key, knowledge.compounds).kind]
        candidates, more = _with_near(key, ruled, hits, context, knowledge)
        found[query] = _judge(key, candidates, context, knowledge, [*dict.fromkeys([*blocked, *more])])
    matches = (found[query] for query in queries)
    return [match for match in matches if match is not None]


@lru_cache(maxsize=4)
def _index(knowledge: Mappings) -> Index:
    return build_index(knowledge.taxonomy, knowledge.compounds)


@lru_cache(maxsize=4)
def _keywords(knowledge: Mappings) -> KeywordIndex:
    return KeywordIndex(knowledge.taxonomy)


def read_context(query: Query, knowledge: Mappings) -> Context:
    """What a query says besides the name."""
    return _read_context(query.level2, query.unit, query.level_doubtful, knowledge)


@lru_cache(maxsize=8192)
def _read_context(level2: str | None, printed: str | None, doubtful: bool, knowledge: Mappings) -> Context:
    unit = read_unit(printed, knowledge.units) if printed else None
    return Context(level_code(level2, knowledge), not doubtful, unit.dimension if unit else None, unit.code if unit else None)


def level_code(level2: str | None, knowledge: Mappings) -> str | None:
    """The official code of a printed level-2 word, or of a code itself; of level 1 where no more is known."""
    if level2 is None or level2 in knowledge.levels.tree:
        return level2
    levels = read_levels(None, level2, knowledge.levels)
    return levels.level2_code or levels.level1_code


def decision_key(query: Query, *, mappings: Mappings | None = None) -> DecisionKey:
    """What a person's decision on this name holds for."""
    context = read_context(query, mappings or default_mappings())
    return DecisionKey(name_key(query.name), context.level, context.dimension)


def _known(key: str, query: Query, context: Context, knowledge: Mappings) -> Match | None:
    """The match of a name that the tables decide; None where they do not."""
    if len(key) < SHORTEST:
        return Match(reasons=("the name is blank or a single character",))
    term = known_term(key, context.level, knowledge.taxonomy)
    if term is not None:
        return _of_term(term, query, context, knowledge)
    if _SAYS_NOTHING.fullmatch(key):
        return Match(reasons=("the name says no more than its level",))
    codes = joint_codes(key, knowledge.taxonomy, knowledge.compounds)
    if len(codes) > 1:
        candidates = tuple(Candidate(code, 0.5, why="one of several") for code in codes[:CANDIDATES])
        return Match(score=0.5, needs_review=True, candidates=candidates, reasons=("several indicators in one name",))
    return None


def _of_term(term: Term, query: Query, context: Context, knowledge: Mappings) -> Match:
    concept = knowledge.taxonomy.concepts[term.code]
    candidate = Candidate(concept.code, 1.0, Parts(1.0, 1.0, 1.0, dimension_agrees(concept, context), level_agrees(concept, context)))
    match = Match(concept.code, concept.name, 1.0, "alias" if term.alias else "exact", candidates=(candidate,))
    if context.level_blocks and level_agrees(concept, context) == 0:
        doubt = f"{concept.name} stands under {' '.join(concept.level2)}, this row under {context.level}"
        return replace(match, score=_OFF_LEVEL, needs_review=True, reasons=(doubt,))
    if dimension_agrees(concept, context) > 0:
        return match
    doubt = f"the unit {query.unit} is none of {' '.join(concept.dimensions)}, which {concept.name} is in"
    return replace(match, needs_review=True, reasons=(doubt,))


def _by_rule(key: str, context: Context, knowledge: Mappings) -> tuple[list[Candidate], list[str]]:
    """Candidates of the rule of compounds and of known endings, those that are forbidden held down, and why they are."""
    proposals = propose(key, context, knowledge.compounds, knowledge.matching, knowledge.taxonomy.concepts)
    tail = _tail(key, knowledge)
    if tail is not None and (not proposals or tail.used >= proposals[0].used or proposals[0].stopped):
        proposals = [tail, *(p._replace(score=min(p.score, _LATER)) for p in proposals if p.code != tail.code)]
    found, blocked = [], []
    for proposal in proposals:
        concept = knowledge.taxonomy.concepts[proposal.code]
        candidate = _candidate(proposal, context, knowledge)
        reason = block(key if proposal.stopped else proposal.text, concept, context, by_rule=True)
        if reason is not None:
            blocked.append(f"{concept.name}: {reason}")
            candidate = candidate._replace(score=min(candidate.score - 0.3, _FORBIDDEN), why=f"{candidate.why}; forbidden: {reason}")
        found.append(candidate)
    found.sort(key=lambda c: (-c.score, c.code))
    return found, blocked


def _tail(key: str, knowledge: Mappings) -> Proposal | None:
    term = longest_tail(key, knowledge.taxonomy)
    if term is None or key[: -len(term.text)].endswith((*knowledge.matching.negations, *CHANGES)) or ";" in key:
        return None
    pieces = take_apart(key, knowledge.compounds)
    if pieces.kind != take_apart(term.text, knowledge.compounds).kind:
        return None
    used = len(term.text) / len(key)
    score = _TAIL if used >= 0.5 or len(term.text) > 4 else _TAIL - 0.02
    return Proposal(term.code, score, pieces.kind, f"ends in {term.text}", used, term.text, stopped=term.text == pieces.measure)


def _candidate(proposal: Proposal, context: Context, knowledge: Mappings) -> Candidate:
    concept = knowledge.taxonomy.concepts[proposal.code]
    measure = 0.5 if not proposal.measured else 1.0
    parts = Parts(proposal.used, proposal.used, measure, dimension_agrees(concept, context), level_agrees(concept, context))
    why = f"{proposal.why}; {_STOPPED}" if proposal.stopped else proposal.why
    score = proposal.score if parts.dimension == 1 else max(0.0, round(proposal.score - _NO_UNIT, 4))
    return Candidate(proposal.code, score, parts, why)


def _with_near(
    key: str, ruled: Sequence[Candidate], hits: Sequence[Near], context: Context, knowledge: Mappings
) -> tuple[list[Candidate], list[str]]:
    """The candidates of the rule and those that come near, each concept once, the best first."""
    best = {candidate.code: candidate for candidate in ruled}
    blocked: list[str] = []
    for hit in hits:
        concept = knowledge.taxonomy.concepts[hit.term.code]
        reason = block(key, concept, context)
        score, why = _likeness(key, hit, knowledge)
        if reason is not None:
            blocked.append(f"{concept.name}: {reason}")
            score, why = min(score - 0.3, _FORBIDDEN), f"{why}; forbidden: {reason}"
        if concept.code not in best or best[concept.code].score < score:
            parts = Parts(hit.ratio, hit.tfidf, 1.0, dimension_agrees(concept, context), level_agrees(concept, context))
            best[concept.code] = Candidate(concept.code, score, parts, why)
    return sorted(best.values(), key=lambda c: (-c.score, c.code)), list(dict.fromkeys(blocked))


def _likeness(key: str, hit: Near, knowledge: Mappings) -> tuple[float, str]:
    score, why = 0.6 * hit.ratio + 0.4 * hit.tfidf, f"near to {hit.term.text}"
    if (words := opposed(key, hit.term.text, knowledge.matching)) is not None:
        return round(max(0.0, score - _OPPOSED), 4), f"{why}, but one says {words}"
    if any(op.tag == "replace" for op in Levenshtein.editops(key, hit.term.text)):
        return round(max(0.0, score - _REPLACED), 4), f"{why}, with a replaced character"
    return round(score, 4), why


def _judge(key: str, candidates: Sequence[Candidate], context: Context, knowledge: Mappings, blocked: Sequence[str]) -> Match:
    """The best candidate, accepted or left to a person."""
    forbidden = tuple(f"forbidden: {reason}" for reason in blocked[:3])
    kept = tuple(candidates[:CANDIDATES])
    if not kept or kept[0].score < WORTH_A_LOOK:
        return Match(candidates=_filled(key, kept, context, knowledge), reasons=("nothing in the taxonomy comes near", *forbidden))
    first = kept[0]
    threshold = knowledge.matching.threshold(context.level)
    rival = next((c for c in kept[1:] if not _related(first.code, c.code, knowledge)), None)
    if round(first.score, 2) < threshold.accept:
        doubt = f"{first.why}: {first.score:.2f} is under {threshold.accept:.2f}"
    elif rival is not None and round(first.score - rival.score, 4) < threshold.margin:
        doubt = f"{first.why}; {knowledge.taxonomy.concepts[rival.code].name} comes as near"
    else:
        concept = knowledge.taxonomy.concepts[first.code]
        stopped = first.why.endswith(_STOPPED)
        return Match(concept.code, concept.name, first.score, "fuzzy", False, kept, (first.why, *forbidden), stopped)
    filled = _filled(key, kept, context, knowledge)
    return Match(score=first.score, needs_review=True, candidates=filled, reasons=(doubt, *forbidden))


def _filled(key: str, candidates: Sequence[Candidate], context: Context, knowledge: Mappings) -> tuple[Candidate, ...]:
    """The best candidates, filled up with concepts whose keywords the name has."""
    kept = list(candidates[:CANDIDATES])
    if len(kept) < CANDIDATES:
        taken = {candidate.code for candidate in kept}
        kept += by_keywords(key, context, _keywords(knowledge), taken, CANDIDATES - len(kept))
    return tuple(sorted(kept, key=lambda c: (-c.score, c.code)))


def _related(a: str, b: str, knowledge: Mappings) -> bool:
    """True where one concept is the wider one of the other."""
    return a in knowledge.taxonomy.ancestors(b) or b in knowledge.taxonomy.ancestors(a)
