"""Where recognised pages are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from jixiao.cache import default_cache, holding, writable
from jixiao.outcome import Options


def test_the_folder_is_the_named_one_else_one_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JIXIAO_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache() == str(tmp_path / "jixiao" / "pages")
    monkeypatch.setenv("JIXIAO_CACHE", str(tmp_path / "own"))
    assert default_cache() == Options().ocr_cache == str(tmp_path / "own")


def test_a_folder_that_is_not_there_is_writable_where_it_could_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert writable(tmp_path) and writable(tmp_path / "a" / "b")
    assert not writable(tmp_path / "file") and not writable(tmp_path / "file" / "a")
    assert not (tmp_path / "a").exists()


def test_what_it_holds_is_counted(tmp_path: Path) -> None:
    assert (holding(tmp_path / "none").files, holding(tmp_path / "none").bytes) == (0, 0)
    (tmp_path / "ab").mkdir()
    (tmp_path / "ab" / "x").write_bytes(b"12345")
    assert (holding(tmp_path).files, holding(tmp_path).bytes) == (1, 5)
