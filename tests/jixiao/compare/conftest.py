"""A dataset of hand-made rows whose figures are known by counting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jixiao.landing import Landing
from jixiao.outcome import OK, Outcome
from normalize.record import Record, Records
from tests.jixiao.conftest import row

TRAINING = {"indicator_code": "training_sessions", "indicator_name": "培训次数", "level1_code": "P", "level2_code": "P1"}
SATISFACTION = {"indicator_code": "satisfaction", "indicator_name": "服务对象满意度", "level1_code": "S", "level2_code": "S1"}
COST = {"level1_code": "C", "level2_code": "C1"}
RATIO = {"unit": "%", "unit_code": "percent", "dimension": "ratio"}
TIMES = {"unit": "次", "unit_code": "time", "dimension": "count"}
PER_HEAD = {"unit": "元/人/天", "unit_code": "yuan/person/day", "dimension": "money/count/duration"}


def target(concept: Record, unit: Record, operator: str, quantity: float | None, **more: Any) -> Record:
    """A row with a target in base units."""
    text = None if quantity is None else f"{operator} {quantity}"
    return {"level3": concept.get("indicator_name", "费用"), "target_text": text} | concept | unit | {
        "operator": operator, "quantity": quantity, "value": quantity} | more  # fmt: skip


def declaration(number: int, city: str | None, year: int | None, organization: str, rows: list[Record], **more: Any) -> Outcome:
    """A source with one declaration."""
    document_id = f"{number:02x}" * 32
    identity: dict[str, Any] = {
        "document_id": document_id,
        "source_name": f"{number}.pdf",
        "declaration_index": 0,
        "declaration_id": f"{document_id}:0",
    }
    shared = {"city": city, "fiscal_year": year, "organization": organization}
    indicators = [
        row("indicators", **identity, **shared, indicator_id=f"{document_id}:0:{n}", row_index=n, horizon="annual", needs_review=False)
        | values
        for n, values in enumerate(rows)
    ]
    tables = {
        "documents": [row("documents", document_id=document_id, source_name=f"{number}.pdf", status=OK)],
        "declarations": [row("declarations", **identity, **shared) | {"form": "department"} | more],
        "indicators": indicators,
    }
    return Outcome(document_id, f"{number}.pdf", f"f/{number}.pdf", OK, Records(tables))


def dataset_of(folder: Path, *outcomes: Outcome) -> Path:
    landing = Landing(folder)
    for outcome in outcomes:
        landing.add(outcome)
    landing.flush()
    return folder


@pytest.fixture(scope="session")
def cities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three declarations of two cities and one of none."""
    return dataset_of(
        tmp_path_factory.mktemp("cities") / "data",
        declaration(1, "衡阳市", 2024, "甲局", [
            target(TRAINING, TIMES, "ge", 6.0, weight=10.0),
            target(TRAINING, TIMES, "ge", 12.0, weight=10.0),
            target(TRAINING, TIMES, "le", 100.0, weight=5.0),
            target(SATISFACTION, RATIO, "ge", 0.9, weight=25.0),
            target(COST, PER_HEAD, "le", 450.0, weight=50.0, level3="人均会议费"),
        ]),
        declaration(2, "鄂州市", 2024, "乙局", [
            target(TRAINING, TIMES, "ge", 3.0),
            target(TRAINING, {"unit": "%", "unit_code": "percent", "dimension": "ratio"}, "ge", 0.5),
            target(TRAINING, {"unit": "人", "unit_code": "person", "dimension": "count"}, "ge", 300.0),
            target(SATISFACTION, RATIO, "ge", 0.95, needs_review=True),
            target({"level3": "没有编码"}, RATIO, "ge", 0.1),
            {"level3": "长效机制", "target_text": "有所提高", "operator": "qualitative", "qualitative_text": "有所提高"},
        ]),
        declaration(3, None, None, "丙局", [target(COST, PER_HEAD, "le", 400.0, level3="人均培训费"), {"level3": "空"}]),
    )  # fmt: skip


@pytest.fixture(scope="session")
def years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One unit over three years that are not next to each other, and one unit of one year."""
    named = {"level3": "举办培训班次数"}
    return dataset_of(
        tmp_path_factory.mktemp("years") / "data",
        declaration(1, "衡阳市", 2020, "甲局", [
            target(TRAINING, TIMES, "ge", 6.0),
            target(SATISFACTION, RATIO, "ge", 0.9),
            target({"level3": "老项目"}, TIMES, "ge", 1.0),
            target({"level3": "用词"}, {}, "qualitative", None, target_text="有所提高"),
            target({"level3": "存疑"}, TIMES, "ge", 1.0, needs_review=True),
        ]),
        declaration(2, "衡阳市", 2023, "甲局", [
            target(TRAINING, TIMES, "ge", 8.0) | named,
            target(SATISFACTION, RATIO, "ge", 0.85),
            target({"level3": "新项目"}, TIMES, "ge", 1.0),
            target({"level3": "用词"}, {}, "qualitative", None, target_text="有所提高"),
            target({"level3": "存疑"}, TIMES, "ge", 2.0),
        ]),
        declaration(3, "衡阳市", 2026, "甲局", [
            target(TRAINING, TIMES, "ge", 8.0) | named,
            target(SATISFACTION, RATIO, "le", 0.85),
            target({"level3": "2026年新项目"}, TIMES, "between", 1.0, quantity_high=3.0),
            target({"level3": "用词"}, {}, "qualitative", None, target_text="明显提高"),
            target({"level3": "存疑"}, TIMES, "ge", 2.0),
        ]),
        declaration(4, "衡阳市", 2024, "乙局", [target(TRAINING, TIMES, "ge", 8.0)]),
    )  # fmt: skip
