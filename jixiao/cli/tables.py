"""Declarations, their rows and their doubts as tables in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from extract.problem import Problem
from jixiao.outcome import Outcome
from jixiao.text import amount
from normalize.record import Record

FACTS = (
    ("organization", "organization"),
    ("city", "city"),
    ("subject", "subject"),
    ("project code", "project_code"),
    ("project type", "project_type"),
    ("filled on", "filled_on"),
)
_MONEY = (("total", "total_wan"), ("budget", "fiscal_wan"), ("other", "other_wan"))
_STYLE = {"error": "red", "warning": "yellow", "info": "dim"}


def show_nothing_found(console: Console, name: str, problems: Iterable[Problem]) -> None:
    """Says that a file was read and holds no declaration, with the reasons that are known."""
    console.print(f"{name} was read; no declaration was found in it.", markup=False, style="bold", soft_wrap=True)
    reasons = list(problems)
    for problem in reasons:
        console.print(f"  {problem.code}: {problem.message}", markup=False, soft_wrap=True)
    if not reasons:
        console.print("  No table in it has the labels and columns of the family of forms. See its tables: jixiao inspect FILE --tables")


def show_declarations(console: Console, outcome: Outcome) -> None:
    """Each declaration: its facts, then its indicators."""
    for declaration in outcome.rows("declarations"):
        show_head(console, declaration)
        rows = [row for row in outcome.rows("indicators") if row["declaration_id"] == declaration["declaration_id"]]
        console.print(indicator_table(rows))
        console.print()


def show_head(console: Console, declaration: Record) -> None:
    """Title, kind, year, pages, facts and money of a declaration."""
    number = declaration["declaration_index"] + 1
    console.print(Text.assemble((f"{number}. {declaration['title'] or 'without a title'}", "bold")))
    console.print(Text("   " + " · ".join(_kind(declaration)), "cyan"))
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", min_width=15)
    grid.add_column()
    for label, name in FACTS:
        if declaration[name] is not None:
            grid.add_row(f"   {label}", Text(str(declaration[name])))
    money = [f"{label} {amount(declaration[name])}" for label, name in _MONEY if declaration[name] is not None]
    if money:
        grid.add_row("   万元", " · ".join(money))
    console.print(grid)


def _kind(declaration: Record) -> list[str]:
    parts = [declaration["form"].replace("_", " ")]
    if declaration["fiscal_year"] is not None:
        parts.append(f"{declaration['fiscal_year']} ({declaration['fiscal_year_basis']})")
    if declaration["pages"]:
        parts.append(f"page {declaration['pages'].replace(',', ', ')}")
    return parts


def indicator_table(rows: Sequence[Record]) -> Table:
    """Levels, name, printed target, and how the target was read; doubtful rows are marked."""
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for header, ratio in (("", 0), ("level 1", 2), ("level 2", 2), ("indicator", 5), ("target", 3)):
        table.add_column(header, ratio=ratio or None, overflow="fold")
    for header in ("read as", "unit", "horizon", "weight"):
        table.add_column(header, overflow="fold")
    for row in rows:
        mark = Text("?", "yellow") if row["needs_review"] else Text("")
        cells = [row["level1"], row["level2"], row["level3"], row["target_text"], _reading(row), row["unit"], row["horizon"]]
        table.add_row(mark, *(Text(cell or "") for cell in cells), amount(row["weight"]))
    return table


_SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "eq": "=", "unspecified": ""}


def _reading(row: Record) -> str:
    if row["operator"] == "between":
        return f"{amount(row['value'])} … {amount(row['value_high'])}"
    if row["value"] is None:
        return str(row["deadline"] or ("in words" if row["qualitative_text"] else ""))
    return f"{_SIGNS.get(row['operator'], row['operator'] or '')} {amount(row['value'])}".strip()


def show_problems(console: Console, problems: Sequence[Record]) -> None:
    """Every doubt: severity, code, declaration, page and sentence."""
    if not problems:
        console.print("No doubts.", style="green")
        return
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for header in ("severity", "code", "form", "page", "what"):
        table.add_column(header, overflow="fold", no_wrap=header in ("severity", "code"))
    for row in problems:
        form = "" if row["declaration_index"] is None else str(row["declaration_index"] + 1)
        page = "" if row["page"] is None else str(row["page"])
        table.add_row(Text(row["severity"], _STYLE[row["severity"]]), row["code"], form, page, Text(row["message"]))
    console.print(table)
