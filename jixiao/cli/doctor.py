"""``jixiao doctor``: which programs, packages and fonts are here, what each is for, how to get it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

    from jixiao.tools import Tool


@click.command("doctor")
@click.option("--require", "required", multiple=True, metavar="NAME", help="End with exit code 4 if this one is missing. May be repeated.")
def command(required: tuple[str, ...]) -> int:
    """Show which programs, packages and fonts are here, what each is needed for, and how to get what is missing."""
    from extract.problem import EXIT_DONE, ToolMissingError, UsageError
    from jixiao.cli.console import make_console
    from jixiao.tools import TOOLS, look

    names = {tool.name for tool in TOOLS}
    unknown = sorted(set(required) - names)
    if unknown:
        raise UsageError(f"There is nothing called {', '.join(unknown)}.", f"Known are {', '.join(sorted(names))}.")
    findings = {tool.name: (tool, look(tool)) for tool in TOOLS}
    _show(make_console(), list(findings.values()))
    for name in required:
        tool, version = findings[name]
        if version is None:
            raise ToolMissingError(f"{name} is not here.", tool.remedy)
    return EXIT_DONE


def _show(console: Console, findings: list[tuple[Tool, str | None]]) -> None:
    import platform

    from rich import box
    from rich.table import Table
    from rich.text import Text

    from jixiao import __version__

    console.print(f"jixiao {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}\n")
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for header in ("", "name", "version", "needed for", "how to get it"):
        table.add_column(header, overflow="fold")
    for tool, version in findings:
        mark = Text("✓", "green") if version else Text("✗", "red") if tool.required else Text("–", "yellow")
        table.add_row(mark, tool.name, version or "not here", tool.purpose, "" if version else tool.remedy)
    console.print(table)
    missing = [tool.name for tool, version in findings if tool.required and version is None]
    console.print(f"Missing: {', '.join(missing)}." if missing else "All that jixiao cannot do without is here.")
    _show_recognition(console)
    _show_cache(console)


def _show_recognition(console: Console) -> None:
    """Which engine recognises scans, or what to type to have one."""
    from extract.ocr.engine import REMEDY, available, engine_version

    said = f"Scans are recognised by {engine_version()}." if available() else f"Scans are not recognised. {REMEDY}"
    console.print(said, markup=False, soft_wrap=True)


def _show_cache(console: Console) -> None:
    """The folder of recognised pages, what it holds, and how to empty it."""
    from pathlib import Path

    from jixiao.cache import default_cache, holding, how_to_empty, writable
    from jixiao.cli.console import count

    held = holding(Path(default_cache()))
    console.print(f"Recognised pages are kept in {held.folder}", markup=False, soft_wrap=True)
    if not writable(held.folder):
        console.print("  It cannot be written: name another with --ocr-cache or JIXIAO_CACHE.", style="yellow")
    if held.files:
        emptied = how_to_empty(held.folder)
        console.print(
            f"  It holds {count(held.files, 'page')}, {held.bytes / 1e6:,.1f} MB. To empty it: {emptied}", markup=False, soft_wrap=True
        )
