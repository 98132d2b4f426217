"""The rows that were asked for, as the table ``chosen`` of a connection."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import TYPE_CHECKING

import pyarrow as pa
from rapidfuzz import process

from extract.problem import UsageError
from jixiao.compare.model import Selection
from mappings.loader import Mappings
from mappings.units import UnitTable

if TYPE_CHECKING:
    import duckdb

_DECLARATION_ONLY = "d.* EXCLUDE (declaration_id, document_id, source_name, declaration_index, city, fiscal_year, organization, subject)"
_CHOOSING = files("jixiao.compare").joinpath("chosen.sql")


def choose(connection: duckdb.DuckDBPyConnection, selection: Selection, mappings: Mappings) -> None:
    """Makes the table ``chosen``. Raises UsageError for a filter that makes no sense or fits nothing."""
    _register_names(connection, mappings)
    wanted = connection.sql(f"SELECT i.*, {_DECLARATION_ONLY} FROM indicators i LEFT JOIN declarations d USING (declaration_id)")
    if selection.indicators:
        wanted = wanted.filter(_indicators(connection, selection.indicators, mappings))
    for column, values in _lists(connection, selection).items():
        wanted = wanted.filter(f"{column} IN ({', '.join(map(_literal, values))})")
    if selection.where:
        wanted = _filtered(wanted, selection.where)
    wanted.create_view("wanted")
    connection.execute(_CHOOSING.read_text(encoding="utf-8"))


def _lists(connection: duckdb.DuckDBPyConnection, selection: Selection) -> dict[str, tuple[str | int, ...]]:
    """The values that each filtered column may have; names of cities and units may be given in part."""
    found: dict[str, tuple[str | int, ...]] = {}
    for column, asked in (("city", selection.cities), ("organization", selection.organizations)):
        if asked:
            found[column] = _in_part(connection, column, asked)
    if selection.years:
        found["fiscal_year"] = selection.years
    if selection.forms:
        found["form"] = selection.forms
    return found


def _filtered(rows: duckdb.DuckDBPyRelation, where: str) -> duckdb.DuckDBPyRelation:
    """The rows for which the expression holds. It can only be an expression: DuckDB parses it as one."""
    import duckdb

    try:
        rows = rows.filter(where)
        rows.limit(0).fetchall()
    except duckdb.Error as error:
        first = str(error).split("\n\n", maxsplit=1)[0]
        raise UsageError(
            f"--where {where!r} is not understood: {first}", "It is an expression of SQL, such as: weight >= 10 AND form = 'project'"
        ) from error
    return rows


def _indicators(connection: duckdb.DuckDBPyConnection, asked: tuple[str, ...], mappings: Mappings) -> str:
    """The condition that a row is of a concept (by its code, name, or a code above it) or of an official level (by code or name)."""
    query = "SELECT DISTINCT indicator_code, indicator_name FROM indicators WHERE indicator_code IS NOT NULL"
    here: dict[str, str] = dict(connection.sql(query).fetchall())
    levels = {name: level.code for level in mappings.levels.tree.values() for name in (level.code, level.name)}
    codes: set[str] = set()
    of_levels: set[str] = set()
    for word in asked:
        mine = _concepts({word} | {code for code, name in _names(here, mappings) if name == word}, here, mappings)
        if not mine and word in levels:
            of_levels.add(levels[word])
            continue
        mine = mine or _concepts({term.code for term in mappings.taxonomy.by_text.get(word, ())}, here, mappings)
        if not mine:
            near = [name for name, *_ in process.extract(word, sorted({*here, *filter(None, here.values())}), limit=3)]
            raise UsageError(f"There is no indicator {word}.", _near(near, "The dataset has no mapped indicator."))
        codes |= mine
    listed = {"indicator_code": codes, "level1_code": of_levels, "level2_code": of_levels}
    return " OR ".join(f"{column} IN ({', '.join(map(_literal, sorted(values)))})" for column, values in listed.items() if values)


def _names(here: Mapping[str, str], mappings: Mappings) -> list[tuple[str, str]]:
    """Codes of concepts with their own names, in the dataset and in the knowledge tables."""
    return [*here.items(), *((code, concept.name) for code, concept in mappings.taxonomy.concepts.items())]


def _concepts(codes: set[str], here: Mapping[str, str], mappings: Mappings) -> set[str]:
    """Those of the codes that are concepts, and the concepts below them."""
    return {code for code in {*here, *mappings.taxonomy.concepts} if codes & _chain(code, mappings)}


def _chain(code: str, mappings: Mappings) -> set[str]:
    """The code of a concept and those of the concepts above it."""
    chain: set[str] = set()
    concepts = mappings.taxonomy.concepts
    while code in concepts and code not in chain:
        chain.add(code)
        code = concepts[code].parent
    return chain or {code}


def _near(names: list[str], otherwise: str) -> str:
    return f"Near to it are {', '.join(names)}." if names else otherwise


def _in_part(connection: duckdb.DuckDBPyConnection, column: str, asked: tuple[str, ...]) -> tuple[str, ...]:
    """The values of the column that hold one of the words. Raises UsageError for a word that none holds."""
    values = [
        value for (value,) in connection.sql(f"SELECT DISTINCT {column} FROM declarations WHERE {column} IS NOT NULL ORDER BY 1").fetchall()
    ]
    for word in asked:
        if not any(word in value for value in values):
            near = [name for name, *_ in process.extract(word, values, limit=3)]
            raise UsageError(
                f"No declaration has {column} {word}.", f"Near to it are {', '.join(near)}." if near else f"None has a {column}."
            )
    return tuple(value for value in values if any(word in value for word in asked))


def _register_names(connection: duckdb.DuckDBPyConnection, mappings: Mappings) -> None:
    """Names of levels, and the base unit of each code of a unit."""
    used = connection.sql("SELECT DISTINCT unit_code, dimension FROM indicators WHERE unit_code IS NOT NULL").fetchall()
    bases = [base_unit(code, dimension, mappings.units) for code, dimension in used]
    codes, dimensions = [code for code, _ in used], [dimension for _, dimension in used]
    arrays = [pa.array(values, pa.string()) for values in (codes, dimensions, bases)]
    connection.register("base_units", pa.Table.from_arrays(arrays, ["unit_code", "dimension", "base"]))
    tree = mappings.levels.tree
    connection.register("level_names", pa.table({"code": list(tree), "name": [level.name for level in tree.values()]}))


def base_unit(code: str, dimension: str | None, units: UnitTable) -> str:
    """The code of the unit that quantities are in. What is counted keeps its own, without a scale (万人): a count of people
    and a count of meetings are of one dimension, and yet no statistic may hold both."""
    if "/" in code:
        return code
    known = {entry.code: entry.base for entry in map(units.get, units) if entry is not None}
    of_dimension = {entry.dimension: entry.base for entry in map(units.get, units) if entry is not None}
    if dimension != "count":
        return known.get(code) or of_dimension.get(dimension or "", code)
    words = code.split("_")
    ends = ("_".join(words[start:]) for start in range(len(words)))
    return next((end for end in ends if end in known), code)


def _literal(value: str | int) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
