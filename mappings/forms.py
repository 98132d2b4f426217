"""The words that forms are made of: column headers, labels of head and foot, titles."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from mappings.loader import MappingError, read_rows

HORIZONS = frozenset({"", "annual", "mid_term", "long_term"})


@dataclass(frozen=True, slots=True)
class HeaderWord:
    """The role of a column, and the horizon where its header names one."""

    role: str
    horizon: str | None = None


@dataclass(frozen=True, slots=True)
class LabelWord:
    """What stands beside or below a label, and the horizon where the label names one."""

    name: str
    horizon: str | None = None


@dataclass(frozen=True, slots=True)
class FormWords:
    """Spelling -> meaning, spellings squashed; ``header_parts`` and ``titles`` longest first."""

    headers: dict[str, HeaderWord] = field(default_factory=dict)
    header_parts: tuple[tuple[str, HeaderWord], ...] = ()
    labels: dict[str, LabelWord] = field(default_factory=dict)
    label_endings: tuple[tuple[str, LabelWord], ...] = ()
    titles: tuple[tuple[str, str], ...] = ()
    organization_endings: tuple[str, ...] = ()


def _horizon(text: str, where: str) -> str | None:
    if text not in HORIZONS:
        raise MappingError(f"{where}: unknown horizon {text!r}")
    return text or None


def load_form_words(headers: Path, labels: Path, titles: Path, organizations: Path) -> FormWords:
    """The words of the four tables; raises MappingError where a table breaks its rules."""
    exact: dict[str, HeaderWord] = {}
    parts: list[tuple[str, HeaderWord]] = []
    for row in read_rows(headers, ("spelling", "match", "role", "horizon", "reason"), ("spelling", "match"), ("horizon", "reason")):
        word = HeaderWord(row["role"], _horizon(row["horizon"], f"{headers.name}: {row['spelling']}"))
        if row["match"] == "exact":
            exact[row["spelling"]] = word
        elif row["match"] == "contains":
            parts.append((row["spelling"], word))
        else:
            raise MappingError(f"{headers.name}: {row['spelling']}: match is {row['match']!r}, not exact or contains")
    named = {
        row["spelling"]: LabelWord(row["name"], _horizon(row["horizon"], f"{labels.name}: {row['spelling']}"))
        for row in read_rows(labels, ("spelling", "name", "horizon", "reason"), ("spelling",), ("horizon", "reason"))
    }
    kinds = [(row["words"], row["form"]) for row in read_rows(titles, ("words", "form", "reason"), ("words",), ("reason",))]
    ends = [(word[1:], named.pop(word)) for word in list(named) if word.startswith("…")]
    longest_ends = tuple(sorted(ends, key=lambda end: (-len(end[0]), end[0])))
    endings = tuple(row["ending"] for row in read_rows(organizations, ("ending", "reason"), ("ending",)))
    longest = sorted(parts, key=lambda part: (-len(part[0]), part[0]))
    return FormWords(exact, tuple(longest), named, longest_ends, tuple(sorted(kinds, key=lambda kind: (-len(kind[0]), kind[0]))), endings)
