"""Pages recognised once: from the store where they are kept, else by the engine, or told to be wanted."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from extract.model import Rule
from extract.ocr.engine import available, engine_version, load_engine
from extract.ocr.picture import Picture
from extract.ocr.store import FolderStore, PageStore, key_of
from extract.ocr.wanted import PagesWanted
from extract.readers.drawing import Drawing

RECOGNITION_VERSION = 5
"""Raised with every change of what a page is read as: pages kept by an earlier version are recognised again."""


class Recogniser:
    """Recognises the pages of one source. ``mode`` is ``auto``, ``always`` or ``never``; ``cache`` the folder that keeps
    recognised pages; with ``defer`` nothing is recognised and ``finish`` tells the pages that have to be.

    Many processes may share a source: one reads it with ``defer`` and gets PagesWanted; each of the pages is then read
    by some process with the same folder (``read(path, pages=(n,), ocr_cache=folder)``); whoever reads the source after that
    finds all its pages recognised."""

    def __init__(self, mode: str = "auto", cache: str | None = None, threads: int = 1, defer: bool = False) -> None:
        self.mode = mode
        self.store: PageStore | None = FolderStore(cache) if cache is not None else None
        self.threads = threads
        self.defer = defer
        self.wanted: list[int] = []

    @cached_property
    def able(self) -> bool:
        """True where pages may be recognised and all that it takes is installed."""
        return self.mode != "never" and available()

    def page(self, shown: Callable[[], Picture], number: int, rules: tuple[Rule, ...] = ()) -> Drawing | None:
        """The recognised page; None where that is left to others. ``shown`` gives its picture, and is not asked once a page
        was left: each of those that follow is looked up by whoever takes it. ``rules`` are those of the page where a drawing
        tells them. Raises ToolMissingError, NotWritableError."""
        if self.wanted:
            self.wanted.append(number)
            return None
        picture = shown()
        key = key_of(f"{picture.digest}{rules or ''}", engine_version(), RECOGNITION_VERSION) if self.store else ""
        kept = self.store.get(key, number) if self.store else None
        if kept is not None:
            return kept
        if self.defer:
            self.wanted.append(number)
            return None
        from extract.ocr.recognise import recognise

        drawing = recognise(picture, number, load_engine(self.threads), rules)
        if self.store:
            self.store.put(key, drawing)
        return drawing

    def finish(self) -> None:
        """Raises PagesWanted where pages were left to others."""
        if self.wanted:
            raise PagesWanted(tuple(self.wanted))
