"""What lands stays whole: one file a table for the rows of a document, the same rows give the same bytes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.problem import NotWritableError, UnreadableError
from jixiao import open_dataset
from jixiao.landing import Landing
from jixiao.lock import locked
from jixiao.outcome import Outcome
from jixiao.schema import to_arrow
from jixiao.shards import in_order, joined_in_order, read_shard, shard_change
from normalize.record import TABLES
from tests.jixiao.conftest import files_of, row

Make = Callable[..., Outcome]
PATHS = [f"folder/{name}.pdf" for name in "abcdefgh"]


def land(dataset: Path, outcomes: list[Outcome], batch: int = 512) -> Landing:
    landing = Landing(dataset, batch)
    for outcome in outcomes:
        landing.add(outcome)
    landing.flush()
    return landing


def test_rows_come_back(tmp_path: Path, make_outcome: Make) -> None:
    land(tmp_path, [make_outcome("f/a.pdf", indicators=3), make_outcome("f/b.pdf", indicators=1)])
    dataset = open_dataset(tmp_path)
    assert dataset.documents()["source_path"].to_pylist() and dataset.declarations().num_rows == 2
    assert dataset.indicators().num_rows == 4
    assert dataset.goals().num_rows == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(TABLES.keys() - {"findings"})
    assert dataset.declarations()["total_wan"].to_pylist() == [5.68, 5.68]


@pytest.mark.parametrize(("batch", "least"), [(1, 0), (3, 0), (3, 100), (512, 0)])
def test_order_and_batches_do_not_change_a_byte(
    tmp_path: Path, make_outcome: Make, batch: int, least: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jixiao.landing.LEAST_MERGED", least)
    outcomes = [make_outcome(path, document_id=f"ab{n:062d}") for n, path in enumerate(PATHS)]
    land(tmp_path / "one", outcomes)
    land(tmp_path / "two", outcomes[::-1], batch)
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")
    assert sorted(files_of(tmp_path / "one")) == sorted(f"{table}/ab.parquet" for table in TABLES if table != "findings")


def test_a_document_that_lands_again_replaces_its_own_rows_alone(tmp_path: Path, make_outcome: Make) -> None:
    first, other = make_outcome("f/a.pdf", 5, "ab" + "0" * 62), make_outcome("f/b.pdf", 2, "ab" + "1" * 62)
    land(tmp_path, [first, other])
    land(tmp_path, [make_outcome("f/a.pdf", 1, first.document_id)])
    indicators = open_dataset(tmp_path).indicators()
    assert sorted(indicators["source_name"].to_pylist()) == ["a.pdf", "b.pdf", "b.pdf"]


def test_orphan_rows_are_not_shown_and_go_with_the_next_landing(tmp_path: Path, make_outcome: Make) -> None:
    orphan, other = make_outcome("f/a.pdf", 5, "ab" + "0" * 62), make_outcome("f/b.pdf", 2, "ab" + "1" * 62)
    land(tmp_path, [orphan])
    (tmp_path / "documents" / "ab.parquet").unlink()
    assert read_shard(tmp_path, "indicators", "ab").num_rows == 5
    land(tmp_path, [other])
    assert read_shard(tmp_path, "indicators", "ab").num_rows == 2


def test_removed_documents_leave_no_rows_and_no_empty_files(tmp_path: Path, make_outcome: Make) -> None:
    outcomes = [make_outcome(path) for path in PATHS]
    landing = land(tmp_path / "one", outcomes)
    landing.remove([outcomes[0].document_id])
    landing.flush()
    land(tmp_path / "two", outcomes[1:])
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")


def test_a_renamed_document_is_as_if_it_had_been_called_so(tmp_path: Path, make_outcome: Make) -> None:
    landing = land(tmp_path / "one", [make_outcome("f/a.pdf", 2, "ab" + "0" * 62), make_outcome("f/b.pdf", 2, "ab" + "1" * 62)])
    landing.rename("ab" + "0" * 62, "g/c.pdf", "h/d.pdf")
    landing.flush()
    renamed = make_outcome("g/c.pdf", 2, "ab" + "0" * 62, other_paths="h/d.pdf")
    land(tmp_path / "two", [renamed, make_outcome("f/b.pdf", 2, "ab" + "1" * 62)])
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")


def test_any_parquet_reader_reads_a_table_as_a_folder(tmp_path: Path, make_outcome: Make) -> None:
    land(tmp_path, [make_outcome(path) for path in PATHS])
    assert pq.read_table(tmp_path / "indicators").num_rows == 2 * len(PATHS)
    assert pq.read_table(tmp_path / "goals").num_rows == 0


def test_every_column_carries_its_description(tmp_path: Path, make_outcome: Make) -> None:
    land(tmp_path, [make_outcome("f/a.pdf")])
    for table, columns in TABLES.items():
        if table == "findings":
            continue  # an audit writes it
        fields = read_shard(tmp_path, table, next((tmp_path / table).glob("*.parquet")).stem).schema
        assert [field.metadata[b"description"].decode() for field in fields] == [column.description for column in columns]


def test_a_row_with_a_column_that_is_none_is_refused(tmp_path: Path, make_outcome: Make) -> None:
    outcome = make_outcome("f/a.pdf")
    outcome.records.tables["indicators"][0]["colour"] = "red"
    with pytest.raises(ValueError, match="colour"):
        land(tmp_path, [outcome])


def test_a_code_outside_its_vocabulary_is_refused(tmp_path: Path, make_outcome: Make) -> None:
    outcome = make_outcome("f/a.pdf")
    outcome.records.tables["indicators"][0]["operator"] = "about"
    with pytest.raises(ValueError, match="about"):
        land(tmp_path, [outcome])


def test_a_dataset_of_other_columns_is_refused_with_a_way_out(tmp_path: Path, make_outcome: Make) -> None:
    land(tmp_path, [make_outcome("f/a.pdf", 1, "ab" + "0" * 62)])
    path = tmp_path / "goals" / "ab.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["page"]), path)
    with pytest.raises(UnreadableError, match="another version"):
        open_dataset(tmp_path).goals()


def test_no_dataset_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="no dataset"):
        open_dataset(tmp_path)


def test_two_writers_at_once_are_told(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(NotWritableError, match=f"process {os.getpid()}"), locked(tmp_path):
        pass
    with locked(tmp_path):
        pass
    assert (tmp_path / ".lock").read_text() == ""


def test_a_file_in_the_place_of_the_dataset_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(NotWritableError, match="cannot be written"), locked(tmp_path / "out"):
        pass


def test_half_a_character_does_not_end_a_landing(tmp_path: Path, make_outcome: Make) -> None:
    outcome = make_outcome("f/a.pdf", 1)
    outcome.records.tables["indicators"][0]["level3"] = "指\ud83d标"
    land(tmp_path, [outcome])
    assert open_dataset(tmp_path).indicators()["level3"].to_pylist() == ["指\ufffd标"]


def test_many_rows_land_before_many_sources(tmp_path: Path, make_outcome: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jixiao.landing.BATCH_ROWS", 10)
    monkeypatch.setattr("jixiao.landing.LEAST_MERGED", 0)
    landing = Landing(tmp_path)
    landing.add(make_outcome("f/a.pdf", 9))
    assert not list(tmp_path.rglob("*.parquet"))
    landing.add(make_outcome("f/b.pdf", 1))
    assert open_dataset(tmp_path).documents().num_rows == 2


DOCUMENTS = st.lists(st.integers(0, 200), max_size=90, unique=True)


@settings(max_examples=60)
@given(there=DOCUMENTS, more=DOCUMENTS)
def test_rows_that_are_put_between_others_are_those_that_are_sorted_with_them(there: list[int], more: list[int]) -> None:
    def rows(documents: list[int]) -> pa.Table:
        numbers = [(number, n) for number in documents for n in range(number % 4)]
        return to_arrow("goals", [row("goals", document_id=f"{number:064x}", text=f"{n}" if n else None) for number, n in numbers])

    before, after = in_order(rows(there)), rows([number for number in more if number not in there])
    joined, expected = joined_in_order(before, after), in_order(pa.concat_tables([before, after]))
    assert joined.equals(expected)
    assert shard_change("goals", "00", joined).data.equals(shard_change("goals", "00", expected).data)
