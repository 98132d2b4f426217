"""Facts and amounts of a form's head that were recognised with little certainty: each is a doubt of its declaration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.declaration import Declaration
from extract.model import Document, Place
from extract.problem import Problem

SURE = 0.9
"""Confidence of a cell below which what it says is a doubt; rows of indicators have a threshold of their own."""

_ROLES = frozenset({"fact", "amount"})


def with_unsure_facts(document: Document, declarations: Sequence[Declaration]) -> list[Declaration]:
    """The declarations of a recognised document, each with a doubt for every fact and amount that was read uncertainly."""
    unsure = {
        place: cell.confidence
        for table in document.tables()
        for cell in table.cells
        if cell.confidence < SURE and cell.text.strip()
        for place in cell.places
    }
    return [_doubted(declaration, unsure) for declaration in declarations]


def _doubted(declaration: Declaration, unsure: dict[Place, float]) -> Declaration:
    doubts = []
    for use in declaration.uses:
        place = next((place for place in use.places if place in unsure), None)
        if use.role in _ROLES and place is not None and any(char.isalnum() for char in use.text):
            message = f"{use.text[:40]} was recognised with a certainty of {unsure[place]:.2f}"
            doubts.append(Problem("ocr-unsure", "warning", message, place.page, place.describe()))
    return replace(declaration, problems=(*declaration.problems, *doubts)) if doubts else declaration
