"""The parts that a Chinese indicator name is put together from: its measure at the end, and the word that the measure is of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from mappings.endings import sizes_by_last_two
from mappings.heads import HeadTable, PrintedHead, Words
from mappings.levels import LevelTable
from mappings.loader import MappingError, read_rows, read_values
from mappings.taxonomy import Taxonomy

BARE = "bare"
# The class of words that stand in so many names that one alone decides little.
WEAK = "weak"
# The class of nouns that say too little of an effect to decide which one is meant.
VAGUE = "vague"


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


class Measure(NamedTuple):
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


@dataclass(frozen=True, eq=False)
class Compounds:
    """Measures by their word, words that turn them, and heads by kind. Compared by identity."""

    kinds: Mapping[str, Kind]
    measures: Mapping[str, Measure]
    turns: tuple[Turn, ...]
    heads: Mapping[str, HeadTable]
    weak: frozenset[str]
    vague: frozenset[str]
    deciders: Mapping[str, frozenset[str]]

    @cached_property
    def measure_sizes(self) -> Mapping[str, tuple[int, ...]]:
        """How long the measures are, by their last two characters or the last one, the longest first."""
        return sizes_by_last_two(self.measures)

    @cached_property
    def turns_of(self) -> Mapping[str, tuple[Turn, ...]]:
        """The words that turn a kind of measure, by that kind."""
        return {kind: tuple(turn for turn in self.turns if kind in turn.of) for kind in (BARE, *self.kinds)}

    @cached_property
    def turn_words(self) -> Mapping[str, tuple[str, ...]]:
        """Those words alone."""
        return {kind: tuple(turn.word for turn in turns) for kind, turns in self.turns_of.items()}


def load_compounds(path: Callable[[str], Path], taxonomy: Taxonomy, levels: LevelTable, *, released: bool) -> Compounds:
    """The rule of compound names. Raises MappingError for a kind, code, class or level that there is not, or a word of
    two concepts; tables that were ``released`` hold no such word, which their release has made sure of."""
    kinds = _kinds(path("kinds.csv"), taxonomy)
    measures: dict[str, Measure] = {}
    columns = ("measure", "kind", "stem", "reason")
    for word, kind, stem, _ in read_values(path("measures.csv"), columns, key=("measure",), optional=("stem", "reason")):
        if kind not in kinds:
            raise MappingError(f"measures.csv: {word}: there is no kind {kind}")
        measures[word] = Measure(word, kind, stem)
    words = {row["class"]: tuple(row["words"].split()) for row in read_rows(path("words.csv"), ("class", "words"), key=("class",))}
    heads = _heads(path("heads.csv"), kinds, words, taxonomy, levels)
    if not released:
        for table in heads.values():
            table.check()
    return Compounds(
        kinds,
        measures,
        _turns(path("turns.csv"), kinds),
        heads,
        frozenset(words.get(WEAK, ())),
        frozenset(words.get(VAGUE, ())),
        _deciders(path("deciders.csv"), kinds, heads, released),
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


def _deciders(path: Path, kinds: Mapping[str, Kind], heads: Mapping[str, HeadTable], released: bool) -> dict[str, frozenset[str]]:
    """Verbs that decide over a noun nearer to the measure, by kind of measure; each is a head of that kind."""
    found: dict[str, set[str]] = {}
    for row in read_rows(path, ("word", "kinds", "reason"), key=("word",)):
        names = tuple(row["kinds"].split())
        _check_kinds(names, kinds, f"{path.name}: {row['word']}")
        for name in names:
            if not released and row["word"] not in heads[name]:
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
) -> dict[str, HeadTable]:
    """The tables of heads by kind; rows for the same kinds are kept together, since a run asks for few kinds."""
    together: dict[str, list[PrintedHead]] = {}
    columns = ("head", "kinds", "level", "code", "reason")
    values = read_values(path, columns, key=("head", "kinds", "level"), optional=("level", "reason"))
    for number, (printed, names, level, code, _) in enumerate(values):
        if code not in taxonomy.concepts:
            raise MappingError(f"heads.csv: {printed}: there is no concept {code}")
        if level and level not in levels.tree:
            raise MappingError(f"heads.csv: {printed}: there is no level {level}")
        together.setdefault(names, []).append(PrintedHead(number, printed, level, code))
    rows: dict[str, list[PrintedHead]] = {kind: [] for kind in kinds}
    for names, own in together.items():
        for name in names.split():
            if name not in rows:
                raise MappingError(f"heads.csv: {own[0].printed}: there is no kind {name}")
            rows[name] += own
    classes = Words(words)
    return {kind: HeadTable(kind, own, classes) for kind, own in rows.items()}
