"""Concepts of level-3 indicators and the names that they are printed under."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from mappings.endings import sizes_by_last_two
from mappings.levels import LevelTable
from mappings.loader import MappingError, read_rows, read_values

DEPTH = 3
DIRECTIONS = ("more", "less", "exact")
_COLUMNS = (
    "code", "parent", "name", "english", "definition", "dimension", "counted", "direction", "level2", "must", "must_not",
    "keywords", "tail",
)  # fmt: skip
_OPTIONAL = ("dimension", "counted", "must", "must_not", "tail")


@dataclass(frozen=True, slots=True)
class Concept:
    """What an indicator measures, whatever it is called.

    ``parent`` is a wider concept or, at the top, a level-2 code; ``home`` is that level-2 code for all below it.
    ``dimensions`` are those its unit may have, none where any may. ``level2`` holds the codes a row may print it under,
    its home among them. One of the words ``must`` occurs in each of its names, where there are any; none of ``must_not``.
    """

    code: str
    parent: str
    home: str
    name: str
    english: str
    definition: str
    dimensions: tuple[str, ...]
    counted: tuple[str, ...]
    direction: str
    level2: tuple[str, ...]
    must: tuple[str, ...]
    must_not: tuple[str, ...]
    keywords: tuple[str, ...]


class Term(NamedTuple):
    """A name that means a concept, under the ``level`` code only where one is given; ``tail``: a longer name that
    ends in it means the concept too. ``source`` says where such a name is printed, ``reason`` why it means that."""

    text: str
    code: str
    level: str | None = None
    tail: bool = False
    alias: bool = True
    source: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Retired:
    """A code that was given up: its successor (null where nothing took its place), the release and why."""

    code: str
    successor: str | None
    since: str
    reason: str


@dataclass(frozen=True)
class Taxonomy:
    """Concepts by code, all names for them in the order of the files, and the codes that were given up."""

    concepts: Mapping[str, Concept]
    terms: tuple[Term, ...]
    retired: Mapping[str, Retired] = field(default_factory=dict)

    @cached_property
    def by_text(self) -> Mapping[str, tuple[Term, ...]]:
        """Terms by their text, those that hold under one level first."""
        found: dict[str, tuple[Term, ...]] = {}
        for term in sorted(self.terms, key=lambda t: t.level is None):
            found[term.text] = (*found.get(term.text, ()), term)
        return found

    @cached_property
    def tails(self) -> Mapping[str, Term]:
        return {term.text: term for term in self.terms if term.tail}

    @cached_property
    def tail_sizes(self) -> Mapping[str, tuple[int, ...]]:
        """How long the names are that longer ones may end in, by their last two characters, the longest first."""
        return sizes_by_last_two(text for text in self.tails if len(text) > 1)

    @cached_property
    def free(self) -> tuple[Term, ...]:
        """Terms that hold under every level: what a name is compared with."""
        return tuple(term for term in self.terms if term.level is None)

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """Codes of the concepts right below a concept or a level-2 code, in the order of the file."""
        found: dict[str, tuple[str, ...]] = {}
        for concept in self.concepts.values():
            found[concept.parent] = (*found.get(concept.parent, ()), concept.code)
        return found

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Codes of the wider concepts, nearest first; none for a concept right below a level 2."""
        return self._lines[code]

    def in_line(self, a: str, b: str) -> bool:
        """True where the codes are one, or one is a wider concept of the other."""
        return a == b or a in self._lines[b] or b in self._lines[a]

    @cached_property
    def _lines(self) -> Mapping[str, tuple[str, ...]]:
        """The wider concepts of each concept, nearest first."""
        return {code: tuple(self._upwards(code)) for code in self.concepts}

    def _upwards(self, code: str) -> Iterator[str]:
        while (code := self.concepts[code].parent) in self.concepts:
            yield code

    def level2_of(self, code: str) -> str:
        """The level-2 code that the concept hangs under."""
        return self.concepts[code].home

    def current(self, code: str) -> str | None:
        """The code itself, or the one that took its place; None where there is neither."""
        seen: set[str] = set()
        while code not in self.concepts:
            after = self.retired.get(code)
            if after is None or after.successor is None or code in seen:
                return None
            seen.add(code)
            code = after.successor
        return code


def load_taxonomy(concepts_path: Path, aliases_path: Path, retired_path: Path, levels: LevelTable) -> Taxonomy:
    """The concepts and their names. Raises MappingError for a dangling code or a name of two concepts."""
    rows = {row["code"]: row for row in read_rows(concepts_path, _COLUMNS, key=("code",), optional=_OPTIONAL)}
    concepts = {code: _concept(code, rows, levels, concepts_path.name) for code in rows}
    terms = [Term(row["name"], row["code"], tail=row["tail"] == "yes", alias=False) for row in rows.values()]
    names = {term.text for term in terms}
    if len(names) != len(terms):
        raise MappingError(f"{concepts_path.name}: two concepts have one name")
    terms += _aliases(aliases_path, concepts, names, levels)
    return Taxonomy(concepts, tuple(terms), _retired(retired_path, concepts))


def _concept(code: str, rows: Mapping[str, dict[str, str]], levels: LevelTable, file: str) -> Concept:
    row = rows[code]
    where = f"{file}: {code}"
    home = _home(code, rows, levels, where)
    level2 = tuple(row["level2"].split())
    strange = [level for level in level2 if level not in levels.tree]
    if strange or home not in level2:
        raise MappingError(f"{where}: level2 {row['level2']} must hold {home} and codes of the tree only")
    if row["direction"] not in DIRECTIONS:
        raise MappingError(f"{where}: the direction is {row['direction']}, not one of {', '.join(DIRECTIONS)}")
    return Concept(
        code, row["parent"], home, row["name"], row["english"], row["definition"],
        tuple(row["dimension"].split()), tuple(row["counted"].split()), row["direction"], level2,
        _words(row["must"]), _words(row["must_not"]), tuple(row["keywords"].split()),
    )  # fmt: skip


def _words(cell: str) -> tuple[str, ...]:
    return tuple(word for word in cell.split("|") if word)


def _home(code: str, rows: Mapping[str, dict[str, str]], levels: LevelTable, where: str) -> str:
    """The level-2 code at the top of the concept's line of parents."""
    parent = rows[code]["parent"]
    for _ in range(DEPTH):
        if parent in levels.tree:
            if levels.tree[parent].parent is None:
                raise MappingError(f"{where}: {parent} is no level 2")
            return parent
        if parent not in rows:
            raise MappingError(f"{where}: the parent {parent} is neither a concept nor a level 2")
        parent = rows[parent]["parent"]
    raise MappingError(f"{where}: lies more than {DEPTH} deep, or is its own ancestor")


def _aliases(path: Path, concepts: Mapping[str, Concept], names: set[str], levels: LevelTable) -> list[Term]:
    terms = []
    columns = ("alias", "level", "code", "tail", "source", "reason")
    values = read_values(path, columns, key=("alias", "level"), optional=("level", "tail", "reason"))
    for alias, level, code, tail, source, reason in values:
        if code not in concepts:
            raise MappingError(f"{path.name}: {alias}: there is no concept {code}")
        if alias in names and not level:
            raise MappingError(f"{path.name}: {alias}: is the name of a concept")
        if level and level not in levels.tree:
            raise MappingError(f"{path.name}: {alias}: there is no level {level}")
        terms.append(Term(alias, code, level or None, tail == "yes", True, source, reason or None))
    return terms


def _retired(path: Path, concepts: Mapping[str, Concept]) -> dict[str, Retired]:
    found: dict[str, Retired] = {}
    for row in read_rows(path, ("code", "successor", "since", "reason"), key=("code",), optional=("successor",)):
        if row["code"] in concepts:
            raise MappingError(f"{path.name}: {row['code']} is retired, but {concepts[row['code']].name} bears it")
        found[row["code"]] = Retired(row["code"], row["successor"] or None, row["since"], row["reason"])
    for code, after in found.items():
        if after.successor is not None and after.successor not in concepts and after.successor not in found:
            raise MappingError(f"{path.name}: {code}: there is no concept {after.successor}")
    return found
