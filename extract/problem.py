"""Doubt as a value (Problem), and the exceptions that end the reading of one source, each with its exit code and remedy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["info", "warning", "error"]

EXIT_DONE = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_UNREADABLE = 3
EXIT_TOOL_MISSING = 4
EXIT_SOME_FAILED = 5
EXIT_NOT_WRITABLE = 6
EXIT_DEFECT = 70
EXIT_INTERRUPTED = 130


LONGEST_MESSAGE = 2000
"""Characters of a message: it quotes what is printed, and a cell can hold a book; the whole text stands in its row."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One doubt: a stable ``code`` in kebab-case, how much it matters, a sentence, and the page where there is one.

    ``info`` tells what was left out by intent; ``warning`` that a reading needs a look; ``error`` that something
    printed did not come out."""

    code: str
    severity: Severity
    message: str
    page: int | None = None
    where: str | None = None

    def __post_init__(self) -> None:
        if len(self.message) > LONGEST_MESSAGE:
            cut = f"{self.message[:LONGEST_MESSAGE]} … (and {len(self.message) - LONGEST_MESSAGE} more characters)"
            object.__setattr__(self, "message", cut)


class JixiaoError(Exception):
    """What ends the work on one source or one command: ``message`` is one sentence, ``remedy`` what to do."""

    exit_code: int = EXIT_DEFECT
    code: str = "defect"

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.message, self.remedy))


class UnreadableError(JixiaoError):
    """The source cannot be read: damaged, encrypted, too large, or of no known format."""

    exit_code = EXIT_UNREADABLE
    code = "unreadable"


class ToolMissingError(JixiaoError):
    """An outside program or optional package that this source needs is not here."""

    exit_code = EXIT_TOOL_MISSING
    code = "tool-missing"


class NotWritableError(JixiaoError):
    """The output cannot be written."""

    exit_code = EXIT_NOT_WRITABLE
    code = "not-writable"


class UsageError(JixiaoError):
    """The command or call makes no sense as given."""

    exit_code = EXIT_USAGE
    code = "usage"
