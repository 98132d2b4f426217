"""Declarations of one source as rows of the dataset's tables."""

from __future__ import annotations

from collections.abc import Sequence

from extract.declaration import Declaration, Row
from extract.model import Document, TextLine
from extract.problem import Problem
from mappings.loader import Mappings, default_mappings
from normalize.head import organization_of, read_head
from normalize.indicators import row_record
from normalize.levels import read_levels
from normalize.mapped import mapped_columns
from normalize.ocr_signs import doubt_row, doubt_signs
from normalize.origin import Origin, first_page
from normalize.places import CityFinding, find_city
from normalize.record import TABLES, Record, Records
from normalize.values import Target, read_target

COVER_LINES = 15
# Doubts about a word of the form, which stands in many rows.
_ONCE = frozenset({"unknown-level", "other-scheme"})
_OF_DECLARATION = ("city", "fiscal_year", "organization", "subject")


def normalize(
    declarations: Sequence[Declaration],
    document: Document,
    *,
    document_id: str,
    mappings: Mappings | None = None,
    keep_contacts: bool = False,
) -> Records:
    """Rows of every table but ``documents``, which the caller makes, for the declarations of one source.

    Names and telephone numbers of contact persons are left out unless ``keep_contacts``."""
    knowledge = mappings or default_mappings()
    source = Origin(document_id, document.source_name)
    tables: dict[str, list[Record]] = {name: [] for name in TABLES if name != "documents"}
    tables["problems"] += [source.problem(p) for p in document.problems]
    cities = _cities(declarations, document, knowledge)
    for declaration, city in zip(declarations, cities, strict=True):
        origin = Origin(document_id, document.source_name, declaration.index)
        _add_declaration(tables, declaration, origin, city, knowledge, keep_contacts=keep_contacts, recognised=document.ocr)
    return Records({name: [_in_order(name, row) for row in rows] for name, rows in tables.items()})


def _in_order(table: str, row: Record) -> Record:
    """The row with exactly the columns of its table, in their order."""
    names = [column.name for column in TABLES[table]]
    if row.keys() != set(names):
        raise AssertionError(f"{table}: columns {sorted(row.keys() ^ set(names))} are missing or not known")
    return {name: row[name] for name in names}


def _add_declaration(
    tables: dict[str, list[Record]],
    declaration: Declaration,
    origin: Origin,
    city: CityFinding,
    knowledge: Mappings,
    *,
    keep_contacts: bool,
    recognised: bool,
) -> None:
    head = read_head(declaration, origin, city, keep_contacts=keep_contacts)
    tables["declarations"].append(head.declaration)
    tables["facts"] += head.facts
    tables["goals"] += head.goals
    tables["amounts"] += head.amounts
    tables["problems"] += [origin.problem(p) for p in declaration.problems]
    tables["problems"] += [origin.problem(p) for p in (city.problem,) if p is not None]
    tables["problems"] += head.problems
    shared = {**origin.columns(), **{name: head.declaration[name] for name in _OF_DECLARATION}}
    targets = [_target(row, declaration.fiscal_year, knowledge) for row in declaration.rows]
    if recognised:
        targets = doubt_signs(declaration.rows, targets, knowledge)
    _add_rows(tables, declaration, targets, origin, shared, knowledge, recognised=recognised)


def _add_rows(
    tables: dict[str, list[Record]],
    declaration: Declaration,
    targets: Sequence[Target],
    origin: Origin,
    shared: Record,
    knowledge: Mappings,
    *,
    recognised: bool,
) -> None:
    read = []
    for row, target in zip(declaration.rows, targets, strict=True):
        levels = read_levels(row.level1, row.level2, knowledge.levels)
        read.append(row_record(row, target, levels, doubt_row(row, levels) if recognised else ()))
    mapped = mapped_columns([record for record, _ in read], knowledge)
    told: set[str] = set()
    for index, (row, (record, problems), columns) in enumerate(zip(declaration.rows, read, mapped, strict=True)):
        identity = {"indicator_id": f"{origin.declaration_id}:{index}", "row_index": index}
        tables["indicators"].append({**identity, **shared, **record, **columns})
        about = f"row {index} {row.level3 or ''}".strip()
        for problem in problems:
            if problem.code in _ONCE and problem.message in told:
                continue
            told.add(problem.message)
            tables["problems"].append(origin.problem(problem, about=about, page=first_page(row.places)))


def _target(row: Row, fiscal_year: int | None, knowledge: Mappings) -> Target:
    return read_target(
        row.value_text,
        row.operator_text,
        row.unit_text,
        fiscal_year,
        header_unit=row.header_unit,
        name=row.level3,
        mappings=knowledge,
    )


def _cities(declarations: Sequence[Declaration], document: Document, knowledge: Mappings) -> list[CityFinding]:
    """The city of each declaration; one that names none has that of all others of the source, if these agree."""
    cover = _cover(document)
    found = [
        find_city((organization_of(d), d.fact("department")), (document.title, *cover, d.title), knowledge.places) for d in declarations
    ]
    named = {(f.name, f.code, f.province) for f in found if f.name is not None}
    if len(named) != 1:
        return found
    shared = CityFinding(*named.pop(), Problem("city-from-source", "info", "the city is that of the other declarations of the source"))
    return [shared if f.problem is not None and f.problem.severity == "warning" and f.problem.code == "no-city" else f for f in found]


def _cover(document: Document) -> list[str]:
    """The lines of the first page before its first table: a disclosure prints its unit there."""
    lines: list[str] = []
    for block in document.pages[0].blocks if document.pages else ():
        if not isinstance(block, TextLine) or len(lines) == COVER_LINES:
            break
        lines.append(block.text)
    return lines
