from __future__ import annotations

import pytest

from extract.form.captions import read_caption
from extract.model import TextLine
from tests.extract.form.cases import Case, check, load, words


@pytest.mark.parametrize("case", load("captions"))
def test_case(case: Case) -> None:
    check(case)


@pytest.mark.parametrize(
    ("above", "below", "title"),
    [
        ("2026年部门预算项目支出", "绩效目标申报表", "2026年部门预算项目支出绩效目标申报表"),
        ("（二）绩效目标表及说明", "1.项目支出绩效目标表", "1.项目支出绩效目标表"),
        ("二、预算绩效情况说明", "（一）项目绩效目标表", "（一）项目绩效目标表"),
        ("附件3", "项目绩效目标申报表", "项目绩效目标申报表"),
    ],
)
def test_title_on_two_lines_of_one_size(above: str, below: str, title: str) -> None:
    lines = [TextLine(above, size=16.0), TextLine(below, size=16.0)]
    assert read_caption(lines, words()).title == title
