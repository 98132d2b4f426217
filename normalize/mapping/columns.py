"""What many names may mean, weighed all at once: the same candidates with the same shares as for each name alone.

A column has a number for each pair of a name and a concept that it may mean; pairs are numbers too, the name's place times the
number of concepts plus that of the concept, so that their order is that of names and, within a name, of codes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import pairwise
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from mappings.loader import Mappings
from mappings.opinion import NONE
from mappings.weights import OF_CANDIDATE, OF_NONE, OF_TRUST
from normalize.mapping.blocks import dimension_agrees, forbidden_by_words, level_agrees
from normalize.mapping.cases import LookedUp
from normalize.mapping.clues import LEAST_OPINION, MOST_NEAR, OPINED, STOPPED, Clue, likenesses
from normalize.mapping.compound import Proposal, counts
from normalize.mapping.doubts import WORTH_SAYING
from normalize.mapping.model import CANDIDATES, Candidate, Context, Match, Parts
from normalize.mapping.opinions import share_out
from normalize.mapping.rank import DIGITS, GUESS, LEAST, SURE, UNLIKELY, Ranked
from normalize.mapping.standing import COUNTED, standings
from normalize.mapping.trust import LEAST_TOLD, MOST_AGAINST

_Numbers = npt.NDArray[np.float64]
_Places = npt.NDArray[np.int64]
_Marks = npt.NDArray[np.bool_]
_Kind = TypeVar("_Kind", bound=np.generic)
# Made by the ten thousand: as their own classes make them, in half the time.
_PARTS, _CLUE, _RANKED = partial(tuple.__new__, Parts), partial(tuple.__new__, Clue), partial(tuple.__new__, Ranked)
_CANDIDATE = partial(tuple.__new__, Candidate)


class _Book:
    """A row for each thing that may be printed beside a name, with a number for each concept; filled in when it is asked for."""

    def __init__(self, row: Callable[[str | None], list[float]]) -> None:
        self._row = row
        self._places: dict[str | None, int] = {}
        self._rows: list[list[float]] = []
        self._pages: _Numbers | None = None

    def of(self, asked: Sequence[str | None]) -> tuple[_Numbers, _Places]:
        """All rows, and the place of each that is asked for."""
        for thing in asked:
            if thing not in self._places:
                self._places[thing] = len(self._rows)
                self._rows.append(self._row(thing))
                self._pages = None
        if self._pages is None:
            self._pages = np.array(self._rows)
        return self._pages, np.array([self._places[thing] for thing in asked])


class _Concepts:
    """The concepts, numbered in the order of their codes, and what the row of a name may say of each."""

    def __init__(self, knowledge: Mappings) -> None:
        own = knowledge.taxonomy.concepts
        self.codes = sorted(own)
        self.numbers = {code: number for number, code in enumerate(self.codes)}
        self.concepts = [own[code] for code in self.codes]
        self.must, self.must_not = [c.must for c in self.concepts], [c.must_not for c in self.concepts]
        self.of_lane = np.array([self.numbers.get(code, -1) for code in knowledge.opinion.codes])
        self.is_none = np.array([code == NONE for code in knowledge.opinion.codes])
        lines = [[self.numbers[above] for above in knowledge.taxonomy.ancestors(code)] for code in self.codes]
        deep = max(map(len, lines), default=0)
        self.lines = [np.array([line[step] if step < len(line) else -1 for line in lines]) for step in range(deep)]
        self.dimension = _Book(lambda said: [dimension_agrees(c, Context(None, False, said, None)) for c in self.concepts])
        self.level = _Book(lambda said: [level_agrees(c, Context(said, False, None, None)) for c in self.concepts])
        self.home = _Book(lambda said: [bool(said) and c.home.startswith(said or "") for c in self.concepts])
        self.miscounted = _Book(lambda said: [said is not None and not counts(c, said) for c in self.concepts])


@lru_cache(maxsize=4)
def _concepts(knowledge: Mappings) -> _Concepts:
    return _Concepts(knowledge)


class _Rules(NamedTuple):
    """What the rule finds: the pairs in the order of names and of what is found in each, with its numbers."""

    found: Sequence[Proposal]
    pairs: _Places
    score: _Numbers
    explained: _Numbers
    stopped: _Marks
    turned: _Marks
    barred: _Marks


class _Nears(NamedTuple):
    """Concepts of known names near to a name: the pairs, how like they are, why, and which are candidates by that."""

    pairs: _Places
    score: _Numbers
    why: Sequence[str]
    kept: _Marks


class _Opinions(NamedTuple):
    """What the learned opinion holds for likely: pairs, shares, which it names first; and its share for none by name."""

    pairs: _Places
    share: _Numbers
    first: _Marks
    outside: _Numbers


def settle_all(names: Sequence[LookedUp], knowledge: Mappings) -> Iterator[Match | list[Ranked]]:
    """The match of each name of which no more is to be said than the likeliest concept; the candidates for every other."""
    columns = _columns(names, knowledge)
    plain, trust = columns.plain(knowledge)
    matches = columns.matches(plain, trust)
    others = columns.ranked(columns.order[~plain[columns.name]])
    return (next(matches) if settled else own for settled, own in zip(plain.tolist(), others, strict=True))


def _columns(names: Sequence[LookedUp], knowledge: Mappings) -> _Columns:
    concepts = _concepts(knowledge)
    rules, nears, opinions = _rules(names, concepts), _nears(names, concepts, knowledge), _opinions(names, concepts, knowledge)
    likely = opinions.pairs[opinions.share >= LEAST_OPINION]
    pairs = np.unique(np.concatenate([rules.pairs, nears.pairs[nears.kept], likely]))
    return _Columns(pairs, names, rules, nears, opinions, knowledge)


def _rules(names: Sequence[LookedUp], concepts: _Concepts) -> _Rules:
    found = [proposal for name in names for proposal in name.proposals]
    owner = np.repeat(np.arange(len(names)), [len(name.proposals) for name in names])
    codes, score, _, _, explained, texts, stopped, turned = zip(*found, strict=True) if found else ((),) * 8
    numbers = [concepts.numbers[code] for code in codes]
    said = [names[name].key if whole else text for name, text, whole in zip(owner.tolist(), texts, stopped, strict=True)]
    barred = [any(map(text.__contains__, concepts.must_not[number])) for number, text in zip(numbers, said, strict=True)]
    pairs = owner * len(concepts.codes) + np.array(numbers, np.int64)
    marks = [np.array(column, bool) for column in (stopped, turned, barred)]
    return _Rules(found, pairs, np.array(score, float), np.array(explained, float), *marks)


def _nears(names: Sequence[LookedUp], concepts: _Concepts, knowledge: Mappings) -> _Nears:
    pairs, scores, whys, kept = [], [], [], []
    for place, name in enumerate(names):
        if name.hits:
            for rank, (code, (score, why)) in enumerate(likenesses(name.key, name.hits, knowledge.matching).items()):
                pairs.append(place * len(concepts.codes) + concepts.numbers[code])
                scores.append(score)
                whys.append(why)
                kept.append(rank < MOST_NEAR)
    return _Nears(np.array(pairs, np.int64), np.array(scores, float), whys, np.array(kept, bool))


def _opinions(names: Sequence[LookedUp], concepts: _Concepts, knowledge: Mappings) -> _Opinions:
    told = list(share_out([(name.key, name.context) for name in names], knowledge.opinion, knowledge.compounds))
    lanes, shares = np.concatenate([lanes for lanes, _ in told]), np.concatenate([shares for _, shares in told])
    numbers = concepts.of_lane[lanes]
    pairs = np.arange(len(names))[:, None] * len(concepts.codes) + numbers
    first = np.zeros(lanes.shape, bool)
    first[:, 0] = True
    known = (numbers >= 0) & (shares > 0)
    return _Opinions(pairs[known], shares[known], first[known], (shares * concepts.is_none[lanes]).sum(axis=1))


class _Columns:
    """The columns of the pairs, which are sorted."""

    def __init__(
        self, pairs: _Places, names: Sequence[LookedUp], rules: _Rules, nears: _Nears, opinions: _Opinions, knowledge: Mappings
    ) -> None:
        self.names, self.concepts, self.rules, self.nears = names, _concepts(knowledge), rules, nears
        self.knowledge = knowledge
        self.pairs, (self.name, self.concept) = pairs, np.divmod(pairs, len(self.concepts.codes))
        self.by_rule, self.by_name, by_opinion = (self._places(own) for own in (rules.pairs, nears.pairs, opinions.pairs))
        self.rule, self.explained = _taken(rules.score, self.by_rule), _taken(rules.explained, self.by_rule)
        self.stopped, self.turned = _taken(rules.stopped, self.by_rule), _taken(rules.turned, self.by_rule)
        self.near = _taken(nears.score, self.by_name)
        self.opinion, self.believed = _taken(opinions.share, by_opinion), _taken(opinions.first, by_opinion)
        self.outside = opinions.outside
        self._of_rows()
        self._of_words()
        self.first = self._named_first()
        self.share = self._shares(knowledge.weights)
        self.order = np.lexsort((self.concept, -self.share, self.name))

    def _places(self, others: _Places) -> _Places:
        """For each pair its place among others, or their number where it is none of them."""
        found = np.full(len(self.pairs), len(others))
        at = np.searchsorted(self.pairs, others)
        same = at < len(self.pairs)
        same[same] = self.pairs[at[same]] == others[same]
        found[at[same]] = np.flatnonzero(same)
        return found

    def _of_rows(self) -> None:
        """What level and unit say."""
        own = self.concepts
        contexts = [name.context for name in self.names]
        said = {
            own.dimension: [context.dimension for context in contexts],
            own.level: [context.level for context in contexts],
            own.home: [context.level for context in contexts],
            own.miscounted: [COUNTED.get(context.unit_code or "") for context in contexts],
        }
        pages = [book.of(things) for book, things in said.items()]
        self.dimension, self.level, home, miscounted = (rows[places[self.name], self.concept] for rows, places in pages)
        self.at_home, self.miscounted = home > 0, miscounted > 0
        blocks = np.array([context.level_blocks for context in contexts])
        self.barred = (self.dimension == 0) | (blocks[self.name] & (self.level == 0))

    def _of_words(self) -> None:
        """What the words of the names say."""
        own = self.concepts
        keys = [self.names[name].key for name in self.name.tolist()]
        pairs = list(zip(keys, self.concept.tolist(), strict=True))
        self.lacks = np.array([own.must[number] != () and not any(map(key.__contains__, own.must[number])) for key, number in pairs], bool)
        ruled = self.by_rule < len(self.rules.pairs)
        barred = np.array([any(map(key.__contains__, own.must_not[number])) for key, number in pairs], bool)
        self.forbidden = self.barred | np.where(ruled, _taken(self.rules.barred, self.by_rule), barred)

    def _named_first(self) -> _Marks:
        """True for the first pair of each name by the rule that nothing forbids."""
        found = np.zeros(len(self.pairs), bool)
        at = np.searchsorted(self.pairs, self.rules.pairs)
        at = at[~self.forbidden[at]]
        found[at[np.unique(self.name[at], return_index=True)[1]]] = True
        return found

    def _lines(self) -> tuple[_Marks, _Marks]:
        """Whether a narrower concept, and whether a wider one is a candidate too."""
        wide = len(self.concepts.codes)
        there = np.zeros(len(self.names) * wide, bool)
        there[self.pairs] = True
        narrower, wider = np.zeros_like(there), np.zeros(len(self.pairs), bool)
        for line in self.concepts.lines:
            above = line[self.concept]
            known = above >= 0
            at = (self.name * wide + above)[known]
            narrower[at] = True
            wider[known] |= there[at]
        return narrower[self.pairs], wider

    def _shares(self, weights: Mapping[str, float]) -> _Numbers:
        """How likely each pair is, as evidence of one name is weighed (normalize.mapping.rank)."""
        rule, opinion = self.rule, self.opinion
        logs = np.log(np.maximum(opinion, UNLIKELY))
        columns = (
            rule > 0, rule, np.where(rule > 0.9, (rule - 0.9) * 10, 0.0), self.first & ~self.stopped & (rule >= SURE), self.stopped,
            self.near, np.where(opinion > UNLIKELY, logs, LEAST), opinion, self.believed,
            self.dimension == 1, self.level == 1, self.at_home, *self._lines(), self.lacks, self.miscounted, self.forbidden,
        )  # fmt: skip
        sums = sum(weights[name] * column for name, column in zip(OF_CANDIDATE, columns, strict=True))
        none = self._sums_of_none(weights)
        most = none.copy()
        np.maximum.at(most, self.name, sums)
        powers = np.exp(sums - most[self.name])
        whole = np.bincount(self.name, powers, len(self.names)) + np.exp(none - most)
        shares: _Numbers = np.rint(powers / whole[self.name] * 10**DIGITS) / 10**DIGITS
        return shares

    def _sums_of_none(self, weights: Mapping[str, float]) -> _Numbers:
        best, opinion = np.zeros((2, len(self.names)))
        allowed = ~self.forbidden
        np.maximum.at(best, self.name[allowed], self.rule[allowed])
        np.maximum.at(opinion, self.name[allowed], self.opinion[allowed])
        rows = [
            (name.bare, (name.context.level or "").startswith("B"), name.context.level is None, name.context.dimension is None)
            for name in self.names
        ]
        columns = (np.ones(len(rows)), best < 0.5, best, opinion, self.outside, *np.array(rows, float).T)
        found: _Numbers = sum(weights[name] * column for name, column in zip(OF_NONE, columns, strict=True))
        return found

    def ranked(self, order: _Places) -> Iterator[list[Ranked]]:
        """The candidates for each name, those that are pairs of this order; none for a name that it has no pair of."""
        marks = (self.first, self.believed, self.stopped, self.lacks, self.turned)
        codes, whys, forbidden = self._words(order)
        others = (column[order].tolist() for column in (self.at_home, self.miscounted))
        columns = (codes, whys, self._parts(order), *(column[order].tolist() for column in marks), forbidden, *others)
        clues = map(_CLUE, zip(*columns, strict=True))
        pairs = list(map(_RANKED, zip(clues, self.share[order].tolist(), strict=True)))
        return (pairs[start:end] for start, end in pairwise(self._ends(order)))

    def _ends(self, order: _Places) -> list[int]:
        """Where the pairs of each name begin in this order, and where the last end."""
        ends: list[int] = np.searchsorted(self.name[order], np.arange(len(self.names) + 1)).tolist()
        return ends

    def _parts(self, order: _Places) -> Iterator[Parts]:
        numbers = (self.rule, self.explained, self.near, self.opinion, self.dimension, self.level)
        return map(_PARTS, zip(*(column[order].tolist() for column in numbers), strict=True))

    def matches(self, plain: _Marks, trust: _Numbers) -> Iterator[Match]:
        """The matches of plain names, in their order."""
        order = self.order[plain[self.name]]
        codes, whys, _ = self._words(order)
        candidates = list(map(_CANDIDATE, zip(codes, self.share[order].tolist(), self._parts(order), whys, strict=True)))
        stopped, concepts = self.stopped[order].tolist(), self.concepts
        ends = self._ends(order)
        for name in np.flatnonzero(plain).tolist():
            at = ends[name]
            told = tuple(candidates[at : min(ends[name + 1], at + CANDIDATES)])
            called = concepts.concepts[concepts.numbers[codes[at]]].name
            yield Match(codes[at], called, trust[name].item(), "fuzzy", False, told, (whys[at],), stopped[at])

    def plain(self, knowledge: Mappings) -> tuple[_Marks, _Numbers]:
        """Which names mean their likeliest concept without a doubt or a word beside it, and how far that is trusted."""
        count = len(self.names)
        some = np.bincount(self.name, minlength=count) > 0
        first = self.order[np.searchsorted(self.name, np.flatnonzero(some))]
        shares = np.bincount(self.name, self.share[self.order], count).astype(float)
        none = _odds(1 - shares[some])
        share, rule, opinion = self.share[first], self.rule[first], self.opinion[first]
        signals = (np.ones(len(first)), _odds(share), none, opinion, rule)
        told = sum(knowledge.weights[name] * signal for name, signal in zip(OF_TRUST, signals, strict=True))
        trust = np.rint(1 / (1 + np.exp(np.minimum(-told, MOST_AGAINST))) * 10**DIGITS) / 10**DIGITS
        spoken = (self.forbidden & (self.rule > 0)) | (self.turned & self.first)
        beside = np.bincount(self.name, spoken, count)[some] + self.forbidden[first] + self.turned[first]
        guessed = (rule == 0) & (self.near[first] == 0) & (opinion < GUESS)
        asked = [knowledge.matching.threshold(name.context.level).accept for name in self.names]
        bald = [name.bare and name.context.level is None and name.context.dimension is None for name in self.names]
        sound = (share >= WORTH_SAYING) & (beside == 0) & ~guessed & (trust >= np.array(asked)[some]) & ~np.array(bald)[some]
        plain, trusts = np.zeros(count, bool), np.zeros(count)
        plain[some], trusts[some] = sound, trust
        return plain, trusts

    def _words(self, order: _Places) -> tuple[list[str], list[str], list[str | None]]:
        """The code of each pair and, in words, why it is a candidate and what forbids it."""
        codes = [self.concepts.codes[number] for number in self.concept[order].tolist()]
        ruled, named = [proposal.why for proposal in self.rules.found], [*self.nears.why, OPINED]
        last = len(ruled)
        places = zip(self.by_rule[order].tolist(), self.by_name[order].tolist(), strict=True)
        whys = [ruled[at] if at < last else named[near] for at, near in places]
        forbidden: list[str | None] = [None] * len(whys)
        for at in np.flatnonzero(self.stopped[order]).tolist():
            whys[at] += f"; {STOPPED}"
        for at in np.flatnonzero(self.forbidden[order]).tolist():
            forbidden[at] = self._forbids(order[at])
            whys[at] += f"; forbidden: {forbidden[at]}"
        return codes, whys, forbidden

    def _forbids(self, at: int) -> str | None:
        name, concept = self.names[self.name[at]], self.concepts.concepts[self.concept[at]]
        text = name.key
        if self.by_rule[at] < len(self.rules.found) and not self.stopped[at]:
            text = self.rules.found[self.by_rule[at]].text
        return standings(name.context, self.knowledge)[concept.code].forbidden or forbidden_by_words(text, concept)


def _odds(shares: _Numbers) -> _Numbers:
    bounded = np.clip(shares, LEAST_TOLD, 1 - LEAST_TOLD)
    odds: _Numbers = np.log(bounded / (1 - bounded))
    return odds


def _taken(values: npt.NDArray[_Kind], places: _Places) -> npt.NDArray[_Kind]:
    """The values at their places; nought where there is none."""
    found: npt.NDArray[_Kind] = np.append(values, values.dtype.type(0))[places]
    return found
