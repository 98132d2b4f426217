"""The parts that a Chinese indicator name is put together from: its measure at the end, and the word that the measure is of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, TypeAlias

from mappings.levels import LevelTable
from mappings.loader import MappingError, read_rows
from mappings.taxonomy import Taxonomy

GAP = "…"
BARE = "bare"
# The class of words that stand in so many names that one alone decides little.
WEAK = "weak"
# The class of nouns that say too little of an effect to decide which one is meant.
VAGUE = "vague"
_Place: TypeAlias = tuple[str, str, str, str]
_CLASS = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of measure: the dimensions its unit may have, what it counts, and ``parent``, the concept of a name that
    has this measure and no word that heads.csv knows. ``wider`` kinds are asked when its own heads know nothing."""

    name: str
    dimensions: tuple[str, ...]
    counted: str | None
    parent: str | None
    wider: tuple[str, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class Measure:
    """How a name ends, and the kind of measure that is. ``stem``: what of the ending belongs to the object (案件 in 案件数)."""

    word: str
    kind: str
    stem: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """A word that, anywhere before a measure of one of the kinds ``of``, makes it one of ``kind`` (按时 before 发放率)."""

    word: str
    kind: str
    of: frozenset[str]
    reason: str


class Head(NamedTuple):
    """A word that decides the concept of a name: ``last`` stands nearest to the measure, ``first``, where there is one,
    somewhere before it. ``level``: it holds under that level code only. ``row`` is how heads.csv prints it, ``length``
    that of both words."""

    first: str
    last: str
    code: str
    level: str | None
    row: str
    length: int


@dataclass(frozen=True, eq=False)
class Compounds:
    """Measures by their word, words that turn them, and heads by kind and last part. Compared by identity."""

    kinds: Mapping[str, Kind]
    measures: Mapping[str, Measure]
    turns: tuple[Turn, ...]
    heads: Mapping[str, Mapping[str, tuple[Head, ...]]]
    longest_measure: int
    longest_head: int
    weak: frozenset[str]
    vague: frozenset[str]
    deciders: Mapping[str, frozenset[str]]

    @cached_property
    def ends(self) -> Mapping[str, frozenset[str]]:
        """The last characters of the heads of each kind."""
        return {kind: frozenset(last[-1] for last in table) for kind, table in self.heads.items()}


def load_compounds(path: Callable[[str], Path], taxonomy: Taxonomy, levels: LevelTable) -> Compounds:
    """The rule of compound names. Raises MappingError for a kind, code, class or level that there is not, or a word of
    two concepts."""
    kinds = _kinds(path("kinds.csv"), taxonomy)
    measures: dict[str, Measure] = {}
    for row in read_rows(path("measures.csv"), ("measure", "kind", "stem", "reason"), key=("measure",), optional=("stem", "reason")):
        _check_kinds((row["kind"],), kinds, f"measures.csv: {row['measure']}")
        measures[row["measure"]] = Measure(row["measure"], row["kind"], row["stem"])
    words = {row["class"]: tuple(row["words"].split()) for row in read_rows(path("words.csv"), ("class", "words"), key=("class",))}
    heads = _heads(path("heads.csv"), kinds, words, taxonomy, levels)
    longest = max((len(last) for table in heads.values() for last in table), default=1)
    return Compounds(
        kinds,
        measures,
        _turns(path("turns.csv"), kinds),
        heads,
        max(map(len, measures), default=1),
        longest,
        frozenset(words.get(WEAK, ())),
        frozenset(words.get(VAGUE, ())),
        _deciders(path("deciders.csv"), kinds, heads),
    )


def _kinds(path: Path, taxonomy: Taxonomy) -> dict[str, Kind]:
    columns = ("kind", "dimension", "counted", "parent", "wider", "meaning")
    found: dict[str, Kind] = {}
    for row in read_rows(path, columns, key=("kind",), optional=("counted", "parent", "wider")):
        if row["parent"] and row["parent"] not in taxonomy.concepts:
            raise MappingError(f"{path.name}: {row['kind']}: there is no concept {row['parent']}")
        found[row["kind"]] = Kind(
            row["kind"], tuple(row["dimension"].split()), row["counted"] or None, row["parent"] or None,
            tuple(row["wider"].split()), row["meaning"],
        )  # fmt: skip
    for kind in found.values():
        _check_kinds(kind.wider, found, f"{path.name}: {kind.name}")
    return found


def _check_kinds(names: tuple[str, ...], kinds: Mapping[str, Kind], where: str) -> None:
    for name in names:
        if name not in kinds:
            raise MappingError(f"{where}: there is no kind {name}")


def _deciders(path: Path, kinds: Mapping[str, Kind], heads: Mapping[str, Mapping[str, tuple[Head, ...]]]) -> dict[str, frozenset[str]]:
    """Verbs that decide over a noun nearer to the measure, by kind of measure; each is a head of that kind."""
    found: dict[str, set[str]] = {}
    for row in read_rows(path, ("word", "kinds", "reason"), key=("word",)):
        names = tuple(row["kinds"].split())
        _check_kinds(names, kinds, f"{path.name}: {row['word']}")
        for name in names:
            if row["word"] not in heads[name]:
                raise MappingError(f"{path.name}: {row['word']}: heads.csv has no such head of {name}")
            found.setdefault(name, set()).add(row["word"])
    return {kind: frozenset(words) for kind, words in found.items()}


def _turns(path: Path, kinds: Mapping[str, Kind]) -> tuple[Turn, ...]:
    found = []
    for row in read_rows(path, ("word", "kind", "of", "reason"), key=("word", "kind")):
        of = tuple(row["of"].split())
        _check_kinds((row["kind"], *(kind for kind in of if kind != BARE)), kinds, f"{path.name}: {row['word']}")
        found.append(Turn(row["word"], row["kind"], frozenset(of), row["reason"]))
    return tuple(sorted(found, key=lambda turn: (-len(turn.word), turn.word)))


def _heads(
    path: Path, kinds: Mapping[str, Kind], words: Mapping[str, tuple[str, ...]], taxonomy: Taxonomy, levels: LevelTable
) -> dict[str, dict[str, tuple[Head, ...]]]:
    found: dict[_Place, Head] = {}
    unsettled: dict[_Place, str] = {}
    columns = ("head", "kinds", "level", "code", "reason")
    for row in read_rows(path, columns, key=("head", "kinds", "level"), optional=("level", "reason")):
        where = f"{path.name}: {row['head']}"
        names = tuple(row["kinds"].split())
        _check_kinds(names, kinds, where)
        if row["code"] not in taxonomy.concepts:
            raise MappingError(f"{where}: there is no concept {row['code']}")
        if row["level"] and row["level"] not in levels.tree:
            raise MappingError(f"{where}: there is no level {row['level']}")
        for head in _spelled_out(row, words, where):
            for kind in names:
                _put(found, unsettled, (kind, head.first, head.last, row["level"]), head, where)
    if unsettled:
        raise MappingError(next(iter(unsettled.values())))
    return _by_kind(found, kinds)


def _put(found: dict[_Place, Head], unsettled: dict[_Place, str], place: _Place, head: Head, where: str) -> None:
    """A row that spells a word out goes before those that hold it by a class; of these, all must agree."""
    before = found.get(place)
    spelled = "{" not in head.row
    if before is None:
        found[place] = head
    elif spelled and "{" not in before.row and before.code != head.code:
        raise MappingError(f"{where}: is {before.code} and {head.code}")
    elif spelled:
        found[place] = head
        unsettled.pop(place, None)
    elif "{" in before.row and before.code != head.code:
        words = head.first + GAP + head.last if head.first else head.last
        unsettled[place] = f"{where}: {words} ({place[0]}) is {before.code} by {before.row} and {head.code}: spell it out"


def _by_kind(found: Mapping[_Place, Head], kinds: Mapping[str, Kind]) -> dict[str, dict[str, tuple[Head, ...]]]:
    """Heads by kind and last part; those with a longer first part, and those of a level, before the others."""
    tables: dict[str, dict[str, list[Head]]] = {kind: {} for kind in kinds}
    for (kind, _, last, _), head in found.items():
        tables[kind].setdefault(last, []).append(head)
    return {
        kind: {last: tuple(sorted(heads, key=lambda h: (-len(h.first), h.level is None, h.first))) for last, heads in table.items()}
        for kind, table in tables.items()
    }


def _spelled_out(row: Mapping[str, str], words: Mapping[str, tuple[str, ...]], where: str) -> Iterator[Head]:
    """Each Head that a row stands for: {maintain}…{equipment} is one for each pair of their words."""
    first, gap, last = row["head"].partition(GAP)
    if not gap:
        first, last = "", row["head"]
    level = row["level"] or None
    for before in _members(first, words, where):
        for after in _members(last, words, where):
            yield Head(before, after, row["code"], level, row["head"], len(before) + len(after))


def _members(part: str, words: Mapping[str, tuple[str, ...]], where: str) -> list[str]:
    found = [""]
    for piece in re.split(r"(\{\w+\})", part):
        match = _CLASS.fullmatch(piece)
        if match and match[1] not in words:
            raise MappingError(f"{where}: words.csv has no class {match[1]}")
        found = [head + word for head in found for word in (words[match[1]] if match else (piece,))]
    return found
