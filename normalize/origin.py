"""Where a row of the dataset comes from: its identity columns and its place on the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extract.model import Place
from extract.problem import Problem
from normalize.record import Record


@dataclass(frozen=True, slots=True)
class Origin:
    """The source and the declaration that rows are made from; ``declaration_index`` is null for the whole source."""

    document_id: str
    source_name: str
    declaration_index: int | None = None

    @property
    def declaration_id(self) -> str:
        return f"{self.document_id}:{self.declaration_index}"

    def columns(self) -> Record:
        """The identity columns that every table of a declaration begins with."""
        return {
            "declaration_id": self.declaration_id,
            "document_id": self.document_id,
            "source_name": self.source_name,
            "declaration_index": self.declaration_index,
        }

    def problem(self, problem: Problem, *, about: str = "", page: int | None = None) -> Record:
        """The row of ``problems``; ``about`` begins its message and says what it is about."""
        message = f"{about}: {problem.message}" if about else problem.message
        where = f" ({problem.where})" if problem.where and problem.where not in message else ""
        return {
            "document_id": self.document_id,
            "source_name": self.source_name,
            "declaration_index": self.declaration_index,
            "code": problem.code,
            "severity": problem.severity,
            "page": problem.page if problem.page is not None else page,
            "message": message + where,
        }


def first_page(places: Sequence[Place]) -> int | None:
    """The page that something begins on; null for a source without pages."""
    return next((p.page for p in places if p.page is not None), None)


def place_columns(places: Sequence[Place]) -> Record:
    """The columns of place: the box is all of the row that stands on its first page."""
    first = places[0] if places else Place()
    boxes = [p.box for p in places if p.box is not None and p.page == first.page]
    return {
        "page": first.page,
        "x0": min((float(b.x0) for b in boxes), default=None),
        "top": min((float(b.top) for b in boxes), default=None),
        "x1": max((float(b.x1) for b in boxes), default=None),
        "bottom": max((float(b.bottom) for b in boxes), default=None),
        "sheet": first.sheet,
        "cell": first.cell,
        "table_index": first.table_index,
    }
