"""The command ``jixiao``: its subcommands, each in a module that is imported when it is asked for."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from types import FrameType, ModuleType
from typing import Any

import click

from jixiao import __version__
from jixiao.cli.errors import SHELL, exit_code_of

COMMANDS = {
    "ingest": ("jixiao.cli.ingest", "Take files and folders into a dataset."),
    "convert": ("jixiao.cli.convert", "Turn one file into one table."),
    "inspect": ("jixiao.cli.inspect", "Show what was understood of a file, and every doubt."),
    "remap": ("jixiao.cli.remap", "Map the names of a dataset again, without its sources."),
    "taxonomy": ("jixiao.cli.taxonomy", "Look into the taxonomy, and why a name maps to a concept."),
    "audit": ("jixiao.cli.audit", "Find what does not add up in a dataset, or in files."),
    "compare": ("jixiao.cli.compare", "Show targets, coverage, weights, costs and changes side by side."),
    "export": ("jixiao.cli.export", "Write a dataset for Excel, Stata, SQLite, DuckDB and others."),
    "doctor": ("jixiao.cli.doctor", "Show which programs and packages are here, and how to get the others."),
}

# After so many new objects Python looks for circles of them, at first after 700: modules and tables are many objects and no circles.
_OBJECTS = 100_000


class Commands(click.Group):
    """A group that imports a command when it is asked for, and ends with the exit codes of the contract."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = import_module(COMMANDS[cmd_name][0]).command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> Any:  # type: ignore[override]
        """Runs the command line, and ends the process with the exit code of the contract unless ``standalone_mode`` is False."""
        arguments = list(sys.argv[1:] if args is None else args)
        standalone = extra.pop("standalone_mode", True)
        debug = "--debug" in arguments
        arguments = [argument for argument in arguments if argument != "--debug"]

        def run() -> object:
            return super(Commands, self).main(arguments, prog_name, standalone_mode=False, **extra)

        return sys.exit(exit_code_of(run, debug=debug)) if standalone else run()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="jixiao")
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of what went wrong.")
def cli() -> None:
    """Read the budget-performance declarations (绩效目标申报表) of Chinese government units.

    Exit codes: 0 done, 1 findings or differences, 2 usage, 3 input unreadable, 4 a tool is missing, 5 some sources failed and
    the rest landed, 6 output not writable, 70 a defect of jixiao, 130 interrupted.
    """


def main() -> None:
    """Runs the command line and ends the process with its exit code."""
    _open_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that has no ≥ shows a question mark
    _end_in_order()
    sys.meta_path.insert(0, _NoFrames())
    gc.set_threshold(_OBJECTS)
    atexit.register(_leave)
    cli(obj=SHELL)


def _leave() -> None:
    """Spares the interpreter the last search for circles: what is left goes with the process. DuckDB complains of what is left."""
    if "duckdb" not in sys.modules:
        gc.freeze()


class _NoFrames:
    """A finder by which there is no pandas. Arrow asks pandas of all that it is given whether it is a data frame, and imports it for
    that where it is installed: that takes as long as the rest of a command on a small dataset, and no command has to do with frames."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def _open_streams() -> None:
    """Has a standard stream that is closed lead nowhere; else the next file that is opened would have its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115  open as long as we run


def _end_in_order() -> None:
    """Has a signal that asks us to end do what an interruption does: what is done lands. One that is ignored stays so."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
