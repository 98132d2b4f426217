"""Knowledge that travels is the same at its end, or a worker says that it has another."""

from __future__ import annotations

import gc
import pickle
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from extract.problem import UsageError
from extract.scratch import clear_abandoned
from jixiao.cluster.knowledge import Knowledge, _loaded
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


def test_tables_of_a_folder_go_with_the_last_who_has_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "thresholds.csv").write_bytes(b"# Another one.\n" + (SHIPPED / "thresholds.csv").read_bytes())
    arrived = Knowledge.of(Mappings(folder)).mappings()
    _loaded.cache_clear()
    gc.collect()
    assert clear_abandoned(0) == [] and arrived.path("thresholds.csv").is_relative_to(place)
    del arrived
    gc.collect()
    assert list(place.iterdir()) == []
