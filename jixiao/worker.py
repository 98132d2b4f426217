"""A worker process: takes tasks from its standard input and answers each on its standard output.

It is started by name and not by multiprocessing, so that a caller's script needs no guard around its main part."""

from __future__ import annotations

import faulthandler
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any, BinaryIO, TextIO

from jixiao.tasks import Setup

READY = "ready"
_LONGEST_SECONDS = 1e6  # what every system's timers take
_LOOK_SECONDS = 1.0
_GRACE_SECONDS = 30.0  # for a caller who is there to end us; one who was killed is not


def main() -> None:
    """Answers tasks until the one who sends them closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started us ends us
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    answers = _private_stdout()
    messages = _messages(sys.stdin.buffer)
    setup: Setup
    with open(os.devnull, "w", encoding="ascii") as nowhere:
        for setup in islice(messages, 1):
            there = _answer(READY, answers)
            while there and (message := next(messages, None)) is not None:
                task, seconds = message
                _end_after(seconds, nowhere)
                there = _answer(setup.work(task, setup.mappings, setup.options), answers)
                faulthandler.cancel_dump_traceback_later()


def _end_with(parent: int) -> None:
    """Ends this process in the middle of its task, with the programs that it runs, once the one who started it is dead."""
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    from jixiao.ending import end, end_session, started_by

    end(started_by(os.getpid()))
    end_session(os.getpid())
    os._exit(1)


def _end_after(seconds: float, nowhere: TextIO) -> None:
    """Has this process end by itself if its task hangs, even in the middle of a library, and nobody is left to end it."""
    faulthandler.dump_traceback_later(min(_LONGEST_SECONDS, seconds + _GRACE_SECONDS), exit=True, file=nowhere)


def _answer(answer: Any, answers: BinaryIO) -> bool:
    """False where nobody waits for the answer any more: the one who started us was interrupted."""
    try:
        pickle.dump(answer, answers)
        answers.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), answers.fileno())  # what is still buffered has a place to go
        return False
    return True


def _private_stdout() -> BinaryIO:
    """Standard output for answers alone; what a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _messages(stream: BinaryIO) -> Iterator[Any]:
    """First the setup, then tasks, until the one who sends them closes the pipe, be it in the middle of a message."""
    with suppress(EOFError, pickle.UnpicklingError):
        while True:
            yield pickle.load(stream)


if __name__ == "__main__":
    main()
