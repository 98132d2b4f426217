"""A dataset opens as Arrow, pandas and in DuckDB, and always shows the same rows."""

from __future__ import annotations

import gc
import tempfile
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from extract.problem import UnreadableError, UsageError
from extract.scratch import clear_abandoned
from jixiao import ingest, open_dataset
from jixiao.engine import Inline
from jixiao.landing import Landing
from jixiao.query import connect
from normalize.record import TABLES
from tests.jixiao.conftest import TEXT


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    folder = tmp_path / "a [strange] *name"
    ingest(TEXT, folder, engine=Inline())
    return folder


@pytest.mark.parametrize("table", TABLES)
def test_all_ways_show_the_same_rows(dataset: Path, table: str) -> None:
    opened = open_dataset(dataset)
    rows = opened.table(table).to_pylist()
    assert opened.sql(f"SELECT * FROM {table}").to_arrow_table().to_pylist() == rows
    frame = opened.frame(table)
    assert list(frame.columns) == [column.name for column in TABLES[table]] and len(frame) == len(rows)
    assert rows or table not in ("documents", "declarations", "indicators", "goals")


def test_rows_without_a_document_are_not_shown(dataset: Path) -> None:
    (shard,) = (dataset / "documents").glob("*.parquet")
    pq.write_table(pq.read_table(shard).slice(0, 0), shard)
    assert open_dataset(dataset).sql("SELECT count(*) FROM indicators").fetchall() == [(0,)]


def test_a_table_that_is_none_is_told(dataset: Path) -> None:
    with pytest.raises(UsageError, match="There is no table nothing"):
        open_dataset(dataset).table("nothing")


def test_a_file_of_another_shape_is_told(dataset: Path) -> None:
    (shard,) = (dataset / "goals").glob("*.parquet")
    pq.write_table(pq.read_table(shard).drop_columns(["text"]), shard)
    with pytest.raises(UnreadableError, match="its columns differ"):
        open_dataset(dataset).duckdb()
    shard.write_bytes(b"no parquet")
    with pytest.raises(UnreadableError, match="is no readable Parquet file"):
        open_dataset(dataset).duckdb()


def test_nothing_else_of_the_disk_is_read(dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with pytest.raises(duckdb.PermissionException):
        open_dataset(dataset).sql(f"SELECT * FROM read_csv('{tmp_path / 'secret.csv'}')").fetchall()


def test_ingest_describes_the_dataset(dataset: Path) -> None:
    before = {path.name: path.read_bytes() for path in dataset.glob("*.*") if path.is_file()}
    assert {"codebook.csv", "datapackage.json"} <= before.keys()
    ingest(TEXT, dataset, engine=Inline(), again=True)
    assert before == {path.name: path.read_bytes() for path in dataset.glob("*.*") if path.is_file()}


def test_columns_say_their_source_and_unit(dataset: Path) -> None:
    Landing(dataset)
    (shard,) = (dataset / "declarations").glob("*.parquet")
    told = pq.read_schema(shard).field("total_wan").metadata
    assert told[b"unit"] == "万元".encode() and told[b"source"] == b"read"


def test_what_a_query_puts_aside_goes_with_its_connection(dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    with connect(dataset, "20MB") as connection:
        connection.execute("CREATE TEMP TABLE large AS SELECT range AS n, sha256(range::VARCHAR) AS text FROM range(400000)")
        (spill,) = place.iterdir()
        assert any((spill / "spill").iterdir())
        assert clear_abandoned(0) == []
    del connection
    gc.collect()
    assert list(place.iterdir()) == []
