"""A folder for one run in which the old office files among its sources lie converted, made by few calls of LibreOffice."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from extract.readers.office import prepare, takes


@contextmanager
def office_store(paths: Iterable[Path]) -> Iterator[str | None]:
    """The name of the folder, None where fewer than two sources need it: one is converted when it is read."""
    wanted = [path for path in paths if takes(path)]
    if len(wanted) < 2:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="jixiao-converted-") as folder:
        prepare(wanted, Path(folder))
        yield folder
