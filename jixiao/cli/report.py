"""What ``jixiao inspect`` tells of a source: the file, each form, its columns and rows, every doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from extract.declaration import Declaration
from extract.problem import Problem
from jixiao.cli.console import count
from jixiao.cli.tables import show_head, show_nothing_found, show_problems
from jixiao.pipeline import Understanding
from mappings.loader import Mappings


def show_understanding(console: Console, understood: Understanding, mappings: Mappings) -> None:
    """Prints the whole report."""
    _show_source(console, understood)
    problems = understood.problem_rows()
    if not understood.declarations:
        show_nothing_found(console, understood.document.source_name, _all_problems(understood))
        return
    for declaration, record in zip(understood.declarations, understood.records.tables["declarations"], strict=True):
        show_head(console, record)
        _show_parts(console, declaration)
        _show_columns(console, declaration.columns)
        _show_rows(console, declaration)
        console.print()
    _show_share(console, understood, mappings)
    console.print(Text(f"Doubts ({len(problems)})", "bold"))
    show_problems(console, problems)


def _all_problems(understood: Understanding) -> Sequence[Problem]:
    return understood.document.problems + understood.problems


def _show_source(console: Console, understood: Understanding) -> None:
    document = understood.document
    tables = sum(1 for _ in document.tables())
    console.print(Text.assemble((document.source_name, "bold"), f"  {document.format}, read by {document.reader}"))
    pages = count(len(document.pages), "page" if any(page.number for page in document.pages) else "part")
    forms = count(len(understood.declarations), "declaration")
    console.print(f"{pages}, {count(tables, 'table')}, {forms}   SHA-256 {understood.document_id[:12]}…\n", markup=False)


def _show_parts(console: Console, declaration: Declaration) -> None:
    parts = (("fact", declaration.facts), ("amount", declaration.amounts), ("goal", declaration.goals), ("indicator", declaration.rows))
    console.print("   " + ", ".join(count(len(items), noun) for noun, items in parts))


def _show_columns(console: Console, columns: Sequence[tuple[str, str]]) -> None:
    """The role of each column beside its printed header."""
    if not columns:
        return
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column(style="cyan")
    for number, (role, header) in enumerate(columns):
        grid.add_row("   columns" if number == 0 else "", role, Text(" ".join(header.split()) or "(no header)"))
    console.print(grid)


def _show_rows(console: Console, declaration: Declaration) -> None:
    """Number of rows by horizon and printed levels, in the order of the form."""
    levels = Counter((row.horizon, row.level1 or "(blank)", row.level2 or "(blank)") for row in declaration.rows)
    if not levels:
        return
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column(justify="right", style="bold")
    for number, ((horizon, level1, level2), rows) in enumerate(levels.items()):
        grid.add_row("   rows" if number == 0 else "", str(rows), Text(f"{level1} / {level2}"), Text(horizon, "dim"))
    console.print(grid)


def _show_share(console: Console, understood: Understanding, mappings: Mappings) -> None:
    """The share of what the tables of the forms print that is in a record or was left out for a reason, and what is missing."""
    from extract.form import conservation

    share = conservation(understood.document, understood.declarations, mappings)
    if not share.total:
        return
    whole = share.accounted == share.total
    text = "100%" if whole else f"{share.accounted / share.total:.2%}"
    line = Text.assemble("Characters accounted for: ", (text, "green" if whole else "red"), f" ({share.accounted:,} of {share.total:,})")
    console.print(line)
    for missing in share.missing:
        console.print(f"  missing: {missing}", markup=False, style="red", soft_wrap=True)
