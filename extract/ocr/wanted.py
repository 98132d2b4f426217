"""The answer of a reader that was asked to tell which pages need recognition, in place of recognising them."""

from __future__ import annotations


class PagesWanted(Exception):
    """Ends a reading with ``ReadOptions.ocr_defer``: ``pages`` (1-based) have to be recognised and nothing was.

    Whoever asked recognises each of them into the store, in any order and process, and reads the source again."""

    def __init__(self, pages: tuple[int, ...]) -> None:
        super().__init__(pages)
        self.pages = pages
