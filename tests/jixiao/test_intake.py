"""From sources to a dataset: same bytes in any order and with any number of workers, only what changed is read again."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from extract.problem import NotWritableError, UnreadableError
from jixiao import convert, ingest, open_dataset
from jixiao.engine import Inline, Processes
from jixiao.intake import Summary
from jixiao.outcome import Options, Outcome
from jixiao.plan import Job
from jixiao.watcher import Watcher
from tests.jixiao.conftest import DOCX, PDF, TEXT, files_of


def take(*sources: str | Path, into: Path, jobs: int = 1, **more: object) -> Summary:
    return ingest(sources, into, engine=Inline() if jobs == 1 else Processes(jobs), **more)  # type: ignore[arg-type]


def test_a_folder_becomes_a_dataset(sources: Path, tmp_path: Path) -> None:
    summary = take(sources, into=tmp_path / "out")
    assert (summary.sources, summary.converted, summary.exit_code) == (2, 2, 0)
    dataset = open_dataset(tmp_path / "out")
    assert dataset.documents().num_rows == 2
    assert dataset.declarations().num_rows == summary.declarations >= 5
    assert dataset.indicators().num_rows == summary.indicators > 40
    assert len(summary.skipped) == 3


def test_same_bytes_in_any_order_and_with_any_number_of_workers(sources: Path, tmp_path: Path) -> None:
    take(sources, into=tmp_path / "one")
    take(sources, into=tmp_path / "two", jobs=2)
    for pattern in ("**/b.txt", "a.docx"):
        take(f"{sources}/{pattern}", into=tmp_path / "apart")
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two") == files_of(tmp_path / "apart")


def test_the_bytes_of_a_source_are_hashed_once(sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    real = hashlib.file_digest

    def counted(file: BinaryIO, kind: str) -> object:
        hashed.append(Path(file.name).name)
        return real(file, kind)

    monkeypatch.setattr(hashlib, "file_digest", counted)
    take(sources, into=tmp_path / "out")
    assert sorted(hashed) == ["a.docx", "b.txt"]
    hashed.clear()
    assert convert(DOCX).failure is None
    assert hashed == [DOCX.name]


def test_a_source_that_could_not_be_hashed_is_known_by_its_bytes_once_it_can(sources: Path, tmp_path: Path) -> None:
    of_path = hashlib.sha256(b"f/a.docx").hexdigest()
    outcome = convert(sources / "a.docx", source_path="f/a.docx", document_id=of_path)
    assert outcome.document_id == hashlib.sha256(DOCX.read_bytes()).hexdigest()


def test_unchanged_sources_are_not_read_again(sources: Path, tmp_path: Path) -> None:
    take(sources, into=tmp_path / "out")
    before = files_of(tmp_path / "out")
    summary = take(sources, into=tmp_path / "out")
    assert (summary.converted, summary.unchanged) == (0, 2)
    assert take(sources, into=tmp_path / "out", again=True).converted == 2
    assert files_of(tmp_path / "out") == before


def test_other_options_read_unchanged_sources_again(sources: Path, tmp_path: Path) -> None:
    take(sources, into=tmp_path / "out")
    summary = take(sources, into=tmp_path / "out", options=Options(keep_contacts=True))
    assert summary.converted == 2
    assert open_dataset(tmp_path / "out").documents()["contacts"].to_pylist() == [True, True]


def test_a_source_with_other_bytes_replaces_its_rows(sources: Path, tmp_path: Path) -> None:
    take(sources, into=tmp_path / "out")
    shutil.copy(PDF, sources / "a.docx")
    summary = take(sources, into=tmp_path / "out")
    assert (summary.converted, summary.unchanged, summary.replaced) == (1, 1, ("sources/a.docx",))
    take(sources, into=tmp_path / "fresh")
    assert files_of(tmp_path / "out") == files_of(tmp_path / "fresh")


def test_the_same_bytes_under_two_names_are_one_document(sources: Path, tmp_path: Path) -> None:
    shutil.copy(DOCX, sources / "z.docx")
    summary = take(sources, into=tmp_path / "out")
    assert summary.duplicates == (("sources/z.docx", "sources/a.docx"),)
    documents = open_dataset(tmp_path / "out").documents().to_pylist()
    assert sorted((row["source_path"], row["other_paths"]) for row in documents) == [
        ("sources/a.docx", "sources/z.docx"),
        ("sources/below/b.txt", None),
    ]


def test_a_source_that_failed_is_kept_with_its_reason_and_tried_again(sources: Path, tmp_path: Path) -> None:
    (sources / "bad.pdf").write_bytes(b"")
    summary = take(sources, into=tmp_path / "out")
    assert summary.exit_code == 5
    documents = {row["source_name"]: row for row in open_dataset(tmp_path / "out").documents().to_pylist()}
    assert documents["bad.pdf"]["status"] == "failed"
    problems = [row for row in open_dataset(tmp_path / "out").problems().to_pylist() if row["source_name"] == "bad.pdf"]
    assert [row["severity"] for row in problems] == ["error"]
    assert take(sources, into=tmp_path / "out").exit_code == 5
    shutil.copy(TEXT, sources / "bad.pdf")
    assert take(sources, into=tmp_path / "out").exit_code == 0


def test_a_file_that_may_not_be_read_is_a_failed_source(sources: Path, tmp_path: Path) -> None:
    (sources / "gone.pdf").symlink_to(tmp_path / "nowhere.pdf")
    summary = take(sources, into=tmp_path / "out")
    assert [path for path, _ in summary.failures] == ["sources/gone.pdf"]
    document = next(row for row in open_dataset(tmp_path / "out").documents().to_pylist() if row["source_name"] == "gone.pdf")
    assert (document["status"], document["bytes"]) == ("failed", None)


def unreadable_now(path: Path) -> None:
    """Has a file that cannot be read in the place of one that could, whoever runs the tests: a link that leads nowhere."""
    path.unlink()
    path.symlink_to(path.with_name("nowhere"))


def test_a_source_that_cannot_be_read_now_takes_nothing_from_what_was_read_of_it_before(sources: Path, tmp_path: Path) -> None:
    take(sources, into=tmp_path / "out")
    before, rows = files_of(tmp_path / "out"), open_dataset(tmp_path / "out").indicators()
    unreadable_now(sources / "a.docx")
    for _ in range(2):
        summary = take(sources, into=tmp_path / "out")
        assert (summary.exit_code, summary.kept, summary.replaced) == (5, ("sources/a.docx",), ())
        out = open_dataset(tmp_path / "out")
        assert out.indicators().equals(rows)
        found = [(row["status"], row["bytes"]) for row in out.documents().to_pylist() if row["source_path"] == "sources/a.docx"]
        assert sorted(found, key=str) == [("failed", None), ("ok", DOCX.stat().st_size)]
        assert any("is not there" in row["message"] for row in out.problems().to_pylist())
    (sources / "a.docx").unlink()
    shutil.copy(DOCX, sources / "a.docx")
    assert take(sources, into=tmp_path / "out").exit_code == 0
    assert files_of(tmp_path / "out") == before


def test_a_source_that_goes_while_others_are_read_takes_nothing_from_what_was_read_of_it_before(sources: Path, tmp_path: Path) -> None:
    class Vanishing(Watcher):
        def planned(self, plan: object, found: object) -> None:
            unreadable_now(sources / "a.docx")

    take(sources, into=tmp_path / "out")
    rows = open_dataset(tmp_path / "out").indicators()
    (sources / "a.docx").write_bytes(PDF.read_bytes())
    summary = take(sources, into=tmp_path / "out", watcher=Vanishing())
    assert (summary.exit_code, summary.kept, summary.replaced) == (5, ("sources/a.docx",), ())
    assert open_dataset(tmp_path / "out").indicators().equals(rows)
    (sources / "a.docx").unlink()
    (sources / "a.docx").write_bytes(PDF.read_bytes())
    summary = take(sources, into=tmp_path / "out")
    assert (summary.exit_code, summary.replaced) == (0, ("sources/a.docx",))
    take(sources, into=tmp_path / "fresh")
    assert files_of(tmp_path / "out") == files_of(tmp_path / "fresh")


def test_what_landed_stays_when_the_work_is_interrupted(sources: Path, tmp_path: Path) -> None:
    class Impatient(Watcher):
        def converted(self, job: Job, outcome: Outcome) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take(sources, into=tmp_path / "out", watcher=Impatient())
    assert open_dataset(tmp_path / "out").documents()["source_name"].to_pylist() == ["a.docx"]
    summary = take(sources, into=tmp_path / "out")
    assert (summary.converted, summary.unchanged) == (1, 1)


def test_nothing_to_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnreadableError, match="No file to read"):
        take(tmp_path / "empty", into=tmp_path / "out")


def test_a_dataset_that_cannot_be_written_is_told(sources: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(NotWritableError):
        take(sources, into=tmp_path / "out")


def test_a_folder_that_may_not_be_entered_is_told_and_the_others_land(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.scandir

    def forbidding(path: object) -> Iterator[os.DirEntry[str]]:
        if path in (sources / "below", str(sources / "below")):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", forbidding)
    summary = take(sources, into=tmp_path / "out")
    ((folder, why),) = summary.closed
    assert (summary.converted, summary.exit_code, folder) == (1, 5, "sources/below")
    assert why.message == "The folder sources/below may not be read by this user."
    with pytest.raises(UnreadableError, match="The folder below may not be read"):
        take(sources / "below", into=tmp_path / "out")
