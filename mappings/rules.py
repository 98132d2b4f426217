"""Which rules of the audit are on, with what severity and words: rules.csv."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mappings.loader import MappingError, read_rows

COLUMNS = ("code", "on", "severity", "parameters", "reason")
SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class RuleSetting:
    """One rule of the audit as it is set: whether it is on, how much it matters, and the words it goes by."""

    on: bool
    severity: str
    parameters: Mapping[str, str]


def load_rules(path: Path) -> dict[str, RuleSetting]:
    """The settings by code. Raises MappingError for a switch, a severity or a parameter that is none."""
    settings = {}
    for row in read_rows(path, COLUMNS, key=("code",), optional=("parameters", "reason")):
        if row["on"] not in ("yes", "no") or row["severity"] not in SEVERITIES:
            raise MappingError(f"{path.name}: {row['code']}: on is yes or no, severity one of {', '.join(SEVERITIES)}")
        settings[row["code"]] = RuleSetting(row["on"] == "yes", row["severity"], _parameters(path, row))
    return settings


def _parameters(path: Path, row: dict[str, str]) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for pair in row["parameters"].split("; ") if row["parameters"] else ():
        name, sign, value = pair.partition("=")
        if not sign or not value or name in parameters:
            raise MappingError(f"{path.name}: {row['code']}: '{pair}' is no name=words pair of its own")
        parameters[name] = value
    return parameters
