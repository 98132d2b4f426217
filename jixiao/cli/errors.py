"""Turns what ends a command into a message and an exit code: the one place that does."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from extract.problem import EXIT_DEFECT, EXIT_DONE, EXIT_INTERRUPTED, EXIT_USAGE, JixiaoError
from jixiao.cli.echo import echo
from jixiao.text import visible
from mappings.loader import MappingError

if TYPE_CHECKING:
    from jixiao.outcome import Failure

SHELL = "the command line"
"""What a context holds where the process is ours to fork: not that of a program or a test that runs a command."""
REPORT = "This is a defect of jixiao, not of your files. Please report it with what --debug shows."


class SourceFailed(Exception):
    """Ends a command whose one source gave nothing."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure


def exit_code_of(run: Callable[[], object], *, debug: bool) -> int:
    """Runs a command and gives its exit code; what ended it is told on standard error, with a traceback if ``debug``."""
    try:
        result = run()
        sys.stdout.flush()
    except BrokenPipeError:
        return _quiet()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  a defect of ours ends in a sentence too, not in a traceback
        message, code = _ending(error)
        if debug:
            _trace(error)
        return _tell(message, code)
    return result if isinstance(result, int) else EXIT_DONE


def _ending(error: BaseException) -> tuple[str, int]:
    """What to say of an error, and the exit code that it stands for."""
    match error:
        case click.exceptions.Exit():
            return "", error.exit_code
        case click.Abort() | KeyboardInterrupt():
            return "Interrupted. What has landed stays.", EXIT_INTERRUPTED
        case SourceFailed(failure=failure):
            return f"Error: {failure.message} {failure.remedy}".rstrip(), failure.exit_code
        case JixiaoError():
            return f"Error: {error}", error.exit_code
        case MappingError():
            return f"Error: a table of knowledge is not in order: {error}.", EXIT_USAGE
    return f"Error: {type(error).__name__}: {error}\n{REPORT}", EXIT_DEFECT


def _trace(error: BaseException) -> None:
    if isinstance(error, SourceFailed) and error.failure.details:
        echo(error.failure.details, err=True)
    else:
        traceback.print_exception(error)


def _tell(message: str, code: int) -> int:
    if message:
        click.secho(visible(message), fg="red", err=True)
    return code


def _quiet() -> int:
    """Whoever read our output has gone; nothing is left to say, not even at the end of the interpreter."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return EXIT_DONE
