"""The concept of the taxonomy that a printed level-3 name means.

Three ways, in order: the name is that of a concept or an alias; it ends in one that may have words before it; it comes
near to one by edit distance. What only comes near is accepted if it adds or leaves out characters, has no rival, and
turns nothing into its opposite; a replaced character (参训, 参会) is another concept more often than a spelling, so that
such a name goes to review with its candidates.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from mappings.loader import Mappings, default_mappings
from mappings.taxonomy import Taxonomy, Term
from normalize.levels import read_levels
from normalize.names import name_key
from normalize.units import read_unit

ACCEPT = 0.84
MARGIN = 0.06
NEAR = 0.65
CANDIDATES = 3
_SHORTEST = 2
_SHORTEST_NEAR = 5
# Words before an ending that turn it into its opposite, or into the change of it.
_TURNED = re.compile(r"(?:[不未无非零免]|降低|减少|下降|提高|提升|增加|低于|高于)$")
_IN_TIME = re.compile("按时|按期|及时|准时|时限内|时效内|规定时间")
_JOINT = re.compile(r"[;、/,]|[和与]|及(?!时)")
_NEGATION = re.compile("[不未无非零]")
_OPPOSED = (
    ("人数", "人次"), ("及时", "准确"), ("及时", "合格"), ("及时", "完成率"), ("准确", "合格"), ("完成", "合格"), ("增长", "下降"),
    ("增加", "减少"), ("提高", "降低"), ("数量", "质量"), ("数", "率"), ("次数", "人数"), ("参训", "参会"), ("成本", "收入"),
    ("标准", "数量"),
)  # fmt: skip
_FAMILY = {"count": "count", "thing": "count", "ratio": "ratio", "money": "money"}


class Candidate(NamedTuple):
    """A concept that comes near, with its score from 0 to 1."""

    code: str
    score: float


class Query(NamedTuple):
    """A printed name with the level-2 word (or its code) and the unit printed beside it."""

    name: str
    level2: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """The accepted concept (code and Chinese name) with its score and how it was found, or null with the nearest
    candidates; ``reasons`` say in words why."""

    code: str | None = None
    name: str | None = None
    score: float | None = None
    method: str = "none"
    needs_review: bool = False
    candidates: tuple[Candidate, ...] = ()
    reasons: tuple[str, ...] = ()


def match_name(name: str, level2: str | None = None, unit: str | None = None, *, mappings: Mappings | None = None) -> Match:
    """The Match of one printed name, such as 培训次数 for ``指标1：2024年培训班次（期）``."""
    return match_names([Query(name, level2, unit)], mappings=mappings)[0]


def match_names(queries: Sequence[Query], *, mappings: Mappings | None = None) -> list[Match]:
    """The Match of each query, in their order. Names that no table holds are compared with all in one call."""
    knowledge = mappings or default_mappings()
    keys = [name_key(query.name) for query in queries]
    matches: dict[int, Match] = {}
    for index, (key, query) in enumerate(zip(keys, queries, strict=True)):
        known = _known(key, _level_code(query.level2, knowledge), knowledge.taxonomy)
        if known is not None:
            matches[index] = known
    open_keys = sorted({keys[i] for i in range(len(keys)) if i not in matches})
    near = dict(zip(open_keys, _near(open_keys, knowledge.taxonomy), strict=True))
    return [_with_unit(matches[i] if i in matches else near[keys[i]], query.unit, knowledge) for i, query in enumerate(queries)]


def _level_code(level2: str | None, knowledge: Mappings) -> str | None:
    """The official code of a printed level-2 word, or of a code itself; of level 1 where no more is known."""
    if level2 in knowledge.levels.tree:
        return level2
    levels = read_levels(None, level2, knowledge.levels)
    return levels.level2_code or levels.level1_code


def _known(key: str, level: str | None, taxonomy: Taxonomy) -> Match | None:
    """The match of a name that the tables decide; None where they do not."""
    if len(key) < _SHORTEST:
        return Match(reasons=("the name is blank or a single character",))
    for term in taxonomy.by_text.get(key, ()):
        if term.level is None or (level is not None and level.startswith(term.level)):
            return _accepted(term, 1.0, "alias" if term.alias else "exact", taxonomy)
    if joint := _joint(key, taxonomy):
        return joint
    return _by_tail(key, taxonomy)


def _accepted(term: Term, score: float, method: str, taxonomy: Taxonomy, *reasons: str) -> Match:
    concept = taxonomy.concepts[term.code]
    return Match(concept.code, concept.name, score, method, candidates=(Candidate(concept.code, score),), reasons=reasons)


def _joint(key: str, taxonomy: Taxonomy) -> Match | None:
    """No match, for a name that holds several indicators: two or more of its parts are names of their own."""
    parts = [part for part in _JOINT.split(key) if len(part) >= _SHORTEST]
    if len(parts) < 2:
        return None
    terms = [term for part in parts if (term := _term_of(part, taxonomy)) is not None]
    codes = tuple(dict.fromkeys(term.code for term in terms))
    if len(terms) < 2:
        return None
    candidates = tuple(Candidate(code, 0.5) for code in codes[:CANDIDATES])
    return Match(score=0.5, needs_review=True, candidates=candidates, reasons=("several indicators in one name",))


def _term_of(part: str, taxonomy: Taxonomy) -> Term | None:
    known = taxonomy.by_text.get(part)
    if known:
        return known[-1]
    return _longest_tail(part, taxonomy)


def _longest_tail(key: str, taxonomy: Taxonomy) -> Term | None:
    return next((taxonomy.tails[key[i:]] for i in range(1, len(key) - 1) if key[i:] in taxonomy.tails), None)


def _by_tail(key: str, taxonomy: Taxonomy) -> Match | None:
    term = _longest_tail(key, taxonomy)
    if term is None:
        return None
    reason = _tail_objection(key[: -len(term.text)], term, taxonomy)
    score = round(0.85 + 0.15 * len(term.text) / len(key), 4)
    if reason is not None:
        return Match(score=score, needs_review=True, candidates=(Candidate(term.code, score),), reasons=(reason,))
    return _accepted(term, score, "fuzzy", taxonomy, f"ends in {term.text}")


def _tail_objection(before: str, term: Term, taxonomy: Taxonomy) -> str | None:
    """Why the words before an ending do not leave its meaning as it is; None where they do."""
    if _TURNED.search(before):
        return f"{before[-2:]} before {term.text} turns its meaning"
    if ";" in before:
        return "several indicators in one name"
    if _IN_TIME.search(before) and not taxonomy.concepts[term.code].home.startswith("P3"):
        return f"{term.text} in time is another thing than {term.text}"
    return None


def _near(keys: Sequence[str], taxonomy: Taxonomy) -> list[Match]:
    """What comes near to each name by edit distance."""
    if not keys:
        return []
    terms = taxonomy.free
    scores = process.cdist(keys, [term.text for term in terms], scorer=fuzz.ratio, score_cutoff=100 * NEAR)
    found = []
    for key, row in zip(keys, scores, strict=True):
        ranked = sorted(((float(row[i]) / 100, terms[i]) for i in row.nonzero()[0]), key=lambda pair: (-pair[0], pair[1].text))
        found.append(_judge(key, ranked, taxonomy))
    return found


def _judge(key: str, ranked: Sequence[tuple[float, Term]], taxonomy: Taxonomy) -> Match:
    """The best of what comes near, accepted or left to review with the reason."""
    best: dict[str, tuple[float, Term]] = {}
    for score, term in ranked:
        best.setdefault(term.code, (score, term))
    if not best:
        return Match(reasons=("no known name comes near",))
    candidates = tuple(Candidate(code, round(score, 4)) for code, (score, _) in list(best.items())[:CANDIDATES])
    score, term = next(iter(best.values()))
    rival = candidates[1].score if len(candidates) > 1 else 0.0
    reason = _objection(key, term.text, score, rival)
    if reason is None:
        return replace(_accepted(term, round(score, 4), "fuzzy", taxonomy, f"near to {term.text}"), candidates=candidates)
    return Match(score=round(score, 4), needs_review=True, candidates=candidates, reasons=(reason,))


def _objection(key: str, text: str, score: float, rival: float) -> str | None:
    """Why the nearest name is not accepted; None where it may be."""
    if score < ACCEPT:
        return f"{text} comes near, but not near enough"
    if len(key) < _SHORTEST_NEAR:
        return f"a name of {len(key)} characters is too short to be compared"
    if score - rival < MARGIN:
        return "two concepts come equally near"
    if _opposed(key, text):
        return f"{text} may say something else"
    if any(op.tag == "replace" for op in Levenshtein.editops(key, text)):
        return f"{text} differs by a replaced character"
    return None


def _opposed(a: str, b: str) -> bool:
    """True where one name negates what the other does not, or where a pair of words that exclude each other is split over them."""
    if len(_NEGATION.findall(a)) != len(_NEGATION.findall(b)):
        return True
    return any((x in a) != (x in b) and (y in a) != (y in b) and (x in a) != (y in a) for x, y in _OPPOSED)


def _with_unit(match: Match, unit: str | None, knowledge: Mappings) -> Match:
    """The match, sent to review where the printed unit cannot be one of the concept's."""
    if match.code is None or not unit:
        return match
    expected = [_FAMILY.get(dimension) for dimension in knowledge.taxonomy.concepts[match.code].dimensions]
    read = read_unit(unit, knowledge.units)
    printed = _FAMILY.get(read.dimension or "") if read else None
    if not expected or None in expected or printed is None or printed in expected:
        return match
    doubt = f"the unit {unit} is no {' or '.join(filter(None, expected))}, which {match.name} is counted in"
    if match.method == "fuzzy":
        return replace(match, code=None, name=None, method="none", needs_review=True, reasons=(*match.reasons, doubt))
    return replace(match, needs_review=True, reasons=(*match.reasons, doubt))
