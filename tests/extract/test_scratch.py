"""Temporary folders go with the work; those of a process that was killed go with a later run, and no others."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from extract.problem import NotWritableError
from extract.scratch import clear_abandoned, scratch

WORK = """
import sys, tempfile
tempfile.tempdir = sys.argv[1]
from extract.scratch import scratch
with scratch("unpacked") as folder:
    (folder / "large").write_bytes(b"x" * 1000)
    print(folder, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def worker(place: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A process at work in a folder of its own."""
    with subprocess.Popen([sys.executable, "-c", WORK, str(place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process, Path(process.stdout.readline().strip())
        process.kill()


def test_a_folder_goes_with_the_work(place: Path) -> None:
    with scratch("office") as folder:
        (folder / "x").write_text("x")
        assert clear_abandoned(0) == [] and (folder / "x").exists()
    assert list(place.iterdir()) == []


def test_that_of_a_killed_process_goes_and_that_of_a_living_one_stays(worker: tuple[subprocess.Popen[str], Path]) -> None:
    process, folder = worker
    assert clear_abandoned(0) == [] and (folder / "large").exists()
    process.kill()
    process.wait()
    assert clear_abandoned() == [] and folder.exists()  # it is not old
    assert clear_abandoned(0) == [folder] and not folder.exists()


def test_what_only_looks_like_one_stays(place: Path) -> None:
    (place / "elsewhere").mkdir()
    (place / "elsewhere" / ".owner").write_bytes(b"")
    (place / "jixiao-link").symlink_to(place / "elsewhere")
    (place / "jixiao-of-a-person").mkdir()
    (place / "jixiao-file").write_text("")
    assert clear_abandoned(0) == []
    assert len(list(place.iterdir())) == 4


def test_a_place_that_takes_no_folder_is_told(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "file").write_text("")
    monkeypatch.setattr(tempfile, "tempdir", str(place / "file"))
    with pytest.raises(NotWritableError, match=r"No temporary file can be written: Not a directory. .* TMPDIR"), scratch("office"):
        pass
