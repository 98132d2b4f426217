"""Which files an ingest takes: the arguments resolved to sources, in a fixed order, with what was left out and why."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from extract.formats import sniff
from extract.problem import UnreadableError, UsageError
from jixiao.archived import INSIDE, Chain, is_archive
from jixiao.archives import contents_of
from jixiao.outcome import Failure
from jixiao.pipeline import digest, identity_of_path, unreadable
from jixiao.text import readable_name

HIDDEN = "hidden"
LOCK_FILE = "lock file of an open document"
NO_FILE = "no regular file"
EMPTY = "archive without files"
OTHER_TEXT = "text that is no document"

# Suffixes of text files that stand beside documents and hold none, unless their content says otherwise.
OTHER_TEXT_SUFFIXES = frozenset({".css", ".ini", ".js", ".json", ".log", ".md", ".py", ".sh", ".toml", ".url", ".xml", ".yaml", ".yml"})


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A file to read: ``source_path`` names it in the dataset, ``document_id`` is the SHA-256 of its bytes
    (of its source_path where they cannot be read). A member of an archive has the archive's ``path`` and the ``chain`` of
    numbers that leads to it; ``failure`` says why there is nothing to read."""

    source_path: str
    path: Path
    document_id: str
    chain: Chain = ()
    failure: Failure | None = field(default=None, compare=False)

    @property
    def unknown(self) -> bool:
        """True where its bytes cannot be had."""
        return self.document_id == identity_of_path(self.source_path)


@dataclass(frozen=True, slots=True)
class Collection:
    """Sources in the order of their paths, what was left out (path and reason), the paths of archives whose members
    are among the sources, and folders that could not be looked into (path and why)."""

    sources: tuple[Source, ...]
    skipped: tuple[tuple[str, str], ...]
    archives: tuple[str, ...] = ()
    closed: tuple[tuple[str, Failure], ...] = ()


Looked: TypeAlias = Callable[[int, int], None]
"""Told how many files were looked at, and of how many."""
Closed: TypeAlias = Callable[[str, Failure], None]
"""Told of a folder that could not be looked into, and why."""


def collect(arguments: Sequence[str | Path], leave_out: Path | None = None, looked: Looked | None = None) -> Collection:
    """The sources that the arguments (files, folders, globs) name. ``leave_out`` is a folder that is not entered; ``looked`` is told
    of each file that was read to know its bytes.

    Raises UnreadableError for an argument that names nothing, UsageError where two files would get one name."""
    named: dict[str, Path] = {}
    skipped: list[tuple[str, str]] = []
    closed: list[tuple[str, Failure]] = []
    for shown, path, explicit in named_by(arguments, leave_out, lambda *folder: closed.append(folder)):
        reason = None if explicit else reason_to_skip(path)
        if reason:
            skipped.append((shown, reason))
        elif os.path.realpath(named.setdefault(shown, path)) != os.path.realpath(path):
            raise UsageError(
                f"{named[shown]} and {path} would both be called {shown} in the dataset.", "Ingest a folder that holds both instead."
            )
    found = joined(_one_by_one(named, looked))
    return replace(found, skipped=tuple(sorted((*skipped, *found.skipped))), closed=tuple(closed))


def _one_by_one(named: Mapping[str, Path], looked: Looked | None) -> Iterator[Collection]:
    for done, (shown, path) in enumerate(sorted(named.items()), start=1):
        yield sources_of(shown, path)
        if looked is not None:
            looked(done, len(named))


def joined(collections: Iterable[Collection]) -> Collection:
    """One collection of all, in the order of paths."""
    sources: list[Source] = []
    skipped: list[tuple[str, str]] = []
    archives: list[str] = []
    for found in collections:
        sources.extend(found.sources)
        skipped.extend(found.skipped)
        archives.extend(found.archives)
    return Collection(tuple(sorted(sources)), tuple(sorted(skipped)), tuple(sorted(archives)))


def sources_of(shown: str, path: Path) -> Collection:
    """What one file gives: itself as a source, or what is in it where it is an archive."""
    if not is_archive(path):
        return Collection((_source(shown, path),), ())
    sources: list[Source] = []
    skipped: list[tuple[str, str]] = []
    archives: list[str] = []
    _walk(shown, path, sources, skipped, archives)
    return Collection(tuple(sources), tuple(skipped), tuple(archives))


def _walk(shown: str, path: Path, sources: list[Source], skipped: list[tuple[str, str]], archives: list[str]) -> None:
    """Adds the members of an archive, or the archive itself with the reason why nothing of it is read."""
    try:
        contents = contents_of(path, shown, _reason_to_skip_member)
    except (UnreadableError, OSError) as error:
        why = unreadable(path.name, error) if isinstance(error, OSError) else error
        sources.append(replace(_source(shown, path), failure=Failure.of(why)))
        return
    for member in contents.members:
        name = f"{shown}{INSIDE}{member.name}"
        document_id = member.digest or identity_of_path(name)
        sources.append(Source(name, path, document_id, member.chain, member.failure))
    skipped.extend((f"{shown}{INSIDE}{name}", reason) for name, reason in contents.skipped)
    if not contents.members and not contents.skipped:
        skipped.append((shown, EMPTY))
    archives.extend(f"{shown}{INSIDE}{name}" if name else shown for name in contents.archives)


def _reason_to_skip_member(name: str, content: Path | None) -> str | None:
    if any(part.startswith(".") for part in name.split("/")):
        return HIDDEN
    if name.rsplit("/", 1)[-1].startswith("~$"):
        return LOCK_FILE
    if content is not None and content.suffix in OTHER_TEXT_SUFFIXES and _is_text(content):
        return OTHER_TEXT
    return None


def untold(folder: str, why: Failure) -> None:
    """The Closed of those who need not be told."""


def named_by(arguments: Iterable[str | Path], leave_out: Path | None, closed: Closed) -> Iterator[tuple[str, Path, bool]]:
    """Name in the dataset, path, and whether the file was named itself, which is never left out. ``closed`` is told of folders that
    could not be looked into.

    Raises UnreadableError for an argument that names nothing."""
    for name, path, explicit in _expand(arguments, leave_out, closed):
        yield readable_name(name), path, explicit


def _expand(arguments: Iterable[str | Path], leave_out: Path | None, closed: Closed) -> Iterator[tuple[str, Path, bool]]:
    for argument in arguments:
        path = Path(argument)
        if os.path.isdir(path):
            yield from ((shown, file, False) for shown, file in _below(path, leave_out, closed))
        elif os.path.lexists(path):
            yield f"{path.absolute().parent.name}/{path.name}".lstrip("/"), path, True
        else:
            _check_reach(path)
            yield from ((shown, file, False) for shown, file in _matches(str(argument), leave_out))


def _check_reach(path: Path) -> None:
    """Raises UnreadableError where it cannot be known whether a file is there."""
    try:
        path.lstat()
    except PermissionError as error:
        raise unreadable(path, error) from error
    except (OSError, ValueError):  # a glob, or nothing
        return


def _matches(pattern: str, leave_out: Path | None) -> Iterator[tuple[str, Path]]:
    """The files that a glob names, called by the folder in which the pattern begins."""
    found = sorted(Path(p) for p in glob.glob(pattern, recursive=True))
    if not found:
        raise UnreadableError(f"{pattern} is no file, no folder, and matches none.", "Check the path.")
    fixed = Path(*_fixed_parts(Path(pattern)))
    for path in found:
        if not os.path.isdir(path) and not _inside(path, leave_out):
            yield _shown(fixed, path), path


def _fixed_parts(pattern: Path) -> list[str]:
    parts: list[str] = []
    for part in pattern.parts[:-1]:
        if glob.has_magic(part):
            break
        parts.append(part)
    return parts


def _below(folder: Path, leave_out: Path | None, closed: Closed) -> Iterator[tuple[str, Path]]:
    def refused(error: OSError) -> None:
        name = readable_name(_shown(folder, Path(error.filename)).removesuffix("/."))
        closed(name, Failure.of(unreadable(f"The folder {name}", error)))

    for place, folders, files in os.walk(folder, onerror=refused):
        hidden = [name for name in folders if name.startswith(".")]
        folders[:] = sorted(name for name in folders if name not in hidden and not _inside(Path(place, name), leave_out))
        for name in sorted(files + hidden):
            yield _shown(folder, Path(place, name)), Path(place, name)


def _shown(folder: Path, path: Path) -> str:
    return "/".join(part for part in (folder.absolute().resolve().name, path.relative_to(folder).as_posix()) if part)


def _inside(path: Path, folder: Path | None) -> bool:
    return folder is not None and Path(os.path.realpath(path)).is_relative_to(folder.resolve())


def reason_to_skip(path: Path) -> str | None:
    """Why a file that was not named itself is left out, None where it is not."""
    if reason := reason_of_name(path.name):
        return reason
    if os.path.exists(path) and not os.path.isfile(path):
        return NO_FILE
    if path.suffix.lower() in OTHER_TEXT_SUFFIXES and _is_text(path):
        return OTHER_TEXT
    return None


def reason_of_name(name: str) -> str | None:
    """Why a file of this name is left out whatever it holds."""
    if name.startswith("."):
        return HIDDEN
    return LOCK_FILE if name.startswith("~$") else None


def _is_text(path: Path) -> bool:
    """Whether the content is text of no document format."""
    try:
        return sniff(path).name == "text"
    except UnreadableError:
        return True


def _source(shown: str, path: Path) -> Source:
    try:
        return Source(shown, path, digest(path))
    except OSError:
        return Source(shown, path, identity_of_path(shown))
