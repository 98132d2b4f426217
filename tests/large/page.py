"""Figures as a table of Markdown between their markers in a page, where each stays until a run with as many cases replaces it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tests.large.suite import Figure

HEAD = ("| what | cases | broken | seconds | seen | run |", "| --- | ---: | ---: | ---: | --- | --- |")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table, with the numbers that tell whether another replaces it."""

    cases: int
    failed: int
    line: str

    def yields_to(self, new: Row) -> bool:
        """Whether a newer row stands in its place: one of fewer cases only if it broke something, so that no break is hidden."""
        return new.cases >= self.cases or new.failed > 0


Rows = dict[str, Row]
"""The rows of a table by what they tried."""


def row(figure: Figure, conditions: str) -> Row:
    """The figure as a line of the table."""
    f = figure
    seconds = f"{f.seconds:.1f}" if f.seconds < 10 else f"{f.seconds:,.0f}"
    cells = (f.what, f"{f.cases:,}", f"{f.failed:,}", seconds, " ".join(f.note.replace("|", "/").split()), conditions)
    return Row(f.cases, f.failed, f"| {' | '.join(cells)} |")


def rows_of(page: str, name: str) -> Rows:
    """The rows between the markers of this name. Raises LookupError where the page has no such markers."""
    rows = (_parsed(line) for line in _table(page, name)[2].splitlines() if line.startswith("| ") and line not in HEAD)
    return dict(rows)


def _parsed(line: str) -> tuple[str, Row]:
    what, cases, failed = (cell.strip() for cell in line.strip("|").split("|")[:3])
    return what, Row(int(cases.replace(",", "")), int(failed.replace(",", "")), line)


def put(page: str, name: str, rows: Rows, order: Sequence[str]) -> str:
    """The page with these rows between the markers of this name, first those that are named in their order."""
    known = [what for what in order if what in rows]
    names = [*known, *(what for what in rows if what not in known)]
    before, after, _ = _table(page, name)
    return "\n".join([before, *HEAD, *(rows[what].line for what in names), after])


def _table(page: str, name: str) -> tuple[str, str, str]:
    """What stands up to the table, from its end on, and in it."""
    found = re.search(rf"(.*<!-- figures: {re.escape(name)} -->)\n(.*?)(<!-- /figures -->.*)", page, re.S)
    if found is None:
        raise LookupError(f"The page has no <!-- figures: {name} --> with a <!-- /figures --> after it.")
    return found[1], found[3], found[2]
