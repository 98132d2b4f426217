from __future__ import annotations

import pickle
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings import default_mappings
from normalize.tokens import fold
from normalize.units import label_unit, read_tail, read_unit, unit_in_name

UNITS = default_mappings().units
WORDS = default_mappings().values

# printed unit: code, dimension, base units in one of it
KNOWN = {
    "元": ("yuan", "money", "1"),
    "万元": ("wan_yuan", "money", "10000"),
    "亿元": ("yi_yuan", "money", "100000000"),
    "％": ("percent", "ratio", "0.01"),
    "‰": ("permille", "ratio", "0.001"),
    "人次": ("person_time", "count", "1"),
    "亿人次": ("yi_person_time", "count", "100000000"),
    "百户": ("hundred_household", "count", "100"),
    "万平方米": ("wan_square_metre", "area", "10000"),
    "千米": ("kilometre", "length", "1000"),
    "千瓦时": ("kilowatt_hour", "energy", "1"),
    "万千瓦时": ("wan_kilowatt_hour", "energy", "10000"),
    "百分点": ("percentage_point", "percentage_point", "1"),
    "个工作日": ("working_day", "working_time", "1"),
    "个月": ("month", "calendar_time", "1"),
    "年": ("year", "calendar_time", "12"),
    "周": ("week", "duration", "7"),
    "台（套）": ("machine", "count", "1"),
    "元/人/天": ("yuan/person/day", "money/count/duration", "1"),
    "元/人·天": ("yuan/person/day", "money/count/duration", "1"),
    "元/（人·天）": ("yuan/person/day", "money/count/duration", "1"),
    "元每人每天": ("yuan/person/day", "money/count/duration", "1"),
    "元/平方米/月": ("yuan/square_metre/month", "money/area/calendar_time", "1"),
    "万元/年": ("yuan/year", "money/calendar_time", "10000"),
    "吨/天": ("kilogram/day", "mass/duration", "1000"),
    "次/每季度": ("time/quarter", "count/calendar_time", "1"),
}
# A word in brackets behind a name, or a rest of a cell, that no rule may turn into a unit.
NO_UNITS = ["", "二期", "含临聘", "局机关", "进一步提升", "处室", "家企业", "年级", "第三方", "元/", "/天", "年底前", "同比", "百分之九十"]


@pytest.mark.parametrize("printed", KNOWN)
def test_known_unit(printed: str) -> None:
    unit = read_unit(printed, UNITS)
    assert unit is not None
    code, dimension, factor = KNOWN[printed]
    assert (unit.code, unit.dimension, unit.quantity(Decimal(1))) == (code, dimension, Decimal(factor))
    assert unit.printed == fold(printed)


@pytest.mark.parametrize("printed", NO_UNITS)
def test_no_unit(printed: str) -> None:
    assert read_unit(printed, UNITS) is None


def test_a_minute_is_exact_in_days() -> None:
    minute = read_unit("分钟", UNITS)
    assert minute is not None
    assert minute.quantity(Decimal(1440)) == 1


def test_rates_per_month_stay_per_month() -> None:
    month, year = read_unit("次/月", UNITS), read_unit("次/年", UNITS)
    assert month is not None and year is not None
    assert month.code != year.code
    assert month.quantity(Decimal(1)) == year.quantity(Decimal(1)) == 1


def test_an_unknown_divider_makes_the_whole_unknown() -> None:
    tail = read_tail("元/标准间", UNITS, WORDS)
    assert tail.unit is not None
    assert (tail.unit.printed, tail.unit.code, tail.unit.quantity(Decimal(800))) == ("元/标准间", None, None)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("费用标准(元/平方米/月)", "元/平方米/月"),
        ("达标率（%）", "%"),
        ("培训（≥**次）", "次"),
        ("成本（单位：万元）；", "万元"),
        ("设备数量（台（套））", "台（套）"),
        ("编外人员（含临聘）", None),
        ("工程（二期）", None),
        ("技能培训（项目）", None),
        ("设备（台）购置", None),
        ("设备数量", None),
    ],
)
def test_unit_in_name(name: str, unit: str | None) -> None:
    found = unit_in_name(name, UNITS)
    assert (found.printed if found else None) == unit


LABELS = [("单位：万元", "万元"), ("（万元）", "万元"), ("金额单位：元", "元"), ("场(次)", "场(次)"), ("次", "次")]


@pytest.mark.parametrize(("text", "unit"), LABELS)
def test_label_unit(text: str, unit: str) -> None:
    found = label_unit(text, UNITS)
    assert found is not None
    assert (found.printed, found.code is not None) == (unit, True)


def test_units_of_the_table_are_written_as_they_are_looked_up() -> None:
    assert [unit for unit in UNITS if fold(unit) != unit or "（" in unit] == []
    assert len(UNITS) >= 150


@given(st.sampled_from(sorted(UNITS)), st.sampled_from(["", "以上", "以内", "左右", "（含）以上", "及以上", "以下"]))
def test_a_bound_is_never_part_of_the_unit(unit: str, bound: str) -> None:
    tail = read_tail(unit + bound, UNITS, WORDS)
    assert tail.unit is not None
    assert (tail.unit.printed, tail.rest) == (unit, "")


@given(st.sampled_from(sorted(UNITS)), st.decimals(min_value=1, max_value=10**6, places=3))
def test_quantity_scales(unit: str, value: Decimal) -> None:
    found = read_unit(unit, UNITS)
    assert found is not None
    one, many = found.quantity(Decimal(1)), found.quantity(value)
    assert one is not None and many is not None
    assert abs(many - one * value) <= abs(many) * Decimal("1e-20")


def test_units_pickle() -> None:
    unit = read_unit("元/人/天", UNITS)
    assert pickle.loads(pickle.dumps(unit)) == unit
