"""Shows how far an ingest is: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Task, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from jixiao.cli.console import count
from jixiao.outcome import Outcome
from jixiao.plan import Job, Plan
from jixiao.sources import Collection
from jixiao.watcher import Watcher

LINE_SECONDS = 10.0


class Progress(Watcher):
    """Watches an ingest for a person. Use as a context; the bar goes when it ends."""

    def __init__(self, console: Console, *, quiet: bool) -> None:
        self._console = console
        self._quiet = quiet
        self._bar = Bar(
            TextColumn("[bold]Reading"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rows]:,} rows · {task.fields[doubts]:,} doubts · {task.fields[failed]} failed"),
            TimeRemainingColumn(elapsed_when_finished=True),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=0, rows=0, doubts=0, failed=0)
        self._told = time.monotonic()

    def __enter__(self) -> Progress:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.stop()

    @property
    def _state(self) -> Task:
        return self._bar.tasks[self._task]

    def planned(self, plan: Plan, found: Collection) -> None:
        self._bar.update(self._task, total=len(plan.jobs))
        if not self._quiet:
            self._console.print(f"{count(len(found.sources), 'source')}: {len(plan.jobs):,} to read, {len(plan.unchanged):,} unchanged.")

    def converted(self, job: Job, outcome: Outcome) -> None:
        fields = self._state.fields
        doubts = sum(problem.severity != "info" for problem in outcome.problems)
        self._bar.update(
            self._task,
            advance=1,
            rows=fields["rows"] + outcome.indicators,
            doubts=fields["doubts"] + (doubts if outcome.failure is None else 0),
            failed=fields["failed"] + (outcome.failure is not None),
        )
        if not self._console.is_terminal and not self._quiet:
            self._line()

    def _line(self) -> None:
        """A plain line now and then, and at the end."""
        state = self._state
        if state.completed == state.total or time.monotonic() - self._told > LINE_SECONDS:
            self._told = time.monotonic()
            fields = state.fields
            rows, doubts = count(fields["rows"], "row"), count(fields["doubts"], "doubt")
            self._console.print(f"{int(state.completed):,} of {int(state.total or 0):,} read: {rows}, {doubts}, {fields['failed']} failed.")
