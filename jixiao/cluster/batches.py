"""The pieces that a run over many workers is cut into.

A document's place in the dataset is its SHA-256, which is known before it is converted. So loose files go into batches in
the order of their SHA-256: a batch touches few shards, and no rows have to be sorted into shards afterwards."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

from extract.problem import EXIT_UNREADABLE
from jixiao.cluster.listing import Named
from jixiao.outcome import Failure
from jixiao.plan import Job
from jixiao.shards import shard_of
from jixiao.staging import Segment

Item = TypeVar("Item")

LOOK_FILES = 128
LOOK_BYTES = 256 << 20
BATCH_SOURCES = 64
BATCH_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Look:
    """Files to look at."""

    files: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents to convert and to stage under a name of their own: each a job, and the file in which its bytes are."""

    name: str
    jobs: tuple[Job, ...]
    files: tuple[Named, ...]

    @property
    def shards(self) -> frozenset[str]:
        """The shards that its documents belong to."""
        return frozenset(shard_of(job.document_id) for job in self.jobs)


@dataclass(frozen=True, slots=True)
class Merge:
    """A shard into whose files what is staged is to be merged."""

    shard: str
    staged: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Remap:
    """Documents of a shard whose names are to be mapped again."""

    shard: str
    document_ids: frozenset[str]


Task: TypeAlias = Look | Batch | Merge | Remap
Work: TypeAlias = tuple[Job, Named]


def looks(files: Iterable[Named]) -> Iterator[Look]:
    """The files in pieces that are not too many and not too large to look at in one go."""
    for piece in _cut(files, lambda file: file.size, LOOK_FILES, LOOK_BYTES):
        yield Look(tuple(piece))


def batches(run: str, work: Sequence[Work]) -> Iterator[Batch]:
    """The work in batches, each with a name that no other run has: members of one archive together, so that it is fetched and unpacked
    once for each of its batches; all others in the order of their documents."""
    loose = sorted((item for item in work if not item[0].chain), key=lambda item: item[0].document_id)
    archives: dict[tuple[str | None, str], list[Work]] = defaultdict(list)
    for item in work:
        if item[0].chain:
            archives[item[1].at, item[1].path].append(item)
    for _, members in sorted(archives.items(), key=lambda entry: (entry[0][0] or "", entry[0][1])):
        members.sort(key=lambda item: item[0].chain)
        for piece in _cut(members, lambda _: 0, 4 * BATCH_SOURCES, BATCH_BYTES):
            yield _batch(run, piece)
    for piece in _cut(loose, lambda item: item[1].size, BATCH_SOURCES, BATCH_BYTES):
        yield _batch(run, piece)


def apart(task: Look | Batch) -> list[Look] | list[Batch]:
    """Each file of the task as a task of its own, to find out which of them ends its worker."""
    if isinstance(task, Look):
        return [Look((file,)) for file in task.files]
    run = task.name.partition("-")[0]
    return [_batch(run, [item]) for item in zip(task.jobs, task.files, strict=True)]


def given_up(batch: Batch, deaths: int) -> Batch:
    """The batch with nothing to convert in it: its documents failed, since workers died of them."""
    jobs = tuple(replace(job, failure=deadly(job.source_path, deaths)) for job in batch.jobs)
    return replace(batch, jobs=jobs)


def deadly(name: str, deaths: int) -> Failure:
    """The failure of a file of which workers died."""
    remedy = "It may need more memory than a worker has: try it alone with jixiao convert, on a machine with more."
    return Failure(
        EXIT_UNREADABLE, "worker-died", f"{name.rsplit('/', 1)[-1]} ended the {deaths} workers of the cluster that tried it.", remedy
    )


def _cut(items: Iterable[Item], size: Callable[[Item], int], most: int, most_bytes: int) -> Iterator[list[Item]]:
    piece: list[Item] = []
    held = 0
    for item in items:
        if piece and (len(piece) >= most or held + size(item) > most_bytes):
            yield piece
            piece, held = [], 0
        piece.append(item)
        held += size(item)
    if piece:
        yield piece


def _batch(run: str, work: Sequence[Work]) -> Batch:
    """A batch named by what is in it: done twice, it is staged under one name."""
    names = "\n".join(job.document_id for job, _ in work)
    return Batch(f"{run}-{hashlib.sha256(names.encode()).hexdigest()[:24]}", tuple(job for job, _ in work), tuple(file for _, file in work))
