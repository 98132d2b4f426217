"""Files and folders by URL (``s3://bucket/folder``, ``memory://folder``), read and written through fsspec."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from extract.problem import ToolMissingError, UsageError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_OF_THIS_MACHINE = ("file", "local")
_EXTRA = {"s3": "s3", "s3a": "s3"}
_PACKAGES = {"gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs", "http": "aiohttp", "https": "aiohttp", "sftp": "paramiko"}


def is_url(place: object) -> bool:
    """Whether this is a URL of another place than the folders of this machine."""
    return isinstance(place, str) and bool(_URL.match(place)) and protocol_of(place) not in _OF_THIS_MACHINE


def protocol_of(url: str) -> str:
    """The protocol that the URL begins with."""
    return url.partition("://")[0].lower()


def plain(place: str | Path) -> str | Path:
    """The path of a ``file://`` URL; anything else as it is."""
    if isinstance(place, str) and _URL.match(place) and protocol_of(place) in _OF_THIS_MACHINE:
        return Path(unquote(urlsplit(place).path))
    return place


@dataclass(frozen=True, slots=True)
class Tree:
    """A file system of fsspec and the path in it that a URL names."""

    url: str
    files: AbstractFileSystem
    root: str

    def below(self, name: str) -> str:
        """The path of a file under the root."""
        return f"{self.root.rstrip('/')}/{name}" if name else self.root


def tree_at(url: str) -> Tree:
    """The file system that the URL names. Raises ToolMissingError where its package is not here, UsageError for an unknown protocol."""
    protocol = protocol_of(url)
    try:
        from fsspec.core import url_to_fs

        files, root = url_to_fs(url, use_listings_cache=False)
    except ImportError as error:
        raise ToolMissingError(f"A package that reads {protocol}:// is not installed.", f"Get it with: {_install(protocol)}") from error
    except ValueError as error:
        raise UsageError(f"{url} is of no protocol that can be read: {error}.", "Check the part before ://.") from error
    except OSError as error:
        why = str(error).partition("\n")[0]
        raise ToolMissingError(f"What reads {protocol}:// does not start: {why}.", "Check how it is set up on this machine.") from error
    return Tree(url, files, root)


def _install(protocol: str) -> str:
    if protocol in _EXTRA:
        return f'pip install "jixiao[{_EXTRA[protocol]}]"'
    return f"pip install fsspec {_PACKAGES.get(protocol, '')}".rstrip()


@contextmanager
def faults(shown: str) -> Iterator[None]:
    """Turns whatever the library behind a file system raises into OSError, which is all that callers look for."""
    try:
        yield
    except (OSError, MemoryError):
        raise
    except Exception as error:
        raise OSError(f"{shown}: {type(error).__name__}: {error}") from error
