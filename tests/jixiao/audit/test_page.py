"""docs/audit.md is what the rules say."""

from __future__ import annotations

from pathlib import Path

from jixiao.audit.page import audit_page
from jixiao.audit.rules import RULES

PAGE = Path(__file__).parents[3] / "docs" / "audit.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == audit_page(), "run: python docs/refresh.py"


def test_every_rule_has_its_section() -> None:
    text = audit_page()
    assert all(f"\n## {rule.code}\n" in text for rule in RULES)
