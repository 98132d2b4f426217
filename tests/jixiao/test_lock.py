"""One writer at a time: whoever comes second is told, or waits, and a dead writer holds nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from extract.problem import EXIT_DONE, EXIT_NOT_WRITABLE
from jixiao import open_dataset
from jixiao.cli.main import cli
from tests.jixiao.conftest import TEXT

HOLD = """
import sys
from pathlib import Path
from jixiao.storage import storage_at
with storage_at(Path(sys.argv[1])).hold():
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the dataset until it reads a line."""
    command = [sys.executable, "-c", HOLD, str(tmp_path / "out")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "held\n"
        yield process
        process.kill()


def ingest(tmp_path: Path, *more: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["ingest", str(TEXT), "--into", str(tmp_path / "out"), "--jobs", "1", *more])
    return result.exit_code, result.output


def test_who_comes_second_is_told_who_is_there_and_what_to_do(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    code, output = ingest(tmp_path)
    assert code == EXIT_NOT_WRITABLE
    assert f"process {holder.pid}" in output and "--wait" in output and "Traceback" not in output


def test_who_waits_comes_after(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "jixiao", "ingest", str(TEXT), "--into", str(tmp_path / "out"), "--jobs", "1", "--wait"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as waiting:
        assert waiting.stderr is not None and f"process {holder.pid}" in waiting.stderr.readline()
        assert waiting.poll() is None and not (tmp_path / "out" / "documents").exists()
        holder.communicate("\n")
        assert waiting.wait() == EXIT_DONE
    assert open_dataset(tmp_path / "out").documents().num_rows == 1


def test_a_killed_writer_holds_nothing(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert (tmp_path / "out" / ".lock").read_text() == str(holder.pid)
    assert ingest(tmp_path)[0] == EXIT_DONE
    assert (tmp_path / "out" / ".lock").read_text() == ""
