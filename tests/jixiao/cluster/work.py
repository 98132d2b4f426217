"""Tasks for the tests of a fleet, done by worker processes."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extract.problem import NotWritableError


@dataclass(frozen=True)
class Task:
    """What to do: ``wait`` until the file ``gate`` is there, ``die``, ``fail``, or nothing; the answer is the number doubled."""

    number: int
    what: str = ""


@dataclass(frozen=True)
class Shared:
    """The folder that workers and the test share: each task notes the process that does it."""

    folder: Path


def perform(task: Any, shared: Any) -> int:
    assert isinstance(task, Task) and isinstance(shared, Shared)
    aside = shared.folder / f".{os.getpid()}-{task.number}"
    aside.write_text(str(os.getpid()))
    aside.rename(shared.folder / f"{task.number}.pid")
    if task.what == "wait":
        while not (shared.folder / "gate").exists():
            time.sleep(0.01)
    if task.what == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if task.what == "fail":
        raise NotWritableError("The disk is full.", "Free it.")
    return 2 * task.number
