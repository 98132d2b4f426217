"""The members of archives that a run reads, unpacked into a private folder that goes with the run."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from itertools import count, groupby
from pathlib import Path

from extract.problem import UnreadableError
from extract.scratch import scratch
from jixiao.archive_entries import FAULTS, Budget, Entry, entries_of
from jixiao.archived import Chain
from jixiao.archives import safe_name
from jixiao.lock import not_writable
from jixiao.plan import Job
from jixiao.sources import collect

_CHUNK = 1 << 20
_LONGEST = 60


@contextmanager
def unpacked(jobs: Iterable[Job]) -> Iterator[Iterator[Job]]:
    """The jobs with the path of a file for each, drawn one by one: an archive is unpacked when the first of its members is. A member
    that cannot be unpacked has a path where nothing is; ``discard`` removes one that is done with.

    Raises NotWritableError, when it is drawn, where there is no room for one."""
    with ExitStack() as stack:
        yield _placed(jobs, stack)


def discard(job: Job) -> None:
    """Removes the file that was unpacked for a job."""
    if job.chain:
        job.path.unlink(missing_ok=True)
        with suppress(OSError):  # it was never made, or something else lies in it, which goes with the run
            job.path.parent.rmdir()


def _placed(jobs: Iterable[Job], stack: ExitStack) -> Iterator[Job]:
    numbers, folder = count(), None
    for archive, group in groupby(jobs, key=lambda job: job.path if job.chain else None):
        if archive is None:
            yield from group
            continue
        folder = folder or stack.enter_context(scratch("unpacked"))
        place = folder / str(next(numbers))
        placed = [(job.chain, replace(job, path=_place(place, number, job))) for number, job in enumerate(group)]
        _fill(archive, {chain: job.path for chain, job in placed}, place)
        yield from (job for _, job in placed)


def _fill(archive: Path, members: Mapping[Chain, Path], folder: Path) -> None:
    folder.mkdir()
    try:
        _unpack(archive, Budget(archive.name, archive.stat().st_size), (), members, folder)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
            raise not_writable(folder, error) from error
    except (UnreadableError, *FAULTS):
        pass  # changed since it was walked: its members that are not there are told one by one


@contextmanager
def only_member(path: Path) -> Iterator[Path]:
    """The only document of an archive, unpacked. Raises UnreadableError for an archive of several."""
    found = collect([path])
    failure = next((source.failure for source in found.sources if source.failure is not None), None)
    if failure is not None and len(found.sources) == 1:
        raise UnreadableError(failure.message, failure.remedy)
    if len(found.sources) != 1:
        what = f"an archive of {len(found.sources)} documents" if found.sources else "an archive without a document"
        raise UnreadableError(f"{path.name} is {what}.", f"Take it in with: jixiao ingest {path.name} --into DATASET")
    source = found.sources[0]
    with unpacked([Job(source.document_id, source.path, source.source_path, None, source.chain)]) as (job,):
        yield job.path


def _place(folder: Path, number: int, job: Job) -> Path:
    """A path in the folder that the archive has no say in, but for the end of the member's own name, by which messages call it."""
    name = safe_name(job.source_path).rsplit("/", 1)[-1]
    return folder / str(number) / name[-_LONGEST:].lstrip("~.")


def _unpack(path: Path, budget: Budget, chain: Chain, members: Mapping[Chain, Path], folder: Path) -> None:
    """Writes the members of one archive, and those of the archives in it, to their places."""
    wanted = {member[: len(chain) + 1] for member in members if member[: len(chain)] == chain}
    with entries_of(path, budget) as entries:
        for entry in entries:
            own = (*chain, entry.number)
            if own not in wanted:
                continue
            if own in members:
                _write(entry, members[own])
                continue
            nested = folder / f"archive-{'-'.join(map(str, own))}"
            _write(entry, nested)
            try:
                _unpack(nested, budget, own, members, folder)
            finally:
                nested.unlink(missing_ok=True)


def _write(entry: Entry, path: Path) -> None:
    """Writes a member to its place, whole or not at all: half of it would be read as if it were all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with entry.open() as stream, path.open("wb") as file:
            while chunk := stream.read(_CHUNK):
                file.write(chunk)
    except (UnreadableError, *FAULTS):
        path.unlink(missing_ok=True)
        raise
