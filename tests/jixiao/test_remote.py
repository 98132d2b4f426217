"""A dataset at a URL is the one in a folder, byte for byte; it has one writer, and a dead one is no hindrance."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from extract.problem import NotWritableError, ToolMissingError, UnreadableError, UsageError
from jixiao.landing import Landing
from jixiao.outcome import Outcome
from jixiao.remote import LOCK, Remote
from jixiao.shards import read_shard
from jixiao.storage import Change, Place, storage_at
from jixiao.urls import is_url, plain
from tests.jixiao.conftest import files_at, files_of

Make = Callable[..., Outcome]
PATHS = [f"folder/{name}.pdf" for name in "abcdefgh"]


def land(place: Place, make_outcome: Make) -> None:
    """A landing in two parts with a replacement, a removal and another name."""
    outcomes = [make_outcome(path, document_id=f"ab{n % 2}{n:061d}") for n, path in enumerate(PATHS)]
    landing = Landing(place)
    for part in (outcomes[:5], outcomes[3:], [make_outcome(PATHS[0], 5, outcomes[0].document_id)]):
        for outcome in part:
            landing.add(outcome)
        landing.flush()
    landing.remove([outcomes[1].document_id])
    landing.rename(outcomes[2].document_id, "other/name.pdf", None)


def test_a_dataset_at_a_url_has_the_bytes_of_one_in_a_folder(remote: str, tmp_path: Path, make_outcome: Make) -> None:
    storage = Remote(remote)
    with storage.hold():
        land(storage, make_outcome)
    land(tmp_path, make_outcome)
    assert files_at(remote) == files_of(tmp_path)
    assert storage.names("") == [] and storage.names("documents") == ["ab.parquet"]


def test_changes_are_made_in_their_order(remote: str) -> None:
    steps: list[tuple[str, str]] = []
    storage = Remote(remote, before=lambda step, name: steps.append((step, name)))
    storage.apply([Change("documents/ab.parquet", b"1"), Change("goals/ab.parquet"), Change("documents/ab.parquet", b"2")])
    assert steps == [("put", "documents/ab.parquet"), ("delete", "goals/ab.parquet"), ("put", "documents/ab.parquet")]
    assert storage.open("documents/ab.parquet").read() == b"2"
    with pytest.raises(FileNotFoundError):
        storage.open("goals/ab.parquet")


def test_a_second_writer_is_told_who_is_there(remote: str) -> None:
    told = pytest.raises(NotWritableError, match=r"Another ingest \(.*process [0-9]+.*\) is writing")
    with Remote(remote, beat=0.02).hold(), told, Remote(remote, beat=0.5).hold():
        pass
    with Remote(remote).hold():
        pass


def test_a_second_writer_waits_where_it_may(remote: str) -> None:
    first, told = Remote(remote, beat=0.02), list[str]()
    holding = first.hold()
    holding.__enter__()

    def then_release(holder: str) -> None:
        told.append(holder)
        holding.__exit__(None, None, None)

    with Remote(remote, beat=0.5).hold(then_release):
        assert len(told) == 1


def test_the_lock_of_a_dead_writer_is_taken_over(remote: str) -> None:
    Remote(remote).apply([Change(LOCK, b'{"holder": "gone", "beat": 7}')])
    storage = Remote(remote, beat=0.01)
    with storage.hold():
        assert storage.holder is not None
        with pytest.raises(NotWritableError, match=r"not held by this run any more \(gone\)"):
            Remote(remote, holder="gone").apply([Change("documents/ab.parquet", b"late")])
    assert storage.names("") == []


def test_what_can_put_no_file_whole_holds_no_dataset() -> None:
    with pytest.raises(UsageError, match="no way to put a file whole"):
        storage_at("sftp://host/folder")
    with pytest.raises(UsageError, match="no way to put a file whole"):
        storage_at("nothing://x")


def test_a_package_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "s3fs", None)
    with pytest.raises(ToolMissingError, match=r'pip install "jixiao\[s3\]"'):
        storage_at("s3a://bucket/never-asked-before")


def test_the_url_of_a_file_is_its_path() -> None:
    assert plain("file:///tmp/a%20b") == Path("/tmp/a b")
    assert plain("s3://b/c") == "s3://b/c" and plain(Path("x")) == Path("x")
    assert [is_url(place) for place in ("s3://b", "file:///b", "C:/b", "a/b", Path("s3://b"))] == [True, False, False, False, False]


def test_a_user_who_has_no_name_can_hold_a_dataset(remote: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container that runs under a number."""

    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 1234")

    monkeypatch.setattr("getpass.getuser", nameless)
    storage = Remote(remote)
    with storage.hold():
        assert storage.holder is not None and storage.holder.startswith("user ")


def test_a_file_that_cannot_be_reached_is_not_to_be_removed(remote: str, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = Remote(remote)
    storage.apply([Change("documents/ab.parquet", b"1")])
    with pytest.raises(UnreadableError, match="is no readable Parquet file") as broken:
        read_shard(storage, "documents", "ab")
    assert "Remove it" in broken.value.remedy

    def away(path: str) -> bytes:
        raise TimeoutError("no answer")

    monkeypatch.setattr(storage._tree.files, "cat_file", away)
    with pytest.raises(UnreadableError, match="could not be read: no answer") as failed:
        read_shard(storage, "documents", "ab")
    assert "Remove" not in failed.value.remedy
