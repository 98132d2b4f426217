"""The folder that keeps recognised pages, so that none is recognised twice."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "JIXIAO_CACHE"


@dataclass(frozen=True, slots=True)
class Holding:
    """What the folder holds: files and their bytes."""

    folder: Path
    files: int
    bytes: int


def default_cache() -> str:
    """The folder that JIXIAO_CACHE names, else ``jixiao/pages`` in the user's folder of caches."""
    named = os.environ.get(VARIABLE)
    return named or str(_user_caches() / "jixiao" / "pages")


def _user_caches() -> Path:
    if named := os.environ.get("XDG_CACHE_HOME"):
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    return Path.home() / "Library" / "Caches" if sys.platform == "darwin" else Path.home() / ".cache"


def writable(folder: Path) -> bool:
    """Whether files can be put into the folder; it need not be there yet, and is not made."""
    if folder.exists():
        return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    return folder != folder.parent and writable(folder.parent)


def holding(folder: Path) -> Holding:
    """How much the folder holds; nothing where it is not there."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
    return Holding(folder, len(sizes), sum(sizes))


def how_to_empty(folder: Path) -> str:
    """The command that empties it."""
    return f'rmdir /s "{folder}"' if sys.platform == "win32" else f"rm -r {shlex.quote(str(folder))}"
