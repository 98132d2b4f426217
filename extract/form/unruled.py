"""A table of indicators that no grid was found for: its header stands among the lines of text, and its rows are in no record."""

from __future__ import annotations

import re
from collections.abc import Iterable

from extract.form.vocabulary import Vocabulary, bare
from extract.grid.stitch import JoinedTable
from extract.model import TextLine
from extract.problem import Problem

LEAST_ROLES = 3
"""Words of a header on one line that no sentence has: a level, the name or target, and a third."""

_APART = re.compile(r"\s+")
_LEVELS = frozenset(("level1", "level2", "level3"))


def unruled_tables(items: Iterable[TextLine | JoinedTable], words: Vocabulary) -> list[Problem]:
    """One error for each line outside of every table that reads as the header of a table of indicators."""
    return [
        Problem(
            "table-without-rules",
            "error",
            f"A table of indicators begins with “{' '.join(item.text.split())[:40]}”, but nothing drawn shows its cells; it was not read.",
            item.place.page,
        )
        for item in items
        if isinstance(item, TextLine) and _is_header(item.text, words)
    ]


def _is_header(line: str, words: Vocabulary) -> bool:
    pieces = _APART.split(line.strip())
    if not LEAST_ROLES <= len(pieces) <= 20:
        return False
    found = [word.role for piece in pieces if (word := words.words.headers.get(bare(piece))) is not None]
    return len(set(found)) >= LEAST_ROLES and 2 * len(found) >= len(pieces) and bool(_LEVELS & set(found))
