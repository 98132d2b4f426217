"""The old office files of one run go through one call of LibreOffice, and each still gets its own outcome."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from extract.problem import EXIT_TOOL_MISSING
from extract.tools import SOFFICE
from jixiao import ingest
from jixiao.engine import Inline

TWIN = Path(__file__).parents[2] / "corpus" / "self-evaluation" / "source.docx"
FALSE_OFFICE = """
import pathlib, shutil, sys
made = pathlib.Path(sys.argv[sys.argv.index("--outdir") + 1])
made.mkdir(exist_ok=True)
files = [pathlib.Path(name) for name in sys.argv[sys.argv.index("--outdir") + 2:]]
with open({log!r}, "a") as log:
    print(len(files), file=log)
for file in files:
    if b"REFUSE" not in file.read_bytes():
        shutil.copyfile({twin!r}, made / (file.stem + ".docx"))
"""


def sources(folder: Path, *words: str) -> list[Path]:
    folder.mkdir()
    paths = [folder / f"{i}.rtf" for i in range(len(words))]
    for path, word in zip(paths, words, strict=True):
        path.write_text(rf"{{\rtf1 {word}\par}}", encoding="ascii")
    return paths


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program, noted = tmp_path / "soffice", tmp_path / "log"
    program.write_text(f"#!{sys.executable}\n" + FALSE_OFFICE.format(log=str(noted), twin=str(TWIN)), encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv(SOFFICE.variable, str(program))
    return noted


@pytest.mark.parametrize("jobs", [1, 2])
def test_one_call_for_all_and_an_outcome_for_each(jobs: int, log: Path, tmp_path: Path) -> None:
    sources(tmp_path / "in", "a", "b", "c", "REFUSE")
    summary = ingest(tmp_path / "in", tmp_path / "out", jobs=jobs)
    assert (summary.converted, summary.declarations) == (4, 3)
    assert [(path, failure.code) for path, failure in summary.failures] == [("in/3.rtf", "unreadable")]
    assert log.read_text().split() == ["4", "1"], "one call, and one more for the file that gave nothing"


def test_nothing_is_converted_ahead_for_one_file(log: Path, tmp_path: Path) -> None:
    sources(tmp_path / "in", "a")
    shutil.copy(TWIN, tmp_path / "in")
    assert ingest(tmp_path / "in", tmp_path / "out", engine=Inline()).declarations == 2
    assert log.read_text().split() == ["1"]


def test_without_libreoffice_each_source_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SOFFICE.variable, str(tmp_path / "nowhere"))
    sources(tmp_path / "in", "a", "b")
    summary = ingest(tmp_path / "in", tmp_path / "out", engine=Inline())
    assert {(failure.code, failure.exit_code) for _, failure in summary.failures} == {("tool-missing", EXIT_TOOL_MISSING)}
    assert summary.exit_code == EXIT_TOOL_MISSING
