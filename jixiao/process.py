"""A worker process as its caller holds it: started when needed, watched while it works, ended with all that it started."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from extract.problem import JixiaoError
from jixiao.ending import end_tree
from jixiao.limits import Limits, died, too_large, too_slow
from jixiao.pipeline import failed
from jixiao.tasks import Answer, Preparation, Prepared, Setup, Task

_FULL = 0.5  # of its memory: a worker that keeps more than this when its work is done is started anew
_CHILDREN_SECONDS = 1.0  # finding the programs that a worker runs is a look at every process of the machine
_NO_START = "What is printed above says why; check that jixiao is installed whole: jixiao doctor."


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a worker in the middle of a task: ``timeout``, ``memory`` or ``death``, and the exit code of its process."""

    why: str
    code: int


class Worker:
    """One worker process at a time: started when it is first needed, after so many tasks, and after an end. What it and its programs
    leave in ``folder``, where their temporary files are, goes with it.

    ``do`` is called by one thread, ``watch`` and ``end`` by others."""

    def __init__(self, setup: Setup, limits: Limits, memory: int, folder: Path) -> None:
        self._setup = setup
        self._limits = limits
        self._memory = memory
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._tasks = 0
        self._stint: _Stint | None = None

    def do(self, task: Task, over: threading.Event) -> Answer:
        """The answer to a task. What ends its worker is tried once more by a new one, whom nothing before can have harmed;
        what takes too long is not, and nothing is once the run is ``over``.

        Raises OSError and JixiaoError where no worker can be started."""
        result = self._try(task, over)
        if isinstance(result, Ending) and result.why != "timeout" and not over.is_set():
            result = self._try(task, over)
        return self._given_up(task, result) if isinstance(result, Ending) else result

    def watch(self) -> None:
        """Ends the process if its task takes too much time or memory."""
        if (stint := self._stint) is not None:
            stint.check()

    def end(self) -> None:
        """Ends the process, if there is one, and what it is at."""
        if (process := self._process) is not None:
            end_tree(process)

    def _try(self, task: Task, over: threading.Event) -> Answer | Ending:
        process = self._process or self._start(over)
        seconds = self._limits.seconds(task)
        self._stint = stint = _Stint(process, seconds, self._memory)
        answer: Answer | None = None
        with suppress(EOFError, BrokenPipeError, pickle.UnpicklingError):
            _send(process, (task, seconds))
            answer = _receive(process)
        self._stint = None
        self._tasks += 1
        excess = stint.close()
        if answer is None:
            return Ending(excess or "death", self._discard())
        if excess or self._tasks >= self._limits.restart_after or memory_of(process.pid) > self._memory * _FULL:
            self._discard()
        return answer

    def _start(self, over: threading.Event) -> subprocess.Popen[bytes]:
        deaf = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"  # before imports that would end in a traceback
        start = f"{deaf}; import sys; sys.path[:] = {sys.path!r}; from jixiao.worker import main; main()"
        self._folder.mkdir(exist_ok=True)
        temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self._folder))
        self._process = process = subprocess.Popen(
            [sys.executable, "-c", start],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | temporary,
            start_new_session=True,  # by which its programs are found when it is gone
        )
        self._tasks = 0
        if over.is_set():
            process.kill()
        try:
            _send(process, self._setup)
            _receive(process)
        except (EOFError, BrokenPipeError) as error:
            code = self._discard()
            raise JixiaoError(f"No worker process can be started: it ended with exit code {code}.", _NO_START) from error
        return process

    def _discard(self) -> int:
        """Ends the process, so that the next task starts another; gives its exit code."""
        process, self._process = self._process, None
        if process is None:
            return 0
        code = end_tree(process)
        shutil.rmtree(self._folder, ignore_errors=True)
        for stream in (process.stdin, process.stdout):
            with suppress(OSError):  # what was not sent has nobody to go to
                stream.close()  # type: ignore[union-attr]
        return code

    def _given_up(self, task: Task, ending: Ending) -> Answer:
        """What stands for the answer of a worker that was ended. Office files are then converted each when it is read."""
        if isinstance(task, Preparation):
            return Prepared()
        if ending.why == "timeout":
            failure = too_slow(task, self._limits.seconds(task))
        elif ending.why == "memory":
            failure = too_large(task, self._memory)
        else:
            failure = died(task, ending.code)
        job = task.job
        return failed(failure, job.path, job.source_path, job.document_id, self._setup.mappings)


class _Stint:
    """A task at work in a process, until it is closed."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float, memory: int) -> None:
        self._process = process
        self._begun = self._looked = time.monotonic()
        self._seconds = seconds
        self._memory = memory
        self._lock = threading.Lock()
        self._open = True
        self._excess: str | None = None

    def check(self) -> None:
        """Ends the process where the task has gone beyond a limit."""
        with self._lock:
            if not self._open:
                return
            if time.monotonic() > self._begun + self._seconds:
                self._excess = "timeout"
            elif self._taken() > self._memory:
                self._excess = "memory"
            if self._excess is not None:
                self._open = False
                end_tree(self._process)

    def close(self) -> str | None:
        """The limit that the task went beyond, None for none; its process is safe from ``check`` from now on."""
        with self._lock:
            self._open = False
            return self._excess

    def _taken(self) -> int:
        now = time.monotonic()
        with_children = now - self._looked > _CHILDREN_SECONDS
        if with_children:
            self._looked = now
        return memory_of(self._process.pid, with_children=with_children)


def memory_of(pid: int, *, with_children: bool = False) -> int:
    """The bytes that a process holds, with those of all that it started if they are asked for; 0 where it is gone."""
    try:
        process = psutil.Process(pid)
        children = process.children(recursive=True) if with_children else []
        own: int = process.memory_info().rss
    except psutil.Error:
        return 0
    return own + sum(memory_of(child.pid) for child in children)


def _send(process: subprocess.Popen[bytes], message: Any) -> None:
    assert process.stdin is not None
    pickle.dump(message, process.stdin)
    process.stdin.flush()


def _receive(process: subprocess.Popen[bytes]) -> Any:
    assert process.stdout is not None
    return pickle.load(process.stdout)
