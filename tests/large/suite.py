"""What a suite with a large form offers, and the table of these suites.

A suite is a module with a function ``large(size: Size) -> Iterator[Trial]``. A broken promise is a Figure with ``failed`` above 0, not an
exception, so that the trials after it still run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of the table: what was tried, how often, how often it broke the promise, and how long it took."""

    what: str
    cases: int
    failed: int
    seconds: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """A row that can be had: what will be tried, what gives its figure, and how many cases that takes; 0 where only the trial tells."""

    what: str
    run: Callable[[], Figure]
    cases: int = 0


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


@dataclass(frozen=True, slots=True)
class Suite:
    """The module of a suite, and the page between whose markers its figures stand."""

    module: str
    page: Path = DOCS / "reliability.md"

    def trials(self, size: Size) -> Iterator[Trial]:
        """Its trials in the order of the page; each is run, or not, before the next is asked for."""
        found: Iterator[Trial] = import_module(self.module).large(size)
        return found


SUITES: dict[str, Suite] = {
    "determinism": Suite("tests.jixiao.determinism"),
    "fault": Suite("tests.jixiao.faults"),
    "fuzz": Suite("tests.fuzz.suite"),
    "hostile": Suite("tests.hostile.suite", DOCS / "security.md"),
}
