"""Pages that look like forms, with anything in any cell, as they stand in a case."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.extract.grids import span_grids

# Without labels that begin a form and words of a header, which no cell of the body holds.
WORDS = """
产出指标 效益指标 数量指标 质量指标 社会效益指标
年度目标 实施期目标 资金总额 财政拨款 合计 填报日期 年度主要任务 收入构成 项目绩效目标表
培训班次 ≥30次 100% 120 / 青溪市档案馆 整理档案，便民利民。 2024年 1 2 3
"""
POOL = (*WORDS.split(), "")
COLUMNS = (
    ("产出指标", "效益指标", "满意度指标", "", "", "合计"),
    ("数量指标", "质量指标", "社会效益指标", "成本指标", "", ""),
    ("培训班次", "结业率", "指标1：整理卷宗", "", "/", "扫描案卷"),
    ("≥30次", "100%", "明显提升", "", "/", "2024年12月"),
    ("20", "10分", "", "按年统计", "无"),
)
LABELS = (
    "项目名称",
    "预算单位",
    "年度目标",
    "实施期目标",
    "资金总额",
    "其中：财政拨款",
    "填报日期",
    "年度主要任务",
    "馆舍方位",
)
VALUES = ("旧馆修缮", "青溪市档案馆", "整理档案，便民利民。", "120", "", "2024年1月9日", "无", "新增项目", "项目名称")
HEADERS = (
    ("一级指标", "二级指标", "三级指标", "指标值", "分值"),
    ("一级指标", "二级指标", "三级指标", "年度指标值", "备注"),
    ("绩效指标", "二级指标", "指标名称", "目标值", "砖色"),
)
OVER = ("项目绩效目标表", "单位：万元", "（2024年度）", "填报人：＊＊＊")
Rows = list[list[str]]


@st.composite
def formlike(draw: st.DrawFn) -> Rows:
    """A head, a header and rows of indicators, each cell now and then something else."""
    rows: Rows = []
    for _ in range(draw(st.integers(0, 3))):
        label, value, other = (draw(st.sampled_from(pool)) for pool in (LABELS, VALUES, (*LABELS, *VALUES)))
        layouts = ([label, value, "<", "<", "<"], [label, value, "<", other, "<"], [value, "<", label, other, value])
        rows.append(draw(st.sampled_from(layouts)))
    if draw(st.booleans()):
        rows.append(list(draw(st.sampled_from(HEADERS))))
    top = len(rows)
    for _ in range(draw(st.integers(1, 6))):
        row = [draw(st.sampled_from(column if draw(st.integers(0, 5)) else POOL)) for column in COLUMNS]
        merged = [draw(st.integers(0, 2)) == 0 and len(rows) > top for _ in row]
        rows.append(["^" if up else text for up, text in zip(merged, row, strict=True)])
    return rows


@st.composite
def random_grids(draw: st.DrawFn) -> Rows:
    """Words of forms in cells of random spans."""
    grid = draw(span_grids(6))
    rows = [[""] * grid.columns for _ in range(grid.rows)]
    for s in grid.spans:
        for r in range(s.row, s.row + s.row_span):
            for k in range(s.column, s.column + s.column_span):
                rows[r][k] = "<" if k > s.column else "^" if r > s.row else draw(st.sampled_from(POOL))
    return rows


@st.composite
def wild_pages(draw: st.DrawFn, pages: int = 2) -> str:
    """One page or more."""
    parts = []
    for _ in range(draw(st.integers(1, pages))):
        lines = draw(st.lists(st.sampled_from(OVER), max_size=2))
        rows = draw(st.one_of(formlike(), formlike(), random_grids()))
        parts.append("\n".join([*lines, *(" | ".join([*row, "."]) for row in rows)]))
    return "\n===\n".join(parts)
