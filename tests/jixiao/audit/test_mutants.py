"""Each comparison, sum and condition of the rules matters to a case: with any of them turned round, a case fails."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module

import pytest

from tests.jixiao.audit.cases import Case, cases, difference
from tests.jixiao.audit.mutants import Mutant, mutants

MODULES = (
    "figures",
    "declare",
    *(f"rules.{name}" for name in ("across", "costs", "funds", "parts", "plans", "texts", "times", "units", "weights")),
)


def killed(mutant: Mutant, order: list[Case]) -> bool:
    """True where a case fails, or ends with an error, with the mutant in the place of its function; that case comes first next time."""
    original = mutant.function.__code__
    mutant.function.__code__ = mutant.code
    forget()
    try:
        for case in order:
            if fails(case):
                order.remove(case)
                order.insert(0, case)
                return True
        return False
    finally:
        mutant.function.__code__ = original
        forget()


def forget() -> None:
    """Empties what the rules remember, so that each mutant is asked itself."""
    for name in MODULES:
        for value in vars(import_module(f"jixiao.audit.{name}")).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()


def fails(case: Case) -> bool:
    try:
        return difference(case) is not None
    except Exception:  # noqa: BLE001  a mutant may break in any way
        return True


@pytest.mark.parametrize("name", MODULES)
def test_no_mutant_survives(name: str) -> None:
    order = list(cases())
    survivors = [mutant.name for mutant in mutants(import_module(f"jixiao.audit.{name}")) if not killed(mutant, order)]
    assert not survivors, "\n".join(["survivors:", *survivors])


CONSTANTS = [
    ("figures", "HALF", Decimal(0)),
    ("figures", "HALF", Decimal("0.25")),
    ("figures", "HALF", Decimal(1)),
    ("declare", "SURE", 0.5),
    ("declare", "SURE", 0.86),
    ("rules.parts", "_FEWEST", 2),
    ("rules.parts", "_FEWEST", 4),
    ("rules.across", "_SHORTEST_GOAL", 9),
    ("rules.across", "_SHORTEST_GOAL", 11),
    ("rules.across", "_FEWEST_COPIES", 2),
    ("rules.across", "_FEWEST_COPIES", 4),
    ("rules.costs", "_TEN_THOUSAND", Decimal(1000)),
]


@pytest.mark.parametrize(("module", "name", "value"), CONSTANTS, ids=str)
def test_limits_matter(monkeypatch: pytest.MonkeyPatch, module: str, name: str, value: object) -> None:
    monkeypatch.setattr(f"jixiao.audit.{module}.{name}", value)
    forget()
    try:
        assert any(fails(case) for case in cases())
    finally:
        monkeypatch.undo()
        forget()
