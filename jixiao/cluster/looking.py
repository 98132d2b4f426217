"""What a worker finds in files when it looks at them: sources with the SHA-256 of their bytes, members of archives, what is left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from extract.scratch import scratch
from jixiao.cluster.listing import Named
from jixiao.pipeline import identity_of_path
from jixiao.sources import Collection, Source, reason_of_name, reason_to_skip, sources_of
from jixiao.urls import faults, tree_at

_AT_ONCE = 8
_LONGEST = 120


@contextmanager
def at_hand(files: Sequence[Named]) -> Iterator[list[tuple[Path, OSError | None]]]:
    """A path of this machine for each file, and why nothing is there if so; copies go when the context ends."""
    with scratch("fetched") as folder, ThreadPoolExecutor(_AT_ONCE) as pool:
        places = {(file.at, file.path): (file, folder / str(number)) for number, file in enumerate(files)}  # an archive comes often
        fetched = dict(zip(places, pool.map(lambda place: _fetched(*place), places.values()), strict=True))
        yield [fetched[file.at, file.path] for file in files]


def _fetched(file: Named, folder: Path) -> tuple[Path, OSError | None]:
    """The file itself where it is on this machine, else a copy in a folder of its own, under its own name, by which messages call it."""
    if file.at is None:
        return Path(file.path), None
    path = folder / file.name[-_LONGEST:]
    try:
        folder.mkdir(parents=True)
        tree = tree_at(file.at)
        with faults(file.shown):
            tree.files.get_file(file.path, str(path))
    except OSError as error:
        return path, error
    return path, None


def look(files: Sequence[Named]) -> tuple[Collection, ...]:
    """What each file gives. The paths of sources are names alone: who converts them fetches them again."""
    left_out = [file.reason or (None if file.explicit else reason_of_name(file.name)) for file in files]
    wanted = [file for file, reason in zip(files, left_out, strict=True) if reason is None]
    with at_hand(wanted) as paths:
        looked = iter([_look_at(file, *found) for file, found in zip(wanted, paths, strict=True)])
        return tuple(
            next(looked) if reason is None else Collection((), ((file.shown, reason),))
            for file, reason in zip(files, left_out, strict=True)
        )


def _look_at(file: Named, path: Path, error: OSError | None) -> Collection:
    if error is not None:  # the conversion meets it again and tells it
        return Collection((Source(file.shown, Path(file.name), identity_of_path(file.shown)),), ())
    reason = None if file.explicit else reason_to_skip(path)
    if reason is not None:
        return Collection((), ((file.shown, reason),))
    found = sources_of(file.shown, path)
    return replace(found, sources=tuple(replace(source, path=Path(file.name)) for source in found.sources))
