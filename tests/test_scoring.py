"""The measure of scans counts as it says: names alike, strict rows, doubt on what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from corpus.scoring import alike, score


def row(name: str | None, **fields: Any) -> dict[str, Any]:
    plain = {
        "horizon": "annual",
        "level1": "产出指标",
        "level2": "数量指标",
        "level3": name,
        "operator": "ge",
        "value": 3,
        "value_high": None,
    }
    return {**plain, "unit": "次", "target_text": "≥3次", "declaration_index": 0, "confidence": 0.99, "needs_review": False, **fields}


def head(**fields: Any) -> dict[str, Any]:
    plain = {"form": "project", "organization": "林业局", "subject": "植树", "project_code": None, "fiscal_year": 2026}
    return {**plain, "declaration_index": 0, "total_wan": 20.0, **fields}


def expected(*rows: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"declarations": [{**head(), "amounts": {"total_wan": 20}, "indicators": list(rows), **fields}]}


def test_what_was_written_down_is_right() -> None:
    rows = [row("培训次数"), row("培训人数", value=50, unit="人")]
    found = score(expected(*rows), [head()], rows)
    assert (found.level3_f1, found.strict_f1, found.head_share, found.caught, found.marked_share) == (1, 1, 1, (0, 0), 0)


def test_a_wrong_field_costs_the_row_but_not_its_name() -> None:
    wrong = row("培训人次", value=30, needs_review=True)
    found = score(expected(row("培训次数"), row("培训人次")), [head()], [row("培训次数"), wrong])
    assert (found.matched, found.strict, found.rows, found.read) == (2, 1, 2, 2)
    assert [(fault.field, fault.right, fault.read) for fault in found.faults] == [("value", 3, 30)]
    assert (found.caught, found.marked) == ((1, 1), 1)


def test_a_name_that_is_nearly_right_is_found_but_not_strictly_right() -> None:
    found = score(expected(row("组织开展业务培训的总次数")), [head()], [row("组织开展业务培圳的总次数")])
    assert (found.level3_f1, found.strict_f1, found.caught) == (1, 0, (0, 1))


def test_rows_that_are_missing_are_marked_nowhere() -> None:
    found = score(expected(row("培训次数"), row("植树面积")), [head()], [row("培训次数")])
    assert (round(found.level3_f1, 3), found.caught) == (0.667, (0, 1))


def test_rows_that_nobody_printed_count() -> None:
    found = score(expected(row("培训次数")), [head(), head(declaration_index=1)], [row("培训次数"), row("植树面积", declaration_index=1)])
    assert (found.rows, found.read, found.matched, found.caught) == (1, 2, 1, (0, 1))


def test_a_form_that_is_missing_loses_its_head_and_rows() -> None:
    found = score(expected(row("培训次数")), [], [])
    assert (found.level3_f1, found.head_share, found.head) == (0, 0, 5)


def test_rows_of_dashes_and_further_answers_count_for_nothing() -> None:
    right = row("培训次数", accept={"unit": ["场次"]})
    found = score(expected(right, row("/", target_text="-")), [head()], [row("培训次数", unit="场次"), row("一", target_text="/")])
    assert (found.rows, found.read, found.strict) == (1, 1, 1)


@pytest.mark.parametrize(
    ("field", "right", "read", "same"),
    [
        ("level1", "产出指标", "产 出", True),
        ("level2", "指标", "", False),
        ("unit", "无", None, True),
        ("unit", "％", "%", True),
        ("operator", None, "unspecified", True),
        ("value", 5.68, "5.68", True),
        ("value", None, 0, False),
        ("level3", "培训（次）", "培训(次)", True),
    ],
)
def test_values_are_the_same(field: str, right: object, read: object, same: bool) -> None:
    assert alike(field, right, read) == same
