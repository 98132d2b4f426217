"""What a part of a form gave: rows, facts, goals, amounts, and what became of each cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from extract.declaration import Amount, Fact, Goal, Row, Use
from extract.form.vocabulary import printed
from extract.model import Box, Cell, Place
from extract.problem import Problem


@dataclass(slots=True)
class Reading:
    """Grows while one form is read; never leaves ``extract.form``."""

    rows: list[Row] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    amounts: list[Amount] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    used: dict[int, Cell] = field(default_factory=dict)

    def use(self, cell: Cell, role: str, reason: str | None = None) -> None:
        """Notes what became of a cell; the first word counts."""
        if id(cell) not in self.used:
            self.used[id(cell)] = cell
            if cell.text.strip():
                self.uses.append(Use(role, printed(cell.text), reason, cell.places))

    def leave(self, text: str, reason: str, cell: Cell) -> None:
        """Lists a part of a cell's text that goes nowhere."""
        self.uses.append(Use("ignored", text, reason, cell.places))

    def is_used(self, cell: Cell) -> bool:
        return id(cell) in self.used

    def doubt(self, code: str, message: str, place: Place | None = None, severity: str = "warning") -> None:
        """Adds a Problem at a place."""
        page = place.page if place else None
        where = place.describe() if place else None
        self.problems.append(Problem(code, "warning" if severity == "warning" else "info", message, page, where))


def join_places(cells: Iterable[Cell]) -> tuple[Place, ...]:
    """One place a page (or a sheet, or a table) that holds all of the cells, in reading order."""
    groups: dict[tuple[int, int, str], list[Place]] = {}
    for cell in cells:
        for place in cell.places:
            key = (place.page or 0, place.table_index if place.table_index is not None else -1, place.sheet or "")
            groups.setdefault(key, []).append(place)
    return tuple(_around(groups[key]) for key in sorted(groups))


def _around(places: list[Place]) -> Place:
    first = places[0]
    boxes = [place.box for place in places if place.box is not None]
    if not boxes:
        return first
    box = Box(min(b.x0 for b in boxes), min(b.top for b in boxes), max(b.x1 for b in boxes), max(b.bottom for b in boxes))
    return Place(first.page, box, first.table_index, first.sheet, first.cell)
