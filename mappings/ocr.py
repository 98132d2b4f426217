"""What recognition of pictures is known to read for something else."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from mappings.loader import MappingError, read_rows

COLUMNS = ("where", "read", "printed", "reason")


@dataclass(frozen=True, slots=True)
class Confusions:
    """What was read -> what may have been printed, by where it stands (the comments of ocr.csv say where each is asked)."""

    sign: dict[str, str] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)
    column: dict[str, str] = field(default_factory=dict)
    digit: dict[str, str] = field(default_factory=dict)
    unit: dict[str, str] = field(default_factory=dict)
    word: dict[str, str] = field(default_factory=dict)


def load_confusions(path: Path) -> Confusions:
    """The confusions of a table; raises MappingError for a place that nobody asks."""
    found = Confusions()
    for row in read_rows(path, COLUMNS, key=("where", "read"), optional=("reason",)):
        if row["where"] not in Confusions.__slots__:
            raise MappingError(f"{path.name}: {row['read']}: unknown place {row['where']!r}")
        getattr(found, row["where"])[row["read"]] = row["printed"]
    return found
