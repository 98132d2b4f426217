"""The same sources give the same bytes, whatever the way by which they are taken in."""

from __future__ import annotations

from pathlib import Path

import pytest

from jixiao import open_dataset
from tests.jixiao.determinism import MIXED, PACKED, WAYS, differences, make_sources, take


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sources(tmp_path_factory.mktemp("mixed") / "sources")


@pytest.fixture(scope="module")
def reference(folder: Path) -> Path:
    """One after the other in this process, in the order of their names."""
    dataset = folder.parent / "reference"
    take(folder, dataset)
    documents = open_dataset(dataset).documents()
    assert documents.num_rows == len(MIXED) + len(PACKED) + 1
    assert documents["status"].to_pylist().count("failed") == 1
    assert len({*documents["format"].to_pylist()}) >= 7
    return dataset


@pytest.mark.parametrize("name", WAYS)
def test_the_same_bytes(folder: Path, reference: Path, tmp_path: Path, name: str) -> None:
    WAYS[name](folder, tmp_path / "out")
    assert differences(reference, tmp_path / "out") == []
