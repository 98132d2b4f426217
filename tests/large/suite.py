"""What a suite with a large form offers, and the table of these suites.

A suite is a module with a function ``large(size: Size) -> Iterator[Figure]``, which gives each figure as soon as it is known. A broken
promise is a Figure with ``failed`` above 0, not an exception, so that the suites after it still run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of the table: what was tried, how often, how often it broke the promise, and how long it took."""

    what: str
    cases: int
    failed: int
    seconds: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Size:
    """How large: ``mutants`` for each reader, or those that it is through with after so many ``seconds``; ``scale`` multiplies every
    other number of cases. Failing cases are kept in ``folder``."""

    mutants: int = 10_000
    scale: float = 1.0
    jobs: int = 1
    seed: int = 0
    folder: Path = Path("large-failures")
    seconds: float | None = None

    def times(self, cases: int) -> int:
        """The number of cases scaled, at least one."""
        return max(1, round(cases * self.scale))


SUITES: dict[str, str] = {
    "determinism": "tests.jixiao.determinism",
    "fault": "tests.jixiao.faults",
    "fuzz": "tests.fuzz.suite",
    "hostile": "tests.hostile.suite",
}


def load(name: str) -> Callable[[Size], Iterator[Figure]]:
    """The function that runs the large form of a suite."""
    found: Callable[[Size], Iterator[Figure]] = import_module(SUITES[name]).large
    return found
