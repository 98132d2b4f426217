"""The course of a run: which tasks are open, and which follow from an answer."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from jixiao.outcome import Outcome
from jixiao.plan import Job
from jixiao.tasks import Answer, Conversion, Recognition, Task, Wanted


@dataclass(frozen=True, slots=True)
class PagesFound:
    """A source has pages to recognise."""

    job: Job
    pages: int


@dataclass(frozen=True, slots=True)
class PageDone:
    """One of them is recognised."""

    job: Job


@dataclass(frozen=True, slots=True)
class Converted:
    """A source is done."""

    job: Job
    outcome: Outcome


Event: TypeAlias = PagesFound | PageDone | Converted


class Course:
    """The open tasks of a run. A scan is looked at first; then its pages come before any other source, so that all
    workers share them, and its conversion, which finds them recognised, follows the last."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._open: deque[Task] = deque(Conversion(job) for job in jobs)
        self._pages_left: dict[str, int] = {}
        self._sources_left = self.sources = len(jobs)

    @property
    def finished(self) -> bool:
        return self._sources_left == 0

    def take(self) -> Task | None:
        """The next task, None where none is open now; an answer that is awaited may open some."""
        return self._open.popleft() if self._open else None

    def answered(self, task: Task, answer: Answer) -> Event:
        """Takes note of an answer, opens what follows from it, and gives what there is to tell."""
        if isinstance(answer, Outcome):
            self._sources_left -= 1
            return Converted(task.job, answer)
        if isinstance(answer, Wanted):
            self._pages_left[task.job.document_id] = len(answer.pages)
            self._open.extendleft(Recognition(task.job, page) for page in reversed(answer.pages))
            return PagesFound(task.job, len(answer.pages))
        self._page_done(task.job)
        return PageDone(task.job)

    def _page_done(self, job: Job) -> None:
        self._pages_left[job.document_id] -= 1
        if not self._pages_left[job.document_id]:
            self._open.appendleft(Conversion(job, defer=False))
