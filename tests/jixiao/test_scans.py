"""Scans through the application: pages are shared among processes, recognised once, and kept over interruptions."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from jixiao import open_dataset
from jixiao.ending import started_by
from tests.jixiao.conftest import TEXT, files_of
from tests.jixiao.scanned import Bench, recognising, scan

PAGES = 6


def run(bench: Bench, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jixiao", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=bench.environment)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "f").mkdir()
    scan(tmp_path / "f" / "scan.pdf", PAGES)
    return tmp_path / "f"


def documents(dataset: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = open_dataset(dataset).documents().to_pylist()
    return found


def test_a_scan_lands_with_what_recognised_it(folder: Path, tmp_path: Path) -> None:
    bench = recognising(tmp_path)
    result = run(bench, "ingest", folder, "--into", tmp_path / "out")
    assert result.returncode == 0, result.stderr
    (document,) = documents(tmp_path / "out")
    assert (document["ocr"], document["ocr_confidence"], document["recognition"]) == (True, 0.75, "auto")
    assert (document["pages"], document["format"]) == (PAGES, "pdf")
    assert open_dataset(tmp_path / "out").declarations().num_rows == 4


@pytest.mark.parametrize("jobs", [1, 2, 3])
@pytest.mark.parametrize("command", ["ingest", "convert"])
def test_pages_of_one_scan_are_shared_among_processes(folder: Path, tmp_path: Path, command: str, jobs: int) -> None:
    bench = recognising(tmp_path, together=jobs)
    how = (folder, "--into", tmp_path / "out") if command == "ingest" else (folder / "scan.pdf",)
    result = run(bench, command, *how, "--jobs", jobs)
    assert result.returncode == 0, result.stderr
    assert bench.noted("done") == list(range(1, PAGES + 1))
    assert len(bench.processes) == jobs


def test_any_number_of_processes_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    scan(folder / "other.pdf", 2, "other")
    (folder / "letter.txt").write_bytes(TEXT.read_bytes())
    for jobs in (1, 3):
        (tmp_path / str(jobs)).mkdir()
        assert run(recognising(tmp_path / str(jobs)), "ingest", folder, "--into", tmp_path / f"out{jobs}", "--jobs", jobs).returncode == 0
    assert files_of(tmp_path / "out1") == files_of(tmp_path / "out3")


def test_kept_pages_are_not_recognised_again(folder: Path, tmp_path: Path) -> None:
    bench = recognising(tmp_path)
    assert run(bench, "ingest", folder, "--into", tmp_path / "out").returncode == 0
    assert run(bench, "ingest", folder, "--into", tmp_path / "out", "--again").returncode == 0
    assert run(bench, "convert", folder / "scan.pdf").returncode == 0
    assert bench.noted("begun") == list(range(1, PAGES + 1))


def test_without_a_cache_every_page_is_recognised_once_a_run_and_none_is_kept(folder: Path, tmp_path: Path) -> None:
    bench = recognising(tmp_path)
    result = run(bench, "ingest", folder, "--into", tmp_path / "out", "--jobs", 2, "--no-ocr-cache")
    assert result.returncode == 0, result.stderr
    assert bench.noted("done") == list(range(1, PAGES + 1)) and not bench.kept


@pytest.mark.parametrize("command", ["ingest", "convert", "inspect"])
def test_a_cache_that_cannot_be_written_is_told_once(folder: Path, tmp_path: Path, command: str) -> None:
    (tmp_path / "file").write_text("")
    bench = recognising(tmp_path)
    how = (folder, "--into", tmp_path / "out") if command == "ingest" else (folder / "scan.pdf",)
    result = run(bench, command, *how, "--ocr-cache", tmp_path / "file" / "below")
    assert result.returncode == 0, result.stderr
    assert result.stderr.count("cannot be written: recognised pages are not kept") == 1
    assert bench.noted("done") == list(range(1, PAGES + 1))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_killed_in_the_middle_it_goes_on_where_it_stopped(folder: Path, tmp_path: Path, how: signal.Signals) -> None:
    bench = recognising(tmp_path, seconds=0.4)
    heeding = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from jixiao.cli.main import main; main()"
    command = [sys.executable, "-c", heeding, "ingest", str(folder), "--into", str(tmp_path / "out"), "--jobs", "2"]
    process = subprocess.Popen(command, env=bench.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
    until(lambda: len(bench.kept) >= 2)
    workers = started_by(process.pid)
    process.send_signal(how)
    _, error = process.communicate(timeout=60)
    assert process.returncode == (-how if how == signal.SIGKILL else 130) and b"Traceback" not in error
    assert workers
    until(lambda: not any(map(runs, workers)))
    before = bench.kept
    assert 2 <= len(before) < PAGES
    begun = len(bench.noted("begun"))
    assert run(bench, "ingest", folder, "--into", tmp_path / "out", "--jobs", 2).returncode == 0
    assert {name: bench.kept[name] for name in before} == before
    # A page that was done and not yet kept when the kill came is done again.
    assert {*bench.noted("done")} == {*range(1, PAGES + 1)}
    assert len(bench.noted("begun")) - begun == PAGES - len(before)
    assert len(documents(tmp_path / "out")) == 1
    ids = open_dataset(tmp_path / "out").indicators()["indicator_id"].to_pylist()
    assert ids and len(ids) == len(set(ids))


def test_python_reads_a_scan_though_its_pages_cannot_be_kept(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    bench = recognising(tmp_path)
    code = f"from jixiao import convert; print(convert({str(folder / 'scan.pdf')!r}).exit_code)"
    environment = {**bench.environment, "JIXIAO_CACHE": str(tmp_path / "file" / "below")}
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment)
    assert (result.stdout, len(bench.noted("done"))) == ("0\n", PAGES), result.stderr


def test_what_was_not_recognised_is_read_again_once_it_can_be(folder: Path, tmp_path: Path) -> None:
    def take(bench: Bench, *more: str) -> int:
        return run(bench, "ingest", folder, "--into", tmp_path / "out", *more).returncode

    missing, here = recognising(tmp_path, here=False), recognising(tmp_path)
    assert take(missing) == 4
    assert [row["status"] for row in documents(tmp_path / "out")] == ["failed"]
    assert take(here, "--ocr", "never") == 0 and not here.noted("begun")
    assert [row["recognition"] for row in documents(tmp_path / "out")] == ["never"]
    assert take(here) == 0 and len(here.noted("done")) == PAGES
    assert [row["recognition"] for row in documents(tmp_path / "out")] == ["auto"]


def test_progress_counts_pages(folder: Path, tmp_path: Path) -> None:
    result = run(recognising(tmp_path), "ingest", folder, "--into", tmp_path / "out", "--jobs", 2)
    assert "1 of 1 read: " in result.stderr and f" {PAGES} of {PAGES} pages recognised." in result.stderr, result.stderr


def runs(worker: psutil.Process) -> bool:
    try:
        return worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)
