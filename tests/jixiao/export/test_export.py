"""Exports give the same rows in every program that opens them."""

from __future__ import annotations

import csv
import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.problem import NotWritableError, UsageError
from extract.tools import SOFFICE, find
from jixiao import open_dataset
from jixiao.export import FORMATS, export
from jixiao.export import excel as excel_module
from jixiao.export.stata import _RESERVED, legal_names
from normalize.record import TABLES, Record
from tests.jixiao.export.conftest import HARD, LONG

FILLED = ("documents", "declarations", "indicators", "problems")


def expected(dataset: Path, table: str) -> list[Record]:
    return list(open_dataset(dataset).table(table).to_pylist())


def plain(value: Any) -> Any:
    """A value as a program without our types has it."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return value


def test_csv_gives_the_same_rows(hard_dataset: Path, tmp_path: Path) -> None:
    made = export(hard_dataset, "csv", tmp_path / "out")
    for table in TABLES:
        with (made / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert rows == [{name: csv_text(value) for name, value in row.items()} for row in expected(hard_dataset, table)]


def csv_text(value: Any) -> str:
    """A value as CSV has it: true and false, numbers without a useless .0, an empty text for a blank."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(int(value) if value.is_integer() else value)
    return "" if value is None else str(value)


def test_pandas_reads_the_csv(hard_dataset: Path, tmp_path: Path) -> None:
    made = export(hard_dataset, "csv", tmp_path / "out")
    frame = pandas.read_csv(made / "indicators.csv")
    assert frame["value"].dropna().tolist() == [row["value"] for row in expected(hard_dataset, "indicators") if row["value"] is not None]
    assert frame["target_text"].dropna().tolist() == [text for text in HARD if text] * 2


def test_json_gives_the_same_rows(hard_dataset: Path, tmp_path: Path) -> None:
    made = export(hard_dataset, "json", tmp_path / "out")
    for table in TABLES:
        rows = json.loads((made / f"{table}.json").read_text(encoding="utf-8"))
        assert rows == [{n: v.isoformat() if isinstance(v, date) else v for n, v in row.items()} for row in expected(hard_dataset, table)]


def test_sqlite_gives_the_same_rows(hard_dataset: Path, tmp_path: Path) -> None:
    made = export(hard_dataset, "sqlite", tmp_path / "out.sqlite")
    with sqlite3.connect(made) as connection:
        for table in TABLES:
            rows = connection.execute(f"SELECT * FROM {table}").fetchall()
            assert rows == [tuple(plain(value) for value in row.values()) for row in expected(hard_dataset, table)]
        meaning = connection.execute("SELECT unit FROM codebook WHERE \"column\" = 'total_wan'").fetchone()
        assert meaning == ("万元",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_duckdb_gives_the_same_rows_and_types(hard_dataset: Path, tmp_path: Path) -> None:
    made = export(hard_dataset, "duckdb", tmp_path / "out.duckdb")
    with duckdb.connect(str(made), read_only=True) as connection:
        for table in TABLES:
            assert connection.sql(f"SELECT * FROM {table}").to_arrow_table().to_pylist() == expected(hard_dataset, table)
        comment = connection.sql("SELECT comment FROM duckdb_columns() WHERE column_name = 'total_wan'").fetchall()
        assert comment == [("Total funds in 万元",)]


def stata_value(table: str, name: str, value: Any) -> Any:
    """What Stata has for a value: no difference between a blank text and a missing one."""
    column = next(column for column in TABLES[table] if column.name == name)
    if column.type == "string" and not column.values:
        return value or ""
    if column.type == "bool":
        return None if value is None else "yes" if value else "no"
    return value


def rows_of(frame: pandas.DataFrame) -> list[Record]:
    def value(cell: Any) -> Any:
        if not isinstance(cell, str) and pandas.isna(cell):
            return None
        return cell.date() if isinstance(cell, datetime) else cell

    return [{str(name): value(cell) for name, cell in row.items()} for row in frame.astype(object).to_dict("records")]


@pytest.mark.parametrize("table", FILLED)
def test_pyreadstat_reads_the_rows(hard_dataset: Path, tmp_path: Path, table: str) -> None:
    made = export(hard_dataset, "dta", tmp_path / "out")
    frame, about = pyreadstat.read_dta(made / f"{table}.dta", apply_value_formats=True)
    rows = rows_of(frame)
    wanted = [{name: stata_value(table, name, value) for name, value in row.items()} for row in expected(hard_dataset, table)]
    assert rows == wanted
    assert about.number_rows == len(wanted)
    assert about.file_label == f"jixiao: {table}"


@pytest.mark.parametrize("table", TABLES)
def test_pandas_reads_the_stata_file(hard_dataset: Path, tmp_path: Path, table: str) -> None:
    made = export(hard_dataset, "dta", tmp_path / "out")
    frame = pandas.read_stata(made / f"{table}.dta")
    wanted = expected(hard_dataset, table)
    assert list(frame.columns) == [column.name for column in TABLES[table]] and len(frame) == len(wanted)
    if table == "indicators":
        assert frame["target_text"].tolist() == [text or "" for text in HARD] * 2
        assert frame["operator"].astype(str).tolist() == [row["operator"] for row in wanted]
        assert frame["deadline"].dropna().dt.date.tolist() == [date(2024, 2, 29)] * 2
    if table == "declarations":
        assert frame["filled_on"].dt.date.tolist() == [date(1959, 12, 31)] * 2


def test_stata_labels_columns_and_codes(hard_dataset: Path, tmp_path: Path) -> None:
    made = export(hard_dataset, "dta", tmp_path / "out")
    _, about = pyreadstat.read_dta(made / "declarations.dta", metadataonly=True)
    labels = dict(zip(about.column_names, about.column_labels, strict=True))
    assert labels["total_wan"] == "Total funds in 万元"
    assert about.variable_value_labels["form"] == {1: "department", 2: "project", 3: "special_fund", 4: "self_evaluation"}
    assert all(len(label) <= 80 for label in about.column_labels)


@given(st.lists(st.text(min_size=0, max_size=50), max_size=30))
def test_names_are_legal_in_stata(names: list[str]) -> None:
    made = legal_names(names)
    assert len(set(made)) == len(made) == len(names)
    for name in made:
        assert 1 <= len(name) <= 32 and name.isidentifier() and name not in _RESERVED


@pytest.mark.parametrize(
    ("name", "legal"), [("in", "_in"), ("str8", "_str8"), ("1a", "_1a"), ("a b", "a_b"), ("x" * 40, "x" * 32), ("", "_v")]
)
def test_a_name_becomes_legal(name: str, legal: str) -> None:
    assert legal_names([name]) == [legal]


def test_names_that_become_alike_stay_apart() -> None:
    assert legal_names(["a b", "a-b", "x" * 33, "x" * 34]) == ["a_b", "a_b_2", "x" * 32, "x" * 30 + "_2"]


@pytest.fixture(scope="module")
def book(hard_dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(hard_dataset, "xlsx", tmp_path_factory.mktemp("book") / "out.xlsx")


class TestWorkbook:
    def test_gives_the_same_rows(self, hard_dataset: Path, book: Path) -> None:
        loaded = openpyxl.load_workbook(book)
        assert loaded.sheetnames == ["documents", *(table for table in TABLES if table != "documents"), "codebook"]
        for table in TABLES:
            head, *rows = loaded[table].iter_rows(values_only=True)
            assert list(head) == [column.name for column in TABLES[table]]
            assert [tuple(map(plain, row)) for row in rows] == [tuple(map(plain, row.values())) for row in expected(hard_dataset, table)]

    def test_has_no_formula(self, book: Path) -> None:
        sheet = openpyxl.load_workbook(book)["indicators"]
        assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n", "b", "d"}
        with zipfile.ZipFile(book) as archive:
            assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "/worksheets/" in name)

    def test_is_made_for_reading(self, book: Path) -> None:
        sheet = openpyxl.load_workbook(book)["indicators"]
        head = [cell.value for cell in sheet[1]]
        level3 = head.index("level3") + 1
        assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref.startswith("A1:")
        assert [sheet.cell(line, level3).fill.fill_type for line in (2, 3)] == [None, "solid"]
        widths = [dimension.width for dimension in sheet.column_dimensions.values()]
        assert min(widths) >= 8 and max(widths) < 49

    def test_pandas_reads_it(self, book: Path) -> None:
        frame = pandas.read_excel(book, sheet_name="indicators", keep_default_na=False, engine="openpyxl")
        assert frame["target_text"].tolist() == [text for text in HARD] * 2

    @pytest.mark.skipif(find(SOFFICE) is None, reason="LibreOffice is not here")
    def test_libreoffice_opens_it(self, hard_dataset: Path, book: Path, tmp_path: Path) -> None:
        office = find(SOFFICE)
        assert office is not None
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        to_csv = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,3"  # sheet 3: indicators
        command = [str(office), profile, "--headless", "--convert-to", to_csv, "--outdir", str(tmp_path), str(book)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        (made,) = tmp_path.glob("*.csv")
        with made.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        wanted = expected(hard_dataset, "indicators")
        assert [row["indicator_id"] for row in rows] == [row["indicator_id"] for row in wanted]
        assert [row["target_text"] for row in rows] == [row["target_text"] or "" for row in wanted]

    def test_more_rows_than_a_sheet_are_told(self, hard_dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(excel_module, "MOST_ROWS", 20)
        with pytest.raises(UsageError, match=r"indicators has 20 rows, and a sheet of Excel holds 20 .* --to csv"):
            export(hard_dataset, "xlsx", tmp_path / "out.xlsx")
        assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("to", [name for name in FORMATS if name != "duckdb"])
def test_the_same_dataset_gives_the_same_bytes(hard_dataset: Path, tmp_path: Path, to: str) -> None:
    def bytes_of(path: Path) -> dict[str, bytes]:
        files = [path] if path.is_file() else sorted(path.iterdir())
        return {file.name.partition(".")[2] if file == path else file.name: file.read_bytes() for file in files}

    assert bytes_of(export(hard_dataset, to, tmp_path / f"a.{to}")) == bytes_of(export(hard_dataset, to, tmp_path / f"b.{to}"))


def test_a_folder_has_its_codebook_and_its_schema(hard_dataset: Path, tmp_path: Path) -> None:
    made = export(hard_dataset, "csv", tmp_path / "out")
    package = json.loads((made / "datapackage.json").read_text(encoding="utf-8"))
    assert {resource["path"] for resource in package["resources"]} == {f"{table}.csv" for table in TABLES}
    (indicators,) = (resource["schema"] for resource in package["resources"] if resource["name"] == "indicators")
    fields = {field["name"]: field for field in indicators["fields"]}
    assert list(fields) == [column.name for column in TABLES["indicators"]]
    assert fields["deadline"]["type"] == "date" and fields["operator"]["constraints"]["enum"][0] == "ge"
    assert indicators["primaryKey"] == "indicator_id"
    with (made / "codebook.csv").open(encoding="utf-8-sig", newline="") as file:
        book = list(csv.DictReader(file))
    assert len(book) == sum(len(columns) for columns in TABLES.values())
    assert all(line["meaning"] and line["source"] for line in book)


def test_a_dataset_has_its_schema_beside_it(hard_dataset: Path) -> None:
    package = json.loads((hard_dataset / "datapackage.json").read_text(encoding="utf-8"))
    paths = {resource["name"]: resource["path"] for resource in package["resources"]}
    assert paths["indicators"] == ["indicators/01.parquet", "indicators/c8.parquet", "indicators/c9.parquet"]
    assert (hard_dataset / "codebook.csv").is_file()


def test_what_stands_in_the_way_is_not_overwritten(hard_dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    for target in (tmp_path / "mine", hard_dataset, tmp_path / "none" / "out"):
        with pytest.raises(NotWritableError):
            export(hard_dataset, "csv", target)
    assert (tmp_path / "mine" / "thesis.txt").exists() and (hard_dataset / "documents").is_dir()


def test_an_export_replaces_an_older_one(hard_dataset: Path, tmp_path: Path) -> None:
    made = export(hard_dataset, "csv", tmp_path / "out")
    (made / "indicators.csv").write_text("old")
    assert export(hard_dataset, "csv", tmp_path / "out") == made
    assert "target_text" in (made / "indicators.csv").read_text(encoding="utf-8-sig")[:2000]


def test_the_older_one_stays_where_the_new_one_cannot_be_put(hard_dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = export(hard_dataset, "csv", tmp_path / "out")
    (made / "indicators.csv").write_text("old")
    real = os.replace

    def replace(source: Path, target: Path) -> None:
        if target == made and (source / "indicators.csv").read_text(encoding="utf-8-sig") != "old":
            raise OSError(errno.EIO, "no")
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(NotWritableError):
        export(hard_dataset, "csv", made)
    assert (made / "indicators.csv").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_older_one_behind_a_link_is_replaced_where_it_lies(hard_dataset: Path, tmp_path: Path) -> None:
    export(hard_dataset, "json", tmp_path / "out")
    (tmp_path / "out" / "indicators.json").write_text("old")
    (tmp_path / "link").symlink_to("out")
    assert export(hard_dataset, "json", tmp_path / "link") == tmp_path / "link"
    assert (tmp_path / "link").is_symlink() and LONG in (tmp_path / "out" / "indicators.json").read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "out"]


def test_the_command_writes_beside_the_dataset(hard_dataset: Path, tmp_path: Path) -> None:
    shutil.copytree(hard_dataset, tmp_path / "set")
    command = [sys.executable, "-m", "jixiao", "export", str(tmp_path / "set"), "--to", "json"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "set-json" / "indicators.json").is_file()
    assert LONG in (tmp_path / "set-json" / "indicators.json").read_text(encoding="utf-8")
