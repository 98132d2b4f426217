"""A worker process: takes jobs from its standard input and answers each with an outcome on its standard output.

It is started by name and not by multiprocessing, so that a caller's script needs no guard around its main part."""

from __future__ import annotations

import os
import pickle
import signal
import sys
from typing import BinaryIO

from jixiao.outcome import Options
from jixiao.pipeline import convert
from mappings.loader import Mappings


def main() -> None:
    """Answers jobs until the one who sends them closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started us ends us
    answers = _private_stdout()
    mappings, options = _receive(sys.stdin.buffer)
    while (job := _receive(sys.stdin.buffer)) is not None:
        path, source_path = job
        pickle.dump(convert(path, mappings=mappings, options=options, source_path=source_path), answers)
        answers.flush()


def _private_stdout() -> BinaryIO:
    """Standard output for answers alone; what a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _receive(stream: BinaryIO) -> tuple[Mappings, Options] | tuple[str, str] | None:
    try:
        return pickle.load(stream)  # type: ignore[no-any-return]
    except EOFError:
        return None


if __name__ == "__main__":
    main()
