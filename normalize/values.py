"""Target values: the printed cells of a row as operator, number, unit, quantity, deadline or words, with every doubt."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from extract.problem import Problem
from mappings.loader import Mappings, default_mappings
from mappings.values import ValueWords
from normalize.amounts import info, warning
from normalize.dates import read_date
from normalize.readings import ClauseReading, Context, Reading, bounds, read_clause
from normalize.tokens import clauses, fold
from normalize.units import Unit, label_unit, read_unit, unit_in_name

Operator = Literal["ge", "gt", "le", "lt", "eq", "between", "qualitative", "unspecified"]
UnitSource = Literal["target", "unit_column", "name", "header"]

PROSE = 30
# Years between a number that may be a year and the fiscal year.
NEAR = 5
_BRACKET_AT_END = re.compile(r"[（(].*[）)]$")
_WHOLE_BRACKET = re.compile(r"[（(]([^（）()]*)[）)]")
_YEAR_SPAN = re.compile(r"(20[1-3]\d)(?:[-~]{1,2}|至|到)(20[1-3]\d)")
_YEAR_ALONE = re.compile(r"(20[1-3]\d)(?:\.(0?[1-9]|1[0-2])|(0[1-9]|1[0-2])([0-2]\d|3[01]))?")


@dataclass(frozen=True, slots=True)
class Target:
    """What the target cells of a row say. ``value`` is the number as printed, ``quantity`` the same in the base unit;
    ``qualitative_text`` the words that are not the number. ``parts`` are the single readings of a cell that holds several."""

    operator: Operator
    value: Decimal | None = None
    value_high: Decimal | None = None
    unit: str | None = None
    quantity: Decimal | None = None
    quantity_high: Decimal | None = None
    unit_code: str | None = None
    dimension: str | None = None
    deadline: date | None = None
    qualitative_text: str | None = None
    problems: tuple[Problem, ...] = ()
    unit_source: UnitSource | None = None
    parts: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True)
class _Around:
    """What the row prints around the target cell, read."""

    operator: str | None
    qualitative: bool
    column: Unit | None
    name: str | None
    header: str | None
    problems: tuple[Problem, ...] = ()


def read_target(
    text: str | None,
    operator: str | None = None,
    unit: str | None = None,
    fiscal_year: int | None = None,
    *,
    header_unit: str | None = None,
    name: str | None = None,
    mappings: Mappings | None = None,
) -> Target:
    """The target that the cells of a row print.

    ``operator`` and ``unit`` are the texts of their own columns, ``header_unit`` a unit that the header prints for the
    column, ``name`` the indicator's name, whose last bracket may hold the unit. ``fiscal_year`` completes dates that
    print no year. Nothing is converted but ``quantity``; what cannot be read is qualitative, with a Problem. A blank
    cell compares nothing: it is unspecified."""
    known = mappings or default_mappings()
    printed = (text or "").strip()
    around = _around(operator, unit, header_unit, name, known)
    folded = fold(printed)
    if not folded:
        return replace(_words(None, None, around, ()), operator="unspecified")
    if folded in known.values.kind("blank"):
        return _words(printed, None, around, ())
    context = Context(known.units, known.values, fiscal_year)
    return _combined(printed, _read_cell(folded, context), around, context)


@lru_cache(maxsize=16384)
def _read_cell(folded: str, context: Context) -> tuple[ClauseReading, ...]:
    """The clauses of a folded cell. Forms print the same few cells thousands of times, so readings are remembered."""
    whole = _WHOLE_BRACKET.fullmatch(folded)
    found = clauses(whole[1] if whole else folded, context.words)
    inner = context if len(found) == 1 else replace(context, whole=False)
    return tuple(read_clause(clause, inner) for clause in found)


def _around(operator: str | None, unit: str | None, header: str | None, name: str | None, known: Mappings) -> _Around:
    code, qualitative, problems = _column_operator(operator, known.values) if operator else (None, False, ())
    column = label_unit(unit, known.units) if unit else None
    if column is not None and column.printed in known.values.kind("no_unit"):
        column = None
    return _Around(code, qualitative, column, name, header, problems)


@lru_cache(maxsize=512)
def _column_operator(printed: str, words: ValueWords) -> tuple[str | None, bool, tuple[Problem, ...]]:
    """Operator of the operator column, whether it says that the target is words, and the doubt about it."""
    text = fold(printed)
    for candidate in (text, _BRACKET_AT_END.sub("", text), text.strip("()（）")):
        comparison = words.kind("comparison").get(candidate)
        if comparison is not None:
            guess = (warning("sign-guess", f"{printed} in the operator column was read as a comparison"),) if "?" in comparison else ()
            return comparison.rstrip("?"), False, guess
        bound = words.kind("bound").get(candidate)
        if bound is not None:
            return bound, False, ()
        meaning = words.kind("column").get(candidate)
        if meaning is not None:
            return "between" if meaning == "between" else None, meaning == "qualitative", ()
    if not text or text in words.kind("blank"):
        return None, False, ()
    return None, False, (warning("unknown-operator", f"{printed} in the operator column is no known comparison"),)


def _combined(printed: str, read: tuple[ClauseReading, ...], around: _Around, context: Context) -> Target:
    """One target out of the clauses of a cell."""
    readings = [reading for clause in read for reading in clause.readings]
    problems = tuple(p for clause in read for p in clause.problems)
    unread = tuple(n for clause in read for n in clause.unread)
    deadline, deadline_problems = _one_deadline(read)
    problems += deadline_problems
    if unread:
        problems += (warning("unused-number", f"not read as a target: {', '.join(unread)}"),)
    if len(readings) == 2 and (pair := bounds(*readings)):
        readings = [pair]
    if len(readings) == 1 and (years := _years(fold(printed), around, context)):
        problem = warning("year-or-number", f"{printed} may be {years.what}")
        return _words(printed, years.end, around, (*problems, problem))
    if len(readings) > 1:
        return _several(printed, readings, deadline, around, problems, context)
    if not readings:
        if fold(printed) in context.words.kind("comparison"):
            problems += (warning("missing-value", f"{printed} stands without a number"),)
        return _words(printed, deadline, around, problems)
    if readings[0].backwards:
        return _words(printed, deadline, around, (*problems, *readings[0].problems))
    words = _other_words(read, readings[0])
    if _is_prose(words, readings[0]):
        problem = warning("unused-number", f"a number in a sentence, not read as its target: {readings[0].value}")
        return _words(printed, deadline, around, (*problems, problem))
    return _number(readings[0], words, deadline, around, problems, context)


def _one_deadline(read: tuple[ClauseReading, ...]) -> tuple[date | None, tuple[Problem, ...]]:
    days = sorted({clause.deadline for clause in read if clause.deadline})
    if len(days) > 1:
        return None, (warning("several-deadlines", f"several days are named: {', '.join(map(str, days))}"),)
    return (days[0] if days else None), ()


def _other_words(read: tuple[ClauseReading, ...], reading: Reading) -> str:
    others = [clause.printed for clause in read if not clause.readings and not (clause.deadline and len(clause.printed) < 12)]
    return "；".join([*([reading.words] if reading.words else []), *others])


def _is_prose(words: str, reading: Reading) -> bool:
    """A number in a long text is its target only if the text begins with it."""
    return len(words) > PROSE and any(p.code == "words-before-value" for p in reading.problems)


@dataclass(frozen=True, slots=True)
class _Years:
    """Digits that are rather a time than an amount: which kind, and its last day."""

    what: str
    end: date | None


def _years(text: str, around: _Around, context: Context) -> _Years | None:
    """2026 or 2024-2026 alone, near the fiscal year, without a unit anywhere but 年: rather years than an amount."""
    alone, span = _YEAR_ALONE.fullmatch(text), _YEAR_SPAN.fullmatch(text)
    if not (alone or span) or around.operator or around.header or (around.column and around.column.printed != "年"):
        return None
    if around.name and unit_in_name(around.name, context.units):
        return None
    first, last = span.groups() if span else (text[:4], text[:4])
    if span and first >= last:
        return None
    if context.fiscal_year is not None and not int(first) - NEAR <= context.fiscal_year <= int(last) + NEAR:
        return None
    spelled = f"{last}年" if span else _spelled(alone)
    return _Years("years or numbers" if span else "a year or a month", read_date(spelled, None).day)


def _spelled(match: re.Match[str] | None) -> str:
    """2026, 2026.6 or 20260630 as a date that says what its digits are."""
    assert match is not None
    year, month, month2, day = match.groups()
    if day:
        return f"{year}年{month2}月{day}日"
    return f"{year}年{month}月" if month else f"{year}年"


def _words(printed: str | None, deadline: date | None, around: _Around, problems: tuple[Problem, ...]) -> Target:
    column = around.column
    return Target(
        "qualitative",
        unit=column.printed if column else None,
        unit_source="unit_column" if column else None,
        unit_code=column.code if column else None,
        dimension=column.dimension if column else None,
        deadline=deadline,
        qualitative_text=printed,
        problems=(*around.problems, *problems),
    )


def _several(
    printed: str, readings: list[Reading], deadline: date | None, around: _Around, problems: tuple[Problem, ...], context: Context
) -> Target:
    """A cell with several targets: no value, the single ones as parts."""
    blank = replace(around, operator=None, problems=())
    parts = tuple(_number(reading, reading.words, None, blank, (), context) for reading in readings if not reading.backwards)
    names = "; ".join(_describe(part) for part in parts)
    problem = warning("several-values", f"{len(parts)} values in the target: {names}")
    backwards = (doubt for reading in readings if reading.backwards for doubt in reading.problems)
    return replace(_words(printed, deadline, replace(around, column=None), (*problems, problem, *backwards)), parts=parts)


def _describe(part: Target) -> str:
    operator = "" if part.operator == "unspecified" else f"{part.operator} "
    high = f" to {part.value_high}" if part.value_high is not None else ""
    return f"{operator}{part.value}{high}{' ' + part.unit if part.unit else ''}"


def _number(
    reading: Reading, words: str, deadline: date | None, around: _Around, problems: tuple[Problem, ...], context: Context
) -> Target:
    unit, source, unit_problems = _resolved_unit(reading.unit, around, context)
    operator, operator_problems = _resolved_operator(reading, around)
    text_problem = (info("unused-text", f"words beside the number: {words}"),) if words else ()
    return Target(
        operator,
        reading.value,
        reading.high,
        (unit.printed or None) if unit else None,
        unit.quantity(reading.value) if unit else None,
        unit.quantity(reading.high) if unit else None,
        unit.code if unit else None,
        unit.dimension if unit else None,
        deadline,
        words or None,
        (*around.problems, *problems, *reading.problems, *operator_problems, *unit_problems, *text_problem),
        source,
    )


def _resolved_operator(reading: Reading, around: _Around) -> tuple[Operator, tuple[Problem, ...]]:
    """The comparison of the cell, else that of the operator column."""
    own, column = reading.operator, around.operator
    problems: tuple[Problem, ...] = ()
    if around.qualitative:
        problems = (warning("operator-conflict", f"the operator column says words, the cell holds {reading.value}"),)
    elif own and column and own != column:
        problems = (warning("operator-conflict", f"the operator column says {column}, the cell {own}"),)
    elif column == "between" and not own:
        return "unspecified", (warning("operator-conflict", "the operator column announces a range, the cell holds one number"),)
    return own or column or "unspecified", problems  # type: ignore[return-value]


def _resolved_unit(own: Unit | None, around: _Around, context: Context) -> tuple[Unit | None, UnitSource | None, tuple[Problem, ...]]:
    """The unit of the number and where it is printed: target cell, unit column, name, header."""
    column = around.column
    if own is not None:
        return _own_and_column(own, column, context)
    if column is not None:
        return column, "unit_column", _unknown(column)
    named = unit_in_name(around.name, context.units) if around.name else None
    if named is not None:
        return named, "name", ()
    header = label_unit(around.header, context.units) if around.header else None
    if header is not None:
        return header, "header", _unknown(header)
    return None, None, ()


def _own_and_column(own: Unit, column: Unit | None, context: Context) -> tuple[Unit, UnitSource | None, tuple[Problem, ...]]:
    """The cell's unit beside that of the unit column: the same, a scale before it (16.5万 and 平方米), or a conflict."""
    source: UnitSource | None = "target" if own.printed else None
    if column is None or column.printed == own.printed:
        return own, source, ()
    if own.dimension == "number":
        joined = read_unit(own.printed + column.printed, context.units)
        if joined is not None and not column.printed.startswith(own.printed):
            return joined, "unit_column", ()
    if own.code is not None and own.dimension == column.dimension and own.factor * column.divisor == column.factor * own.divisor:
        return own, source, ()
    return own, source, (warning("unit-conflict", f"the cell prints {own.printed or 'a share'}, the unit column {column.printed}"),)


def _unknown(unit: Unit) -> tuple[Problem, ...]:
    return (warning("unknown-unit", f"unit {unit.printed} is not known"),) if unit.code is None else ()
