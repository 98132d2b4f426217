"""Where a dataset lies: files that are called by names, and changes that leave each of them whole at any time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    import pyarrow as pa

ASIDE = ".landing"
"""The folder in a dataset for what has not landed yet."""

SEGMENT = ".segment"
"""The end of the name of a file there that is to land, whoever wrote it."""

Waiting: TypeAlias = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Change:
    """One file by its name in the dataset (``indicators/ab.parquet``), and its new bytes; without bytes it goes."""

    name: str
    data: pa.Buffer | bytes | None = None


class Storage(Protocol):
    """The files of one dataset. Names have slashes, whatever the system; what cannot be done is an OSError."""

    @property
    def shown(self) -> str:
        """What messages call the dataset."""
        ...

    def names(self, folder: str) -> list[str]:
        """The names of the files right in the folder, sorted; none where it is not there."""
        ...

    def open(self, name: str) -> IO[bytes]:
        """The bytes of a file, to be read from any place in it. Raises FileNotFoundError."""
        ...

    def apply(self, changes: Sequence[Change]) -> None:
        """Makes the changes in their order; a name may come twice. Each file is the old one or the new one at any time.

        Where the storage has the means, all bytes are safe aside before the first change is seen: what lacks room changes nothing."""
        ...

    def hold(self, wait: Waiting | None = None) -> AbstractContextManager[None]:
        """The dataset for one writer alone, until it is done or dead. Raises NotWritableError where another one holds it; with
        ``wait`` that is told who holds it, and then it is waited for."""
        ...

    def tidy(self) -> None:
        """Removes what a writer that was cut off left aside, and folders that are empty. For the one writer."""
        ...


Place: TypeAlias = "str | Path | Storage"


def storage_at(place: Place) -> Storage:
    """The storage of the dataset at a path or URL. Raises what the package that reads such a URL calls for."""
    from jixiao.urls import is_url, plain

    if isinstance(place, str) and is_url(place):
        from jixiao.remote import Remote

        return Remote(place)
    if isinstance(place, str | Path):
        from jixiao.local import Local

        return Local(Path(plain(place)))
    return place
