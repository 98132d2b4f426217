"""Each rule on its cases: those that must fire, those that must not, those that cannot be told."""

from __future__ import annotations

import pytest

from jixiao.audit.rules import RULES
from mappings.loader import default_mappings
from tests.jixiao.audit.cases import BY_CODE, Case, cases, difference


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_case(case: Case) -> None:
    assert difference(case) is None


def test_every_rule_has_cases_that_fire_and_cases_that_do_not() -> None:
    fires = {case.rule for case in cases() if case.found}
    silent = {case.rule for case in cases() if not case.found}
    assert fires == silent == BY_CODE.keys()


def test_names_of_cases_are_unique() -> None:
    names = [case.id for case in cases()]
    assert len(names) == len(set(names))


def test_every_rule_is_set_and_explained() -> None:
    settings = default_mappings().rules
    assert settings.keys() == {rule.code for rule in RULES}
    for rule in RULES:
        assert rule.severity == settings[rule.code].severity
        assert rule.doc.splitlines()[0].endswith((".", "…")) or ":" in rule.doc.splitlines()[0]
