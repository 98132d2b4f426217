"""Converts many sources: in worker processes that are watched, or in this process.

Pages that need recognition are shared among all workers, whichever source they are of."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from extract.ocr.wanted import PagesWanted
from extract.scratch import scratch
from jixiao.cache import writable
from jixiao.limits import Limits
from jixiao.outcome import Options, Outcome
from jixiao.pipeline import Understanding, identity_of_path, understand
from jixiao.plan import Job
from jixiao.tasks import Conversion, Setup, Wanted, Work, perform
from jixiao.text import readable_name
from jixiao.watcher import Watcher
from mappings.loader import Mappings

if TYPE_CHECKING:
    from jixiao.course import Event
    from jixiao.crew import Crew


class Engine(Protocol):
    """Each job with its outcome, in the order in which they get ready.

    Jobs are drawn in the thread of the caller, not far ahead of their outcomes. Nothing that a file can do is raised: a job whose
    worker is lost has a failed outcome. Closing the iterator ends the workers."""

    def __call__(self, jobs: Iterable[Job], *, mappings: Mappings, options: Options, watcher: Watcher) -> Iterator[tuple[Job, Outcome]]: ...


@dataclass(frozen=True, slots=True)
class Processes:
    """The Engine of worker processes on this machine: one that hangs, dies or takes too much memory is ended and fails its own
    source alone. ``threads`` are those that the recognition in each worker may take, by default its share of the processors."""

    workers: int
    limits: Limits = field(default_factory=Limits)
    work: Work = perform
    threads: int | None = None

    def __call__(self, jobs: Iterable[Job], *, mappings: Mappings, options: Options, watcher: Watcher) -> Iterator[tuple[Job, Outcome]]:
        with self.open(mappings=mappings, options=options, watcher=watcher) as convert:
            yield from convert(jobs, watcher)

    @contextmanager
    def open(self, *, mappings: Mappings, options: Options, watcher: Watcher) -> Iterator[Shift]:
        """A Shift of workers that do one run after another, for as long as the context is open."""
        from jixiao.crew import Crew

        with run_folders(options, watcher) as how, scratch("workers") as folder:
            setup = Setup(mappings, replace(how, ocr_threads=self.threads or max(1, default_jobs() // self.workers)), self.work)
            crew = Crew(self.workers, setup, self.limits, folder)
            watcher.shared()
            try:
                yield Shift(crew, how)
            finally:
                crew.dismiss()
                watcher.alone()


@dataclass(frozen=True, slots=True)
class Shift:
    """Workers that stay for more than one run; see Engine for what a run gives. One run at a time."""

    crew: Crew
    options: Options

    def __call__(self, jobs: Iterable[Job], watcher: Watcher) -> Iterator[tuple[Job, Outcome]]:
        from jixiao.course import Course

        return _outcomes(self.crew.events(Course(), iter(jobs)), watcher, self.options)


@dataclass(frozen=True, slots=True)
class Inline:
    """The Engine that does all work in this process, without limits."""

    work: Work = perform

    def __call__(self, jobs: Iterable[Job], *, mappings: Mappings, options: Options, watcher: Watcher) -> Iterator[tuple[Job, Outcome]]:
        with run_folders(options, watcher) as how:
            events = self._events(iter(jobs), mappings, replace(how, ocr_threads=default_jobs()))
            yield from _outcomes(events, watcher, how)

    def _events(self, jobs: Iterator[Job], mappings: Mappings, options: Options) -> Generator[Event, None, None]:
        from jixiao.course import Course

        course = Course()
        while not course.finished:
            if (task := course.take()) is not None:
                event = course.answered(task, self.work(task, mappings, options))
                if event is not None:
                    yield event
            elif (job := next(jobs, None)) is not None:
                course.add(job)
            else:
                course.close()


def default_jobs() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def convert_one(
    path: str | Path,
    *,
    workers: int | None = None,
    mappings: Mappings,
    options: Options,
    watcher: Watcher | None = None,
    limits: Limits | None = None,
) -> Outcome:
    """The Outcome of one source, read in this process; where it has pages to recognise, all workers share them, within ``limits``."""
    path, watcher, workers = Path(path), watcher or Watcher(), workers or default_jobs()
    name = readable_name(path.name)
    job = Job(identity_of_path(name), path, name, None)
    with page_store(options, watcher) as how:
        answer = perform(Conversion(job), mappings, how)
        if isinstance(answer, Outcome):
            return answer
        helpers = min(workers, len(answer.pages)) if isinstance(answer, Wanted) else workers
        engine: Engine = Processes(helpers, limits or Limits()) if helpers > 1 else Inline()
        ((_, outcome),) = engine([job], mappings=mappings, options=how, watcher=watcher)
        return outcome


def understand_one(
    path: Path, *, mappings: Mappings, options: Options, drawing: bool, watcher: Watcher, limits: Limits | None = None
) -> Understanding:
    """The Understanding of one source, whose pages are recognised by all processors together, within ``limits``. Raises what the
    stages raise."""
    with page_store(options, watcher) as with_store:
        try:
            return understand(path, mappings=mappings, options=with_store, drawing=drawing, defer=True)
        except PagesWanted:
            convert_one(path, mappings=mappings, options=with_store, watcher=watcher, limits=limits)
            return understand(path, mappings=mappings, options=with_store, drawing=drawing)


@contextmanager
def run_folders(options: Options, watcher: Watcher) -> Iterator[Options]:
    """The options with the folders by which the processes of a run hand each other recognised pages and converted office files."""
    from jixiao.office import office_store

    with office_store() as folder, page_store(options, watcher) as with_pages:
        yield replace(with_pages, office_folder=folder)


@contextmanager
def page_store(options: Options, watcher: Watcher) -> Iterator[Options]:
    """The options with a folder by which processes hand each other recognised pages: where none is kept, one for this run."""
    if options.ocr_cache is not None and writable(Path(options.ocr_cache)):
        yield options
        return
    if options.ocr_cache is not None and options.ocr != "never":
        watcher.warned(f"{options.ocr_cache} cannot be written: recognised pages are not kept for the next run.")
    with scratch("pages") as folder:
        yield replace(options, ocr_cache=str(folder))


def _outcomes(events: Generator[Event, None, None], watcher: Watcher, options: Options) -> Iterator[tuple[Job, Outcome]]:
    """The jobs that are done, with their outcomes; the watcher is told of pages."""
    from jixiao.course import Converted, PagesFound
    from jixiao.office import forget

    with closing(events):
        for event in events:
            if isinstance(event, Converted):
                forget(options.office_folder, event.job.document_id)
                yield event.job, event.outcome
            elif isinstance(event, PagesFound):
                watcher.recognising(event.job, event.pages)
            else:
                watcher.recognised(event.job)
