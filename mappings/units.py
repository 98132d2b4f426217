"""The table of printed units, as values that the unit grammar builds on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from mappings.loader import MappingError, read_rows

COLUMNS = ("unit", "unit_code", "dimension", "base", "factor", "reason")
_FACTOR = re.compile(r"\d+(?:\.\d+)?(?:/\d+)?")
_CODE = re.compile(r"[a-z][a-z0-9_]*(?:/[a-z][a-z0-9_]*)*")


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """What a printed unit measures. One of it is ``factor / divisor`` of ``base``; two numbers, since a minute is
    1/1440 day, which no decimal is."""

    code: str
    dimension: str
    base: str
    factor: Decimal
    divisor: Decimal = Decimal(1)


class UnitTable:
    """Printed unit -> UnitEntry. Compared and hashed by identity, so that readings of it can be remembered."""

    def __init__(self, entries: dict[str, UnitEntry]) -> None:
        self._entries = entries
        self._latin = _by_small_letters(entries)

    def get(self, printed: str) -> UnitEntry | None:
        """The entry of this print; Latin letters may be large or small (KM) where that tells nothing. None where the
        table has none."""
        return self._entries.get(printed) or self._latin.get(printed.lower())

    def __contains__(self, printed: str) -> bool:
        return printed in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)


def _by_small_letters(entries: dict[str, UnitEntry]) -> dict[str, UnitEntry]:
    """Latin units of two letters or more by their small letters, without those that only the size tells apart."""
    found: dict[str, UnitEntry] = {}
    clashing: set[str] = set()
    for unit, entry in entries.items():
        small = unit.lower()
        if len(unit) > 1 and small != unit.upper() and found.setdefault(small, entry) != entry:
            clashing.add(small)
    return {small: entry for small, entry in found.items() if small not in clashing}


def load_units(path: Path) -> UnitTable:
    """The units of a table. Raises MappingError for a bad factor or code, or two bases in one dimension."""
    entries: dict[str, UnitEntry] = {}
    bases: dict[str, str] = {}
    for row in read_rows(path, COLUMNS, key=("unit",), optional=("reason",)):
        unit, dimension, base = row["unit"], row["dimension"], row["base"]
        if not _FACTOR.fullmatch(row["factor"]):
            raise MappingError(f"{path.name}: {unit}: factor {row['factor']!r} is neither a decimal nor a fraction")
        if not (_CODE.fullmatch(row["unit_code"]) and _CODE.fullmatch(base)):
            raise MappingError(f"{path.name}: {unit}: codes are lower-case words, not {row['unit_code']!r}, {base!r}")
        if bases.setdefault(dimension, base) != base:
            raise MappingError(f"{path.name}: {unit}: dimension {dimension} has base {bases[dimension]}, not {base}")
        factor, _, divisor = row["factor"].partition("/")
        entries[unit] = UnitEntry(row["unit_code"], dimension, base, Decimal(factor), Decimal(divisor or 1))
        if not entries[unit].factor or not entries[unit].divisor:
            raise MappingError(f"{path.name}: {unit}: factor is zero")
    return UnitTable(entries)
