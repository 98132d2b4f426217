"""Tasks for the tests of a fleet, done by worker processes."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from typing import Any

from extract.problem import NotWritableError


@dataclass(frozen=True)
class Task:
    """What to do: ``die``, ``fail``, ``lack`` a module, or nothing; the answer is the number doubled."""

    number: int
    what: str = ""


def perform(task: Any, shared: Any) -> int:
    assert isinstance(task, Task)
    if task.what == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if task.what == "lack":
        raise ModuleNotFoundError("No module named 'jixiao'")
    if task.what == "fail":
        raise NotWritableError("The disk is full.", "Free it.")
    return shared * task.number
