"""Sources by URL are called, judged and counted as those in a folder of this machine are."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from extract.problem import ToolMissingError, UnreadableError, UsageError
from extract.scratch import clear_abandoned
from jixiao.cluster.listing import Named, listed
from jixiao.cluster.looking import at_hand, look
from jixiao.sources import Collection, collect, joined
from tests.jixiao.archive_files import zipped
from tests.jixiao.cluster.places import put_below


@pytest.fixture
def folder(sources: Path) -> Path:
    """Sources of all kinds: loose, in an archive, in a hidden folder, of bytes that come twice."""
    (sources / "pack.zip").write_bytes(zipped([("in/x.txt", b"one"), ("in/~$x.txt", b"two"), ("in/y.txt", b"three")]))
    (sources / ".git").mkdir()
    (sources / ".git" / "a.txt").write_text("x")
    (sources / ".git" / "b.txt").write_text("x")
    (sources / "broken.zip").write_bytes(zipped([("z.txt", b"four")])[:-30])
    (sources / "again.txt").write_bytes((sources / "below" / "b.txt").read_bytes())
    return sources


def looked(arguments: Sequence[str | Path], into: str | Path) -> Collection:
    return joined(look(list(listed(arguments, into))))


def without_paths(found: Collection) -> Collection:
    return replace(found, sources=tuple(replace(source, path=Path(source.path.name)) for source in found.sources))


def test_a_folder_at_a_url_gives_what_the_folder_gives(folder: Path, remote: str, tmp_path: Path) -> None:
    expected = without_paths(collect([folder], tmp_path / "out"))
    assert len(expected.sources) == 6 and len(expected.skipped) == 5
    assert looked([put_below(folder, remote)], "out") == expected
    assert looked([folder], tmp_path / "out") == expected
    assert looked([f"file://{folder}"], tmp_path / "out") == expected


def test_files_and_globs_are_called_as_on_this_machine(folder: Path, remote: str, monkeypatch: pytest.MonkeyPatch) -> None:
    url = put_below(folder, remote)
    monkeypatch.chdir(folder.parent)
    for pattern in ("README.md", "below/*.txt", "*.docx", "**/*.txt"):
        assert looked([f"{url}/{pattern}"], "out") == without_paths(collect([f"{folder.name}/{pattern}"])), pattern


def test_a_dataset_among_the_sources_is_no_source(folder: Path, remote: str) -> None:
    url = put_below(folder, remote)
    assert {named.shown for named in listed([url], f"{url}/below")} == {
        named.shown for named in listed([url], "out") if "below" not in named.shown
    }


def test_a_file_named_twice_is_listed_once(folder: Path, remote: str) -> None:
    url = put_below(folder, remote)
    assert len(list(listed([f"{url}/a.docx", f"{url}/a.docx"], "out"))) == 1


def test_what_cannot_be_fetched_is_a_source_that_will_be_told(remote: str) -> None:
    gone = Named("in/gone.docx", remote, "nowhere/gone.docx", explicit=True)
    (source,) = joined(look([gone])).sources
    assert (source.source_path, source.path) == ("in/gone.docx", Path("gone.docx"))


def test_a_url_that_names_nothing_is_told(remote: str) -> None:
    for url in (f"{remote}/none", f"{remote}/*.none"):
        with pytest.raises(UnreadableError, match="matches none"):
            list(listed([url], "out"))


def test_unknown_protocols_and_missing_packages_are_told() -> None:
    with pytest.raises(UsageError, match="no protocol that can be read"):
        list(listed(["nothing://x"], "out"))
    with pytest.raises(ToolMissingError, match="pip install"):
        list(listed(["webdav://host/x"], "out"))


def test_copies_are_held_as_long_as_they_are_needed_and_then_go(
    folder: Path, remote: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    with at_hand(list(listed([f"{put_below(folder, remote)}/README.md"], "out"))) as ((path, error),):
        assert error is None and path.is_relative_to(place)
        assert clear_abandoned(0) == [] and path.is_file()
        assert [here for here in place.iterdir() if (here / ".owner").is_file()] == [path.parents[1]]
    assert list(place.iterdir()) == []
