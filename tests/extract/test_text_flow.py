"""Flattened tables: what the marks of the text decide, and what is refused."""

from __future__ import annotations

import pytest

from extract.model import Document, Table
from extract.readers.text import read_text

HEADER = "一级指标 二级指标 三级指标 指标值\n"
BODY = "产出指标 数量指标 巡查次数 ≥12次\n质量指标 达标率 ≥95%\n满意度指标 服务对象满意度指标 居民满意度 ≥90%\n"


def rows(document: Document) -> list[list[str]]:
    return [[cell.text if cell else "" for cell in row] for table in document.tables() for row in table.grid()]


def codes(document: Document) -> list[str]:
    return [problem.code for problem in document.problems]


@pytest.mark.parametrize(
    "header",
    [
        "一级指标 二级指标 三级指标 指标值\n",
        "一级\n指标\n二级\n指标\n三级指\n标\n指标\n值\n",
        "* 一级指标\n\n* 二级指\n\n标 * 三级指标\n* 指标值\n",
        "一级指标 二级指标 指标内容 年度指标值\n",
    ],
    ids=["one line", "each word split", "asterisks and blank lines", "other spellings"],
)
def test_header_words_in_order_make_a_table(header: str) -> None:
    document = read_text("项目支出绩效目标表\n" + header + BODY, "form.txt")
    assert rows(document)[1:] == [
        ["产出指标", "数量指标", "巡查次数", "≥12次"],
        ["", "质量指标", "达标率", "≥95%"],
        ["满意度指标", "服务对象满意度指标", "居民满意度", "≥90%"],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "一级指标、二级指标、三级指标和指标值应当完整。\n" + BODY,
        "三级指标 指标值 一级指标 二级指标\n项目名称\n",
        "一级指标 二级指标 三级指标 指标值\n以上各列由单位填写。\n",
    ],
    ids=["words in a sentence", "words in another order", "nothing below"],
)
def test_words_alone_make_no_table(text: str) -> None:
    document = read_text(text, "prose.txt")
    assert list(document.tables()) == []
    assert "".join(line.text for line in document.pages[0].lines).replace(" ", "") == text.replace("\n", "").replace(" ", "")


def test_a_form_ends_at_the_title_of_the_next() -> None:
    form = "项目支出绩效目标表\n项目名称 河道保洁\n" + HEADER + BODY
    document = read_text(form + "部门整体支出绩效目标表\n项目名称 水质监测\n" + HEADER + BODY, "forms.txt")
    assert [table.rows for table in document.tables()] == [5, 5]
    assert [row[1] for row in rows(document) if row[0] == "项目名称"] == ["河道保洁", "水质监测"]


def test_a_header_repeated_at_once_goes_on_with_its_table() -> None:
    document = read_text("项目支出绩效目标表\n" + HEADER + BODY + HEADER + BODY, "form.txt")
    (table,) = document.tables()
    assert table.rows == 8
    assert [cell.row for cell in table.cells if cell.text == "一级指标"] == [0, 4]


def test_page_numbers_do_not_enter_a_cell() -> None:
    text = "项目支出绩效目标表\n" + HEADER + BODY.replace("质量指标", "- 12 -\n质量指标", 1)
    document = read_text(text, "form.txt")
    assert all("12 -" not in cell for row in rows(document) for cell in row)


def test_side_labels_get_a_column_of_their_own() -> None:
    body = "".join(f"年度绩效指标\n{line}\n" for line in BODY.splitlines())
    document = read_text("项目支出绩效目标表\n年度绩效指标\n" + HEADER + body, "form.txt")
    assert [row[0] for row in rows(document)] == ["年度绩效指标"] * 4
    assert [row[3] for row in rows(document)] == ["三级指标", "巡查次数", "达标率", "居民满意度"]


@pytest.mark.parametrize(
    "body",
    [
        "巡查次数 ≥12次 10\n产出 数量指标\n指标 达标率 ≥95% 10\n质量指标\n居民满意度 ≥90% 10\n满意度 服务对象\n",
        "产出指标 数量指标\n产出指标 质量指标\n效益指标 社会效益指标\n巡查次数\n达标率\n≥12次\n≥95%\n",
        "绩 产出指标 巡查次数 ≤10次 8\n效 质量指标 达标率 ≥95% 8\n指 社会效益指标 知晓率 ≥80% 8\n",
    ],
    ids=["labels between the lines", "cells column by column", "a column that the header lacks"],
)
def test_a_table_whose_rows_do_not_hold_together_is_refused(body: str) -> None:
    document = read_text("项目支出绩效目标表\n" + HEADER + body, "form.txt")
    assert list(document.tables()) == []
    assert codes(document) == ["flattened-text-not-read"]
    assert document.problems[0].severity == "error"


def test_the_doubt_names_line_and_page() -> None:
    document = read_text("封面\n\f项目支出绩效目标表\n" + HEADER + BODY, "form.txt")
    (problem,) = document.problems
    assert (problem.code, problem.severity, problem.page, problem.where) == ("flattened-text", "warning", 2, "line 3")
    assert isinstance(document.pages[1].blocks[-1], Table)


def test_tables_drawn_with_bars() -> None:
    header = "| 一级指标 | 二级指标 | 三级指标 | 指标值 |\n|---|:--:|---|---|\n"
    text = header + "| 产出指标 | 数量指标 | 巡查次数 | ≥12次 |\n|  | 质量指标 | 达标率 | |\n| - | - | - | - |\n"
    assert rows(read_text("项目绩效目标表\n\n" + text + "\n说明 | 无 |\n", "form.txt")) == [
        ["一级指标", "二级指标", "三级指标", "指标值"],
        ["产出指标", "数量指标", "巡查次数", "≥12次"],
        ["", "质量指标", "达标率", ""],
        ["-", "-", "-", "-"],
    ]
