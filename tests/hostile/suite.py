"""Reads the hostile files in a process of their own, and says of each what was promised and not kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from tests.hostile.child import Verdict
from tests.hostile.inputs import HOSTILE
from tests.large.suite import Figure, Size, Trial

ROOT = Path(__file__).parents[2]
SECONDS, MEGABYTES = 10.0, 512
"""What a file of the small form may take of processor time and of memory."""
LARGE_SECONDS, LARGE_MEGABYTES = 60.0, 3072
"""What one of the large form may take: 10,000 pages, 50,000 rows, a stream of 1 GB; an ingest can be given less by --memory."""
PATIENCE = 600


def read_all(names: Sequence[str], *, large: bool = False) -> Iterator[Verdict]:
    """How the reading of each file ended, in their order; what ends or hangs the process ends the walk."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.hostile.child", folder, "large" if large else "small", *names]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE, cwd=ROOT, env=environment)
    for line in run.stdout.splitlines():
        yield Verdict(**json.loads(line))
    if run.returncode != 0:
        raise RuntimeError(f"the process that reads hostile files ended with {run.returncode}:\n{run.stderr[-2000:]}")


def faults(verdict: Verdict, *, large: bool = False) -> list[str]:
    """What was promised of this file and not kept."""
    hostile = HOSTILE[verdict.name]
    seconds, megabytes = (LARGE_SECONDS, LARGE_MEGABYTES) if large else (SECONDS, MEGABYTES)
    kept = {
        f"ended as {verdict.ends}, not {hostile.ends}: {verdict.said[:300]}": verdict.ends == hostile.ends,
        f"does not say {hostile.says!r}: {verdict.said[:300]}": hostile.says in verdict.said,
        f"{verdict.rows} rows, not {hostile.rows}": large or verdict.rows == hostile.rows,
        f"{verdict.seconds} s of processor time": verdict.seconds <= seconds,
        f"{verdict.peak} MB": verdict.peak <= megabytes,
        "asked the network": not verdict.asked_network,
    }
    return [fault for fault, good in kept.items() if not good]


def large(size: Size) -> Iterator[Trial]:
    """A trial of each file of the large form, whatever the size: it is as hostile as it gets."""
    for name in HOSTILE:
        yield Trial(_what(name), partial(_figure, name), 1)


def _what(name: str) -> str:
    return f"{name} ({HOSTILE[name].large:,})"


def _figure(name: str) -> Figure:
    """What came of the file; that it ended the process that read it is a fault like others."""
    try:
        verdict = next(read_all([name], large=True))
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        return Figure(_what(name), 1, 1, 0.0, str(error).splitlines()[0])
    found = faults(verdict, large=True)
    note = f"{verdict.ends}, {verdict.peak} MB" + "".join(f"; {fault}" for fault in found)
    return Figure(_what(name), 1, int(bool(found)), verdict.seconds, note)
