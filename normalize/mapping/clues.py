"""All concepts that a name may mean, each with what speaks for it: the rule of compounds, known names, the learned opinion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from mappings.loader import Mappings
from mappings.matching import Matching
from normalize.mapping.blocks import forbidden_by_words, opposed
from normalize.mapping.compound import CHANGES, Proposal, by_score, propose, take_apart
from normalize.mapping.known import longest_tail
from normalize.mapping.model import Context, Parts
from normalize.mapping.near import Near
from normalize.mapping.standing import Standings, standings

STOPPED = "stopped at the wider concept"
_REPLACED, _OPPOSED, _TAIL, _LATER = 0.12, 0.35, 0.97, 0.55
# What few would look at is no candidate.
LEAST_OPINION, MOST_NEAR = 0.02, 6
OPINED = "names like it mean this"
_UNLIKE = (0.0, "")


class Clue(NamedTuple):
    """What speaks for one concept: ``first`` where the rule names it before others, ``believed`` where the opinion does;
    ``forbidden`` says what excludes it, ``lacks_word`` that none of the words of its names occurs, ``turned``
    that a word before what decides turns the meaning, ``at_home`` that the level is its own, ``miscounted`` that the unit
    counts what it does not."""

    code: str
    why: str
    parts: Parts
    first: bool
    believed: bool
    stopped: bool
    lacks_word: bool
    turned: bool
    forbidden: str | None
    at_home: bool
    miscounted: bool


def ruled(key: str, context: Context, knowledge: Mappings) -> list[Proposal]:
    """What the rule of compounds and known endings find, the best first."""
    proposals = propose(key, context, knowledge.compounds, knowledge.matching, knowledge.taxonomy)
    tail = _tail(key, knowledge)
    if tail is not None and (not proposals or tail.used >= proposals[0].used or proposals[0].stopped):
        proposals = [tail, *(p._replace(score=min(p.score, _LATER)) for p in proposals if p.code != tail.code)]
        proposals.sort(key=by_score)
    return [proposal for proposal in proposals if proposal.score > 0]


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


def sure(key: str, proposals: Sequence[Proposal], context: Context, knowledge: Mappings, enough: float) -> bool:
    """True where the rule alone says enough, so that known names need not be searched."""
    if not proposals or proposals[0].score < enough:
        return False
    return _forbids(key, proposals[0], standings(context, knowledge), knowledge) is None


def gather(
    key: str, proposals: Sequence[Proposal], hits: Sequence[Near], beliefs: Mapping[str, float], context: Context, knowledge: Mappings
) -> list[Clue]:
    """A clue for each concept that the rule, a known name or the opinion names."""
    concepts, row, has = knowledge.taxonomy.concepts, standings(context, knowledge), key.__contains__
    by_rule = {proposal.code: (proposal, _forbids(key, proposal, row, knowledge)) for proposal in proposals}
    near = likenesses(key, hits, knowledge.matching) if hits else {}
    first = next((code for code, (_, forbidden) in by_rule.items() if forbidden is None), None)
    believed = next(iter(beliefs), None)
    others = [code for code, share in beliefs.items() if share >= LEAST_OPINION and code in concepts]
    found = []
    for code in dict.fromkeys([*by_rule, *islice(near, MOST_NEAR), *others]):
        must = concepts[code].must
        dimension, level, forbidden, at_home, miscounted = row[code]
        likeness, like = near.get(code, _UNLIKE)
        if code in by_rule:
            (_, rule, _, why, used, _, stopped, turned), forbidden = by_rule[code]
            why = f"{why}; {STOPPED}" if stopped else why
        else:
            rule, used, stopped, turned, why = 0.0, 0.0, False, False, like or OPINED
            forbidden = forbidden or forbidden_by_words(key, concepts[code])
        if forbidden is not None:
            why = f"{why}; forbidden: {forbidden}"
        lacks = bool(must) and not any(map(has, must))
        parts = Parts(rule, used, likeness, beliefs.get(code, 0.0), dimension, level)
        found.append(Clue(code, why, parts, code == first, code == believed, stopped, lacks, turned, forbidden, at_home, miscounted))
    return found


def _forbids(key: str, proposal: Proposal, row: Standings, knowledge: Mappings) -> str | None:
    text = key if proposal.stopped else proposal.text
    return row[proposal.code].forbidden or forbidden_by_words(text, knowledge.taxonomy.concepts[proposal.code])


def likenesses(key: str, hits: Sequence[Near], rules: Matching) -> dict[str, tuple[float, str]]:
    """By concept the best likeness to one of its names, and which one."""
    best: dict[str, tuple[float, str]] = {}
    for hit in hits:
        score, why = _likeness(key, hit, rules)
        if hit.term.code not in best or best[hit.term.code][0] < score:
            best[hit.term.code] = (score, why)
    return best


def _likeness(key: str, hit: Near, rules: Matching) -> tuple[float, str]:
    score, why = 0.6 * hit.ratio + 0.4 * hit.tfidf, f"near to {hit.term.text}"
    if (words := opposed(key, hit.term.text, rules)) is not None:
        return round(max(0.0, score - _OPPOSED), 4), f"{why}, but one says {words}"
    if any(tag == "replace" for tag, _, _ in Levenshtein.editops(key, hit.term.text).as_list()):
        return round(max(0.0, score - _REPLACED), 4), f"{why}, with a replaced character"
    return round(score, 4), why
