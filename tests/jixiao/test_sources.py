"""Which files an ingest takes, and what it calls them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from extract.problem import UnreadableError, UsageError
from jixiao.sources import HIDDEN, LOCK_FILE, NO_FILE, OTHER_TEXT, collect
from tests.jixiao.conftest import PDF


def names(found: object) -> list[str]:
    return [source.source_path for source in found.sources]  # type: ignore[attr-defined]


def test_a_folder_is_taken_with_all_below_it_and_tells_what_it_leaves_out(sources: Path) -> None:
    found = collect([sources])
    assert names(found) == ["sources/a.docx", "sources/below/b.txt"]
    assert found.skipped == (("sources/.hidden.txt", HIDDEN), ("sources/README.md", OTHER_TEXT), ("sources/~$a.docx", LOCK_FILE))


def test_a_file_is_called_as_in_its_folder(sources: Path) -> None:
    assert names(collect([sources / "a.docx"])) == ["sources/a.docx"]


def test_a_glob_is_called_by_the_folder_where_it_begins(sources: Path) -> None:
    assert names(collect([f"{sources}/**/*.txt"])) == ["sources/below/b.txt"]


def test_a_source_named_twice_is_one(sources: Path) -> None:
    assert names(collect([sources, sources / "a.docx", f"{sources}/*.docx"])) == ["sources/a.docx", "sources/below/b.txt"]


def test_a_file_named_itself_is_never_left_out(sources: Path) -> None:
    assert names(collect([sources / "README.md"])) == ["sources/README.md"]


def test_a_document_is_taken_whatever_its_suffix(sources: Path) -> None:
    shutil.copy(PDF, sources / "c.xml")
    assert "sources/c.xml" in names(collect([sources]))


def test_the_dataset_in_the_folder_is_not_entered(sources: Path) -> None:
    (sources / "out").mkdir()
    (sources / "out" / "x.txt").write_text("x")
    assert names(collect([sources], leave_out=sources / "out")) == ["sources/a.docx", "sources/below/b.txt"]


def test_two_files_of_one_name_are_told(tmp_path: Path) -> None:
    for place in ("one", "two"):
        (tmp_path / place / "forms").mkdir(parents=True)
        (tmp_path / place / "forms" / "a.txt").write_text(place)
    with pytest.raises(UsageError, match="folder that holds both"):
        collect([tmp_path / "one" / "forms", tmp_path / "two" / "forms"])


def test_an_argument_that_names_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="matches none"):
        collect([tmp_path / "nothing"])


def test_a_name_that_is_gbk_is_read_as_such(tmp_path: Path) -> None:
    folder = tmp_path / "f"
    folder.mkdir()
    raw = os.fsencode(folder) + b"/" + "绩效.txt".encode("gb18030")
    with open(raw, "w") as file:
        file.write("x")
    assert names(collect([folder])) == ["f/绩效.txt"]


def test_a_pipe_is_no_file(sources: Path) -> None:
    os.mkfifo(sources / "pipe.pdf")
    (sources / ".git").mkdir()
    found = collect([sources])
    assert ("sources/pipe.pdf", NO_FILE) in found.skipped and ("sources/.git", HIDDEN) in found.skipped


def test_each_file_that_is_looked_at_is_told(sources: Path) -> None:
    looked: list[tuple[int, int]] = []
    collect([sources], None, lambda done, total: looked.append((done, total)))
    assert looked == [(1, 2), (2, 2)]
