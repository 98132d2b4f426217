"""Shows how far a run is: bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

from jixiao.cli.console import count
from jixiao.cli.pace import Pace, shown_speed, shown_time
from jixiao.outcome import Outcome
from jixiao.plan import Job, Plan
from jixiao.sources import Collection
from jixiao.watcher import Watcher

LINE_SECONDS, LONGEST_SECONDS = 10.0, 300.0
_LEAST_BYTES = 20_000  # a source of no size takes time too
_SHARE = 0.05  # of the time that has passed: a run of hours tells less often than one of minutes

Clock = Callable[[], float]


class PageProgress(Watcher):
    """Watches the recognition of pages for a person. Use as a context; the bar goes when it ends."""

    def __init__(self, console: Console, *, quiet: bool = False, clock: Clock = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._quiet = quiet
        self._bar = Bar(
            TextColumn("[bold]{task.description}"),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TextColumn("{task.fields[note]}"),
            TextColumn("{task.fields[left]}", style="cyan"),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )
        self._pages = self._bar.add_task("Recognising", total=0, note="", left="", visible=False)
        self._begun = self._told = clock()
        self._pace = Pace(self._begun)

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
        self._pace.found(self._clock(), job.source_path, pages, _weight(job))
        self._show(job)

    def recognised(self, job: Job) -> None:
        self._pace.recognised(self._clock(), job.source_path)
        self._show(job)
        self._now_and_then()

    def _show(self, job: Job) -> None:
        """Brings the bars up to date."""
        pace = self._pace
        left = "" if pace.sources else self._left()
        self._bar.update(self._pages, total=pace.pages, completed=pace.pages_done, note=_note(job), left=left, visible=pace.pages > 0)

    def _left(self) -> str:
        seconds = self._pace.seconds_left(self._clock())
        return f"{shown_time(seconds)} left" if seconds else ""

    def _now_and_then(self, line: str | None = None, *, at_once: bool = False) -> None:
        """A plain line now and then, where no bar is shown."""
        if self._console.is_terminal or self._quiet:
            return
        now = self._clock()
        if at_once or now - self._told > min(LONGEST_SECONDS, max(LINE_SECONDS, (now - self._begun) * _SHARE)):
            self._told = now
            self._console.print(line or self._line(), highlight=False, markup=False, soft_wrap=True)

    def _line(self) -> str:
        return f"{self._pages_line()} {_sentence(self._left())}".rstrip()

    def _pages_line(self) -> str:
        pace = self._pace
        return f"{pace.pages_done:,} of {count(pace.pages, 'page')} recognised." if pace.pages else ""


class Progress(PageProgress):
    """Watches an ingest: its sources, and the pages that are recognised on the way."""

    def __init__(self, console: Console, *, quiet: bool, clock: Clock = time.monotonic) -> None:
        super().__init__(console, quiet=quiet, clock=clock)
        self._files = self._bar.add_task("Looking at files", total=0, note="", left="", visible=False)
        self._sources = self._bar.add_task("Reading", total=0, note="", left="", visible=False)
        self._tables = self._bar.add_task("Landing", total=0, note="", left="", visible=False)
        self._read = self._rows = self._doubts = self._failed = 0

    def looking(self, done: int, total: int) -> None:
        self._bar.update(self._files, completed=done, total=total, visible=True)
        self._now_and_then(f"{done:,} of {count(total, 'file')} looked at.")

    def planned(self, plan: Plan, found: Collection) -> None:
        self._pace = Pace(self._clock())
        self._pace.sources, self._pace.weight = len(plan.jobs), sum(map(_weight, plan.jobs))
        self._bar.update(self._files, visible=False)
        self._bar.update(self._sources, total=len(plan.jobs), visible=True)
        if not self._quiet:
            self._console.print(f"{count(len(found.sources), 'source')}: {len(plan.jobs):,} to read, {len(plan.unchanged):,} unchanged.")

    def converted(self, job: Job, outcome: Outcome) -> None:
        self._pace.converted(self._clock(), job.source_path, _weight(job))
        self._read += sum(row["pages"] or 0 for row in outcome.rows("documents"))
        self._rows += outcome.indicators
        self._failed += outcome.failure is not None
        if outcome.failure is None:
            self._doubts += sum(problem.severity != "info" for problem in outcome.problems)
        self._show(job)
        self._now_and_then(at_once=self._pace.done == self._pace.sources)

    def landing(self, done: int, total: int) -> None:
        self._bar.update(self._tables, completed=done, total=total, visible=done < total)
        self._now_and_then(f"{done:,} of {count(total, 'part')} of the dataset written.")

    def _show(self, job: Job) -> None:
        super()._show(job)
        note = f"{self._read:,} pages · {self._rows:,} rows · {self._doubts:,} doubts · {self._failed:,} failed"
        left = " · ".join(filter(None, (self._speed(), self._left())))
        self._bar.update(self._sources, completed=self._pace.done, note=note, left=left)

    def _speed(self) -> str:
        speed = self._pace.speed(self._clock())
        return shown_speed(speed) if speed else ""

    def _line(self) -> str:
        pace = self._pace
        counts = f"{count(self._read, 'page')}, {count(self._rows, 'row')}, {count(self._doubts, 'doubt')}, {self._failed:,} failed."
        going = ", ".join(filter(None, (self._speed(), self._left()))) if pace.done < pace.sources else ""
        return " ".join(filter(None, (f"{pace.done:,} of {pace.sources:,} read: {counts}", self._pages_line(), _sentence(going))))


def _weight(job: Job) -> int:
    """What a source takes of the time, compared with others: more for a large one; those whose size is not known here count alike."""
    try:
        return _LEAST_BYTES + (0 if job.chain else job.path.stat().st_size)
    except OSError:
        return _LEAST_BYTES


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _note(job: Job) -> str:
    return escape(job.source_path.rsplit("/", 1)[-1])
