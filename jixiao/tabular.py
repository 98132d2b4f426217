"""One source as one table: each indicator with the facts of its declaration in front."""

from __future__ import annotations

from jixiao.outcome import Outcome
from normalize.record import TABLES, Column, Record

FRONT = ("source_name", "declaration_index", "form", "title", "organization", "city", "province", "subject", "project_code", "fiscal_year")
MONEY = ("total_wan", "fiscal_wan", "other_wan")
_IDENTITIES = ("indicator_id", "declaration_id", "document_id")


def table_columns() -> tuple[Column, ...]:
    """The columns of the one table: facts of the declaration, then those of the indicator."""
    declaration = {column.name: column for column in TABLES["declarations"]}
    front = tuple(declaration[name] for name in (*FRONT, *MONEY))
    taken = {column.name for column in front}.union(_IDENTITIES)
    return front + tuple(column for column in TABLES["indicators"] if column.name not in taken)


def table_rows(outcome: Outcome) -> list[Record]:
    """The rows of the one table. A declaration without indicators gives one row of its facts alone."""
    names = [column.name for column in table_columns()]
    rows: list[Record] = []
    for declaration in outcome.rows("declarations"):
        mine = [row for row in outcome.rows("indicators") if row["declaration_id"] == declaration["declaration_id"]]
        for row in mine or [{}]:
            rows.append({name: declaration[name] if name in (*FRONT, *MONEY) else row.get(name) for name in names})
    return rows
