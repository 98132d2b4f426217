"""Many sources at once: same outcomes with any number of workers, and a dead worker fails its own job alone."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from jixiao.engine import Engine, Inline, Processes
from jixiao.outcome import FAILED, Options, Outcome
from jixiao.plan import Job
from jixiao.tasks import Setup, perform
from jixiao.watcher import Watcher
from jixiao.worker import READY
from mappings.loader import default_mappings
from tests.jixiao.conftest import DOCX, TEXT

SETUP = pickle.dumps(Setup(default_mappings(), Options(), perform))


class Deadly(str):
    """A name whose arrival ends the process that it arrives in."""

    __slots__ = ()

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (9,)


def run(jobs: Iterable[Job], engine: Engine) -> dict[str, Outcome]:
    done = engine(jobs, mappings=default_mappings(), options=Options(ocr_cache=None), watcher=Watcher())
    return {str(job.source_path): outcome for job, outcome in done}


def jobs_of(*paths: Path) -> list[Job]:
    return [Job(f"{n:064d}", path, f"f/{n}{path.suffix}", None) for n, path in enumerate(paths)]


def test_workers_give_the_outcomes_that_this_process_gives(tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").write_bytes(b"")
    jobs = jobs_of(DOCX, TEXT, tmp_path / "empty.pdf")
    assert run(jobs, Inline()) == run(jobs, Processes(2))


def test_a_dead_worker_fails_its_own_job_alone() -> None:
    jobs = jobs_of(DOCX, TEXT, TEXT)
    jobs[1] = Job("d" * 64, Path("bad.pdf"), Deadly("f/bad.pdf"), None)
    outcomes = run(jobs, Processes(2))
    dead = outcomes.pop("f/bad.pdf")
    assert (dead.status, dead.exit_code) == (FAILED, 3)
    assert dead.failure and dead.failure.code == "worker-died" and "exit code 9" in dead.failure.message
    assert dead.document_id == "d" * 64
    assert [outcome.status == FAILED for outcome in outcomes.values()] == [False, False]


@pytest.mark.parametrize("sent", [b"", SETUP[:-9]])
def test_a_worker_whose_caller_has_gone_ends_without_a_word(sent: bytes) -> None:
    run = subprocess.run([sys.executable, "-m", "jixiao.worker"], input=sent, capture_output=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")


def test_a_worker_that_is_set_up_says_so_and_ends_with_its_caller() -> None:
    run = subprocess.run([sys.executable, "-m", "jixiao.worker"], input=SETUP, capture_output=True, check=False)
    assert (run.returncode, pickle.loads(run.stdout), run.stderr) == (0, READY, b"")


def test_workers_end_when_the_caller_turns_away() -> None:
    done = Processes(2)(jobs_of(TEXT, TEXT, TEXT, TEXT), mappings=default_mappings(), options=Options(), watcher=Watcher())
    next(done)
    done.close()  # type: ignore[attr-defined]
    with pytest.raises(StopIteration):
        next(done)
