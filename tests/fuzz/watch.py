"""Starts the processes that read mutants and watches them: what hangs is ended and told, what ends by itself too early as well."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.seeds import mutant

SECONDS = 10.0
"""A mutant that keeps the processor busy for longer hangs, and so does one that waits PATIENCE times as long: load is no defect."""

PATIENCE = 30

SECONDS_BY_PROGRAM = 130.0
"""What LibreOffice converts may take the time that its run is given."""

MEGABYTES = 1024
BATCH = 1000
GOOD = ("rows", "told")
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the reading of one mutant ended: rows, told, or what must not be: defect, memory, unclear, hang, crash."""

    target: str
    number: int
    how: str
    text: str
    seconds: float
    peak: int

    @property
    def good(self) -> bool:
        return self.how in GOOD


Job = tuple[str, int, int]
"""Target, first number, the number after the last."""


def watch(jobs: Sequence[Job], seed: int = 0, limit: float = SECONDS) -> Iterator[Verdict]:
    """The verdict on each mutant of the jobs, in their order, by one process after another."""
    left = list(jobs)
    with tempfile.TemporaryDirectory(prefix="jixiao-fuzz-") as folder:
        while left:
            for verdict in _until_it_ends(left, seed, limit, Path(folder)):
                left = _after(left, verdict)
                yield verdict


def watch_many(jobs: Sequence[Job], seed: int, processes: int, limit: float = SECONDS) -> Iterator[Verdict]:
    """The same by several processes, each with a batch of mutants at a time; the order is that of the jobs. One process gives each
    verdict as soon as it is known."""
    batches = [(target, at, min(at + BATCH, after)) for target, first, after in jobs for at in range(first, after, BATCH)]
    if processes == 1:
        for batch in batches:
            yield from watch([batch], seed, limit)
        return
    with ThreadPoolExecutor(processes) as pool:
        for verdicts in pool.map(lambda batch: list(watch([batch], seed, limit)), batches):
            yield from verdicts


def _after(jobs: list[Job], verdict: Verdict) -> list[Job]:
    """What is left to do after this verdict."""
    while jobs and jobs[0][0] != verdict.target:
        jobs = jobs[1:]
    _, _, after = jobs[0]
    rest = [(verdict.target, verdict.number + 1, after)] if verdict.number + 1 < after else []
    return [*rest, *jobs[1:]]


def _until_it_ends(jobs: list[Job], seed: int, limit: float, folder: Path) -> Iterator[Verdict]:
    """Verdicts of one process, the last of them on the mutant that ended it, if one did."""
    errors = folder / "stderr"
    command = [sys.executable, "-m", "tests.fuzz.child", str(folder), str(seed), *(f"{t}:{first}:{after}" for t, first, after in jobs)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]), "PYTHONHASHSEED": "0"}
    with errors.open("wb") as stderr:
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, cwd=ROOT, env=environment)
    try:
        yield from _verdicts(child, limit, errors)
    finally:
        child.kill()
        child.wait()


def _verdicts(child: subprocess.Popen[bytes], limit: float, errors: Path) -> Iterator[Verdict]:
    at: tuple[str, int] | None = None
    lines = _lines(child)
    begun, busy = time.monotonic(), 0.0
    while True:
        try:
            line = lines.get(timeout=1.0)
        except queue.Empty:
            waited, worked = time.monotonic() - begun, _processor_seconds(child) - busy
            if waited > PATIENCE * limit or (at and worked > limit):
                yield _stuck(child, at, errors, worked)
                return
            continue
        if line is None:
            break
        if "begins" in line:
            target, number = line["begins"]
            at, begun, busy = (str(target), int(str(number))), time.monotonic(), _processor_seconds(child)
            continue
        yield _verdict(line)
        at = None
    if child.wait() != 0 or at is not None:
        yield _crashed(child.returncode, at, errors, time.monotonic() - begun)


def _processor_seconds(child: subprocess.Popen[bytes]) -> float:
    """How long the process has kept a processor busy; its age where the system does not tell."""
    try:
        fields = Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return time.monotonic()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _verdict(line: dict[str, object]) -> Verdict:
    target, number = line["ended"]  # type: ignore[misc]
    how, text, peak = str(line["how"]), str(line["text"]), int(str(line["peak"]))
    if how in GOOD and peak > MEGABYTES:
        how, text = "memory", f"{peak} MB; {text}"
    return Verdict(target, number, how, text, float(str(line["seconds"])), peak)


def _lines(child: subprocess.Popen[bytes]) -> queue.Queue[dict[str, list[object]] | None]:
    """What the process prints, line for line; None at the end."""
    found: queue.Queue[dict[str, list[object]] | None] = queue.Queue()

    def follow() -> None:
        assert child.stdout is not None
        for line in child.stdout:
            found.put(json.loads(line))
        found.put(None)

    threading.Thread(target=follow, daemon=True).start()
    return found


def _stuck(child: subprocess.Popen[bytes], at: tuple[str, int] | None, errors: Path, seconds: float) -> Verdict:
    """A hang, with the stack of what it was doing."""
    child.send_signal(signal.SIGUSR1)
    time.sleep(0.5)
    return _broken(at, "hang", errors, seconds)


def _crashed(code: int, at: tuple[str, int] | None, errors: Path, seconds: float) -> Verdict:
    return _broken(at, f"crash {code}", errors, seconds)


def _broken(at: tuple[str, int] | None, how: str, errors: Path, seconds: float) -> Verdict:
    told = errors.read_text(encoding="utf-8", errors="replace")[-4000:]
    if at is None:
        raise RuntimeError(f"the process that reads mutants did not get ready ({how}):\n{told}")
    return Verdict(*at, how, told, seconds, 0)


def keep(verdict: Verdict, seed: int, folder: Path) -> Path:
    """The mutant as a file in the folder, what happened beside it, and what to type to see it again."""
    folder.mkdir(parents=True, exist_ok=True)
    one = mutant(verdict.target, verdict.number, seed)
    path = folder / one.name
    path.write_bytes(one.data)
    again = f"python -m tests.fuzz {verdict.target} {verdict.number} --seed {seed}"
    path.with_name(f"{one.name}.log").write_text(f"{again}\n{verdict.how}, {verdict.seconds:.1f} s\n{verdict.text}\n", encoding="utf-8")
    return path
