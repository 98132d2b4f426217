"""What an audit must find in the forms of the corpus, read by hand, and that it finds nothing else in any of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from jixiao.audit.gather import audit_outcomes
from jixiao.audit.model import Report
from jixiao.audit.run import settings_of
from jixiao.outcome import Options
from jixiao.pipeline import convert
from mappings.loader import default_mappings
from tests.jixiao.conftest import CORPUS

SOURCES = [path for path in sorted(CORPUS.glob("*/source.*")) if path.suffix in (".docx", ".xlsx", ".pdf")]
NO_BENEFIT = {"no-benefit": 1}  # a small form with outputs and costs alone
EXPECTED = {
    # 257.95 + 39.98 + 35 + 214 + 15 of 347.93; 次 under 质量 and under 时效
    "ezhou-2022": {"project-sum": 1, "quality-counted": 2},
    # 404.03 of 394.03 in two columns and in the head; 260万无; 260元; costs of 2 in a fund of 17
    "hengyang-2020": {"task-sum": 2, "funds-totals": 1, "money-unreadable": 1, "money-unit": 1, "cost-sum": 1},
    # 维护费 ≥10万元
    "zhangjiakou-2024": {"cost-at-least": 1},
    "form-in-an-outer-table": NO_BENEFIT,
    "hidden-text": NO_BENEFIT,
    "hints-in-names": NO_BENEFIT,
    "money-units": NO_BENEFIT,
    "unit-in-header": NO_BENEFIT,
}
# Checks that agree in the forms of 2020: rule and how often.
AGREEING = {
    "hengyang-2020": {"funds-parts": 10, "project-amounts": 1, "cost-sum": 8, "cost-over-budget": 30, "rate-over-100": 1, "no-output": 10},
    "zhangjiakou-2024": {"funds-parts": 4, "cost-over-budget": 5, "explanation-target": 0, "no-output": 4},
}


def report_of(path: Path) -> Report:
    return audit_outcomes([convert(path, options=Options(ocr="never"))], settings_of(default_mappings().rules))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_findings_are_those_read_by_hand(path: Path) -> None:
    found = Counter(finding.rule for finding in report_of(path).findings if finding.severity != "info")
    assert found == EXPECTED.get(path.parent.name, {})


@pytest.mark.parametrize("case", AGREEING)
def test_what_agrees_was_compared(case: str) -> None:
    tallies = report_of(CORPUS / case / "source.docx").tallies
    assert all(tallies[rule].agreed >= least for rule, least in AGREEING[case].items())


def test_what_cannot_be_read_is_listed() -> None:
    report = report_of(CORPUS / "hengyang-2020" / "source.docx")
    listed = {(one.rule, one.detail) for one in report.not_checked}
    assert ("funds-parts", "260万无") in listed
