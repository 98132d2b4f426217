"""Whether a file is an archive, what a path into one looks like, and the one document that a file is or holds.

What reads archives is imported where one is met: most files are none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from extract.formats import FORMATS, sniff
from extract.problem import UnreadableError

INSIDE = "!/"
DOCUMENTS = frozenset(suffix for name in ("docx", "xlsx", "xlsb", "odt", "ods", "ofd", "pptx") for suffix in FORMATS[name].suffixes)
"""Suffixes of documents that are archives by their content."""

Chain = tuple[int, ...]


def is_archive(path: Path) -> bool:
    """True for a zip or tar archive that is no document; False where the file cannot be read, which reading it will tell."""
    if path.suffix.lower() in DOCUMENTS:
        return False
    from jixiao.archive_entries import kind_of

    try:
        kind = kind_of(path)
        return kind == "tar" or (kind == "zip" and sniff(path).name == "archive")
    except (OSError, UnreadableError):
        return False


@contextmanager
def single_file(path: Path) -> Iterator[Path]:
    """The file itself, or the only document of an archive, unpacked. Raises UnreadableError for an archive of several."""
    if not is_archive(path):
        yield path
        return
    from jixiao.unpacking import only_member

    with only_member(path) as member:
        yield member
