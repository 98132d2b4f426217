"""The command line: exit codes of the contract, one sentence for what goes wrong, nothing heavy before it is needed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from extract.problem import NotWritableError
from jixiao import open_dataset
from jixiao.cli.main import COMMANDS, cli
from jixiao.intake import Summary
from jixiao.limits import Limits
from jixiao.tabular import table_columns
from tests.jixiao.conftest import CORPUS, DOCX, PDF, TEXT


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def jixiao(*arguments: object, **more: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jixiao", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **more)  # type: ignore[call-overload,no-any-return]


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from jixiao.cli.main import cli; cli.main(['--help'], standalone_mode=False);"
        "print(sorted({'pyarrow', 'lxml', 'numpy', 'rich', 'openpyxl', 'pypdfium2'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0 and "--help" in result.output


class TestIngest:
    def test_a_folder_lands_and_the_summary_says_so(self, sources: Path, tmp_path: Path) -> None:
        result = run("ingest", sources, "--into", tmp_path / "out", "--jobs", 1)
        assert result.exit_code == 0, result.output
        for words in ("sources", "declarations", "indicators", "lock file of an open document", str(tmp_path / "out")):
            assert words in result.output
        assert open_dataset(tmp_path / "out").documents().num_rows == 2

    def test_limits_are_those_that_were_given(self, sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        given: list[object] = []

        def noted(*_: object, limits: Limits, **__: object) -> Summary:
            given.append((limits.timeout, limits.memory))
            return Summary(tmp_path)

        monkeypatch.setattr("jixiao.intake.ingest", noted)
        assert run("ingest", sources, "--into", tmp_path / "out", "--timeout", 1.5, "--memory", "2G").exit_code == 0
        assert run("ingest", sources, "--into", tmp_path / "out").exit_code == 0
        assert given == [(1.5, 2 << 30), (600, None)]

    @pytest.mark.parametrize("option", [("--memory", "lots"), ("--timeout", "0"), ("--timeout", "-1")])
    def test_a_limit_that_is_none_is_told(self, option: tuple[str, str], sources: Path, tmp_path: Path) -> None:
        result = jixiao("ingest", sources, "--into", tmp_path / "out", *option)
        assert result.returncode == 2 and option[1] in result.stderr
        assert not (tmp_path / "out").exists()

    def test_5_where_some_failed(self, sources: Path, tmp_path: Path) -> None:
        (sources / "bad.pdf").write_bytes(b"")
        result = run("ingest", sources, "--into", tmp_path / "out", "--quiet")
        assert result.exit_code == 5
        assert result.stdout.startswith("Failed: sources/bad.pdf")

    def test_not_every_failure_of_many_is_told_unless_asked_for(self, tmp_path: Path) -> None:
        (tmp_path / "f").mkdir()
        for number in range(25):
            (tmp_path / "f" / f"{number:02}.pdf").write_bytes(b"\0" * (number + 1))
        result = run("ingest", tmp_path / "f", "--into", tmp_path / "out", "--jobs", 1)
        assert result.exit_code == 3 and result.stdout.count("Failed: ") == 20 and "5 others that failed" in result.stdout
        assert run("ingest", tmp_path / "f", "--into", tmp_path / "out", "--jobs", 1, "--quiet").stdout.count("Failed: ") == 25

    def test_3_where_nothing_is_there(self, tmp_path: Path) -> None:
        result = run("ingest", tmp_path / "nothing", "--into", tmp_path / "out")
        assert result.exit_code == 3 and "matches none" in result.stderr

    def test_6_where_the_dataset_cannot_be_written(self, sources: Path, tmp_path: Path) -> None:
        (tmp_path / "out").write_text("")
        assert run("ingest", sources, "--into", tmp_path / "out").exit_code == 6

    def test_2_without_a_dataset(self, sources: Path) -> None:
        result = run("ingest", sources)
        assert result.exit_code == 2 and "--into" in result.stderr

    def test_2_where_a_table_of_knowledge_is_not_in_order(self, sources: Path, tmp_path: Path) -> None:
        (tmp_path / "own").mkdir()
        (tmp_path / "own" / "headers.csv").write_text("# own\nnonsense\n")
        result = run("ingest", sources, "--into", tmp_path / "out", "--mappings", tmp_path / "own")
        assert result.exit_code == 2 and "headers.csv" in result.output, result.output

    def test_130_on_interrupt(self, tmp_path: Path) -> None:
        # A shell starts what it puts in the background with the signal ignored, and children inherit that.
        heeding = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from jixiao.cli.main import main; main()"
        command = [sys.executable, "-c", heeding, "ingest", str(CORPUS), "--into", str(tmp_path / "out"), "--jobs", "2"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        assert "to read" in process.stderr.readline()  # the plan is told: the work begins
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=60)
        assert process.returncode == 130, error
        assert "Interrupted" in error and "Traceback" not in error


class TestConvert:
    def test_a_table_in_the_terminal(self) -> None:
        result = run("convert", DOCX)
        assert result.exit_code == 0, result.output
        for words in ("绩效目标表", "数量指标", "论文发表篇数", "≥ 98"):
            assert words in result.output

    def test_one_table_in_each_format(self, tmp_path: Path) -> None:
        for suffix in (".xlsx", ".csv", ".json", ".parquet"):
            result = run("convert", DOCX, "-o", tmp_path / f"out{suffix}")
            assert result.exit_code == 0, result.output
        names = [column.name for column in table_columns()]
        rows = pq.read_table(tmp_path / "out.parquet")
        assert rows.column_names == names
        lines = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()
        assert lines[0].split(",") == names
        tree = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
        assert sum(len(declaration["indicators"]) for declaration in tree["declarations"]) == rows.num_rows
        sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["indicators"]
        assert sheet.max_row == rows.num_rows + 1 and sheet.freeze_panes == "A2"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "out.json", "out.parquet", "out.xlsx"]

    def test_no_declaration_is_told_and_is_no_error(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("A letter.\n")
        result = run("convert", tmp_path / "a.txt", "-o", tmp_path / "a.csv")
        assert result.exit_code == 0 and "no declaration was found" in result.output
        assert not (tmp_path / "a.csv").exists()

    @pytest.mark.parametrize(("output", "code"), [("a.doc", 2), ("nowhere/a.csv", 6), (".", 2)])
    def test_an_output_that_cannot_be(self, tmp_path: Path, output: str, code: int) -> None:
        assert run("convert", DOCX, "-o", tmp_path / output).exit_code == code

    def test_3_for_what_cannot_be_read(self, tmp_path: Path) -> None:
        (tmp_path / "a.pdf").write_bytes(b"")
        for path in (tmp_path / "a.pdf", tmp_path / "nothing.pdf"):
            result = run("convert", path)
            assert result.exit_code == 3 and result.stderr.startswith("Error: ") and path.name in result.stderr

    def test_a_closed_pipe_is_quiet(self) -> None:
        command = f"{sys.executable} -m jixiao convert {PDF} | head -n 1"
        result = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
        assert (result.returncode, result.stderr) == (0, "")


class TestInspect:
    def test_forms_columns_rows_and_doubts(self) -> None:
        result = run("inspect", PDF)
        assert result.exit_code == 0, result.output
        for words in ("4 declarations", "page 3", "level3", "三级指标", "Characters accounted for: 100%", "Doubts"):
            assert words in result.output

    def test_raw_tables(self) -> None:
        result = run("inspect", DOCX, "--tables")
        assert result.exit_code == 0 and "┌" in result.output and "Table 1" in result.output

    def test_page_goes_with_overlay(self) -> None:
        assert run("inspect", PDF, "--page", 1).exit_code == 2

    def test_overlay_is_for_pages(self, tmp_path: Path) -> None:
        result = run("inspect", DOCX, "--overlay", tmp_path / "a.png")
        assert result.exit_code == 2 and "--overlay is for PDF" in result.stderr

    def test_overlay_draws_the_first_page_of_the_first_form(self, tmp_path: Path) -> None:
        result = run("inspect", PDF, "--overlay", tmp_path / "a.png")
        assert result.exit_code == 0, result.output
        assert "Page 3 drawn" in result.output and (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")

    def test_no_such_page(self, tmp_path: Path) -> None:
        result = run("inspect", PDF, "--overlay", tmp_path / "a.png", "--page", 99)
        assert result.exit_code == 2 and "no page 99" in result.stderr

    def test_3_for_what_cannot_be_read(self, tmp_path: Path) -> None:
        assert run("inspect", tmp_path / "nothing.pdf").exit_code == 3


class TestDoctor:
    def test_shows_what_is_here(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("JIXIAO_CACHE", str(tmp_path))
        (tmp_path / "ab").mkdir()
        (tmp_path / "ab" / "page").write_bytes(b"x" * 200_000)
        result = run("doctor")
        assert result.exit_code == 0
        for words in (
            "pypdfium2",
            "libreoffice",
            "chinese-font",
            "Scans are ",
            f"kept in {tmp_path}",
            "1 page, 0.2 MB",
            f"rm -r {tmp_path}",
        ):
            assert words in result.output

    def test_says_what_to_type_where_recognition_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("extract.ocr.engine.available", lambda: False)
        assert 'Scans are not recognised. Type: pip install "jixiao[ocr]"' in run("doctor").output

    def test_4_for_what_is_required_and_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("JIXIAO_SOFFICE", "/nowhere/soffice")
        result = run("doctor", "--require", "libreoffice")
        assert result.exit_code == 4 and "libreoffice is not here" in result.stderr
        assert run("doctor", "--require", "pyarrow").exit_code == 0

    def test_2_for_a_name_that_is_none(self) -> None:
        assert run("doctor", "--require", "abacus").exit_code == 2


def test_70_and_where_to_report_for_a_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by nothing")

    for home in ("pipeline", "engine"):
        monkeypatch.setattr(f"jixiao.{home}.understand", broken)
    result = run("inspect", DOCX)
    assert result.exit_code == 70 and "report" in result.stderr and "Traceback" not in result.output
    assert "Traceback" in run("--debug", "inspect", DOCX).stderr
    assert "Traceback" in run("convert", DOCX, "--debug").stderr


def test_an_output_that_fails_to_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    result = run("convert", TEXT, "-o", tmp_path / "a.csv")
    assert result.exit_code == NotWritableError.exit_code and "No space left" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_command_is_a_usage_error() -> None:
    assert jixiao("compute").returncode == 2


def test_colours_are_left_out_where_no_terminal_reads() -> None:
    assert "\x1b" not in jixiao("convert", DOCX).stdout
