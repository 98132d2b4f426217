"""A folder for one run in which the old office files among its sources lie converted, made by few calls of LibreOffice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from extract.scratch import scratch


@contextmanager
def office_store() -> Iterator[str]:
    """The name of the folder, which goes with the run."""
    with scratch("converted") as folder:
        yield str(folder)


def forget(folder: str | None, document_id: str) -> None:
    """Removes what was converted of a source that is done, so that the folder does not grow with the run."""
    for path in Path(folder).glob(f"{document_id}.*") if folder is not None else ():
        path.unlink(missing_ok=True)
