from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.declaration import Amount, Declaration, Fact, Goal, Row
from extract.model import Box, Document, Page, Place, TextLine
from extract.problem import Problem
from mappings import Mappings
from normalize import normalize
from normalize.record import TABLES, Record

SOURCE = "ab" * 32


def records(*declarations: Declaration, document: Document | None = None, **options: Any) -> dict[str, list[Record]]:
    return normalize(declarations, document or Document("form.docx", "docx", "docx"), document_id=SOURCE, **options).tables


def facts(**texts: str) -> tuple[Fact, ...]:
    return tuple(Fact(name, name, text) for name, text in texts.items())


def of_row(row: Row) -> Record:
    (record,) = records(Declaration(0, "project", rows=(row,)))["indicators"]
    return record


def codes(tables: dict[str, list[Record]]) -> set[str]:
    return {problem["code"] for problem in tables["problems"]}


FULL = Declaration(
    2,
    "project",
    title="项目绩效目标申报表",
    fiscal_year=2024,
    fiscal_year_basis="printed",
    facts=(
        Fact("organization", "填报单位", "鄂州市财政局"),
        Fact("subject", "项目名称", "域名续费"),
        Fact("project_code", "项目编码", "A-01"),
        Fact("filled_on", "填报日期", "2024年2月5日", (Place(page=7),)),
        Fact("period", "实施期限", "2024年1月-2025年6月"),
        Fact("total", "资金总额", "17万元"),
        Fact("fiscal", "财政拨款", "170,000.00元"),
        Fact("other", "其他资金", "-"),
        Fact("contact", "填报人", "某某"),
        Fact("telephone", "联系电话", "000"),
    ),
    goals=(Goal("annual", "年度目标", "按时续费", (Place(page=7),)),),
    amounts=(Amount("funding_income", "财政拨款", "2024年", "347.93", "万元", "85.63%", (Place(page=7),)),),
    rows=(
        Row(
            level1="产出指标",
            level2="数量指标",
            level3="域名续费数量",
            target_text="≥785个",
            value_text="≥785个",
            weight="5分",
            places=(
                Place(7, Box(10, 20, 30, 40), 1),
                Place(7, Box(30, 18, 90, 40), 1),
                Place(8, Box(10, 0, 90, 12), 2),
            ),
            repairs=("joined over the page break",),
        ),
        Row(
            level1="效益指标",
            level2="质量指标",
            level3="验收合格率",
            target_text="100%",
            value_text="100%",
            achieved_text="90%",
            deviation="设备到货较晚",
            places=(Place(page=8),),
        ),
    ),
    pages=(7, 8),
    problems=(Problem("odd-column", "info", "a column has no header", 7),),
)


def test_rows_have_exactly_the_columns_of_their_table_in_order() -> None:
    tables = records(FULL)
    assert tables.keys() == TABLES.keys() - {"documents"}
    for name, rows in tables.items():
        assert rows or name == "findings", name
        assert all(list(row) == [column.name for column in TABLES[name]] for row in rows), name


def test_values_have_the_types_of_their_columns() -> None:
    python = {"string": str, "int32": int, "int64": int, "float64": float, "bool": bool, "date": date}
    for name, rows in records(FULL).items():
        for row in rows:
            for column in TABLES[name]:
                value = row[column.name]
                assert value is None or type(value) is python[column.type], (name, column.name, value)
                assert value is None or not column.values or value in column.values, (name, column.name, value)


def test_what_a_self_evaluation_prints_stays_as_printed() -> None:
    first, second = records(FULL)["indicators"]
    assert (first["achieved_text"], first["deviation"]) == (None, None)
    assert (second["achieved_text"], second["deviation"]) == ("90%", "设备到货较晚")


def test_a_row_without_a_target_compares_nothing_and_needs_no_review_for_it() -> None:
    row = of_row(Row(level1="产出指标", level2="数量指标", level3="培训次数"))
    assert (row["operator"], row["value"], row["qualitative_text"], row["target_text"]) == ("unspecified", None, None, None)


def test_identities() -> None:
    tables = records(FULL)
    assert [row["declaration_id"] for row in tables["declarations"]] == [f"{SOURCE}:2"]
    assert [row["indicator_id"] for row in tables["indicators"]] == [f"{SOURCE}:2:0", f"{SOURCE}:2:1"]
    assert [row["row_index"] for row in tables["indicators"]] == [0, 1]


def test_head() -> None:
    (row,) = records(FULL)["declarations"]
    assert (row["organization"], row["subject"], row["project_code"]) == ("鄂州市财政局", "域名续费", "A-01")
    assert (row["city"], row["city_code"], row["province"]) == ("鄂州市", "420700", "湖北省")
    assert (row["total_wan"], row["fiscal_wan"], row["other_wan"]) == (17.0, 17.0, None)
    assert (row["filled_on"], row["period_start"], row["period_end"]) == (date(2024, 2, 5), date(2024, 1, 1), date(2025, 6, 30))
    assert (row["fiscal_year"], row["fiscal_year_basis"], row["pages"]) == (2024, "printed", "7,8")


@pytest.mark.parametrize(
    ("period", "end", "first", "last"),
    [
        ("2024年1月-2024年12月", None, date(2024, 1, 1), date(2024, 12, 31)),
        ("2024.01-2025.06", None, date(2024, 1, 1), date(2025, 6, 30)),
        ("2024-01-01至2024-02-29", None, date(2024, 1, 1), date(2024, 2, 29)),
        ("2021-2023年", None, date(2021, 1, 1), date(2023, 12, 31)),
        ("2023年3-11月", None, date(2023, 3, 1), date(2023, 11, 30)),
        ("2024年度", None, date(2024, 1, 1), date(2024, 12, 31)),
        ("2024年3月1日", "2024年9月30日", date(2024, 3, 1), date(2024, 9, 30)),
        ("2024", "20241231", date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_period(period: str, end: str | None, first: date, last: date) -> None:
    texts = {"period": period} | ({"period_end": end} if end else {})
    (row,) = records(Declaration(0, "project", facts=facts(**texts)))["declarations"]
    assert (row["period_start"], row["period_end"]) == (first, last)


@pytest.mark.parametrize("period", ["1年", "长期", "2024年12月-2024年1月", "2023年2月30日", "根据项目进度"])
def test_a_period_in_words_has_no_dates_and_is_told(period: str) -> None:
    tables = records(Declaration(0, "project", facts=facts(period=period)))
    row = tables["declarations"][0]
    assert (row["period_start"], row["period_end"]) == (None, None)
    assert "unreadable-date" in codes(tables)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2022年11月25日", date(2022, 11, 25)),
        ("2020.2.5", date(2020, 2, 5)),
        ("2022-11-25", date(2022, 11, 25)),
        ("20221125", date(2022, 11, 25)),
        ("２０２２年１１月２５日", date(2022, 11, 25)),
        ("2022年11月", None),
        ("2023年2月29日", None),
        ("年   月   日", None),
    ],
)
def test_date_of_filling_in(text: str, day: date | None) -> None:
    (row,) = records(Declaration(0, "project", facts=facts(filled_on=text)))["declarations"]
    assert row["filled_on"] == day


def test_the_declaration_stands_in_its_rows() -> None:
    row = records(FULL)["indicators"][0]
    assert (row["city"], row["fiscal_year"], row["organization"], row["subject"]) == ("鄂州市", 2024, "鄂州市财政局", "域名续费")


def test_indicator_row() -> None:
    row = records(FULL)["indicators"][0]
    assert (row["operator"], row["value"], row["unit"], row["unit_source"]) == ("ge", 785.0, "个", "target")
    assert (row["level1_code"], row["level2_code"], row["legacy_layout"]) == ("P", "P1", False)
    assert row["match_candidates"].startswith("domain_names=")
    assert (row["weight"], row["repairs"]) == (5.0, "joined over the page break")
    assert row["needs_review"] == (row["indicator_code"] is None)


def test_the_place_is_all_of_the_row_on_its_first_page() -> None:
    row = records(FULL)["indicators"][0]
    assert [row[name] for name in ("page", "x0", "top", "x1", "bottom", "table_index")] == [7, 10.0, 18.0, 90.0, 40.0, 1]


def test_sheet_and_cell_of_a_native_table() -> None:
    row = of_row(Row(level3="培训次数", places=(Place(sheet="绩效", cell="B7", table_index=0),)))
    assert (row["page"], row["x0"], row["sheet"], row["cell"], row["table_index"]) == (None, None, "绩效", "B7", 0)


def test_a_displaced_level_is_mended_and_told() -> None:
    tables = records(FULL)
    row = tables["indicators"][1]
    assert (row["level1"], row["level1_code"], row["level2_code"], row["needs_review"]) == ("效益指标", "P", "P2", True)
    assert "效益指标" in row["repairs"]
    (problem,) = [p for p in tables["problems"] if p["code"] == "level-contradiction"]
    assert (problem["declaration_index"], problem["severity"], problem["page"]) == (2, "warning", 8)
    assert "验收合格率" in problem["message"]


def test_contact_persons_are_left_out_unless_asked_for() -> None:
    assert {row["name"] for row in records(FULL)["facts"]}.isdisjoint({"contact", "telephone"})
    assert {row["name"] for row in records(FULL, keep_contacts=True)["facts"]} >= {"contact", "telephone"}


def test_goals_and_amounts() -> None:
    tables = records(FULL)
    (goal,) = tables["goals"]
    assert (goal["horizon"], goal["label"], goal["text"], goal["page"]) == ("annual", "年度目标", "按时续费", 7)
    (amount,) = tables["amounts"]
    assert (amount["kind"], amount["item"], amount["period"], amount["value_wan"]) == ("funding_income", "财政拨款", "2024年", 347.93)
    assert (amount["share"], amount["text"], amount["page"]) == (0.8563, "347.93", 7)


@pytest.mark.parametrize(
    ("text", "label", "caption", "wan"),
    [
        ("17万元", "资金总额", None, 17.0),
        ("资金总额：             17万元", "项目资金", None, 17.0),
        ("其中：财政拨款：17万元", "项目资金", None, 17.0),
        ("3,361.96", "资金总额（万元）", None, 3361.96),
        ("3361.96", "资金总额", "单位：万元", 3361.96),
        ("404000", "资金总额（元）", "万元", 40.4),
        ("15000千元", "资金总额（万元）", None, 1500.0),
        ("1.2亿元", "资金总额", None, 12000.0),
        ("404.03 万元", "资金总额", None, 404.03),
        ("１７．５万元", "资金总额", None, 17.5),
        ("0", "资金总额", None, 0.0),
        ("1000.00", "资金总额", None, 1000.0),
        ("50（万元）", "资金总额", None, 50.0),
        ("12.345678万元", "资金总额", None, 12.345678),
        ("¥200,000.00元", "资金总额", None, 20.0),
    ],
)
def test_money_is_read_with_the_unit_that_is_printed_nearest(text: str, label: str, caption: str | None, wan: float) -> None:
    tables = records(Declaration(0, "project", facts=(Fact("total", label, text),), caption_unit=caption))
    assert tables["declarations"][0]["total_wan"] == wan
    assert "unreadable-amount" not in codes(tables)


@pytest.mark.parametrize("text", ["260万无", "约17万元", "17+5万元", "17万元，其中5万元", "十七", "1,00万元", "17万5千元", "见附件"])
def test_unreadable_money_is_null_and_told(text: str) -> None:
    tables = records(Declaration(0, "project", facts=(Fact("total", "资金总额", text, (Place(page=3),)),)))
    assert tables["declarations"][0]["total_wan"] is None
    (problem,) = [p for p in tables["problems"] if p["code"] == "unreadable-amount"]
    assert text in problem["message"] and problem["page"] == 3
    assert tables["facts"][0]["text"] == text


@pytest.mark.parametrize("text", ["-", "—", "/", "无", "", "  ", "万元", "____万元", "-万元", "（万元）", "财政拨款：   万元"])
def test_blank_money_is_null_and_no_doubt(text: str) -> None:
    tables = records(Declaration(0, "project", facts=facts(total=text)))
    assert tables["declarations"][0]["total_wan"] is None
    assert codes(tables) <= {"no-city"}


def test_a_total_that_is_not_printed_is_not_added_up() -> None:
    tables = records(Declaration(0, "project", facts=facts(fiscal="10万元", other="5万元")))
    assert tables["declarations"][0]["total_wan"] is None


def test_money_without_any_unit_is_taken_as_wan_and_told_once() -> None:
    tables = records(Declaration(0, "project", facts=facts(total="15", fiscal="10", other="5")))
    assert tables["declarations"][0]["total_wan"] == 15.0
    assert [p["severity"] for p in tables["problems"] if p["code"] == "amount-unit-assumed"] == ["info"]


@pytest.mark.parametrize(
    ("text", "weight"),
    [("5分", 5.0), ("2.5分", 2.5), ("20", 20.0), ("10%", 10.0), ("（10）", 10.0), ("10 分", 10.0), ("-", None), (None, None)],
)
def test_weight(text: str | None, weight: float | None) -> None:
    assert of_row(Row(level3="培训次数", weight=text, score=text))["weight"] == weight


def test_an_unreadable_weight_is_null_and_told() -> None:
    tables = records(Declaration(0, "project", rows=(Row(level3="培训次数", weight="见说明", score="良好"),)))
    assert tables["indicators"][0]["weight"] is None and tables["indicators"][0]["score"] is None
    assert {"unreadable-weight", "unreadable-score"} <= codes(tables)
    assert tables["indicators"][0]["needs_review"] is True


def test_a_doubtful_recognition_needs_review() -> None:
    row = {"level1": "产出指标", "level2": "数量指标", "level3": "培训次数", "value_text": "≥2次", "target_text": "≥2次"}
    assert of_row(Row(**row, confidence=0.95))["needs_review"] is False  # type: ignore[arg-type]
    assert of_row(Row(**row, confidence=0.85))["needs_review"] is True  # type: ignore[arg-type]


def test_the_department_stands_in_for_a_missing_organization() -> None:
    (row,) = records(Declaration(0, "project", facts=facts(department="福州市商务局")))["declarations"]
    assert (row["organization"], row["city"]) == ("福州市商务局", "福州市")


def test_the_city_of_the_department_in_charge_is_that_of_its_unit() -> None:
    (row,) = records(Declaration(0, "project", facts=facts(organization="交通警察支队", department="福州市公安局")))["declarations"]
    assert (row["organization"], row["city"]) == ("交通警察支队", "福州市")


def test_the_cover_names_the_city_of_forms_that_do_not() -> None:
    document = Document("x.pdf", "pdf", "pdfium", (Page(1, blocks=(TextLine("目 录"), TextLine("西安市公安局2026年部门预算"))),))
    assert records(Declaration(0, "project"), document=document)["declarations"][0]["city"] == "西安市"


def test_a_form_without_city_has_that_of_the_others_of_its_source() -> None:
    named = Declaration(0, "project", facts=facts(organization="福州市公安局"))
    tables = records(named, Declaration(1, "project", facts=facts(organization="交通警察支队")))
    assert [row["city"] for row in tables["declarations"]] == ["福州市", "福州市"]
    assert "city-from-source" in codes(tables) and "no-city" not in codes(tables)


def test_others_that_do_not_agree_give_no_city() -> None:
    declarations = [
        Declaration(i, "project", facts=facts(organization=unit)) for i, unit in enumerate(["福州市公安局", "西安市公安局", "支队"])
    ]
    tables = records(*declarations)
    assert [row["city"] for row in tables["declarations"]] == ["福州市", "西安市", None]
    assert "no-city" in codes(tables)


def test_a_central_unit_takes_no_city_from_its_neighbours() -> None:
    central = Declaration(1, "project", facts=facts(organization="[292]国家信访局"))
    tables = records(Declaration(0, "project", facts=facts(organization="福州市公安局")), central)
    assert [row["city"] for row in tables["declarations"]] == ["福州市", None]


def test_doubts_of_source_and_declaration_are_kept() -> None:
    document = Document("x.pdf", "pdf", "pdfium", problems=(Problem("no-text-layer", "error", "page 3 is a picture", 3),))
    problems = records(FULL, document=document)["problems"]
    assert problems[0] == {
        "document_id": SOURCE,
        "source_name": "x.pdf",
        "declaration_index": None,
        "code": "no-text-layer",
        "severity": "error",
        "page": 3,
        "message": "page 3 is a picture",
    }
    assert ("odd-column", 2, 7) in {(p["code"], p["declaration_index"], p["page"]) for p in problems}


def test_unknown_level_words_are_told_once_a_declaration() -> None:
    rows = tuple(Row(level1="产出指标", level2="机构改革任务", level3=name) for name in ("任务甲完成", "任务乙完成"))
    problems = records(Declaration(0, "project", rows=rows))["problems"]
    assert [p["code"] for p in problems].count("unknown-level") == 1


def test_no_declarations_give_no_rows() -> None:
    assert {name: rows for name, rows in records().items() if rows} == {}


def test_own_tables_are_used(tmp_path: Any) -> None:
    (tmp_path / "aliases.csv").write_text(
        "# own\nalias,level,code,tail,source,reason\n自选提升行动,,training_sessions,,common wording,\n", encoding="utf-8"
    )
    row = Row(level2="数量指标", level3="自选提升行动")
    tables = records(Declaration(0, "project", rows=(row,)), mappings=Mappings(tmp_path))
    assert tables["indicators"][0]["indicator_code"] == "training_sessions"


TEXT = st.none() | st.text(max_size=15)


@given(
    st.lists(
        st.builds(Row, level1=TEXT, level2=TEXT, level3=TEXT, target_text=TEXT, value_text=TEXT, unit_text=TEXT, weight=TEXT), max_size=3
    )
)
def test_any_rows_come_out_as_printed_one_for_one_and_twice_alike(rows: list[Row]) -> None:
    declaration = Declaration(0, "project", rows=tuple(rows))
    first = records(declaration)
    assert [(r["level1"], r["level3"], r["target_text"]) for r in first["indicators"]] == [
        (r.level1, r.level3, r.target_text) for r in rows
    ]
    assert records(declaration) == first


@given(st.text(max_size=20))
def test_any_money_is_a_number_or_a_doubt_or_blank(text: str) -> None:
    tables = records(Declaration(0, "project", facts=(Fact("total", "资金总额（万元）", text),)))
    assert tables["facts"][0]["text"] == text
    if "unreadable-amount" in codes(tables):
        assert tables["declarations"][0]["total_wan"] is None
