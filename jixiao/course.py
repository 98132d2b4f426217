"""The course of a run: which tasks are open, and which follow from an answer."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from extract.readers.office import BATCH, takes
from jixiao.outcome import Outcome
from jixiao.plan import Job
from jixiao.tasks import Answer, Conversion, Preparation, Recognition, Task, Wanted


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
    """The open tasks of a run, to which sources are added as they are drawn. A scan is looked at first; then its pages come
    before any other source, so that all workers share them, and its conversion, which finds them recognised, follows the last.
    Old office files wait for each other, so that one call of LibreOffice serves many."""

    def __init__(self, jobs: Iterable[Job] = ()) -> None:
        self._open: deque[Task] = deque()
        self._office: list[Job] = []
        self._pages_left: dict[str, int] = {}
        self._sources_left = 0
        self._unbegun = 0
        self.complete = False
        for job in jobs:
            self.add(job)

    @property
    def drawn_ahead(self) -> int:
        """How many sources nobody has begun to work on."""
        return self._unbegun

    @property
    def finished(self) -> bool:
        """True where every source is done and none will be added."""
        return self.complete and self._sources_left == 0

    def add(self, job: Job) -> None:
        """Takes in a source."""
        self._sources_left += 1
        self._unbegun += 1
        if not takes(job.path):
            self._open.append(Conversion(job))
            return
        self._office.append(job)
        if len(self._office) == BATCH:
            self._prepare()

    def close(self) -> None:
        """Takes note that no source will be added."""
        self.complete = True
        self._prepare()

    def take(self) -> Task | None:
        """The next task, None where none is open now; an answer that is awaited may open some."""
        if not self._open:
            return None
        task = self._open.popleft()
        self._unbegun -= isinstance(task, Conversion) and task.defer
        return task

    def answered(self, task: Task, answer: Answer) -> Event | None:
        """Takes note of an answer, opens what follows from it, and gives what there is to tell."""
        if isinstance(task, Preparation):
            self._open.extendleft(Conversion(job) for job in reversed(task.jobs))
            return None
        if isinstance(task, Recognition):
            return self._page_answered(task, answer)
        if isinstance(answer, Outcome):
            return self._converted(task.job, answer)
        assert isinstance(answer, Wanted)
        self._pages_left[task.job.document_id] = len(answer.pages)
        self._open.extendleft(Recognition(task.job, page) for page in reversed(answer.pages))
        return PagesFound(task.job, len(answer.pages))

    def _prepare(self) -> None:
        """Opens the conversion of the office files that wait; one alone is converted when it is read."""
        jobs, self._office = tuple(self._office), []
        self._open.extend([Preparation(jobs)] if len(jobs) > 1 else map(Conversion, jobs))

    def _page_answered(self, task: Recognition, answer: Answer) -> Event:
        """A page that could not be recognised at all stands for its source, whose other pages are left alone then."""
        job = task.job
        if job.document_id not in self._pages_left:
            return PageDone(job)
        if isinstance(answer, Outcome):
            del self._pages_left[job.document_id]
            self._open = deque(t for t in self._open if not (isinstance(t, Recognition) and t.job.document_id == job.document_id))
            return self._converted(job, answer)
        self._pages_left[job.document_id] -= 1
        if not self._pages_left[job.document_id]:
            del self._pages_left[job.document_id]
            self._open.appendleft(Conversion(job, defer=False))
        return PageDone(job)

    def _converted(self, job: Job, outcome: Outcome) -> Converted:
        self._sources_left -= 1
        return Converted(job, outcome)
