"""Knowledge that travels is the same at its end, or a worker says that it has another."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from extract.problem import UsageError
from jixiao.cluster.knowledge import Knowledge
from mappings.decisions import Key
from mappings.loader import SHIPPED, Mappings, default_mappings


def test_tables_of_a_folder_and_rulings_arrive_without_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    text = (SHIPPED / "thresholds.csv").read_text(encoding="utf-8")
    (folder / "thresholds.csv").write_text("# Of this project.\n" + text, encoding="utf-8")
    sent = Mappings(folder)
    packed = pickle.dumps(Knowledge.of(sent))
    version = sent.version
    (folder / "thresholds.csv").unlink()
    arrived = pickle.loads(packed).mappings()
    assert arrived.version == version != default_mappings().version
    assert arrived.reading_version == default_mappings().reading_version
    assert arrived.path("thresholds.csv").read_text(encoding="utf-8").startswith("# Of this project.")
    assert Key("a", "b", "c") not in arrived.rulings


def test_the_shipped_tables_are_loaded_once_a_process() -> None:
    knowledge = pickle.loads(pickle.dumps(Knowledge.of(default_mappings())))
    assert knowledge.tables == ()
    assert knowledge.mappings() is pickle.loads(pickle.dumps(knowledge)).mappings()


def test_a_worker_of_another_version_says_so() -> None:
    ours = Knowledge.of(default_mappings())
    other = replace(ours, versions=("9.9.9", *ours.versions[1:]))
    with pytest.raises(UsageError, match=r"the one who asks has jixiao 9\.9\.9 with tables"):
        other.mappings()
