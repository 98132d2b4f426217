"""Folders of sources put where they are read from by URL."""

from __future__ import annotations

from pathlib import Path

from jixiao.urls import tree_at


def put_below(folder: Path, url: str) -> str:
    """The URL of a copy of the folder under its own name."""
    tree = tree_at(f"{url}/{folder.name}")
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            tree.files.pipe_file(tree.below(path.relative_to(folder).as_posix()), path.read_bytes())
    return tree.url
