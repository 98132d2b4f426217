"""The members of archives that a run reads, unpacked into a private folder that goes with the run."""

from __future__ import annotations

import errno
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from extract.problem import UnreadableError
from jixiao.archive_entries import FAULTS, Budget, Entry, entries_of
from jixiao.archives import Chain, is_archive, safe_name
from jixiao.lock import not_writable
from jixiao.plan import Job
from jixiao.sources import collect

_CHUNK = 1 << 20
_LONGEST = 60


@contextmanager
def unpacked(jobs: Sequence[Job]) -> Iterator[list[Job]]:
    """The jobs with the path of a file for each; a member that cannot be unpacked has a path where nothing is.

    Raises NotWritableError where there is no room for them."""
    if not any(job.chain for job in jobs):
        yield list(jobs)
        return
    with tempfile.TemporaryDirectory(prefix="jixiao-unpacked-") as name:
        folder = Path(name)
        placed = [replace(job, path=_place(folder, number, job)) if job.chain else job for number, job in enumerate(jobs)]
        wanted: dict[Path, dict[Chain, Path]] = defaultdict(dict)
        for job, with_place in zip(jobs, placed, strict=True):
            if job.chain:
                wanted[job.path][job.chain] = with_place.path
        for path, members in sorted(wanted.items()):
            try:
                _unpack(path, Budget(path.name, path.stat().st_size), (), members, folder)
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
                    raise not_writable(folder, error) from error
            except (UnreadableError, *FAULTS):
                pass  # changed since it was walked: its members that are not there are told one by one
        yield placed


@contextmanager
def single_file(path: Path) -> Iterator[Path]:
    """The file itself, or the only document of an archive, unpacked. Raises UnreadableError for an archive of several."""
    if not is_archive(path):
        yield path
        return
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
    path.parent.mkdir(parents=True, exist_ok=True)
    with entry.open() as stream, path.open("wb") as file:
        while chunk := stream.read(_CHUNK):
            file.write(chunk)
