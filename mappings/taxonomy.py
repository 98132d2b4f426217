"""Concepts of level-3 indicators and the names that they are printed under."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mappings.levels import LevelTable
from mappings.loader import MappingError, read_rows


@dataclass(frozen=True, slots=True)
class Concept:
    """What an indicator measures, whatever it is called. ``parent`` is its usual level-2 code."""

    code: str
    parent: str
    name: str
    english: str
    dimension: str | None
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A name that means a concept, under the ``level`` code only where one is given; ``tail``: a longer name that
    ends in it means the concept too."""

    text: str
    code: str
    level: str | None = None
    tail: bool = False
    alias: bool = True


@dataclass(frozen=True)
class Taxonomy:
    """Concepts by code, and all names for them in the order of the files."""

    concepts: Mapping[str, Concept]
    terms: tuple[Term, ...]

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
    def free(self) -> tuple[Term, ...]:
        """Terms that hold under every level: what a name is compared with."""
        return tuple(term for term in self.terms if term.level is None)


def load_taxonomy(concepts_path: Path, aliases_path: Path, levels: LevelTable) -> Taxonomy:
    """The concepts and their names. Raises MappingError for a dangling code or a name of two concepts."""
    columns = ("code", "parent", "name", "english", "dimension", "keywords", "tail")
    concepts: dict[str, Concept] = {}
    terms: list[Term] = []
    for row in read_rows(concepts_path, columns, key=("code",), optional=("dimension", "tail")):
        concept = Concept(row["code"], row["parent"], row["name"], row["english"], row["dimension"] or None, tuple(row["keywords"].split()))
        if concept.parent not in levels.tree or levels.tree[concept.parent].parent is None:
            raise MappingError(f"{concepts_path.name}: {concept.code}: {concept.parent} is no level 2")
        concepts[concept.code] = concept
        terms.append(Term(concept.name, concept.code, tail=row["tail"] == "yes", alias=False))
    names = {term.text for term in terms}
    if len(names) != len(terms):
        raise MappingError(f"{concepts_path.name}: two concepts have one name")
    terms += _aliases(aliases_path, concepts, names, levels)
    return Taxonomy(concepts, tuple(terms))


def _aliases(path: Path, concepts: Mapping[str, Concept], names: set[str], levels: LevelTable) -> list[Term]:
    terms = []
    for row in read_rows(path, ("alias", "level", "code", "tail", "reason"), key=("alias", "level"), optional=("level", "tail", "reason")):
        where = f"{path.name}: {row['alias']}"
        if row["code"] not in concepts:
            raise MappingError(f"{where}: there is no concept {row['code']}")
        if row["alias"] in names:
            raise MappingError(f"{where}: is the name of a concept")
        if row["level"] and row["level"] not in levels.tree:
            raise MappingError(f"{where}: there is no level {row['level']}")
        terms.append(Term(row["alias"], row["code"], row["level"] or None, row["tail"] == "yes"))
    return terms
