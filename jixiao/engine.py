"""Converts many sources at once: in this process with one job, else in worker processes that are started once."""

from __future__ import annotations

import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import IO, Any

from extract.problem import EXIT_UNREADABLE
from jixiao.outcome import Failure, Options, Outcome
from jixiao.pipeline import convert, failed
from jixiao.plan import Job
from mappings.loader import Mappings


def default_jobs() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def convert_all(jobs: Sequence[Job], *, workers: int, mappings: Mappings, options: Options) -> Iterator[tuple[Job, Outcome]]:
    """Each job with its outcome, in the order in which they get ready. A worker that dies fails its own job alone."""
    if min(workers, len(jobs)) <= 1:
        for job in jobs:
            yield job, convert(job.path, mappings=mappings, options=options, source_path=job.source_path, document_id=job.document_id)
        return
    crew = _Crew(jobs, min(workers, len(jobs)), mappings, options)
    try:
        for _ in jobs:
            yield crew.next()
    finally:
        crew.dismiss()


class _Crew:
    """Threads that each own a worker process, take jobs from one queue and put outcomes into another."""

    def __init__(self, jobs: Sequence[Job], size: int, mappings: Mappings, options: Options) -> None:
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[Job, Outcome] | BaseException] = queue.SimpleQueue()
        for job in jobs:
            self._jobs.put(job)
        self._workers = [_Worker(mappings, options) for _ in range(size)]
        for worker in self._workers:
            threading.Thread(target=self._serve, args=(worker,), daemon=True).start()

    def next(self) -> tuple[Job, Outcome]:
        done = self._done.get()
        if isinstance(done, BaseException):
            raise done
        return done

    def dismiss(self) -> None:
        for worker in self._workers:
            worker.end()

    def _serve(self, worker: _Worker) -> None:
        with suppress(queue.Empty):
            while not worker.ended:
                job = self._jobs.get_nowait()
                try:
                    self._done.put((job, worker.convert(job)))
                except OSError as error:  # no worker can be started
                    self._done.put(error)
                    return


class _Worker:
    """One worker process, started when it is first needed and again after a death."""

    def __init__(self, mappings: Mappings, options: Options) -> None:
        self._mappings = mappings
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self.ended = False

    def convert(self, job: Job) -> Outcome:
        try:
            process = self._process or self._start()
            _send(process.stdin, (str(job.path), job.source_path, job.document_id))
            outcome = _answer(process.stdout)
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            return self._death(job)
        return outcome

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

    def _death(self, job: Job) -> Outcome:
        code = self._process.wait() if self._process is not None else 0
        self._process = None
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


def _answer(stream: IO[bytes] | None) -> Outcome:
    assert stream is not None
    outcome = pickle.load(stream)
    assert isinstance(outcome, Outcome)
    return outcome
