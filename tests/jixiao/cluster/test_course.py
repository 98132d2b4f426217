"""How a run is cut into batches, and when a shard is merged."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.problem import NotWritableError
from jixiao.cluster.batches import BATCH_BYTES, Batch, Look, Merge, batches, looks
from jixiao.cluster.course import Shards, after_death, part_of, pump
from jixiao.cluster.fleet import Died, Here
from jixiao.cluster.listing import Named
from jixiao.plan import Job
from jixiao.shards import shard_of
from jixiao.staging import Rename, Segment

Work = tuple[Job, Named]


def work_of(number: int, size: int = 1, archive: str = "") -> Work:
    """A document as one is planned: its job and its file."""
    document_id = hashlib.sha256(f"{number}{archive}".encode()).hexdigest()
    path = archive or f"{number}.docx"
    return Job(document_id, Path(path), f"f/{path}", None, (number,) if archive else ()), Named(
        f"f/{path}", None, f"/f/{path}", False, size
    )


SIZES = st.sampled_from([0, 1, BATCH_BYTES // 3, BATCH_BYTES, 3 * BATCH_BYTES])
ALL_WORK = st.lists(st.tuples(SIZES, st.sampled_from(["", "", "a.zip", "b.zip"])), max_size=300).map(
    lambda items: [work_of(number, size, archive) for number, (size, archive) in enumerate(items)]
)


@given(ALL_WORK, st.randoms(use_true_random=False))
def test_every_document_is_in_one_batch_whatever_the_order(work: list[Work], random: Any) -> None:
    cut = list(batches("run", work))
    random.shuffle(work)
    assert list(batches("run", work)) == cut
    assert sorted(job.document_id for batch in cut for job in batch.jobs) == sorted(job.document_id for job, _ in work)
    assert len({batch.name for batch in cut}) == len(cut)
    for batch in cut:
        loose = [file.size for job, file in zip(batch.jobs, batch.files, strict=True) if not job.chain]
        assert len(loose) == 1 or sum(loose) <= BATCH_BYTES
        assert len({file.path for file in batch.files}) == 1 or not any(job.chain for job in batch.jobs)


@given(ALL_WORK)
def test_a_shard_is_merged_once_and_a_segment_dropped_when_nothing_waits_for_it(work: list[Work]) -> None:
    cut = list(batches("run", work))
    names = Segment("run-names", {}, ("00" * 32,), (Rename("ff" * 32, "f/x", None),))
    shards = Shards(cut, [names])
    merges = shards.at_once()
    dropped: list[str] = []
    for batch in reversed(cut):
        segment = Segment(batch.name, {shard_of(job.document_id): (0, 0) for job in batch.jobs})
        merges += shards.staged(batch, segment)
    for merge in merges:
        dropped += [segment.name for segment in shards.merged(merge)]
    touched = {"00", "ff", *(shard_of(job.document_id) for job, _ in work)}
    assert sorted(merge.shard for merge in merges) == sorted(touched)
    assert sorted(dropped) == sorted(["run-names", *(batch.name for batch in cut)])
    for merge in merges:
        assert {merge.shard} == {shard for segment in merge.staged for shard in segment.shards}


def test_a_merge_is_told_of_its_own_shard_alone() -> None:
    segment = Segment("s", {"00": (0, 1), "ff": (1, 2)}, ("00" * 32,), (Rename("ff" * 32, "f/x", None),))
    assert part_of(segment, "00") == Segment("s", {"00": (0, 1)}, ("00" * 32,), ())
    assert part_of(segment, "ff") == Segment("s", {"ff": (1, 2)}, (), (Rename("ff" * 32, "f/x", None),))


def test_of_a_batch_that_ends_its_workers_the_deadly_file_alone_fails() -> None:
    work = [work_of(number) for number in range(5)]
    deadly = work[3][0].document_id
    (batch,) = batches("run", work)
    done: dict[str, Job] = {}

    def perform(task: Batch, _: object) -> object:
        if any(job.document_id == deadly and job.failure is None for job in task.jobs):
            return Died(4)
        done.update((job.document_id, job) for job in task.jobs)
        return None

    def answered(task: Batch, answer: object) -> Iterable[Look | Batch]:
        return after_death(task, answer, "out") if isinstance(answer, Died) else ()

    fleet = Here()
    fleet.begin(perform, None)
    pump(fleet, [batch], answered)
    assert sorted(done) == sorted(job.document_id for job, _ in work)
    failures = {document_id: job.failure for document_id, job in done.items() if job.failure}
    assert list(failures) == [deadly]
    assert failures[deadly] is not None and "3.docx ended the 4 workers" in failures[deadly].message


def test_workers_that_end_while_they_land_end_the_run_with_a_sentence() -> None:
    with pytest.raises(NotWritableError, match="4 workers ended while they landed shard ab of s3://b/out"):
        list(after_death(Merge("ab", ()), Died(4), "s3://b/out"))


def test_files_are_looked_at_in_pieces() -> None:
    files = [Named(f"f/{n}", None, f"/f/{n}", False) for n in range(300)]
    pieces = list(looks(files))
    assert [len(piece.files) for piece in pieces] == [128, 128, 44]
    assert [file for piece in pieces for file in piece.files] == files
