"""The concept of the taxonomy that a printed level-3 name means.

Three ways, in order: the name is that of a concept (exact) or another known name of one (alias); it is put together from a
measure and a word that the tables know, comes near to a known name, or is like names that were read by persons (fuzzy).
What persons decided goes before all of them: normalize.decisions.
What is fuzzy has a probability to be right; it is accepted if nothing forbids it (unit, level 2, words) and that reaches
the threshold of its level; else the wider concept of several, or it waits for a person with its five likeliest candidates, or is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from extract.garbage import search_put_off
from mappings.loader import Mappings, default_mappings
from mappings.taxonomy import Term
from normalize.levels import read_levels
from normalize.mapping.blocks import dimension_agrees, level_agrees
from normalize.mapping.cases import LookedUp, look_up
from normalize.mapping.doubts import doubts_of
from normalize.mapping.keywords import KeywordIndex, by_keywords
from normalize.mapping.known import SHORTEST, joint_codes, known_term
from normalize.mapping.model import CANDIDATES, Candidate, Context, DecisionKey, Match, Parts, Query
from normalize.mapping.rank import Ranked, guessed, likely_but_forbidden, none_likelier, settle_each, turned
from normalize.mapping.standing import standings
from normalize.mapping.trust import Trusted, trusted, trusted_wider
from normalize.names import name_key
from normalize.units import read_unit

__all__ = ["Candidate", "DecisionKey", "Match", "Parts", "Query", "decision_key", "match_names"]

# So many names are matched together: what is found out on the way is let go before the next.
AT_A_TIME = 4096
_SAYS_NOTHING = re.compile(
    r"(?:产出|效益|成本|数量|质量|时效|进度|效果|经济|社会|生态|环境|可持续|影响|满意度?|服务对象|完成|情况|指标|效率|目标|一|二|三|级|\d)+"
)
# A known name under a level that its concept may not stand under.
_OFF_LEVEL = 0.7


def match_names(queries: Sequence[Query], *, mappings: Mappings | None = None) -> list[Match]:
    """The Match of each query, in their order; the work is done once for each distinct one."""
    knowledge = mappings or default_mappings()
    found: list[Match] = []
    distinct = list(dict.fromkeys(queries))
    with search_put_off():
        for start in range(0, len(distinct), AT_A_TIME):
            found += _matched(distinct[start : start + AT_A_TIME], knowledge)
    if len(distinct) == len(queries):
        return found
    of = dict(zip(distinct, found, strict=True))
    return [of[query] for query in queries]


def _matched(queries: Sequence[Query], knowledge: Mappings) -> list[Match]:
    read = [(name_key(query.name), read_context(query, knowledge)) for query in queries]
    known = [known_match(key, query, context, knowledge) for (key, context), query in zip(read, queries, strict=True)]
    names = look_up([name for name, match in zip(read, known, strict=True) if match is None], knowledge)
    settled = zip(names, settle_each(names, knowledge), strict=True)
    judged = (found if isinstance(found, Match) else judge(name, found, knowledge) for name, found in settled)
    return [next(judged) if match is None else match for match in known]


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


def known_match(key: str, query: Query, context: Context, knowledge: Mappings) -> Match | None:
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
    parts = Parts(1.0, 1.0, 1.0, 1.0, dimension_agrees(concept, context), level_agrees(concept, context))
    candidate = Candidate(concept.code, 1.0, parts)
    match = Match(concept.code, concept.name, 1.0, "alias" if term.alias else "exact", candidates=(candidate,))
    if context.level_blocks and level_agrees(concept, context) == 0:
        doubt = f"{concept.name} stands under {' '.join(concept.level2)}, this row under {context.level}"
        return match._replace(score=_OFF_LEVEL, needs_review=True, reasons=(doubt,))
    if dimension_agrees(concept, context) > 0:
        return match
    doubt = f"the unit {query.unit} is none of {' '.join(concept.dimensions)}, which {concept.name} is in"
    return match._replace(needs_review=True, reasons=(doubt,))


def judge(name: LookedUp, ranked: Sequence[Ranked], knowledge: Mappings) -> Match:
    """The likeliest candidate, a wider concept of it, or none of them; what is too unsure waits for a person."""
    forbidden = _forbidden(ranked)
    first = next((r for r in ranked if r.clue.forbidden is None), None)
    told = ranked if first is not None and not guessed(first) else [r for r in ranked if not guessed(r)]
    kept = [_candidate(r) for r in told[:CANDIDATES]]
    if first is None or none_likelier(first, ranked):
        reasons = ("nothing in the taxonomy comes near", *forbidden)
        return Match(needs_review=likely_but_forbidden(ranked), candidates=_filled(name, kept, knowledge), reasons=reasons)
    notes = (*doubts_of(first, ranked, name.bare, knowledge.taxonomy), *forbidden)
    best = trusted(first, ranked, knowledge.weights)
    found, doubt = _acceptable(best, ranked, name, knowledge)
    if found is not None:
        return _accepted(found, tuple(kept), notes, knowledge)
    reasons = (f"{first.clue.why}: {doubt}", *notes)
    return Match(score=best.trust, needs_review=True, candidates=_filled(name, kept, knowledge), reasons=reasons)


def _acceptable(best: Trusted, ranked: Sequence[Ranked], name: LookedUp, knowledge: Mappings) -> tuple[Trusted | None, str]:
    """The likeliest candidate where it can be trusted enough, else the narrowest wider concept that can; else None and the doubt."""
    if name.bare and name.context.level is None and name.context.dimension is None:
        return None, "no measure, level or unit says what of it is meant"
    if turned(best.clue, ranked):
        return None, "a word turns its meaning"
    accept = knowledge.matching.threshold(name.context.level).accept
    if best.trust >= accept:
        return best, ""
    return trusted_wider(
        ranked, standings(name.context, knowledge), accept, knowledge
    ), f"trusted to {best.trust:.2f}, {accept:.2f} is asked"


def _forbidden(ranked: Sequence[Ranked]) -> tuple[str, ...]:
    """Why concepts that the rule finds are none of these; most names have no such."""
    clues = [r.clue for r in ranked if r.clue.forbidden is not None]
    return tuple([f"forbidden: {clue.forbidden}" for clue in clues if clue.parts.rule > 0][:3]) if clues else ()


def _accepted(found: Trusted, candidates: tuple[Candidate, ...], notes: tuple[str, ...], knowledge: Mappings) -> Match:
    concept = knowledge.taxonomy.concepts[found.clue.code]
    return Match(concept.code, concept.name, found.trust, "fuzzy", False, candidates, (found.clue.why, *notes), found.clue.stopped)


def _candidate(ranked: Ranked) -> Candidate:
    return Candidate(ranked.clue.code, ranked.share, ranked.clue.parts, ranked.clue.why)


def _filled(name: LookedUp, kept: list[Candidate], knowledge: Mappings) -> tuple[Candidate, ...]:
    """The likeliest candidates, filled up with concepts whose keywords the name has."""
    if len(kept) < CANDIDATES:
        taken = {candidate.code for candidate in kept}
        kept = kept + by_keywords(name.key, standings(name.context, knowledge), _keywords(knowledge), taken, CANDIDATES - len(kept))
    return tuple(kept)
