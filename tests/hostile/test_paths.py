"""Names and kinds of files that are there to harm: what is shown, what is read, what is left out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from jixiao import open_dataset
from jixiao.engine import Inline
from jixiao.intake import ingest
from jixiao.text import visible
from tests.hostile.plain import text_terminal_codes
from tests.jixiao.conftest import DOCX, TEXT

ESCAPE = "\x1b"


def run(*arguments: str | os.PathLike[str] | bytes) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jixiao", *arguments]
    environment = os.environ | {"NO_COLOR": "1"}
    return subprocess.run(command, capture_output=True, text=True, check=False, errors="replace", timeout=60, env=environment)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def paths(dataset: Path) -> set[str]:
    return set(open_dataset(dataset).documents()["source_path"].to_pylist())


def test_codes_in_a_cell_command_no_terminal(folder: Path) -> None:
    (folder / "a.txt").write_bytes(text_terminal_codes(0))
    shown = run("convert", folder / "a.txt")
    assert shown.returncode == 0 and "[2J" in shown.stdout
    assert ESCAPE not in shown.stdout + shown.stderr and "\x07" not in shown.stdout


def test_codes_in_a_name_command_no_terminal(folder: Path) -> None:
    path = folder / f"a{ESCAPE}[2J\nb.pdf"
    path.write_bytes(b"")
    shown = run("convert", path)
    assert shown.returncode == 3 and ESCAPE not in shown.stdout + shown.stderr
    shown = run("ingest", folder, "--into", folder.parent / "out")
    assert shown.returncode == 3 and ESCAPE not in shown.stdout + shown.stderr


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\tb\nc", "a\tb\nc"), ("a\x1b[31m", "a�[31m"), ("表\u202excod.exe", "表�xcod.exe"), ("\x9b2J", "�2J"), ("≥6次", "≥6次")],
)
def test_what_commands_a_terminal_is_shown_instead(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize("name", ["换\n行.docx", "绩效.docx".encode("gbk"), b"\xff\xfe.docx", "长" * 80 + ".docx", "-o.docx", "$(id).docx"])
def test_a_file_with_an_odd_name_is_read(folder: Path, name: str | bytes) -> None:
    shutil.copy(DOCX, os.path.join(os.fsencode(folder), os.fsencode(name)))
    summary = ingest([folder], folder.parent / "out", engine=Inline())
    assert (summary.exit_code, len(paths(folder.parent / "out"))) == (0, 1)


def test_links_that_lead_nowhere_or_in_a_circle_hold_up_nothing(folder: Path) -> None:
    shutil.copy(TEXT, folder / "a.txt")
    (folder / "circle").symlink_to(folder, target_is_directory=True)
    (folder / "self.pdf").symlink_to(folder / "self.pdf")
    (folder / "gone.pdf").symlink_to(folder / "nothing.pdf")
    ingest([folder], folder.parent / "out", engine=Inline())
    assert "in/a.txt" in paths(folder.parent / "out")
    assert len(paths(folder.parent / "out")) <= 3


def test_a_folder_behind_a_link_is_not_walked(folder: Path) -> None:
    outside = folder.parent / "outside"
    outside.mkdir()
    shutil.copy(TEXT, outside / "secret.txt")
    shutil.copy(DOCX, folder / "a.docx")
    (folder / "link").symlink_to(outside, target_is_directory=True)
    ingest([folder], folder.parent / "out", engine=Inline())
    assert paths(folder.parent / "out") == {"in/a.docx"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_is_no_file_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe.pdf")
    (folder / "folder.pdf").mkdir()
    shutil.copy(TEXT, folder / "a.txt")
    ingest([folder], folder.parent / "out", engine=Inline())
    assert paths(folder.parent / "out") == {"in/a.txt"}
