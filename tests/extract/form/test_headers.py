from __future__ import annotations

from typing import Any

import pytest
import yaml

from extract.form.headers import Column, find_header, is_number_row, is_side_word, same_header
from tests.extract.form.cases import CASES, grid, words

GRIDS: dict[str, dict[str, Any]] = yaml.safe_load((CASES / "headers.yml").read_text(encoding="utf-8"))


def written(column: Column | None) -> str:
    if column is None:
        return "."
    return column.role + (f"@{column.block}" if column.block else "") + (f":{column.horizon}" if column.horizon else "")


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in GRIDS.items()])
def test_header(case: dict[str, Any]) -> None:
    view = grid(case["grid"])
    found = next((header for row in range(view.rows) if (header := find_header(view, row, words()))), None)
    if "rows" not in case:
        assert found is None
        return
    assert found is not None
    assert [found.first_row, found.last_row] == case["rows"]
    assert [written(column) for column in found.columns] == case["roles"].split()


@pytest.mark.parametrize(
    ("header", "unit"),
    [("指标值（%）", "%"), ("指标值（单位：万元）", "万元"), ("指标值（次）", "次"), ("指标值", None), ("指标值（含单位）", None)],
)
def test_unit_of_a_header(header: str, unit: str | None) -> None:
    found = find_header(grid(f"一级指标 | 二级指标 | 三级指标 | {header}"), 0, words())
    assert found is not None and found.columns[3] is not None
    assert (found.columns[3].role, found.columns[3].unit) == ("target", unit)


@pytest.mark.parametrize(
    ("row", "numbers"),
    [
        ("1 | 2 | 3 | 4", True),
        ("（1） | （2） | （3） | （4）", True),
        ("栏次 | 1 | 2 | 3", True),
        ("1 | 3 | 5 | 7", True),
        ("10 | 20 | 30 | 40", False),
        ("1 | 产出指标 | 数量指标 | 300", False),
        ("3 | 2 | 1 | 0", False),
        ("2021 | 2022 | 2023 | 2024", False),
        ("1 | 2 | | ", False),
    ],
)
def test_row_that_only_counts_the_columns(row: str, numbers: bool) -> None:
    assert is_number_row(grid(row), 0) is numbers


SIDES = [("绩效指标", True), ("年度绩效\n指标", True), ("长期绩效指标", True), ("产出指标", False), ("指标值", False)]


@pytest.mark.parametrize(("text", "side"), SIDES)
def test_side_word(text: str, side: bool) -> None:
    assert is_side_word(text, words()) is side


PLAIN = "一级指标 | 二级指标 | 三级指标 | 指标值"


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("一级 指标 | 二级\\n指标 | 三级指标 | 指标值", True),
        ("三级指标 | 指标值 | 计量单位 | 备注", False),
        ("一级指标 | 二级指标 | 三级指标 | 指标值 | 备注", False),
    ],
    ids=["printed again", "other columns", "one column more"],
)
def test_same_header(text: str, same: bool) -> None:
    one, other = find_header(grid(PLAIN), 0, words()), find_header(grid(text), 0, words())
    assert one and other and same_header(one, other) is same
