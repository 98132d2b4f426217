"""What reads a dataset reads one at a URL too, and says the same of it."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import pytest
from click.testing import CliRunner, Result

from extract.problem import UnreadableError
from jixiao import open_dataset
from jixiao.cli.main import cli
from jixiao.copied import copy
from jixiao.landing import Landing
from jixiao.outcome import Outcome
from jixiao.pipeline import convert
from jixiao.remote import Remote
from jixiao.storage import Place, storage_at
from tests.jixiao.conftest import DOCX, TEXT, files_of


def land(place: Place, outcomes: list[Outcome]) -> None:
    landing = Landing(place)
    for outcome in outcomes:
        landing.add(outcome)
    landing.flush()


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return [convert(path) for path in (DOCX, TEXT)]


@pytest.fixture
def both(memory: str, tmp_path: Path, outcomes: list[Outcome]) -> tuple[str, Path]:
    """The URL and the folder of a dataset."""
    land(Remote(memory), outcomes)
    land(tmp_path / "out", outcomes)
    return memory, tmp_path / "out"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def test_tables_are_those_of_the_folder(both: tuple[str, Path]) -> None:
    there, here = map(open_dataset, both)
    for table in ("documents", "indicators", "goals"):
        assert there.table(table).equals(here.table(table))
    query = "SELECT source_name, count(*) FROM indicators GROUP BY 1 ORDER BY 1"
    assert there.sql(query).fetchall() == here.sql(query).fetchall() != []


def test_commands_say_the_same(both: tuple[str, Path], tmp_path: Path) -> None:
    url, folder = both
    for view in ("targets", "weights"):
        there, here = (run("compare", place, "--view", view, "--with-doubtful") for place in (url, folder))
        assert (there.exit_code, there.stdout) == (0, here.stdout)
    for place, name in ((url, "there"), (folder, "here")):
        assert run("export", place, "--to", "csv", "-o", tmp_path / name).exit_code == 0
    csv = {name: {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("there", "here")}
    assert csv["there"] == csv["here"]


def test_an_audit_keeps_its_findings_where_the_dataset_is(both: tuple[str, Path]) -> None:
    url, folder = both
    there, here = (run("audit", place, "--jobs", "1") for place in (url, folder))
    assert (there.exit_code, there.stdout) == (here.exit_code, here.stdout)
    storage = storage_at(url)
    kept = {f"findings/{name}": storage.open(f"findings/{name}").read() for name in storage.names("findings")}
    assert kept == {name: data for name, data in files_of(folder).items() if name.startswith("findings/")}


def test_no_dataset_at_a_url_is_told(memory: str) -> None:
    with pytest.raises(UnreadableError, match="is no dataset"):
        open_dataset(memory)
    assert run("export", memory, "--to", "csv").exit_code == 2
    assert run("audit", memory, "--waive", "x", "--reason", "y").exit_code == 2
    assert "--timeout" in run("audit", memory, "--timeout", "5").stderr


@pytest.mark.parametrize("command", [("remap",), ("taxonomy", "review", "-o", "todo.csv")], ids=" ".join)
def test_what_works_on_a_folder_refuses_a_url_with_a_way_out(
    command: tuple[str, ...], both: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    url, folder = both
    refused = run(*command, url)
    assert refused.exit_code == 2 and url in refused.stderr and "Copy the dataset" in " ".join(refused.stderr.split())
    assert run(*command, f"file://{folder}").exit_code == 0


def test_a_copy_beside_a_writer_has_all_rows_of_the_documents_that_it_has(
    memory: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome, late = convert(TEXT), convert(DOCX)
    land(Remote(memory), [outcome])

    class Meanwhile(Remote):
        """A dataset into which a document lands while the first table is copied."""

        landed = False

        def open(self, name: str) -> IO[bytes]:
            file = super().open(name)
            if not self.landed:
                self.landed = True
                land(Remote(memory), [late])
            return file

    copy(Meanwhile(memory), tmp_path / "copy")
    dataset = open_dataset(tmp_path / "copy")
    assert dataset.documents()["document_id"].to_pylist() == [outcome.document_id]
    assert dataset.indicators().num_rows == outcome.indicators
