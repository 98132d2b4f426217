"""What a command imports: a small file is done before what it has no need of would have been loaded."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import jixiao.cli
from jixiao import ingest
from jixiao.outcome import Options

DOCX = Path(__file__).parents[2] / "corpus" / "no-levels" / "source.docx"
# Each of them takes longer to import than a small form to be read.
HEAVY = {"duckdb", "matplotlib", "numpy", "openpyxl", "pandas", "pdfplumber", "pyarrow", "pypdfium2", "rapidocr", "xlsxwriter"}
# What archives and programs are read with, and other output is written with.
ELSEWHERE = {"multiprocessing", "subprocess", "tarfile"}
_RUN = """
import sys
from jixiao.cli.main import main
try:
    main()
finally:
    print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)
"""


def imported(*arguments: str) -> set[str]:
    """The packages that a run of the command had loaded when it was done."""
    done = subprocess.run([sys.executable, "-c", _RUN, *arguments], capture_output=True, text=True, check=True, encoding="utf-8")
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_a_small_docx_is_written_without_what_is_slow_to_import(tmp_path: Path, suffix: str) -> None:
    output = tmp_path / f"out.{suffix}"
    assert imported("convert", str(DOCX), "-o", str(output), "--no-ocr-cache") & (HEAVY | ELSEWHERE | {"rich"}) == set()
    assert "图像合格率" in output.read_text(encoding="utf-8")


def test_a_small_docx_is_shown_without_what_is_slow_to_import() -> None:
    assert imported("convert", str(DOCX), "--no-ocr-cache") & (HEAVY | ELSEWHERE) == set()


@pytest.mark.parametrize("command", ["convert", "ingest", "audit", "compare", "export", "remap"])
def test_no_command_on_a_dataset_loads_pandas_for_arrow(tmp_path: Path, command: str) -> None:
    assert find_spec("pandas"), "the test needs it to be installed"
    dataset, source = str(tmp_path / "dataset"), tmp_path / "source.docx"
    shutil.copy(DOCX, source)
    ingest([source], dataset, options=Options(ocr="never"))
    shutil.copy(DOCX.parents[1] / "hengyang-2026" / "source.docx", source)
    arguments = {
        "convert": (str(source), "-o", str(tmp_path / "out.parquet"), "--no-ocr-cache"),
        "ingest": (str(source), "--into", dataset, "--jobs", "1", "--no-ocr-cache"),
        "export": (dataset, "--to", "duckdb", "-o", str(tmp_path / "out")),
    }
    assert "pandas" not in imported(command, *arguments.get(command, (dataset,)))


def test_nothing_is_told_of_what_is_left_at_the_end(tmp_path: Path) -> None:
    """DuckDB counts its own types at the end, and tells of those that nobody has collected."""
    ingest([DOCX], tmp_path / "dataset", options=Options(ocr="never"))
    command = [sys.executable, "-m", "jixiao", "compare", str(tmp_path / "dataset")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stderr == ""


def test_a_name_is_explained_without_what_is_slow_to_import() -> None:
    assert imported("taxonomy", "explain", "网站标识达标率") & HEAVY == set()


@pytest.mark.parametrize("arguments", [["--help"], ["convert", "--help"], ["ingest", "--help"], ["taxonomy", "--help"]], ids=" ".join)
def test_help_loads_neither_tables_nor_readers(arguments: list[str]) -> None:
    loaded = imported(*arguments)
    assert loaded & (HEAVY | {"lxml", "rapidfuzz", "rich"}) == set()


def test_an_audit_is_shown_without_what_writes_workbooks() -> None:
    assert imported("audit", str(DOCX), "--no-ocr-cache") & {"duckdb", "matplotlib", "openpyxl", "xlsxwriter"} == set()


def test_every_command_can_be_imported_where_types_of_parameters_take_no_subscript() -> None:
    """That of click before 8.4."""
    refuse = "import click\ndef refused(*_): raise TypeError\nclick.ParamType.__class_getitem__ = refused\n"
    names = sorted(path.stem for path in Path(jixiao.cli.__file__).parent.glob("*.py") if path.stem != "__init__")
    assert {"compare", "ingest", "options"} <= set(names)
    script = refuse + "\n".join(f"import jixiao.cli.{name}" for name in names)
    subprocess.run([sys.executable, "-c", script], check=True)
