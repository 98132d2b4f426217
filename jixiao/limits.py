"""What one source may take of time and memory, and what is said of one that takes more."""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass
from pathlib import Path

from extract.problem import EXIT_UNREADABLE, UsageError
from jixiao.outcome import Failure
from jixiao.tasks import Conversion, Preparation, Recognition, Task

TIMEOUT = 600.0
RESTART_AFTER = 2000
MOST_MEMORY = 4 << 30
LEAST_MEMORY = 1 << 30

_SHARE = 0.8  # of the machine's memory for all workers together
_BYTES_A_TIMEOUT = 50_000_000
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([kmgt]?)(?:i?b)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a worker: ``timeout`` in seconds for a source, and for each page of it that is recognised; ``memory`` in bytes for a
    worker and the programs that it runs, None for the machine's share; after ``restart_after`` pieces of work it is started anew."""

    timeout: float = TIMEOUT
    memory: int | None = None
    restart_after: int = RESTART_AFTER

    def __post_init__(self) -> None:
        if not self.timeout > 0:  # which nan is not either
            raise UsageError(f"{self.timeout:g} seconds are no limit of time.", "Give a number above 0.")

    def seconds(self, task: Task) -> float:
        """The time that a task may take: a large file has the limit once more for each further 50 MB, and what is converted
        ahead for many sources has the limit of them all."""
        if isinstance(task, Preparation):
            return self.timeout * len(task.jobs)
        if isinstance(task, Recognition):
            return self.timeout
        return self.timeout * (1 + _bytes(task.job.path) // _BYTES_A_TIMEOUT)

    def bytes(self, workers: int) -> int:
        """The memory that each of so many workers may take."""
        return self.memory or default_memory(workers)


def default_memory(workers: int) -> int:
    """4 GiB for each worker, less where the machine has less for each, never under 1 GiB."""
    import psutil

    share = int(psutil.virtual_memory().total * _SHARE / workers)
    return max(LEAST_MEMORY, min(MOST_MEMORY, share))


def parse_size(text: str) -> int:
    """The bytes that a size like 800M or 1.5G stands for. Raises UsageError."""
    found = _SIZE.fullmatch(text.strip())
    number = float(found[1]) * _UNITS[found[2].lower()] if found else 0
    if number < 1:
        raise UsageError(f"{text} is no size.", "Give one like 800M or 2G.")
    return int(number)


def shown_size(number: int) -> str:
    """A number of bytes for a person: 2 GB, 1.5 GB, 300 MB."""
    for unit, size in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if number >= size:
            return f"{number / size:.3g} {unit}"
    return f"{number} bytes"


def too_slow(task: Conversion | Recognition, seconds: float) -> Failure:
    """The failure of a source that took too long."""
    message = f"{_what(task)} took more than {seconds:g} seconds and was ended."
    return Failure(EXIT_UNREADABLE, "timeout", message, "Give it more time with --timeout, or leave it out and look at it alone.")


def too_large(task: Conversion | Recognition, memory: int) -> Failure:
    """The failure of a source that took too much memory."""
    message = f"{_what(task)} took more than {shown_size(memory)} of memory and was ended."
    return Failure(EXIT_UNREADABLE, "memory", message, "Give it more with --memory, with fewer --jobs where memory is short.")


def died(task: Conversion | Recognition, code: int) -> Failure:
    """The failure of a source whose worker died of it, each time that it was tried."""
    message = f"{_what(task)} ended the process that read it ({_how(code)})."
    return Failure(EXIT_UNREADABLE, "worker-died", message, _REMEDY)


_REMEDY = "It may need more memory than there is, or be damaged: try it alone with --jobs 1, or with --pdf-engine pdfplumber."


def _what(task: Conversion | Recognition) -> str:
    name = task.job.path.name
    return f"Page {task.page} of {name}" if isinstance(task, Recognition) else name


def _how(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # who reads it will say so
        return 0
