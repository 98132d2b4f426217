"""A name taken apart: [modifiers] + object or action + measure, as in 高龄老人补贴 + 发放 + 及时率."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from mappings.compounds import BARE, Compounds
from mappings.heads import Head
from mappings.matching import Matching
from mappings.taxonomy import Concept, Taxonomy
from normalize.mapping.model import Context

_MOST_HEADS = 4
# What a head, a parent and each doubt are worth. Only their order matters: thresholds are fitted on the sums.
_HEAD, _PARENT, _LATER, _ALONE = 0.99, 0.9, 0.55, 0.6
# What a name says besides the words that decide, and words that would decide otherwise, make a match less sure.
_PER_CHARACTER_MORE, _MOST_MORE, _PER_RIVAL, _LOOSE_EFFECT, _VAGUE, _LISTED = 0.012, 0.12, 0.03, 0.05, 0.2, 0.06
_PER_CHARACTER_BETWEEN, _MOST_BETWEEN, _MOST_BARE = 0.04, 0.2, 0.4
_WIDER, _NO_MEASURE, _NEGATED, _MISCOUNTED, _CROWDED, _RIVAL, _WEAK = 0.1, 0.06, 0.3, 0.35, 0.12, 0.3, 0.1
# A count under a level that is not one of counts is seldom the plain count.
_ODD_LEVEL = 0.08
_COUNTED_KINDS = frozenset({"number", "event", "person", "person_time", "household", "batch"})
_LIGHT = re.compile("开展|举办|组织|完成|实施|进行|召开|工作|项目|任务|各类|情况|总|年|数|新增|累计|等|的|及|和|与|、|人员|对象|活动")
_REFINED = {
    "person": ("person",), "person_time": ("person_time",), "household": ("household",), "session": ("event",), "time": ("event",),
    "batch": ("batch",), "sample_batch": ("batch",),
}  # fmt: skip
_BY_DIMENSION = {
    "area": ("area",), "length": ("length",), "mass": ("quantity",), "volume": ("quantity",), "money": ("money", "income"),
    "duration": ("days", "period", "time"), "working_time": ("period", "time"), "calendar_time": ("period", "time"),
}  # fmt: skip
_BARE = {
    "C": ("money", "standard", "control", "saving"), "P1": ("number", "event", "person"), "P2": ("quality", "share"),
    "P3": ("timely", "time", "period"), "B": ("effect",), "S": ("satisfaction",), "P": ("number", "event"),
}  # fmt: skip
_RATES = frozenset({"money", "standard", "subsidy"})
_SPLIT = frozenset({"number", "per_person", "per_unit", "standard"})
# What one word counts may be said of what the other does: 户 of firms, 次 of what is issued or handled each time.
_KIN = {"household": ("household", "unit", "thing", "place"), "event": ("event", "document", "case", "thing")}
# Money for each year or month is still a total, as is money for one run of what is done each time.
_A_TIME = re.compile(r"^\w+/(?:year|month|quarter)$")
_COUNTS = frozenset({"number", "event", "person", "person_time", "household", "batch", "area", "share", "money"})
# Endings of measures of which the wider concept takes in any object; of others it may not.
_TAKES_ALL, _NARROW = ("率", "度", "费", "成本", "标准", "金额", "经费"), 0.1
_EFFECTS = frozenset({"effect", "sense", "trust", "fame", "zeal", "mechanism"})
# A measure that is raised or lowered is the change of it, not the measure.
_PLAIN = frozenset({"satisfaction", "complaint", "complaints", "completion", "coverage", "pass", "attain", "accuracy", "use", "share"})
CHANGES = ("降低", "减少", "下降", "提高", "提升", "增加", "低于", "高于")
_CHANGED = 0.2
# Words behind the object that only say how far or how well (持续 in 生态环境持续改善).
_HOW = re.compile(r"(?:持续|不断|有效|明显|显著|进一步|逐步|稳步|健康|有序|大幅|得到|稳定|切实|全面|长期|较大|较好|一定)+$")


class Pieces(NamedTuple):
    """The measure at the end of a name with its kind, what stands before it, and the word that turned the kind."""

    stem: str
    measure: str
    kind: str
    turned_by: str = ""


class Proposal(NamedTuple):
    """A concept that the rule finds, with its score, the kind of measure and the words by which, whether it is the
    wider one of a name whose object is not known, and whether a word before it turns its meaning (未, 降低)."""

    code: str
    score: float
    kind: str
    why: str
    used: float
    text: str
    stopped: bool = False
    turned: bool = False


class Found(NamedTuple):
    """A head in a stem: where it begins, and the text that parts it from the measure."""

    head: Head
    start: int
    between: str


@lru_cache(maxsize=32768)
def take_apart(key: str, grammar: Compounds) -> Pieces:
    """The parts of a name; kind ``bare`` where it ends in no measure that the table knows."""
    ending, measure = "", None
    for size in grammar.measure_sizes.get(key[-2:]) or grammar.measure_sizes.get(key[-1:], ()):
        if size <= len(key) and (measure := grammar.measures.get(key[-size:])) is not None:
            ending = measure.word
            break
    kind, kept = (measure.kind, measure.stem) if measure else (BARE, "")
    stem = key[: len(key) - len(ending)] + kept
    if not any(map((stem + ending).__contains__, grammar.turn_words[kind])):
        return Pieces(stem, ending, kind)
    for turn in grammar.turns_of[kind]:
        if turn.word in stem:
            return Pieces(stem.replace(turn.word, "", 1) + _action(ending), ending, turn.kind, turn.word)
        if turn.word in ending and turn.word != ending:
            return Pieces(stem, ending, turn.kind, turn.word)
    return Pieces(stem, ending, kind)


def _action(measure: str) -> str:
    """The action that a measure names besides (发放 in 发放率), since what turns the measure leaves it the action."""
    action = measure.rstrip("率性度数量") if len(measure) > 2 else ""
    return "" if action == "完成" else action


def heads_in(stem: str, kind: str, level: str | None, grammar: Compounds, most: int = _MOST_HEADS) -> list[Found]:
    """At most so many heads of one kind in the stem, the one nearest to the measure first, at one place the longest; none inside
    another."""
    return [Found(head, start, stem[end:]) for head, start, end in grammar.heads[kind].within(stem, level, most)]


def kinds_to_ask(kind: str, context: Context, grammar: Compounds) -> tuple[str, ...]:
    """The kinds of measure that a name may have, the likeliest first: what a bare 数量 counts is said by its unit, and
    what a name without a measure is by unit and level."""
    dimension = (context.dimension or "").partition("/")[0]
    unit = context.unit_code or ""
    if kind in _RATES and "/" in (context.dimension or "") and not _A_TIME.search(unit):
        rate = "subsidy_rate" if kind == "subsidy" else "per_person" if "person" in unit else "per_unit"
        return (rate, "standard", kind)
    if kind == "money" and (context.level or "").startswith("B"):
        return ("income", "money")
    if kind == "number":
        refined = _REFINED.get(unit, ()) or _BY_DIMENSION.get(dimension, ())
        return (*refined, "number")
    if kind != BARE:
        return (kind, *grammar.kinds[kind].wider)
    return _kinds_of_bare(dimension, unit, context.level or "")


def _kinds_of_bare(dimension: str, unit: str, level: str) -> tuple[str, ...]:
    by_level = _BARE.get(level) or _BARE.get(level[:1], ())
    if level.startswith("P1") or not level:
        refined = _REFINED.get(unit, ()) or _BY_DIMENSION.get(dimension, ())
        if not level and not refined and dimension == "count":
            refined = ("number",)
        return (*refined, *by_level)
    if level == "P3" and dimension in ("duration", "working_time", "calendar_time"):
        return ("period", "time")
    return by_level


def propose(key: str, context: Context, grammar: Compounds, rules: Matching, taxonomy: Taxonomy) -> list[Proposal]:
    """Concepts that the rule finds in a name, the best first; the nearest head of the likeliest kind leads."""
    pieces = take_apart(key, grammar)
    bare = pieces.kind == BARE
    if pieces.kind == "effect" and (shorter := _HOW.sub("", pieces.stem)):
        pieces = pieces._replace(stem=shorter)
    found: list[Proposal] = []
    asked = kinds_to_ask(pieces.kind, context, grammar)
    counted = grammar.kinds[asked[0]].counted if asked else None
    odd = _ODD_LEVEL if pieces.kind in _COUNTED_KINDS and (context.level or "P1") in ("P2", "P3", "B1", "B3", "B4") else 0.0
    for rank, kind in enumerate(asked):
        worth = (
            -odd - (_NO_MEASURE if bare else 0.0) - (0.0 if bare and rank else _WIDER * (rank > 0 and not _same_count(pieces.kind, kind)))
        )
        if found and (context.level != "P3" or not bare):
            break
        found += _of_kind(key, pieces, kind, worth - 0.01 * rank, context, grammar, rules, taxonomy)
    if counted is not None:
        found = [_counted_right(proposal, counted, taxonomy.concepts) for proposal in found]
    if not bare and (parent := _parent(key, pieces, asked[0], bool(found), grammar, rules)):
        found.append(parent)
    return _best_first(found) if len(found) > 1 else found


def _best_first(found: Sequence[Proposal]) -> list[Proposal]:
    """The best proposal of each concept, the likeliest first; where several rival, the first is less sure."""
    best: dict[str, Proposal] = {}
    for proposal in found:
        if proposal.code not in best or best[proposal.code].score < proposal.score:
            best[proposal.code] = proposal
    ranked = sorted(best.values(), key=by_score)
    rivals = sum(p.score >= _RIVAL and not p.stopped for p in ranked[1:])
    if rivals >= 2:
        ranked[0] = ranked[0]._replace(score=round(ranked[0].score - _CROWDED, 4))
        ranked.sort(key=by_score)
    return ranked


def by_score(proposal: Proposal) -> tuple[float, str]:
    """Sorts proposals, the best first."""
    return -proposal.score, proposal.code


def _parent(key: str, pieces: Pieces, kind: str, found: bool, grammar: Compounds, rules: Matching) -> Proposal | None:
    """The wider concept of a measure, where no head decides; a measure alone says too little."""
    parent = grammar.kinds[kind].parent
    if parent is None:
        return None
    score = _ALONE if not pieces.stem else _LATER - 0.1 if found else _PARENT
    why = f"{pieces.measure} of what no table knows: the wider concept" if pieces.stem else f"the measure {pieces.measure} alone"
    turned = _turned(pieces.stem, pieces.kind, rules)
    score -= turned
    if not pieces.measure.endswith(_TAKES_ALL) or pieces.kind == "time":
        score -= _NARROW
    return Proposal(parent, score, pieces.kind, why, len(pieces.measure) / len(key), pieces.measure, bool(pieces.stem), turned > 0)


def _counted_right(proposal: Proposal, counted: str, concepts: Mapping[str, Concept]) -> Proposal:
    """Held down where the measure counts what the concept does not (人次 of a concept of people)."""
    own = concepts[proposal.code].counted
    if counts(concepts[proposal.code], counted):
        return proposal
    why = f"{proposal.why}; but it counts {' '.join(own)}, no {counted}"
    return proposal._replace(score=round(max(0.0, proposal.score - _MISCOUNTED), 4), why=why)


def counts(concept: Concept, counted: str) -> bool:
    """True where the concept may count what the word or unit counts, or says nothing of it."""
    return not concept.counted or any(kin in concept.counted for kin in _KIN.get(counted, (counted,)))


def _same_count(a: str, b: str) -> bool:
    """Where a unit or its absence only says what a bare number counts, asking further costs nothing."""
    return a in _SPLIT and b in _SPLIT


def _of_kind(
    key: str, pieces: Pieces, kind: str, worth: float, context: Context, grammar: Compounds, rules: Matching, taxonomy: Taxonomy
) -> list[Proposal]:
    stem, measure = pieces.stem, pieces.measure
    heads = grammar.heads[kind].within(stem, context.level, _MOST_HEADS)
    if not heads:
        return []
    if kind in grammar.deciders:
        heads = _decider_first(heads, grammar.deciders[kind], len(stem))
    listed = _CHANGED if ";" in stem else _LISTED if "、" in stem else 0.0
    said, behind = _said(stem), _of_measure(pieces, kind, grammar)
    score = worth + (_HEAD - _rivals(heads, taxonomy) if len(heads) > 1 else _HEAD)
    found = []
    for index, (head, start, end) in enumerate(heads):
        if index:
            score = worth + (_LATER - 0.04 * index)
        between = stem[end:]
        score -= _distance(between, measure) + _more(head, said, kind, grammar)
        turned = _turned(stem[:start], kind, rules) + _turned(between, kind, rules)
        score -= turned
        score -= listed
        used = (head.length + len(measure)) / max(1, len(key))
        if not measure and used < 0.4:
            score -= 0.5 * (0.4 - used)
        score = round(score, 4) if score > 0 else 0.0
        found.append(Proposal(head.code, score, kind, head.row + behind, min(1.0, used), stem[start:] + measure, False, turned > 0))
    return found


def _rivals(heads: Sequence[tuple[Head, int, int]], taxonomy: Taxonomy) -> float:
    """What the other heads cost the first one, those of the same line of concepts left out."""
    first = heads[0][0].code
    return _PER_RIVAL * len({head.code for head, _, _ in heads[1:] if not taxonomy.in_line(first, head.code)})


def _decider_first(heads: list[tuple[Head, int, int]], words: frozenset[str], end: int) -> list[tuple[Head, int, int]]:
    """The heads, a verb that decides over nouns (奖补 in 奖补技术中心数量) before those nearer to the measure, as if it ended the stem."""
    at = next((i for i, (head, _, _) in enumerate(heads) if head.last in words or head.first in words), 0)
    if at == 0 or any(head.first for head, _, _ in heads[:at]):
        return heads
    decider, start, _ = heads[at]
    return [(decider, start, end), *heads[:at], *heads[at + 1 :]]


@lru_cache(maxsize=32768)
def _said(text: str) -> int:
    """How many characters of a text say something."""
    return len(_LIGHT.sub("", text))


def _distance(between: str, measure: str) -> float:
    return min(_PER_CHARACTER_BETWEEN * _said(between), _MOST_BETWEEN if measure else _MOST_BARE) if between else 0.0


def _more(head: Head, said: int, kind: str, grammar: Compounds) -> float:
    """What the rest of the name costs, which the words that decide leave unexplained; ``said``: how many characters say something."""
    rest = max(0, said - head.length)
    cost = min(_MOST_MORE, _PER_CHARACTER_MORE * rest)
    if kind in _EFFECTS and not head.first:
        cost += _VAGUE if head.last in grammar.vague else _LOOSE_EFFECT if rest >= 2 and head.length < 4 else 0.0
    if kind in _COUNTS and not head.first and rest >= 2 and (head.length == 1 or head.last in grammar.weak):
        cost += _WEAK
    return cost


def _of_measure(pieces: Pieces, kind: str, grammar: Compounds) -> str:
    """In words, what the measure adds to a head."""
    measure = f" + {pieces.measure}" if pieces.measure else ", without a measure"
    turned = f", turned by {pieces.turned_by}" if pieces.turned_by else ""
    return f"{measure} ({grammar.kinds[kind].meaning}{turned})"


def _turned(before: str, kind: str, rules: Matching) -> float:
    """What a word costs that stands right before another and turns its meaning: a negation, or the change of a plain measure."""
    if not before:
        return 0.0
    negated = _NEGATED if before.endswith(rules.negations) else 0.0
    return negated + (_CHANGED if kind in _PLAIN and before.endswith(CHANGES) else 0.0)
