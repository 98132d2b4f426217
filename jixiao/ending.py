"""Ends processes with all that they started, also what has lost its parent meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterable
from contextlib import suppress

import psutil


def end_tree(process: subprocess.Popen[bytes]) -> int:
    """Ends a process that began a session and all that it started, and gives its exit code."""
    started = started_by(process.pid)
    process.kill()
    code = process.wait()
    end(started)
    end_session(process.pid)
    return code


def started_by(pid: int) -> list[psutil.Process]:
    """What a process started, as far as it is not orphaned."""
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []


def end_session(leader: int) -> None:
    """Ends all that is in the session of a process but itself: what a dead process started has another parent, and is still in there."""
    ended: set[int] = set()
    while new := [pid for pid in _session(leader) if pid not in ended]:  # what was just being started is found by the next look
        ended.update(new)
        for pid in new:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)


def end(processes: Iterable[psutil.Process]) -> None:
    """Ends processes that may have come to their end already."""
    for process in processes:
        with suppress(psutil.Error):
            process.kill()


def _session(leader: int) -> list[int]:
    return [pid for pid in psutil.pids() if pid != leader and session_of(pid) == leader]


def session_of(pid: int) -> int | None:
    """The session that a process is in, None where the system knows no such thing, or no such process."""
    if not hasattr(os, "getsid"):
        return None
    try:
        return os.getsid(pid)
    except OSError:
        return None
