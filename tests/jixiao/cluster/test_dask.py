"""An ingest over a Dask cluster of real processes: what is killed on the way loses and doubles nothing."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from threading import enumerate as enumerate_threads

import pytest
from click.testing import CliRunner

from extract.problem import ToolMissingError, UsageError
from jixiao import open_dataset
from jixiao.cli.main import cli
from jixiao.cluster.dask_fleet import DaskFleet
from jixiao.engine import Inline
from jixiao.intake import ingest
from jixiao.outcome import Outcome
from jixiao.plan import Job
from jixiao.watcher import Watcher
from tests.jixiao.cluster.machines import Machines, wait_until
from tests.jixiao.cluster.places import put_below
from tests.jixiao.conftest import TEXT, files_at
from tests.jixiao.object_stores import new_place

SOURCES = 8


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many") / "in"
    folder.mkdir()
    for number in range(SOURCES):
        text = TEXT.read_bytes() if number % 6 == 0 else b"no form"  # few that take long
        (folder / f"{number:02}.txt").write_bytes(text + b"\n" * number)
    return folder


@pytest.fixture(scope="module")
def expected(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("expected") / "out"
    ingest(folder, out, engine=Inline())
    return files_at(out)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jixiao.cluster.batches.BATCH_SOURCES", 2)
    monkeypatch.setattr("jixiao.cluster.batches.LOOK_FILES", 6)


class AtTheFirst(Watcher):
    """Does something once, when the first source is converted."""

    def __init__(self, then: Callable[[], None]) -> None:
        self._then: Callable[[], None] | None = then
        self.converted_paths: list[str] = []
        self.warnings: list[str] = []

    def warned(self, message: str) -> None:
        self.warnings.append(message)

    def converted(self, job: Job, outcome: Outcome) -> None:
        self.converted_paths.append(job.source_path)
        if self._then is not None:
            then, self._then = self._then, None
            then()


class Killer:
    """Stops a worker when it is told to, and kills it once it has been given a task, which it cannot have answered."""

    def __init__(self, machines: Machines) -> None:
        from distributed import Client

        self._machines = machines
        self._client = Client(machines.address, set_as_default=False, timeout=60)
        wait_until(lambda: len(self._client.nthreads()) == len(machines.workers), "all workers are there")
        self._address, self._pid = next(iter(self._client.run(os.getpid).items()))
        self._thread = Thread(target=self._kill)

    def __enter__(self) -> Killer:
        return self

    def __call__(self) -> None:
        os.kill(self._pid, signal.SIGSTOP)
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        self._client.close()

    def _kill(self) -> None:
        try:
            wait_until(lambda: bool(self._client.processing()[self._address]), "the worker that stands still has a task")
        finally:
            self._machines.kill(self._pid)


def test_a_worker_that_is_killed_in_the_middle(machines: Machines, s3: str, folder: Path, expected: dict[str, bytes]) -> None:
    root = new_place(s3)
    machines.mend()
    with Killer(machines) as kill, DaskFleet(machines.address) as fleet:
        watcher = AtTheFirst(kill)
        summary = ingest(put_below(folder, root), f"{root}/out", fleet=fleet, watcher=watcher)
    assert [worker.poll() is None for worker in machines.workers].count(False) == 1
    assert sorted(watcher.converted_paths) == [f"in/{number:02}.txt" for number in range(SOURCES)]
    assert summary.converted == SOURCES and not summary.failures
    assert files_at(f"{root}/out") == expected


def test_a_scheduler_that_is_killed_and_started_again(machines: Machines, tmp_path: Path, folder: Path, expected: dict[str, bytes]) -> None:
    watcher = AtTheFirst(machines.restart_scheduler)
    with DaskFleet(machines.address, tell=watcher.warned) as fleet:
        summary = ingest(folder, tmp_path / "out", fleet=fleet, watcher=watcher)
    assert ["went away" in watcher.warnings[0], "is back" in watcher.warnings[1]] == [True, True]
    assert sorted(watcher.converted_paths) == [f"in/{number:02}.txt" for number in range(SOURCES)]
    assert summary.converted == SOURCES and not summary.failures
    assert files_at(tmp_path / "out") == expected


def test_the_command(machines: Machines, tmp_path: Path) -> None:
    machines.mend(1)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_bytes(TEXT.read_bytes())
    (tmp_path / "in" / "b.pdf").write_bytes(b"%PDF-1.4")
    arguments = ["ingest", str(tmp_path / "in"), "--into", f"file://{tmp_path}/out", "--engine", "dask", "--scheduler", machines.address]
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 5, done.output
    assert "b.pdf" in done.stdout and "1  failed" in done.stdout
    assert open_dataset(tmp_path / "out").documents().num_rows == 2


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--engine", "dask"], 2, "--scheduler"),
        (["--scheduler", "tcp://127.0.0.1:9"], 2, "--engine dask"),
        (["--engine", "dask", "--scheduler", "nothing://x"], 2, "no address of a scheduler"),
        (["--engine", "dask", "--scheduler", "tls://127.0.0.1:9"], 2, "Dask cannot speak to tls://127.0.0.1:9: TLS expects"),
        (["--engine", "dask", "--scheduler", "tcp://127.0.0.1:9"], 4, "No Dask scheduler answers at tcp://127.0.0.1:9"),
    ],
)
def test_what_cannot_be_is_told(arguments: list[str], code: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("jixiao.cluster.dask_fleet.CONNECT_SECONDS", 2.0)
    told = CliRunner(env={"DASK_SCHEDULER_ADDRESS": ""}).invoke(cli, ["ingest", str(TEXT), "--into", str(tmp_path / "out"), *arguments])
    assert (told.exit_code, words in told.stderr) == (code, True), told.stderr


@pytest.mark.parametrize("address", ["nothing://x", "tcp://host-without-port", "tcp://no-such-host.invalid:8786"])
def test_an_address_that_is_none_leaves_no_client_half_made(address: str) -> None:
    pytest.importorskip("distributed")
    before = {*enumerate_threads()}
    with pytest.raises((UsageError, ToolMissingError), match=re.escape(address)):
        DaskFleet(address)
    assert {*enumerate_threads()} <= before


def test_without_dask_it_is_told_what_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    arguments = ["ingest", str(TEXT), "--into", str(tmp_path / "out"), "--engine", "dask", "--scheduler", "tcp://127.0.0.1:9"]
    told = CliRunner().invoke(cli, arguments)
    assert told.exit_code == 4 and 'pip install "jixiao[dask]"' in told.stderr
