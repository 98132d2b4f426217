"""A worker process: takes jobs from its standard input and answers each with an outcome on its standard output.

It is started by name and not by multiprocessing, so that a caller's script needs no guard around its main part."""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

from jixiao.outcome import Options
from jixiao.pipeline import convert
from mappings.loader import Mappings


def main() -> None:
    """Answers jobs until the one who sends them closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started us ends us
    answers = _private_stdout()
    mappings: Mappings
    options: Options
    mappings, options = pickle.load(sys.stdin.buffer)
    for path, source_path in _jobs(sys.stdin.buffer):
        pickle.dump(convert(path, mappings=mappings, options=options, source_path=source_path), answers)
        answers.flush()


def _private_stdout() -> BinaryIO:
    """Standard output for answers alone; what a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _jobs(stream: BinaryIO) -> Iterator[tuple[str, str]]:
    """Path and source_path of each job, until the one who sends them closes the pipe."""
    with suppress(EOFError):
        while True:
            yield pickle.load(stream)


if __name__ == "__main__":
    main()
