"""A worker process: takes tasks from its standard input and answers each on its standard output.

It is started by name and not by multiprocessing, so that a caller's script needs no guard around its main part."""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any, BinaryIO

from jixiao.outcome import Options
from jixiao.tasks import Answer, perform
from mappings.loader import Mappings


def main() -> None:
    """Answers tasks until the one who sends them closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started us ends us
    answers = _private_stdout()
    messages = _messages(sys.stdin.buffer)
    mappings: Mappings
    options: Options
    for mappings, options in islice(messages, 1):
        for task in messages:
            if not _answer(perform(task, mappings, options), answers):
                return


def _answer(answer: Answer, answers: BinaryIO) -> bool:
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
    """First mappings and options, then tasks, until the one who sends them closes the pipe, be it in the middle of a message."""
    with suppress(EOFError, pickle.UnpicklingError):
        while True:
            yield pickle.load(stream)


if __name__ == "__main__":
    main()
