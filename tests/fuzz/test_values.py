"""Any text as a target, and as a document: no exception, finite numbers, nothing invented. The same functions are searched at large."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.values import ALPHABET, check_target, check_text

TEXTS = st.text(ALPHABET, max_size=40) | st.text(max_size=40)
SHORT = st.none() | st.sampled_from(["≥", "定性", "=", "%", "万元", "个"]) | st.text(ALPHABET, max_size=4)
WORDS = ("一级指标", "二级指标", "三级指标", "指标值", "产出指标", "数量指标", "项目绩效目标申报表", "项目名称")
LINES = st.lists(st.sampled_from(WORDS) | TEXTS, max_size=25)
BETWEEN = st.sampled_from(["\n", "\n", "\n\n", "\t", " ", "  ", " | ", "\f", "\r\n", "\x85"])


@settings(max_examples=300)
@given(TEXTS, SHORT, SHORT, st.sampled_from([None, 2024, 1990]), SHORT)
def test_any_text_as_a_target(text: str, operator: str | None, unit: str | None, year: int | None, name: str | None) -> None:
    check_target(text, operator, unit, year, name)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Lines of forms and of anything, between all that may part them."""
    return "".join(part for line in draw(LINES) for part in (line, draw(BETWEEN)))


@settings(max_examples=100)
@given(texts())
def test_any_lines_as_a_text(text: str) -> None:
    check_text(text)
