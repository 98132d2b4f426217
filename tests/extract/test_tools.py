"""Outside programs: found where they are, ended in time with all that they started, and told of where they are missing."""

from __future__ import annotations

import os
import pickle
import sys
import time
from pathlib import Path

import pytest

from extract.problem import EXIT_TOOL_MISSING, ToolMissingError
from extract.tools import SOFFICE, Program, find, required, run, version

PROGRAM = Program("Example", ("jixiao-example",), "JIXIAO_EXAMPLE", (), (("Debian", "apt-get install example"),))


def script(path: Path, body: str) -> Path:
    path.write_text(f"#!{sys.executable}\n{body}", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_named_path_stands_for_all_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    on_path = script(tmp_path / "jixiao-example", "")
    assert find(PROGRAM) == on_path
    named = script(tmp_path / "other", "")
    monkeypatch.setenv(PROGRAM.variable, str(named))
    assert find(PROGRAM) == named
    monkeypatch.setenv(PROGRAM.variable, str(tmp_path / "nothing"))
    assert find(PROGRAM) is None


def test_usual_places_are_looked_into(tmp_path: Path) -> None:
    (tmp_path / "office7.4").mkdir()
    there = script(tmp_path / "office7.4" / "example", "")
    assert find(Program("Example", ("jixiao-nothing",), "JIXIAO_EXAMPLE", (f"{tmp_path}/office*/example",))) == there


def test_missing_program_is_told_with_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PROGRAM.variable, "/nowhere/example")
    with pytest.raises(ToolMissingError) as caught:
        required(PROGRAM, "Reading a.rtf")
    error = caught.value
    assert error.exit_code == EXIT_TOOL_MISSING
    assert "Reading a.rtf needs Example" in error.message
    assert "/nowhere/example" in error.message
    assert "apt-get install example" in error.remedy
    assert pickle.loads(pickle.dumps(error)).args == error.args


def test_install_lines_for_every_system() -> None:
    assert all(word in SOFFICE.remedy for word in ("apt-get install", "brew install", "winget install", "JIXIAO_SOFFICE"))


def test_version_is_the_first_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PROGRAM.variable, str(script(tmp_path / "a", "print('Example 7.4'); print('more')")))
    assert version(PROGRAM) == "Example 7.4"
    monkeypatch.setenv(PROGRAM.variable, str(script(tmp_path / "b", "raise SystemExit(3)")))
    assert version(PROGRAM) is None


def test_end_of_a_run(tmp_path: Path) -> None:
    ended = run([sys.executable, "-c", "import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)"], 60)
    assert ended.code == 7
    assert "out" in ended.output
    assert "err" in ended.output


@pytest.mark.skipif(sys.platform == "win32", reason="processes are told apart by signals here")
def test_run_that_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    child = tmp_path / "child"
    body = "import subprocess, sys, time\np = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    body += f"open({str(child)!r}, 'w').write(str(p.pid))\ntime.sleep(60)\n"
    start = time.monotonic()
    ended = run([str(script(tmp_path / "slow", body))], 3)
    assert ended.code is None
    assert time.monotonic() - start < 30
    assert _gone(int(child.read_text()))


def _gone(process: int) -> bool:
    """True once a process has ended; one that nobody has asked about yet counts as ended."""
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        status = Path(f"/proc/{process}/stat")
        if status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False
