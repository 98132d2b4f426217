from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mappings import default_mappings
from normalize import read_target
from normalize.values import Target

CASES: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parents[1] / "cases" / "values.yml").read_text(encoding="utf-8"))
OPERATORS = {"q": "qualitative", "u": "unspecified"}
INPUTS = {"text", "column", "unit", "year", "name", "header"}
CHECKED = {"quantity", "quantity_high", "code", "dimension", "deadline", "words", "source", "parts", "doubts", "notes", "is"}


def read(case: dict[str, Any]) -> Target:
    return read_target(
        case["text"],
        case.get("column"),
        case.get("unit"),
        case.get("year"),
        header_unit=case.get("header"),
        name=case.get("name"),
    )


def number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def four(printed: list[Any]) -> tuple[Any, ...]:
    operator, value, high, unit = (*printed, None, None, None)[:4]
    return OPERATORS.get(operator, operator), number(value), number(high), unit


def told(target: Target) -> tuple[Any, ...]:
    return target.operator, target.value, target.value_high, target.unit


@pytest.mark.parametrize("name", CASES)
def test_case(name: str) -> None:
    case = CASES[name]
    assert set(case) <= INPUTS | CHECKED, "a key that nothing reads"
    target = read(case)
    assert told(target) == four(case["is"])
    assert [p.code for p in target.problems if p.severity != "info"] == case.get("doubts", [])
    if "notes" in case:
        assert [p.code for p in target.problems if p.severity == "info"] == case["notes"]
    if "parts" in case:
        assert [told(part) for part in target.parts] == [four(part) for part in case["parts"]]
    plain = {"code": target.unit_code, "dimension": target.dimension, "deadline": target.deadline, "source": target.unit_source}
    plain["words"] = target.qualitative_text
    for key in plain.keys() & case.keys():
        assert plain[key] == case[key], key
    for key in {"quantity", "quantity_high"} & case.keys():
        assert getattr(target, key) == number(case[key]), key


def test_cases_are_many_and_reach_every_operator() -> None:
    assert len(CASES) >= 250
    assert {read(case).operator for case in CASES.values()} == {
        "ge", "gt", "le", "lt", "eq", "between", "qualitative", "unspecified",
    }  # fmt: skip


SIGNS = {"≥": "ge", "＞": "gt", "≤": "le", "＜": "lt", "=": "eq", "": "unspecified"} | {
    "不低于": "ge", "超过": "gt", "不超过": "le", "不满": "lt",
}  # fmt: skip
# Units that a number makes a target of, whatever the number: 月 and 日 behind 12 make a date.
UNITS = sorted(u for u in default_mappings().units if u not in ("月", "日", "年", "季度") and not u[0].isdigit())
NUMBERS = st.decimals(min_value=Decimal("0.01"), max_value=Decimal("9999999"), places=2)
RANGE_UNITS = ["%", "次", "万元", "个工作日"]


@given(sign=st.sampled_from(sorted(SIGNS)), value=NUMBERS, unit=st.sampled_from(UNITS))
def test_sign_number_and_any_known_unit_come_back(sign: str, value: Decimal, unit: str) -> None:
    target = read_target(f"{sign}{value:f}{unit}")
    assert (target.operator, target.value, target.unit) == (SIGNS[sign], value, unit)
    assert target.quantity is not None
    assert not [p for p in target.problems if p.severity != "info"]


@given(sign=st.sampled_from(sorted(SIGNS)), value=NUMBERS, unit=st.sampled_from(UNITS))
def test_columns_say_what_one_cell_says(sign: str, value: Decimal, unit: str) -> None:
    joined = read_target(f"{sign}{value:f}{unit}")
    apart = read_target(f"{value:f}", sign, unit)
    assert (told(joined), joined.quantity, joined.unit_code) == (told(apart), apart.quantity, apart.unit_code)


@given(low=st.integers(1, 999), more=st.integers(1, 999), sign=st.sampled_from("-~～—至"), unit=st.sampled_from(RANGE_UNITS))
def test_ranges_keep_both_bounds(low: int, more: int, sign: str, unit: str) -> None:
    target = read_target(f"{low}{sign}{low + more}{unit}")
    assert told(target) == ("between", Decimal(low), Decimal(low + more), unit)


@given(st.text(alphabet="0123456789.,，-~%≥≤第年月日底前个次元万百分之十一两不超过以上（）()；、 \n每/·《》", max_size=24))
def test_any_text_gives_a_whole_target(text: str) -> None:
    target = read_target(text, fiscal_year=2026)
    assert (target.value is None) == (target.operator == "qualitative" or not text.strip())
    assert (target.value_high is not None) == (target.operator == "between")
    if target.operator == "between":
        assert target.value is not None and target.value_high is not None and target.value < target.value_high
    assert target.unit is None or target.unit_source is not None
    assert target.quantity is None or target.unit_code is not None


NUMERALS = ["5", "12", "3.5", "100"]
AROUND = ["%", "个", "次", "万元", "≥", "不超过", "以上", "内", "完成", "提升", "设备", "，", "；", "且", "（含）", "-", "至", "较上年"]
PIECES = st.sampled_from([*NUMERALS, *AROUND])
RUN = re.compile(r"\d+(?:\.\d+)?")


def numbers_of(target: Target) -> set[Decimal]:
    return {abs(v) for t in (target, *target.parts) for v in (t.value, t.value_high) if v is not None}


def joins_thousands(target: Target) -> bool:
    return any(p.code == "full-width-thousands" for t in (target, *target.parts) for p in t.problems)


@given(st.lists(PIECES, max_size=8).map("".join))
def test_a_value_is_a_whole_printed_number(text: str) -> None:
    target = read_target(text)
    if joins_thousands(target):
        text = re.sub(r"(?<=\d)，(?=\d{3})", "", text)
    assert numbers_of(target) <= {Decimal(run) for run in RUN.findall(text)}


@given(st.lists(PIECES, max_size=8).map("".join))
def test_every_number_is_read_or_reported(text: str) -> None:
    target = read_target(text)
    if joins_thousands(target):
        return
    reported = " ".join(p.message for p in target.problems)
    for run in RUN.findall(text):
        assert Decimal(run) in numbers_of(target) or run in reported, run


@given(st.text(max_size=30))
def test_reading_is_deterministic_and_keeps_words(text: str) -> None:
    target = read_target(text)
    assert target == read_target(text)
    if target.operator == "qualitative":
        assert target.qualitative_text == text.strip()


def test_deadline_is_a_date() -> None:
    assert read_target("2026年6月30日前").deadline == date(2026, 6, 30)


def test_no_text_is_no_target() -> None:
    assert read_target(None) == read_target(" ") == Target("unspecified")


def test_several_values_are_said_of_the_target() -> None:
    (problem,) = read_target("5次；10人").problems
    assert problem.message == "2 values in the target: 5 次; 10 人"
