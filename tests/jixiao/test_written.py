"""What is written to a file or folder takes its place whole or not at all, and what killed writers left beside it goes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from extract.problem import NotWritableError
from jixiao.written import written

KILLED = """
import sys
from pathlib import Path
from jixiao.written import written
with written(Path(sys.argv[1])) as aside:
    aside.mkdir() if sys.argv[2] == "folder" else aside.write_text("half")
    print("here", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_a_killed_writer_left_goes_with_the_next_one(tmp_path: Path, kind: str) -> None:
    target, other = tmp_path / "out.csv", tmp_path / ".x.out.csv"
    other.write_text("no writer's")
    living = tmp_path / f".{os.getppid()}.out.csv"
    living.write_text("of one who lives")
    command = [sys.executable, "-c", KILLED, str(target), kind]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "here\n"
        process.kill()
    assert len(list(tmp_path.iterdir())) == 3
    with written(target) as aside:
        aside.write_text("whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([living.name, other.name, target.name])
    assert target.read_text() == "whole"


def test_a_folder_is_replaced_whole_and_a_failure_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "out"
    for text in ("old", "new"):
        with written(target) as aside:
            aside.mkdir()
            (aside / text).write_text(text)
    with pytest.raises(NotWritableError, match="out cannot be written: No space"), written(target) as aside:
        aside.mkdir()
        raise OSError(28, "No space left on device")
    with pytest.raises(NotWritableError, match="cannot be written"), written(tmp_path / "out" / "new" / "x"):
        pytest.fail("there is no such folder")
    assert [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))] == ["out", "out/new"]


def test_what_a_killed_writer_had_moved_away_is_put_back(tmp_path: Path) -> None:
    target, moved = tmp_path / "out", tmp_path / f".{os.getpid()}.out.old"  # in a container each process may have the same number
    moved.mkdir()
    (moved / "good").write_text("good")
    (tmp_path / f".{os.getpid()}.out").mkdir()
    with pytest.raises(NotWritableError, match="No space"), written(target) as aside:
        aside.mkdir()
        raise OSError(28, "No space left on device")
    assert [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))] == ["out", "out/good"]
