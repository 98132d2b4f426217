from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from extract.model import Rule, Word
from extract.ocr.store import FolderStore, key_of
from extract.problem import NotWritableError, Problem
from extract.readers.drawing import Drawing

KEY = key_of("picture", "engine 1", 1)
PAGE = Drawing(
    3, 595.0, 842.0, [Word("≥95%", 1.5, 2.0, 30.25, 12.0, 10.5, True, 0.875)], [Rule(0.0, 1.0, 99.5, 1.5)],
    problems=(Problem("ocr-unread-ink", "warning", "Something.", 3, "here"),), ocr=True, back=(1.0, 0.01, -0.01, 1.0, 2.0, 3.0),
)  # fmt: skip


def entry(**changed: object) -> bytes:
    whole = {"size": [1, 2], "words": [], "rules": [], "problems": [], "back": None}
    return gzip.compress(json.dumps(whole | changed).encode())


def test_a_page_is_kept_as_it_was_whatever_its_number(tmp_path: Path) -> None:
    FolderStore(tmp_path).put(KEY, PAGE)
    assert FolderStore(tmp_path).get(KEY, 3) == PAGE
    other = FolderStore(tmp_path).get(KEY, 8)
    assert other is not None
    assert (other.number, other.problems[0].page, other.words) == (8, 8, PAGE.words)


def test_what_decides_the_reading_decides_the_key() -> None:
    decided = [("picture", "engine 1", 1), ("other", "engine 1", 1), ("picture", "engine 2", 1), ("picture", "engine 1", 2)]
    keys = {key_of(*parts) for parts in decided}
    assert len(keys) == 4


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"no gzip", id="not packed"),
        pytest.param(gzip.compress(b"{"), id="cut json"),
        pytest.param(gzip.compress(b"[]"), id="a list"),
        pytest.param(entry(words=[["a"]]), id="word"),
        pytest.param(entry(size=["x", 2]), id="size"),
        pytest.param(gzip.compress(b'{"size": [1, 2]}')[:-9], id="breaks off"),
        pytest.param(gzip.compress(b"[" * 200_000), id="deep"),
    ],
)
def test_a_damaged_entry_counts_as_none_and_is_written_again(tmp_path: Path, content: bytes) -> None:
    store = FolderStore(tmp_path)
    store.put(KEY, PAGE)
    [entry] = tmp_path.rglob("*.json.gz")
    entry.write_bytes(content)
    assert store.get(KEY, 3) is None
    store.put(KEY, PAGE)
    assert store.get(KEY, 3) == PAGE


def test_nothing_but_whole_entries_is_left_behind(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put(KEY, PAGE)
    store.put(KEY, PAGE)
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [f"{KEY}.json.gz"]


def test_a_folder_that_is_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    with pytest.raises(NotWritableError, match="cannot be kept"):
        FolderStore(tmp_path / "cache").put(KEY, PAGE)
