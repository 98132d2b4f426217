"""Figures as a table of Markdown, put between their markers in a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tests.large.suite import Figure

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"


def table(figures: Sequence[Figure], conditions: str) -> str:
    """The figures as a table, and under it the conditions of the run."""
    head = ["| what | cases | broken | seconds | seen |", "| --- | ---: | ---: | ---: | --- |"]
    rows = [f"| {f.what} | {f.cases:,} | {f.failed:,} | {f.seconds:,.0f} | {f.note} |" for f in figures]
    return "\n".join([*head, *rows, "", conditions])


def put(page: str, name: str, content: str) -> str:
    """The page with the content between the markers of this name. Raises LookupError where it has none."""
    pattern = re.compile(rf"(<!-- figures: {re.escape(name)} -->\n).*?(<!-- /figures -->)", re.S)
    found = pattern.search(page)
    if found is None:
        raise LookupError(f"{PAGE.name} has no <!-- figures: {name} --> with a <!-- /figures --> after it")
    return page[: found.end(1)] + content + "\n" + page[found.start(2) :]
