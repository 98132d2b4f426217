"""What a match must not do and from when it is accepted, as tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mappings.loader import MappingError, read_rows

ANY_LEVEL = "*"


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which probability on a match is accepted, and what that gave on the names it was fitted to."""

    accept: float
    names: int
    precision: float
    coverage: float


@dataclass(frozen=True, eq=False)
class Matching:
    """Pairs of words that exclude each other, negations, and thresholds by level. Compared by identity."""

    opposites: tuple[tuple[str, str], ...]
    negations: tuple[str, ...]
    thresholds: Mapping[str, Threshold]

    def threshold(self, level: str | None) -> Threshold:
        """The threshold of a level-2 code, else of its level 1, else of any."""
        for code in (level or "", (level or "")[:1]):
            if code in self.thresholds:
                return self.thresholds[code]
        return self.thresholds[ANY_LEVEL]


def load_matching(opposites: Path, thresholds: Path) -> Matching:
    """The tables. Raises MappingError for a threshold that is no share, or none for any level."""
    rows = read_rows(opposites, ("a", "b", "reason"), key=("a", "b"), optional=("b",))
    found: dict[str, Threshold] = {}
    for row in read_rows(thresholds, ("level", "accept", "names", "precision", "coverage"), key=("level",)):
        numbers = [float(row[column]) for column in ("accept", "precision", "coverage")]
        if not all(0 <= number <= 1 for number in numbers):
            raise MappingError(f"{thresholds.name}: {row['level']}: not from 0 to 1")
        found[row["level"]] = Threshold(numbers[0], int(row["names"]), numbers[1], numbers[2])
    if ANY_LEVEL not in found:
        raise MappingError(f"{thresholds.name}: no row for {ANY_LEVEL}, any level")
    pairs = tuple((row["a"], row["b"]) for row in rows if row["b"])
    return Matching(pairs, tuple(row["a"] for row in rows if not row["b"]), found)
