"""The workers of a run: they take tasks from one course while their caller draws sources and lands what they give."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from extract.problem import JixiaoError
from extract.readers.office import BATCH
from jixiao.course import Course, Event
from jixiao.limits import Limits
from jixiao.plan import Job
from jixiao.process import Worker
from jixiao.tasks import Setup, Task

_WATCH_SECONDS = 0.1
_DRAWN_AHEAD = 2 * BATCH  # sources a worker: enough for a call of LibreOffice in each, few enough to be nothing
_WAITING = 16  # events a worker that may wait to be taken, so that a caller who is slower than we are holds us up


class Crew:
    """Worker processes that may do one run after another, with their temporary files below ``folder``; ``dismiss`` ends them."""

    def __init__(self, size: int, setup: Setup, limits: Limits, folder: Path) -> None:
        memory = limits.bytes(size)
        self._workers = [Worker(setup, limits, memory, folder / str(number)) for number in range(size)]

    def events(self, course: Course, jobs: Iterator[Job]) -> Generator[Event, None, None]:
        """What happens until the last of the jobs is converted; they are drawn when they are needed. One run at a time."""
        run = _Run(course, self._workers)
        try:
            yield from run.events(jobs)
        except BaseException:  # also where the caller turns away
            run.stop()
            self.dismiss()
            raise
        finally:
            run.end()

    def dismiss(self) -> None:
        """Ends the processes, and what they are at."""
        for worker in self._workers:
            worker.end()


class _Run:
    """Threads that each own a worker for one run, and one that watches over all workers.

    Sources are drawn, and events given, in the thread of the caller."""

    def __init__(self, course: Course, workers: Sequence[Worker]) -> None:
        self._course = course
        self._workers = workers
        self._size = len(workers)
        self._changed = threading.Condition()
        self._events: queue.SimpleQueue[Event | BaseException | None] = queue.SimpleQueue()
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._serve, args=(worker,), daemon=True) for worker in workers]

    def events(self, jobs: Iterator[Job]) -> Generator[Event, None, None]:
        for thread in (*self._threads, threading.Thread(target=self._watch, daemon=True)):
            thread.start()
        while self._draw(jobs):
            event = self._next()
            if event is not None:
                yield event

    def stop(self) -> None:
        """Has no worker begin anything more."""
        self._over.set()

    def end(self) -> None:
        """Waits for the threads, which have nothing more to do."""
        self.stop()
        with self._changed:
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _draw(self, jobs: Iterator[Job]) -> bool:
        """Draws sources until enough are open; False where all is done and told."""
        while self._course.drawn_ahead < self._size * _DRAWN_AHEAD and not self._course.complete:
            job = next(jobs, None)
            with self._changed:
                if job is None:
                    self._course.close()
                else:
                    self._course.add(job)
                self._changed.notify_all()
        with self._changed:
            return not (self._course.finished and self._events.empty())

    def _next(self) -> Event | None:
        """What happened next, None for nothing to tell."""
        event = self._events.get()
        with self._changed:
            self._changed.notify_all()
        if isinstance(event, BaseException):
            raise event
        return event

    def _watch(self) -> None:
        while not self._over.wait(_WATCH_SECONDS):
            for worker in self._workers:
                worker.watch()

    def _serve(self, worker: Worker) -> None:
        try:
            self._work(worker)
        except (OSError, JixiaoError) as error:  # no worker can be started
            self._events.put(error)
        except BaseException as error:  # our defect: whoever waits for us must not wait for ever
            self._events.put(error)
            raise

    def _work(self, worker: Worker) -> None:
        while (task := self._take()) is not None:
            answer = worker.do(task, self._over)
            with self._changed:
                self._events.put(self._course.answered(task, answer))
                self._changed.notify_all()

    def _take(self) -> Task | None:
        """The next task, once there is one; None where there will be none."""
        with self._changed:
            while not (self._over.is_set() or self._course.finished):
                held_up = self._events.qsize() > self._size * _WAITING
                if not held_up and (task := self._course.take()) is not None:
                    return task
                self._changed.wait()
        return None
