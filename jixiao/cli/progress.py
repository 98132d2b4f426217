"""Shows how far a run is: bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Task, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from jixiao.cli.console import count
from jixiao.outcome import Outcome
from jixiao.plan import Job, Plan
from jixiao.sources import Collection
from jixiao.watcher import Watcher

LINE_SECONDS = 10.0


class PageProgress(Watcher):
    """Watches the recognition of pages for a person. Use as a context; the bar goes when it ends."""

    def __init__(self, console: Console, *, quiet: bool = False) -> None:
        self._console = console
        self._quiet = quiet
        self._bar = Bar(
            TextColumn("[bold]{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TextColumn("{task.fields[note]}"),
            TimeRemainingColumn(elapsed_when_finished=True),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )
        self._pages = self._bar.add_task("Recognising", total=0, note="", visible=False)
        self._told = time.monotonic()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.stop()

    def warned(self, message: str) -> None:
        self._console.print(f"Warning: {message}", style="yellow", markup=False, soft_wrap=True)

    def waiting(self, holder: str) -> None:
        self._console.print(f"Waiting until {holder} has done writing to the dataset.", markup=False)

    def recognising(self, job: Job, pages: int) -> None:
        state = self._state
        self._bar.update(self._pages, total=(state.total or 0) + pages, note=_note(job), visible=True)

    def recognised(self, job: Job) -> None:
        self._bar.update(self._pages, advance=1, note=_note(job))
        self._now_and_then()

    @property
    def _state(self) -> Task:
        return self._bar.tasks[self._pages]

    def _now_and_then(self, *, at_once: bool = False) -> None:
        """A plain line now and then, where no bar is shown."""
        if self._console.is_terminal or self._quiet:
            return
        if at_once or time.monotonic() - self._told > LINE_SECONDS:
            self._told = time.monotonic()
            self._console.print(self._line())

    def _line(self) -> str:
        return f"{int(self._state.completed):,} of {count(int(self._state.total or 0), 'page')} recognised."


class Progress(PageProgress):
    """Watches an ingest: its sources, and the pages that are recognised on the way."""

    def __init__(self, console: Console, *, quiet: bool) -> None:
        super().__init__(console, quiet=quiet)
        self._sources = self._bar.add_task("Reading", total=0, note="")
        self._rows = self._doubts = self._failed = 0

    def planned(self, plan: Plan, found: Collection) -> None:
        self._bar.update(self._sources, total=len(plan.jobs))
        if not self._quiet:
            self._console.print(f"{count(len(found.sources), 'source')}: {len(plan.jobs):,} to read, {len(plan.unchanged):,} unchanged.")

    def converted(self, job: Job, outcome: Outcome) -> None:
        self._rows += outcome.indicators
        self._failed += outcome.failure is not None
        if outcome.failure is None:
            self._doubts += sum(problem.severity != "info" for problem in outcome.problems)
        self._bar.update(self._sources, advance=1, note=f"{self._rows:,} rows · {self._doubts:,} doubts · {self._failed} failed")
        state = self._bar.tasks[self._sources]
        self._now_and_then(at_once=state.completed == state.total)

    def _line(self) -> str:
        state = self._bar.tasks[self._sources]
        counts = f"{count(self._rows, 'row')}, {count(self._doubts, 'doubt')}, {self._failed} failed."
        pages = super()._line() if self._state.total else ""
        return f"{int(state.completed):,} of {int(state.total or 0):,} read: {counts} {pages}".rstrip()


def _note(job: Job) -> str:
    return escape(job.source_path.rsplit("/", 1)[-1])
