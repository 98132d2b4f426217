"""Python's search for circles of objects, put off while many objects without circles are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def search_put_off() -> Iterator[None]:
    """Nothing is searched for until the end; then it goes on as it was before.

    Thousands of words and cells are made for a page, and after each 700 new objects the search begins: at times through all
    that is in memory, mapping tables and earlier pages included. None of them are in circles."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
