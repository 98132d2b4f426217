"""What a disk refuses is told in one sentence with exit code 6, and leaves nothing half written."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from extract.problem import EXIT_NOT_WRITABLE, NotWritableError
from jixiao import ingest, open_dataset
from jixiao.engine import Inline
from jixiao.landing import Landing
from jixiao.local import Local
from jixiao.outcome import Outcome
from jixiao.storage import ASIDE, Change
from tests.jixiao.conftest import TEXT, files_of

Make = Callable[..., Outcome]


def small_files_only() -> None:
    """No file may grow beyond 4 KiB: what a full disk does to a process, the process is told in the same way."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


def test_a_file_that_cannot_be_written_to_its_end(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "jixiao", "ingest", str(TEXT), "--into", "out", "--jobs", "1", "--no-ocr-cache"]
    done = subprocess.run(command, cwd=tmp_path, preexec_fn=small_files_only, capture_output=True, text=True, check=False)
    told = [line for line in done.stderr.splitlines() if "cannot be written" in line]
    assert done.returncode == EXIT_NOT_WRITABLE, done.stderr
    assert told == ["Error: out cannot be written: File too large. Choose another place, or free it."]
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [".lock"]


def test_a_file_in_the_place_of_a_table(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "indicators").write_text("")
    with pytest.raises(NotWritableError, match=r"out cannot be written: File exists, .*indicators"):
        ingest(TEXT, tmp_path / "out", engine=Inline())
    (tmp_path / "out" / "indicators").unlink()
    assert ingest(TEXT, tmp_path / "out", engine=Inline()).converted == 0  # it had been read: it was landed by the next run
    assert open_dataset(tmp_path / "out").indicators().num_rows > 0


def test_a_landing_that_lacks_room_changes_nothing(tmp_path: Path, make_outcome: Make) -> None:
    landing = Landing(tmp_path)
    landing.add(make_outcome("f/a.pdf", 2, "ab" + "0" * 62))
    landing.flush()
    before = files_of(tmp_path)
    full = Landing(Local(tmp_path, lambda step, path: _refuse(step == "write" and path.parent.name == ASIDE)))
    full.add(make_outcome("f/b.pdf", 2, "ab" + "1" * 62))
    with pytest.raises(NotWritableError, match="No space left on device"):
        full.flush()
    assert files_of(tmp_path) == before
    assert not list((tmp_path / ASIDE).iterdir())


def test_what_is_already_aside_goes_when_the_rest_has_no_room(tmp_path: Path) -> None:
    writes: list[Path] = []

    def full_at_the_second(step: str, path: Path) -> None:
        writes.extend([path] if step == "write" else [])
        _refuse(len(writes) == 2)

    with pytest.raises(OSError, match="No space"):
        Local(tmp_path, full_at_the_second).apply([Change("goals/ab.parquet", b"1"), Change("goals/cd.parquet", b"2")])
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []


def _refuse(refused: bool) -> None:
    if refused:
        raise OSError(28, os.strerror(28))
