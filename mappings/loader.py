"""Reads the tables of knowledge strictly: known columns only, sorted and unique keys, no blank required field."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from operator import lt
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mappings.compounds import Compounds
    from mappings.decisions import Rulings
    from mappings.forms import FormWords
    from mappings.levels import LevelTable
    from mappings.matching import Matching
    from mappings.ocr import Confusions
    from mappings.opinion import Opinion
    from mappings.places import PlaceTable
    from mappings.rules import RuleSetting
    from mappings.taxonomy import Taxonomy
    from mappings.units import UnitTable
    from mappings.values import ValueWords

SHIPPED = Path(__file__).parent
# Tables by which names are mapped once a source has been read: a change in them needs no source again.
MAPPING_ONLY = frozenset(
    {
        "aliases.csv", "heads.csv", "kinds.csv", "measures.csv", "opposites.csv", "retired.csv", "taxonomy.csv",
        "thresholds.csv", "turns.csv", "words.csv", "deciders.csv", "opinion.csv", "weights.csv",
    }
)  # fmt: skip
_OF_ANSWERS = frozenset({"rules.csv"})  # asked of what was read: a change of it calls for no new reading


class MappingError(ValueError):
    """A table of knowledge breaks a rule of its own: file, line and rule are in the message."""


def read_rows(path: Path, columns: Sequence[str], key: Sequence[str], optional: Sequence[str] = ()) -> list[dict[str, str]]:
    """The data rows of a CSV as dictionaries, in file order: those of read_values, each value by its column."""
    return [dict(zip(columns, values, strict=True)) for values in read_values(path, columns, key, optional)]


def read_values(path: Path, columns: Sequence[str], key: Sequence[str], optional: Sequence[str] = ()) -> list[list[str]]:
    """The data rows of a CSV, in file order, each with its values in the order of the columns.

    Lines that begin with ``#`` before the header explain the file. The header must name exactly ``columns``; a row
    must fill every column but the ``optional`` ones; keys must be sorted (by code point) and unique.

    Raises MappingError with file and line.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    head = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    if head == 0:
        raise MappingError(f"{path.name}: the first lines must explain the file, each beginning with '#'")
    reader = csv.reader(lines[head:], strict=True)
    header = next(reader, [])
    if header != list(columns):
        raise MappingError(f"{path.name}: header is {header}, not {list(columns)}")
    rows = [values for values in reader if values]
    needed = [at for at, column in enumerate(columns) if column not in optional]
    keys = [columns.index(column) for column in key]
    if not _in_order(rows, len(columns), needed, keys):
        raise _fault(path, lines, head, columns, needed, keys)
    return rows


def _in_order(rows: Sequence[Sequence[str]], width: int, needed: Sequence[int], keys: Sequence[int]) -> bool:
    """Whether every row is as wide as the header, has what is needed, and comes after the one before it."""
    if set(map(len, rows)) - {width}:
        return False
    columns = list(zip(*rows, strict=True))
    if not columns:
        return True
    if any("" in columns[at] or any(map(str.isspace, columns[at])) for at in needed):
        return False
    named = list(zip(*(columns[at] for at in keys), strict=True))
    return all(map(lt, named, named[1:]))


def _fault(path: Path, lines: Sequence[str], head: int, columns: Sequence[str], needed: Sequence[int], keys: Sequence[int]) -> MappingError:
    """What is wrong with the first row that is not in order, and where it stands."""
    reader = csv.reader(lines[head + 1 :], strict=True)
    last: tuple[str, ...] | None = None
    for values in filter(None, reader):
        where = f"{path.name}:{head + 1 + reader.line_num}"
        if len(values) != len(columns):
            return MappingError(f"{where}: not {len(columns)} fields")
        if blank := [columns[at] for at in needed if not values[at].strip()]:
            return MappingError(f"{where}: blank {', '.join(blank)}")
        this = tuple(values[at] for at in keys)
        if last is not None and this <= last:
            return MappingError(f"{where}: {this} is {'double' if this == last else 'out of order'}")
        last = this
    return MappingError(f"{path.name}: a row is not in order")


class Mappings:
    """All knowledge tables of one folder, each loaded when first asked for, and what persons decided about names.
    Pickles as its folder and these rulings.

    A table that the folder lacks is taken from the shipped ones, so that a project may replace just one."""

    def __init__(self, folder: Path | None = None, rulings: Rulings | None = None) -> None:
        self.folder = folder
        self.rulings: Rulings = rulings or {}

    def ruled(self, rulings: Rulings) -> Mappings:
        """The same tables, as far as they are loaded, under other rulings."""
        twin = Mappings(self.folder)
        loaded = {name: value for name, value in vars(self).items() if name != "decisions_version"}
        vars(twin).update(loaded, rulings=rulings)
        return twin

    def with_tables(self, **tables: object) -> Mappings:
        """The same tables but for those named, which are given as they would be loaded."""
        twin = self.ruled(self.rulings)
        vars(twin).update(tables)
        return twin

    def path(self, name: str) -> Path:
        own = self.folder / name if self.folder else None
        return own if own is not None and own.exists() else SHIPPED / name

    def __reduce__(self) -> tuple[type[Mappings], tuple[Path | None, Rulings]]:
        return (type(self), (self.folder, self.rulings))

    @cached_property
    def form_words(self) -> FormWords:
        """Column headers, labels and titles of forms."""
        from mappings.forms import load_form_words

        return load_form_words(self.path("headers.csv"), self.path("labels.csv"), self.path("titles.csv"), self.path("organizations.csv"))

    @cached_property
    def units(self) -> UnitTable:
        """Printed units: units.csv."""
        from mappings.units import load_units

        return load_units(self.path("units.csv"))

    @cached_property
    def values(self) -> ValueWords:
        """Words and signs of target cells: values.csv."""
        from mappings.values import load_value_words

        return load_value_words(self.path("values.csv"))

    @cached_property
    def levels(self) -> LevelTable:
        """The official tree of levels and the printed words for them."""
        from mappings.levels import load_levels

        return load_levels(self.path("tree.csv"), self.path("levels.csv"))

    @cached_property
    def places(self) -> PlaceTable:
        """Provinces and prefecture-level cities with their codes: places.csv."""
        from mappings.places import load_places

        return load_places(self.path("places.csv"))

    @cached_property
    def taxonomy(self) -> Taxonomy:
        """Concepts of level-3 indicators, their other names and codes given up: taxonomy.csv, aliases.csv, retired.csv."""
        from mappings.taxonomy import load_taxonomy

        return load_taxonomy(self.path("taxonomy.csv"), self.path("aliases.csv"), self.path("retired.csv"), self.levels)

    @cached_property
    def compounds(self) -> Compounds:
        """How names are put together: kinds.csv, measures.csv, turns.csv, heads.csv with the classes of words.csv."""
        from mappings.compounds import load_compounds

        released = all(self.path(name).parent == SHIPPED for name in ("deciders.csv", "heads.csv", "kinds.csv", "words.csv"))
        return load_compounds(self.path, self.taxonomy, self.levels, released=released)

    @cached_property
    def matching(self) -> Matching:
        """What a match must not do and when it is accepted: opposites.csv, thresholds.csv."""
        from mappings.matching import load_matching

        return load_matching(self.path("opposites.csv"), self.path("thresholds.csv"))

    @cached_property
    def opinion(self) -> Opinion:
        """What known and labelled names say of a new one: opinion.csv."""
        from mappings.opinion import load_opinion

        path = self.path("opinion.csv")
        return load_opinion(path, released=path.parent == SHIPPED)

    @cached_property
    def weights(self) -> Mapping[str, float]:
        """How much each piece of evidence for a candidate counts: weights.csv."""
        from mappings.weights import load_weights

        return load_weights(self.path("weights.csv"))

    @cached_property
    def confusions(self) -> Confusions:
        """What recognition is known to read for something else: ocr.csv."""
        from mappings.ocr import load_confusions

        return load_confusions(self.path("ocr.csv"))

    @cached_property
    def rules(self) -> dict[str, RuleSetting]:
        """How the rules of the audit are set: rules.csv."""
        from mappings.rules import load_rules

        return load_rules(self.path("rules.csv"))

    @cached_property
    def version(self) -> str:
        """The first 12 hex digits of the SHA-256 over all tables: changes when any knowledge changes."""
        return self._digest(_shipped())

    @cached_property
    def reading_version(self) -> str:
        """The same over the tables that the reading of a source stands on."""
        return self._digest(_shipped() - MAPPING_ONLY)

    @cached_property
    def decisions_version(self) -> str | None:
        """The same over what persons decided; null where nobody decided anything."""
        from mappings.decisions import version_of

        return version_of(self.rulings)

    def _digest(self, names: Iterable[str]) -> str:
        digest = hashlib.sha256()
        for name in sorted(names):
            digest.update(name.encode() + b"\0" + self._identity(self.path(name)) + b"\0")
        return digest.hexdigest()[:12]

    def _identity(self, path: Path) -> bytes:
        from mappings.opinion import identity_of

        return identity_of(path) if path.name == "opinion.csv" else path.read_bytes()


@cache
def _shipped() -> frozenset[str]:
    return frozenset(path.name for path in SHIPPED.glob("*.csv")) - _OF_ANSWERS


@cache
def default_mappings() -> Mappings:
    """The shipped tables, loaded once a process."""
    return Mappings()
