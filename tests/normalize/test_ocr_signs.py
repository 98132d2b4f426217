"""Recognised targets that are likely misread lose their number and gain a doubt; what was not recognised is left alone."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from extract.declaration import Row
from mappings import default_mappings
from normalize import read_target
from normalize.levels import read_levels
from normalize.ocr_signs import doubt_row, doubt_signs
from normalize.values import Target

CASES: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parents[1] / "cases" / "ocr_signs.yml").read_text(encoding="utf-8"))
OPERATORS = {"q": "qualitative", "u": "unspecified"}


def plain(row: Row) -> Target:
    return read_target(row.value_text, row.operator_text, row.unit_text, 2026, name=row.level3)


def rows_of(case: dict[str, Any], confidence: float) -> list[Row]:
    own = Row(value_text=case["text"], operator_text=case.get("column"), unit_text=case.get("unit"), confidence=confidence)
    return [own, *(Row(value_text=text, confidence=confidence) for text in case.get("beside", ()))]


def told(target: Target) -> tuple[Any, ...]:
    return target.operator, target.value


def expected(pair: list[Any]) -> tuple[Any, ...]:
    operator, value = pair
    return OPERATORS.get(operator, operator), None if value is None else Decimal(str(value))


@pytest.mark.parametrize("name", CASES)
def test_recognised(name: str) -> None:
    case = CASES[name]
    assert set(case) <= {"text", "column", "unit", "beside", "may", "code", "kept", "quiet"}, "a key that nothing reads"
    rows = rows_of(case, 0.97)
    target = doubt_signs(rows, [plain(row) for row in rows], default_mappings())[0]
    doubts = [p for p in target.problems if p.code.startswith("ocr-")]
    if "quiet" in case:
        assert (told(target), doubts) == (expected(case["quiet"]), [])
        return
    assert [p.code for p in doubts] == [case["code"]]
    assert doubts[0].severity == "warning" and doubts[0].message.endswith(case["may"])
    assert told(target) == (expected(case["kept"]) if "kept" in case else ("unspecified", None))
    assert target.quantity is None or "kept" in case


@pytest.mark.parametrize("name", CASES)
def test_not_recognised(name: str) -> None:
    rows = rows_of(CASES[name], 1.0)
    targets = [plain(row) for row in rows]
    assert doubt_signs(rows, targets, default_mappings()) == targets


@pytest.mark.parametrize(
    ("level1", "name", "codes"),
    [
        ("产出指标", "培训人数", []),
        ("标指出产", "培训人数", ["ocr-level-doubtful"]),
        ("产出指标", "1", ["ocr-name-doubtful"]),
        ("产出指标", "l", ["ocr-name-doubtful"]),
        ("产出指标", "5A级景区", []),
        (None, None, []),
    ],
)
def test_words_of_a_recognised_row(level1: str | None, name: str | None, codes: list[str]) -> None:
    levels = read_levels(level1, None, default_mappings().levels)
    assert [p.code for p in doubt_row(Row(level1=level1, level3=name, confidence=0.99), levels)] == codes
    assert doubt_row(Row(level1=level1, level3=name), levels) == []
