"""Converts many sources at once: in this process with one worker, else in worker processes that are started when needed.

Pages that need recognition are shared among all workers, whichever source they are of."""

from __future__ import annotations

import hashlib
import os
import pickle
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from extract.ocr.wanted import PagesWanted
from extract.problem import EXIT_UNREADABLE
from jixiao.cache import writable
from jixiao.course import Converted, Course, Event, PagesFound
from jixiao.office import office_store
from jixiao.outcome import Failure, Options, Outcome
from jixiao.pipeline import Understanding, failed, understand
from jixiao.plan import Job
from jixiao.tasks import Answer, Conversion, Recognised, Task, perform
from jixiao.text import readable_name
from jixiao.watcher import Watcher
from mappings.loader import Mappings


def default_jobs() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def convert_all(
    jobs: Sequence[Job], *, workers: int, mappings: Mappings, options: Options, watcher: Watcher | None = None
) -> Iterator[tuple[Job, Outcome]]:
    """Each job with its outcome, in the order in which they get ready. A worker that dies fails its own job alone.

    ``watcher`` is told of pages that are recognised on the way."""
    watcher = watcher or Watcher()
    with office_store(job.path for job in jobs) as folder, page_store(options, watcher) as with_store:
        for event in _events(Course(jobs), workers, mappings, replace(with_store, office_folder=folder)):
            if isinstance(event, Converted):
                yield event.job, event.outcome
            elif isinstance(event, PagesFound):
                watcher.recognising(event.job, event.pages)
            else:
                watcher.recognised(event.job)


def convert_one(
    path: str | Path, *, workers: int | None = None, mappings: Mappings, options: Options, watcher: Watcher | None = None
) -> Outcome:
    """The Outcome of one source, whose pages are recognised by all workers together."""
    path = Path(path)
    name = readable_name(path.name)
    job = Job(hashlib.sha256(name.encode()).hexdigest(), path, name, None)
    ((_, outcome),) = convert_all([job], workers=workers or default_jobs(), mappings=mappings, options=options, watcher=watcher)
    return outcome


def understand_one(path: Path, *, mappings: Mappings, options: Options, drawing: bool, watcher: Watcher) -> Understanding:
    """The Understanding of one source, whose pages are recognised by all processors together. Raises what the stages raise."""
    with page_store(options, watcher) as with_store:
        try:
            return understand(path, mappings=mappings, options=with_store, drawing=drawing, defer=True)
        except PagesWanted:
            convert_one(path, mappings=mappings, options=with_store, watcher=watcher)
            return understand(path, mappings=mappings, options=with_store, drawing=drawing)


@contextmanager
def page_store(options: Options, watcher: Watcher) -> Iterator[Options]:
    """The options with a folder by which processes hand each other recognised pages: where none is kept, one for this run."""
    if options.ocr_cache is not None and writable(Path(options.ocr_cache)):
        yield options
        return
    if options.ocr_cache is not None and options.ocr != "never":
        watcher.warned(f"{options.ocr_cache} cannot be written: recognised pages are not kept for the next run.")
    with tempfile.TemporaryDirectory(prefix="jixiao-pages-", ignore_cleanup_errors=True) as folder:
        yield replace(options, ocr_cache=folder)


def _events(course: Course, workers: int, mappings: Mappings, options: Options) -> Iterator[Event]:
    """What happens, until the last source is converted."""
    left, helpers = course.sources, workers
    for event in _alone(course, workers, mappings, _for_each_of(1, options)):
        left -= isinstance(event, Converted)
        helpers = min(workers, event.pages) if isinstance(event, PagesFound) else helpers
        yield event
    if not left:
        return
    crew = _Crew(course, helpers, mappings, _for_each_of(helpers, options))
    try:
        while left:
            event = crew.next()
            left -= isinstance(event, Converted)
            yield event
    finally:
        crew.dismiss()


def _for_each_of(workers: int, options: Options) -> Options:
    """The options by which each of so many workers takes its share of the processors."""
    return replace(options, ocr_threads=max(1, default_jobs() // workers))


def _alone(course: Course, workers: int, mappings: Mappings, options: Options) -> Iterator[Event]:
    """What this process does itself: all, where it is the one worker; where there is one source, as much as shows that it has
    pages to share."""
    if workers > 1 < course.sources:
        return
    while (task := course.take()) is not None:
        event = course.answered(task, perform(task, mappings, options))
        yield event
        if isinstance(event, PagesFound) and min(workers, event.pages) > 1:
            return


class _Crew:
    """Threads that each own a worker process, take tasks from one course and tell what happens in one queue."""

    def __init__(self, course: Course, size: int, mappings: Mappings, options: Options) -> None:
        self._course = course
        self._changed = threading.Condition()
        self._events: queue.SimpleQueue[Event | BaseException] = queue.SimpleQueue()
        self._workers = [_Worker(mappings, options) for _ in range(size)]
        for worker in self._workers:
            threading.Thread(target=self._serve, args=(worker,), daemon=True).start()

    def next(self) -> Event:
        event = self._events.get()
        if isinstance(event, BaseException):
            raise event
        return event

    def dismiss(self) -> None:
        for worker in self._workers:
            worker.end()
        with self._changed:
            self._changed.notify_all()

    def _serve(self, worker: _Worker) -> None:
        while (task := self._take(worker)) is not None:
            try:
                answer = worker.do(task)
            except OSError as error:  # no worker can be started
                self._events.put(error)
                return
            with self._changed:
                self._events.put(self._course.answered(task, answer))
                self._changed.notify_all()

    def _take(self, worker: _Worker) -> Task | None:
        """The next task, once there is one; None where there will be none."""
        with self._changed:
            while not (worker.ended or self._course.finished):
                if (task := self._course.take()) is not None:
                    return task
                self._changed.wait()
        return None


class _Worker:
    """One worker process, started when it is first needed and again after a death."""

    def __init__(self, mappings: Mappings, options: Options) -> None:
        self._mappings = mappings
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self.ended = False

    def do(self, task: Task) -> Answer:
        try:
            process = self._process or self._start()
            _send(process.stdin, task)
            return _answer(process.stdout)
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            return self._death(task)

    def end(self) -> None:
        self.ended = True
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        deaf = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"  # before imports that would end in a traceback
        start = f"{deaf}; import sys; sys.path[:] = {sys.path!r}; from jixiao.worker import main; main()"
        process = subprocess.Popen([sys.executable, "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._process = process
        if self.ended:
            process.kill()
        _send(process.stdin, (self._mappings, self._options))
        return process

    def _death(self, task: Task) -> Answer:
        """What stands for the answer of a worker that died; a page is left to the conversion of its source."""
        code = self._process.wait() if self._process is not None else 0
        self._process = None
        if not isinstance(task, Conversion):
            return Recognised()
        job = task.job
        failure = Failure(EXIT_UNREADABLE, "worker-died", f"{job.path.name} ended the process that read it ({_how(code)}).", _REMEDY)
        return failed(failure, job.path, job.source_path, job.document_id, self._mappings)


_REMEDY = "It may need more memory than there is, or be damaged: try it alone with --jobs 1, or with --pdf-engine pdfplumber."


def _how(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def _send(stream: IO[bytes] | None, message: Any) -> None:
    assert stream is not None
    pickle.dump(message, stream)
    stream.flush()


def _answer(stream: IO[bytes] | None) -> Answer:
    assert stream is not None
    answer = pickle.load(stream)
    assert isinstance(answer, Answer)
    return answer
