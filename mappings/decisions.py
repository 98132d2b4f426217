"""What persons decided about names: the append-only table decisions.csv, and what follows from it for a name."""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from io import StringIO
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias, cast

from mappings.loader import MappingError

Action = Literal["decide", "adjudicate", "withdraw"]
Verdict = Literal["code", "none", "new"]
State = Literal["code", "none", "new", "conflict", "gone"]

NO_TERM = "sssom:NoTermFound"
BY_HAND = "semapv:ManualMappingCuration"
PREDICATES = {
    "exact": "skos:exactMatch",
    "broad": "skos:broadMatch",
    "narrow": "skos:narrowMatch",
    "close": "skos:closeMatch",
    "related": "skos:relatedMatch",
}
HEAD = """\
# What persons decided about printed names of indicators. Rows are only ever added: a row that withdraws another names it in `about`.
# Key: subject_label (the name as it is looked up), level2 (code), dimension (of the unit); never the number of a row.
# decision: code (object_id is a code of the taxonomy), none (no concept of the taxonomy), new (the taxonomy lacks a concept).
"""
_GUARDED = frozenset("=+-@\t\r'")


class Key(NamedTuple):
    """What a decision is about: a normalised name, the code of its level ('' where none is known) and the dimension of
    its unit ('' where none is printed or known)."""

    name: str
    level2: str
    dimension: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of decisions.csv. Fields are named as SSSOM names them where it has them; ``machine_…`` is what the
    matcher said of the name on ``taxonomy_version``."""

    record_id: str
    action: Action
    decision: Verdict | Literal[""]
    subject_label: str
    subject_example: str
    level2: str
    dimension: str
    unit_example: str
    predicate_id: str
    object_id: str
    object_label: str
    mapping_justification: str
    confidence: str
    author_id: str
    mapping_date: str
    taxonomy_version: str
    machine_code: str
    machine_score: str
    machine_method: str
    comment: str
    about: str

    @property
    def key(self) -> Key:
        return Key(self.subject_label, self.level2, self.dimension)

    @property
    def object(self) -> str:
        """What the name was decided to be: a code, ``none`` or ``new``."""
        return self.object_id if self.decision == "code" else self.decision


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the decisions about one key come to. ``conflict``: persons differ, ``gone``: the code was given up; neither
    is applied. ``reason`` says it in words; ``codes`` are those that were named."""

    state: State
    reason: str
    code: str | None = None
    confidence: float | None = None
    codes: tuple[str, ...] = ()


Rulings: TypeAlias = Mapping[Key, Ruling]
COLUMNS = tuple(field.name for field in fields(Decision))
_MAY_BE_BLANK = frozenset(COLUMNS) - {"record_id", "action", "subject_label", "author_id", "mapping_date"}


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """The rows of the file in its order, none where there is no file. Raises MappingError with file and line."""
    if not os.path.exists(path):
        return ()
    try:
        lines = [f"{line}\n" for line in path.read_text(encoding="utf-8-sig").split("\n")]
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(f"{path.name} cannot be read: {error}") from error
    head = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    reader = csv.DictReader(lines[head:], strict=True)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise MappingError(f"{path.name}: header is {reader.fieldnames}, not {list(COLUMNS)}")
    found: dict[str, Decision] = {}
    try:
        for row in reader:
            decision = _decision(row, f"{path.name}:{head + reader.line_num}")
            _check(decision, found, f"{path.name}:{head + reader.line_num}")
            found[decision.record_id] = decision
    except csv.Error as error:
        raise MappingError(f"{path.name}:{head + reader.line_num}: {error}") from error
    return tuple(found.values())


def _decision(row: dict[str, str], where: str) -> Decision:
    if None in row or None in row.values():
        raise MappingError(f"{where}: not {len(COLUMNS)} fields")
    blank = [name for name in COLUMNS if not row[name] and name not in _MAY_BE_BLANK]
    if blank:
        raise MappingError(f"{where}: blank {', '.join(blank)}")
    return Decision(**{name: unguarded(row[name]) for name in COLUMNS})  # type: ignore[arg-type]


def _check(decision: Decision, before: Mapping[str, Decision], where: str) -> None:
    """Raises MappingError for a row that says nothing, or something of a row that is not above it."""
    if decision.record_id in before:
        raise MappingError(f"{where}: record_id {decision.record_id} is there twice")
    if decision.action not in ("decide", "adjudicate", "withdraw"):
        raise MappingError(f"{where}: action is decide, adjudicate or withdraw, not {decision.action}")
    if decision.action == "withdraw":
        if decision.about not in before:
            raise MappingError(f"{where}: withdraws {decision.about or 'nothing'}, which stands nowhere above it")
        return
    if decision.decision not in ("code", "none", "new"):
        raise MappingError(f"{where}: decision is code, none or new, not {decision.decision}")
    if not decision.object_id or (decision.object_id == NO_TERM) == (decision.decision == "code"):
        raise MappingError(f"{where}: object_id {decision.object_id} does not go with decision {decision.decision}")
    if decision.confidence and confidence_of(decision.confidence) is None:
        raise MappingError(f"{where}: confidence is a number from 0 to 1, not {decision.confidence}")


def confidence_of(text: str) -> float | None:
    """The number from 0 to 1 that the text prints, else None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number <= 1 else None


def as_lines(decisions: Iterable[Decision]) -> str:
    """The rows as they stand in the file."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for decision in decisions:
        writer.writerow([guarded(value) for value in asdict(decision).values()])
    return out.getvalue()


def guarded(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would take for a formula; ``unguarded`` takes it away."""
    return f"'{text}" if text[:1] in _GUARDED and text else text


def unguarded(text: str) -> str:
    """The text without the apostrophe that ``guarded`` put before it."""
    return text[1:] if text[:1] == "'" and text[1:2] in _GUARDED and len(text) > 1 else text


def with_identity(decision: Decision, taken: Iterable[str]) -> Decision:
    """The decision with its record_id: hex digits of what it says, and of a number where another says the same."""
    values = asdict(decision) | {"record_id": ""}
    known = set(taken)
    for number in range(len(known) + 1):
        text = "\0".join((*map(str, values.values()), str(number)))
        record_id = hashlib.sha256(text.encode()).hexdigest()[:12]
        if record_id not in known:
            return Decision(**cast(dict[str, str], values | {"record_id": record_id}))  # type: ignore[arg-type]
    raise AssertionError("more identities taken than there are")


def version_of(rulings: Rulings) -> str | None:
    """The first 12 hex digits of the SHA-256 over what is ruled; null where nothing is."""
    if not rulings:
        return None
    text = "\n".join(repr((tuple(key), asdict(rulings[key]))) for key in sorted(rulings))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
