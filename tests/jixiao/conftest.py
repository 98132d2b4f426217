"""Hand-made outcomes and small folders of sources."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jixiao.outcome import OK, Outcome
from jixiao.storage import storage_at
from normalize.record import TABLES, Record, Records
from tests.jixiao.object_stores import new_place, s3_server

CORPUS = Path(__file__).parents[2] / "corpus"
DOCX = CORPUS / "zhangjiakou-2024" / "source.docx"
PDF = CORPUS / "zhangjiakou-2024" / "source.pdf"
TEXT = CORPUS / "hengyang-2026" / "source.txt"


def row(table: str, **values: object) -> Record:
    """A row of the table with these values and null elsewhere."""
    return dict.fromkeys(column.name for column in TABLES[table]) | values


@pytest.fixture
def make_outcome() -> Callable[..., Outcome]:
    def make(path: str, indicators: int = 2, document_id: str | None = None, **document: object) -> Outcome:
        document_id = document_id or hashlib.sha256(path.encode()).hexdigest()
        name = path.rsplit("/", 1)[-1]
        identity = {"document_id": document_id, "source_name": name, "declaration_index": 0, "declaration_id": f"{document_id}:0"}
        tables = {
            "documents": [row("documents", document_id=document_id, source_name=name, source_path=path, status=OK) | document],
            "declarations": [row("declarations", **identity, form="project", total_wan=5.68)],
            "indicators": [
                row("indicators", **identity, indicator_id=f"{document_id}:0:{n}", row_index=n, level3=f"指标{n}", operator="ge")
                for n in range(indicators)
            ],
        }
        return Outcome(document_id, name, path, OK, Records(tables))

    return make


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A folder with a Word file, a text file, and what is left out of it."""
    folder = tmp_path / "sources"
    (folder / "below").mkdir(parents=True)
    shutil.copy(DOCX, folder / "a.docx")
    shutil.copy(TEXT, folder / "below" / "b.txt")
    (folder / ".hidden.txt").write_text("x")
    (folder / "~$a.docx").write_text("x")
    (folder / "README.md").write_text("notes")
    return folder


def files_of(dataset: Path) -> dict[str, bytes]:
    """Every data file of a dataset with its bytes."""
    return {path.relative_to(dataset).as_posix(): path.read_bytes() for path in sorted(dataset.rglob("*.parquet"))}


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The URL of a bucket of a server in this process."""
    with s3_server() as url:
        yield url


@pytest.fixture
def memory() -> str:
    """The URL of an empty place in the memory of this process."""
    if importlib.util.find_spec("fsspec") is None:
        pytest.skip('fsspec is not installed: pip install "jixiao[dask]"')
    return new_place("memory://")


@pytest.fixture(params=["memory", "s3"])
def remote(request: pytest.FixtureRequest) -> str:
    """The URL of an empty place in an object store."""
    if request.param == "s3":
        return new_place(request.getfixturevalue("s3"))
    return str(request.getfixturevalue("memory"))


def files_at(place: str | Path) -> dict[str, bytes]:
    """Every data file of a dataset anywhere, with its bytes."""
    storage = storage_at(place)
    names = [f"{table}/{name}" for table in TABLES for name in storage.names(table)]
    return {name: storage.open(name).read() for name in names}
