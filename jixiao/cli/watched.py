"""Does a command in a process of its own that is watched: a file at which it hangs, dies or eats memory ends it with a sentence.

The process is forked, which costs a few thousandths of a second; where a system cannot fork, a command goes unwatched."""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import click

from extract.problem import EXIT_INTERRUPTED
from jixiao.cli.errors import SHELL, SourceFailed
from jixiao.cli.options import limits_of
from jixiao.watcher import Watcher

if TYPE_CHECKING:
    import psutil

    from jixiao.limits import Limits
    from jixiao.outcome import Failure
    from jixiao.plan import Job
    from jixiao.tasks import Conversion

_LOOK_SECONDS = 0.1
_TOOLS_SECONDS = 1.0
_FIRST_SECONDS = 2.0  # in which a small file is read: looking costs time that it needs
_SIGNALS = tuple(number for name in ("SIGINT", "SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None)
_REMEDIES = {
    "timeout": "Give it more time with --timeout.",
    "memory": "Give it more with --memory.",
    "worker-died": "It may need more memory than there is, or be damaged: try it with --pdf-engine pdfplumber.",
}


class Watch(Watcher):
    """Tells the one who watches us which file is at work; its time runs anew with each file and each page. Passes on to ``inner``,
    which shows it, what a conversion tells."""

    def __init__(self, pipe: int | None = None, inner: Watcher | None = None) -> None:
        self._pipe = pipe
        self._inner = inner or Watcher()
        self._file = b""

    def at(self, file: Path, inner: Watcher) -> Watch:
        """The Watch of the work on a file."""
        watch = Watch(self._pipe, inner)
        watch._file = os.fsencode(file)
        watch._tell(b"+")
        return watch

    def done(self) -> None:
        """The files are read: how long it takes to show what is in them is up to the one who looks."""
        self._tell(b"-")

    def warned(self, message: str) -> None:
        self._inner.warned(message)

    def shared(self) -> None:
        self._tell(b"-")

    def alone(self) -> None:
        self._tell(b"+")

    def recognising(self, job: Job, pages: int) -> None:
        self._inner.recognising(job, pages)

    def recognised(self, job: Job) -> None:
        self._tell(b"")
        self._inner.recognised(job)

    def _tell(self, sign: bytes) -> None:
        if self._pipe is not None:
            os.write(self._pipe, sign + self._file + b"\0")


def watched(file: Path, timeout: float, memory: str | None) -> tuple[Watch, Limits]:
    """The Watch by which the rest of the command tells what it is at, and the limits that are given, in the process that goes on from here.

    The other one watches it, and ends as it does: never comes back, or raises SourceFailed. The earlier it is called, the less there is
    to share between them. Raises UsageError for limits that are none."""
    context = click.get_current_context(silent=True)
    if context is None or context.find_root().obj != SHELL or not hasattr(os, "fork") or threading.active_count() > 1:
        return Watch(), limits_of(timeout, memory)
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    try:
        said, telling = os.pipe()
        child = os.fork()
    except OSError:  # no room for another process
        return Watch(), limits_of(timeout, memory)
    if child:
        os.close(telling)
        first = min(timeout, _FIRST_SECONDS)
        _Warden(child, said, lambda: limits_of(timeout, memory), file, first).wait()
    os.close(said)
    _handle(_interrupt_once)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    return Watch(telling), limits_of(timeout, memory)


class _Warden:
    """The process that watches; ``said`` is the pipe on which the other one tells which file is at work. It does not look for the
    ``first`` seconds."""

    def __init__(self, child: int, said: int, limits: Callable[[], Limits], file: Path, first: float) -> None:
        self._child = child
        self._said = said
        self._limits = limits
        self._file = file
        self._shared = False
        self._begun = self._looked = time.monotonic()
        self._first = self._begun + first
        self._started: list[psutil.Process] = []
        self._tools = 0
        self._asked = False
        _handle(self._pass_on)

    def wait(self) -> NoReturn:
        """Ends this process as the other one ends. Raises SourceFailed where that went beyond a limit, or died."""
        while (failure := self._excess()) is None:
            if select.select([self._said], [], [], _LOOK_SECONDS)[0] and not self._hear():
                break
        if failure is not None:
            self._end()
            raise self._failed(failure)
        code = os.waitstatus_to_exitcode(os.waitpid(self._child, 0)[1])
        if code < 0:
            from jixiao.ending import end
            from jixiao.limits import died

            end(self._started)  # as far as they were seen: nothing leads to the programs of a dead process
            _clear()
            if not self._asked or -code not in _SIGNALS:
                raise self._failed(died(self._task(), code))
            code = EXIT_INTERRUPTED  # it was asked to end at the end of the interpreter, when that has let go of signals
        os._exit(code)

    def _hear(self) -> bool:
        """Takes note of what was told; False where nobody is there to tell more."""
        told = os.read(self._said, 1 << 16)
        for line in told.split(b"\0"):
            if line[:1] in (b"+", b"-"):
                self._shared = line[:1] == b"-"
                self._file = Path(os.fsdecode(line[1:])) if line[1:] else self._file
        self._begun = time.monotonic()
        return bool(told)

    def _excess(self) -> Failure | None:
        """The failure of a file that went beyond a limit. While workers are at it, which have limits of their own, time is theirs."""
        if time.monotonic() < self._first:
            return None
        from jixiao.limits import too_large, too_slow

        limits = self._limits()
        seconds = limits.seconds(self._task())
        if not self._shared and time.monotonic() > self._begun + seconds:
            return too_slow(self._task(), seconds)
        if self._taken() > (memory := limits.bytes(1)):
            return too_large(self._task(), memory)
        return None

    def _taken(self) -> int:
        """The memory of the process and of the programs that it runs, not of its workers, which are in sessions of their own."""
        from jixiao.ending import session_of, started_by
        from jixiao.process import memory_of

        now = time.monotonic()
        if now - self._looked > _TOOLS_SECONDS:
            self._looked = now
            own = session_of(self._child)
            self._started = started_by(self._child)
            self._tools = sum(memory_of(tool.pid) for tool in self._started if session_of(tool.pid) == own)
        return memory_of(self._child) + self._tools

    def _task(self) -> Conversion:
        from jixiao.plan import Job
        from jixiao.tasks import Conversion

        return Conversion(Job("", self._file, self._file.name, None))

    def _failed(self, failure: Failure) -> SourceFailed:
        if sys.stderr.isatty():
            sys.stderr.write("\x1b[?25h\n")  # the cursor, which a bar may have hidden
        return SourceFailed(replace(failure, remedy=_REMEDIES[failure.code]))

    def _end(self) -> None:
        from jixiao.ending import end, started_by

        started = started_by(self._child)
        os.kill(self._child, signal.SIGKILL)
        os.waitpid(self._child, 0)
        end(started)
        _clear()

    def _pass_on(self, number: int, frame: FrameType | None) -> None:
        """Has the other one end in order; asked twice, ends it."""
        if self._asked and number != signal.SIGHUP:
            self._end()
            os._exit(EXIT_INTERRUPTED)
        self._asked = True
        with suppress(ProcessLookupError):  # it has just ended
            os.kill(self._child, number)


def _clear() -> None:
    """Removes the temporary files of the process that has ended."""
    from extract.scratch import clear_abandoned

    clear_abandoned(0)


def _handle(how: Callable[[int, FrameType | None], None]) -> None:
    """Has signals that ask us to end handled; one that is ignored stays so."""
    for number in _SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, how)


def _interrupt_once(number: int, frame: FrameType | None) -> None:
    """An interruption; from a terminal it comes to both processes, and the other one passes it on too."""
    _handle(_nothing)
    raise KeyboardInterrupt


def _nothing(number: int, frame: FrameType | None) -> None: ...


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_TOOLS_SECONDS)
    from jixiao.ending import end, started_by

    end(started_by(os.getpid()))
    os._exit(EXIT_INTERRUPTED)
