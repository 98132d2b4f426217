"""The file in which persons' decisions about names are kept: where it lies, how it is read and added to."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from extract.problem import UsageError
from jixiao.local import extend_file
from jixiao.lock import not_writable
from mappings.decisions import COLUMNS, HEAD, Decision, as_lines, read_decisions, with_identity
from mappings.loader import Mappings
from normalize.decisions import Resolution, resolve

FILE = "decisions.csv"


def decisions_file(dataset: Path, given: Path | None = None) -> Path:
    """The file of decisions of a dataset: the one that is given, else the one beside its tables."""
    return given or dataset / FILE


def with_decisions(mappings: Mappings, path: Path) -> Mappings:
    """The same knowledge with what the decisions of the file come to under it. Raises MappingError."""
    rulings = resolution(mappings, path).rulings
    return mappings.ruled(rulings) if rulings or mappings.rulings else mappings


def resolution(mappings: Mappings, path: Path) -> Resolution:
    """What the file's decisions come to. Raises MappingError."""
    return resolve(read_decisions(path), mappings)


def check_given(path: Path, earlier: Sequence[str | None], dataset: str | Path, shown: str | None = None) -> None:
    """Raises UsageError where names of the dataset were mapped with decisions that are not there now: to go on would lose them.

    ``shown`` is what the message calls the file, by default its path."""
    if os.path.exists(path) or not any(earlier):
        return
    raise UsageError(
        f"The names of {dataset} were mapped with persons' decisions, and there is no {shown or path}.",
        "Say where the decisions are: --decisions FILE.",
    )


def append(path: Path, make: Callable[[Sequence[Decision]], Sequence[Decision]]) -> list[Decision]:
    """Adds the decisions that ``make`` gives when it is told those that are there, and returns them with their identities.

    The file is held meanwhile, so that two persons may add at the same time. Raises NotWritableError and MappingError."""
    new: list[Decision] = []

    def extended(there: bytes) -> bytes:
        rows = read_decisions(path) if there else ()
        new.extend(_identified(make(rows), rows))
        head = there if there else ("\ufeff" + HEAD + ",".join(COLUMNS)).encode()
        return head.removesuffix(b"\n") + b"\n" + as_lines(new).encode() if new else there

    try:
        extend_file(path, extended)
    except OSError as error:
        raise not_writable(path, error) from error
    return new


def _identified(new: Sequence[Decision], there: Sequence[Decision]) -> list[Decision]:
    taken = {decision.record_id for decision in there}
    found: list[Decision] = []
    for decision in new:
        found.append(with_identity(decision, taken))
        taken.add(found[-1].record_id)
    return found
