"""Which files the arguments name, by path or URL: names alone, no byte of them is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from extract.problem import UnreadableError
from jixiao.sources import HIDDEN, Closed, named_by, untold
from jixiao.text import readable_name
from jixiao.urls import Tree, faults, is_url, plain, protocol_of, tree_at

_MAGIC = "*?["


@dataclass(frozen=True, slots=True)
class Named:
    """A file: its name in the dataset; its path in the file system that the URL ``at`` names, on this machine where that is None;
    whether it was named itself, which is never left out; its size, 0 where that is not told; why its name alone leaves it out."""

    shown: str
    at: str | None
    path: str
    explicit: bool
    size: int = 0
    reason: str | None = None

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rstrip("/").rsplit("/", 1)[-1]


def listed(arguments: Sequence[str | Path], into: str | Path, closed: Closed = untold) -> Iterator[Named]:
    """The files that the arguments name, each once, without those in the dataset itself. ``closed`` is told of folders that could not
    be looked into.

    Raises UnreadableError for an argument that names nothing, ToolMissingError for a protocol whose package is not here."""
    seen: set[tuple[str, str | None, str, bool]] = set()
    for argument in arguments:
        for named in _of_argument(plain(argument), plain(into), closed):
            key = named.shown, named.at and protocol_of(named.at), named.path, named.explicit
            if key not in seen:
                seen.add(key)
                yield named


def _of_argument(argument: str | Path, into: str | Path, closed: Closed) -> Iterator[Named]:
    if isinstance(argument, str) and is_url(argument):
        yield from named_at(argument, str(into) if is_url(into) else None)
        return
    for shown, path, explicit in named_by([argument], None if is_url(into) else Path(into), closed):
        yield Named(shown, None, str(path.absolute()), explicit, _size(path))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # whoever reads it will tell why


def named_at(url: str, leave_out: str | None = None) -> Iterator[Named]:
    """The files that a URL names, itself, below it, or by a glob, in the order of their paths; what is hidden as left out.

    ``leave_out`` is the URL of a folder that is not entered. Raises UnreadableError where there is none."""
    tree = tree_at(url)
    try:
        with faults(url):
            base, found = _found(tree)
    except FileNotFoundError:
        base, found = None, {}
    except OSError as error:
        raise UnreadableError(f"{url} could not be read: {error}.", "Check the address and the credentials of this machine.") from error
    if not found:
        raise UnreadableError(f"{url} is no file and no folder that holds any, and matches none.", "Check the URL.")
    other = tree_at(leave_out).root.rstrip("/") + "/" if leave_out and protocol_of(leave_out) == protocol_of(url) else None
    hidden: set[str] = set()
    for path, size in sorted(found.items()):
        if other is not None and path.startswith(other):
            continue
        named = _named(url, base, path, size)
        if named.reason is None or named.shown not in hidden:
            yield named
        if named.reason is not None:
            hidden.add(named.shown)


def _found(tree: Tree) -> tuple[str | None, dict[str, int]]:
    """The path of the folder by which files are called, None for a file that is named itself; each file with its size."""
    root = tree.root.rstrip("/")
    if not any(sign in root for sign in _MAGIC) and tree.files.isfile(root):
        return None, {root: int(tree.files.info(root).get("size") or 0)}
    if any(sign in root for sign in _MAGIC):
        base = _fixed(root)
        found = {path: info for path, info in tree.files.glob(root, detail=True).items() if "/." in root or "/." not in path[len(base) :]}
    else:
        base, found = root, tree.files.find(root, detail=True)
    return base, {path: int(info.get("size") or 0) for path, info in found.items() if info["type"] == "file"}


def _fixed(pattern: str) -> str:
    """The folder in which a glob begins."""
    parts = pattern.split("/")[:-1]
    first = next((n for n, part in enumerate(parts) if any(sign in part for sign in _MAGIC)), len(parts))
    return "/".join(parts[:first])


def _named(url: str, base: str | None, path: str, size: int) -> Named:
    if base is None:
        return Named(readable_name("/".join(PurePosixPath(path).parts[-2:]).lstrip("/")), url, path, True, size)
    below = path[len(base) :].lstrip("/").split("/")
    first = next((n + 1 for n, part in enumerate(below) if part.startswith(".")), None)
    shown = "/".join(part for part in (base.rsplit("/", 1)[-1], *below[:first]) if part)
    return Named(readable_name(shown), url, path, False, size, HIDDEN if first else None)
