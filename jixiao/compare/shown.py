"""Figures as a person reads them: numbers with their units, shares in per cent, what was left out in a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from jixiao.compare.model import Column, Comparison, Selection, Tally
from jixiao.text import amount
from mappings.loader import Mappings
from normalize.record import Record

CODES = frozenset({"indicator_code", "level1_code", "level2_code"})
"""Columns whose meaning stands beside them in words."""

_GROUPS = frozenset(("city", "province", "year", "organization", "level1_name", "level2_name", "form"))
HEADERS = {
    "indicator_name": "concept",
    "level1_name": "level 1",
    "level2_name": "level 2",
    "level3": "printed name",
    "base_unit": "unit",
    "source_name": "source",
    "figure": "#",
}


def shown(row: Record, column: Column, units: Mapping[str, str]) -> str:
    """The value of a column as text; a quantity in the base unit of its row, a ratio in per cent."""
    value = row[column.name]
    if value is None:
        return "(none)" if column.name in _GROUPS else ""
    if column.kind == "text":
        return unit_name(value, units) if column.name == "base_unit" else _word(value)
    if column.kind == "count":
        return f"{value:,}"
    if column.kind == "share":
        return f"{value:.1%}"
    in_percent = column.kind == "quantity" and row.get("base_unit") == "ratio"
    return f"{amount(value * 100)}%" if in_percent else amount(value)


def _word(value: object) -> str:
    return ("yes" if value else "") if isinstance(value, bool) else str(value)


def header(column: Column) -> str:
    """The head of a column."""
    return HEADERS.get(column.name, column.name.replace("_", " "))


_USUAL = {"ratio": "%", "percent": "%", "count": "个", "square_metre": "平方米", "cubic_metre": "立方米", "day": "天", "time": "次"}


def unit_names(mappings: Mappings) -> dict[str, str]:
    """The Chinese name of each code of a unit: the shortest that is printed."""
    names: dict[str, str] = {}
    for printed in mappings.units:
        entry = mappings.units.get(printed)
        if entry is not None and "\u4e00" <= printed[0] <= "\u9fff" and len(printed) < len(names.get(entry.code, printed + "x")):
            names[entry.code] = printed
    return names | _USUAL


def unit_name(code: str, names: Mapping[str, str]) -> str:
    """The name of a unit, also of one that is put together."""
    return "/".join(names.get(part, part) for part in code.split("/"))


def left_out(tally: Tally) -> list[str]:
    """What was compared and what was not, in sentences."""
    said = [f"{tally.compared:,} of {tally.chosen:,} rows are compared"]
    if tally.doubtful and tally.with_doubtful:
        said.append(f"{tally.doubtful:,} doubtful among them")
    elif tally.doubtful:
        said.append(f"{tally.doubtful:,} doubtful left out; --with-doubtful adds them")
    if tally.unmapped:
        said.append(f"{tally.unmapped:,} rows have no concept")
    said += tally.notes
    if tally.repeated_declarations:
        said.append(
            f"{tally.repeated_declarations:,} declarations say the same as another one of the same unit, form and year, and count too"
        )
    return said


def asked(comparison: Comparison, selection: Selection) -> str:
    """What was asked for, as the options of the command."""
    words = [f"--view {comparison.view}"]
    words += [f"--by {','.join(comparison.by)}"] if comparison.by else []
    lists = (("indicator", selection.indicators), ("city", selection.cities), ("year", selection.years))
    for name, values in (*lists, ("organization", selection.organizations), ("form", selection.forms)):
        words += [f"--{name} {value}" for value in values]
    words += [f'--where "{selection.where}"'] if selection.where else []
    words += ["--with-doubtful"] if selection.with_doubtful else []
    words += ["--pooled"] if selection.pooled else []
    return " ".join(words)
