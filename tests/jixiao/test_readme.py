"""README says what the program does, in both languages alike."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from extract import problem
from extract.ocr.engine import available
from jixiao.cli.main import COMMANDS, cli
from normalize.record import TABLES
from tests.jixiao.conftest import CORPUS

ROOT = Path(__file__).parents[2]
PAGES = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md")}


def block(page: str, marker: str) -> str:
    found = re.search(rf"<!-- {marker} -->\n```\w+\n(.*?)```", page, re.DOTALL)
    assert found, f"no block after the marker {marker}"
    return found[1]


def options_of(name: str) -> set[str]:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    return {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts) if option.startswith("--")}


@pytest.mark.parametrize("name", PAGES)
class TestBothLanguages:
    def test_every_command_is_named(self, name: str) -> None:
        assert set(re.findall(r"^jixiao (\w+)", PAGES[name], re.MULTILINE)) == set(COMMANDS)

    def test_options_are_those_of_the_commands(self, name: str) -> None:
        rows = re.findall(r"^\| `(--[a-z-]+).*?` \| ([\w, ]+) \|", PAGES[name], re.MULTILINE)
        told = {(option, command) for option, commands in rows for command in commands.split(", ")}
        there = {(option, command) for command in COMMANDS for option in options_of(command)}
        assert told == there - {("--page", "inspect")}
        assert "`--page N`" in PAGES[name] and "`--debug`" in PAGES[name]

    def test_exit_codes_are_those_of_the_contract(self, name: str) -> None:
        told = {int(code) for code in re.findall(r"^\| (\d+) \|", PAGES[name], re.MULTILINE)}
        assert told == {value for key, value in vars(problem).items() if key.startswith("EXIT_")}

    def test_tables_and_columns_are_those_of_the_dataset(self, name: str) -> None:
        rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGES[name], re.MULTILINE))
        assert set(TABLES) == set(rows)
        for table, text in rows.items():
            assert set(re.findall(r"`(\w+)`", text)) <= {column.name for column in TABLES[table]}

    def test_output_is_shown(self, name: str) -> None:
        shown = block(PAGES[name], "output")
        assert "declarations" in shown and "一级" not in shown and "Dataset: out" in shown

    def test_links_lead_somewhere(self, name: str) -> None:
        for target in re.findall(r"\]\(([^)#]+)\)", PAGES[name]):
            assert (ROOT / target).exists(), target


@pytest.mark.parametrize("marker", ["run", "output", "scan", "scan-output", "test"])
def test_both_languages_have_the_same_blocks(marker: str) -> None:
    english, chinese = (block(page, marker) for page in PAGES.values())
    assert english == chinese


def test_the_python_of_both_languages_is_the_same_and_runs(tmp_path: Path) -> None:
    codes = {found for page in PAGES.values() for found in re.findall(r"```python\n(.*?)```", page, re.DOTALL)}
    assert len(codes) == 1
    shutil.copytree(CORPUS / "hengyang-2026", tmp_path / "corpus" / "hengyang-2026")
    run = subprocess.run([sys.executable, "-c", codes.pop()], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "文体活动次数 ge 2.0 次" in run.stdout


def test_the_first_command_runs_and_counts_as_shown(tmp_path: Path) -> None:
    steps = [step.strip() for step in block(PAGES["README.md"], "run").split("&&")]
    ours = [shlex.split(step) for step in steps if step.startswith("jixiao ")]
    assert len(ours) == 2
    printed = ""
    for step in ours:
        command = [sys.executable, "-m", *[str(tmp_path / "out") if argument == "out" else argument for argument in step]]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr
        printed += run.stdout
    counts = re.compile(r"^ *([\d,]+) +(sources|declarations|indicators) *$", re.MULTILINE)
    assert counts.findall(block(PAGES["README.md"], "output")) == counts.findall(printed), "run: python docs/refresh.py"


@pytest.mark.skipif(not available(), reason="recognition is not installed: pip install 'jixiao[ocr]'")
def test_the_scan_gives_the_rows_that_are_shown() -> None:
    (command,) = (shlex.split(line) for line in block(PAGES["README.md"], "scan").splitlines())
    wide = {**os.environ, "COLUMNS": "118"}
    run = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False, env=wide)
    assert run.returncode == 0, run.stderr
    row = re.compile(r"^ [ ?]   (\S+ +\S+).* annual ", re.MULTILINE)
    shown = row.findall(block(PAGES["README.md"], "scan-output"))
    assert shown and shown == row.findall(run.stdout), "run: python docs/refresh.py"
