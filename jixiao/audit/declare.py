"""How a rule is declared: a decorator that keeps code, severity, scope and docstring beside its function."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Literal, TypeVar

from jixiao.audit.model import Params, Rule, Severity
from normalize.record import Record

Test = TypeVar("Test", bound=Callable[..., object])

SURE = 0.85
"""A row that was read or pieced together with less confidence is not judged."""


def rule(code: str, severity: Severity, scope: Literal["row", "form", "group"]) -> Callable[[Callable[..., object]], Rule]:
    """Makes a Rule of a function; its docstring is the page that explains the rule."""

    def declare(test: Callable[..., object]) -> Rule:
        return Rule(code, severity, scope, test, inspect.cleandoc(test.__doc__ or ""))  # type: ignore[arg-type]

    return declare


@lru_cache(maxsize=256)
def words(text: str) -> re.Pattern[str]:
    """What finds any of the words of a parameter, which are parted by ``|``; nothing where it has none."""
    listed = sorted((re.escape(word) for word in text.split("|") if word), key=len, reverse=True)
    return re.compile("|".join(listed) or r"(?!)")


def names_any(text: str | None, params: Params, name: str) -> bool:
    """True where a text holds one of the words of a parameter."""
    return words(params.get(name, "")).search(text or "") is not None


def ends_with_any(text: str, params: Params, name: str) -> bool:
    """True where a text ends with one of the words of a parameter."""
    return text.endswith(_endings(params.get(name, "")))


@lru_cache(maxsize=256)
def _endings(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split("|") if word)


def unsure(row: Record) -> bool:
    """True where a row of indicators was read or pieced together with little confidence."""
    return row["confidence"] is not None and row["confidence"] < SURE
