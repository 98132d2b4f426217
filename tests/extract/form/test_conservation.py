from __future__ import annotations

import functools
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extract import read
from extract.declaration import Declaration
from extract.form import FormResult, conservation, find_declarations
from extract.model import Document
from extract.problem import UnreadableError
from tests.extract.form.cases import drawn, mappings

CORPUS = Path(__file__).parents[3] / "corpus"
SOURCES = sorted(CORPUS.glob("*/source.*"))


def sources() -> list[Any]:
    return [pytest.param(path, id=f"{path.parent.name}/{path.name}") for path in SOURCES]


@functools.cache
def understood(path: Path) -> tuple[Document, FormResult] | None:
    try:
        document = read(path)
    except UnreadableError:
        return None
    return document, find_declarations(document, mappings())


def test_the_corpus_has_sources_with_declarations() -> None:
    found = [path for path in SOURCES if (one := understood(path)) and one[1].declarations]
    assert len(found) >= 100 and {path.suffix for path in found} >= {".docx", ".pdf", ".txt", ".xlsx"}


@pytest.mark.parametrize("path", sources())
def test_nothing_printed_is_lost(path: Path) -> None:
    found = understood(path)
    if found is None or not found[1].declarations:
        assert path.parent.name in WITHOUT_DECLARATIONS
        return
    kept = conservation(found[0], found[1].declarations, mappings())
    assert kept.total > 0
    assert (kept.missing, kept.share) == ((), 1.0)


WITHOUT_DECLARATIONS = {"blank-form", "budget-tables-only", "font-without-text", "prose-only"}

PAGE = """
项目绩效目标申报表
项目名称 | 社区食堂 | < | <
年度目标 | 方便老人就餐。 | < | <
一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | 开办食堂 | ≥6家
^ | 质量指标 | 食品合格率 | 100%
"""


def first(page: str = PAGE) -> tuple[Document, Declaration]:
    document = drawn(page)
    (declaration,) = find_declarations(document, mappings()).declarations
    return document, declaration


def test_a_form_that_is_read_in_full() -> None:
    document, declaration = first()
    printed = "项目名称社区食堂年度目标方便老人就餐。一级指标二级指标三级指标指标值产出指标数量指标开办食堂≥6家质量指标食品合格率100%"
    kept = conservation(document, [declaration], mappings())
    assert (kept.total, kept.accounted, kept.share, kept.missing) == (len(printed), len(printed), 1.0, ())


def test_a_row_that_no_record_holds_is_missing() -> None:
    document, declaration = first()
    kept = conservation(document, [replace(declaration, rows=declaration.rows[:1])], mappings())
    assert set(kept.missing) >= {"食品合格率"} and kept.share < 1.0


def test_a_text_that_a_record_holds_in_part_is_missing() -> None:
    document, declaration = first()
    cut = replace(declaration.rows[1], level3="食品")
    kept = conservation(document, [replace(declaration, rows=(declaration.rows[0], cut))], mappings())
    assert kept.missing == ("合格率",) and kept.accounted == kept.total - 3


def test_a_cell_that_is_used_nowhere_is_missing() -> None:
    document, declaration = first()
    uses = tuple(use for use in declaration.uses if use.text != "方便老人就餐。")
    kept = conservation(document, [replace(declaration, uses=uses)], mappings())
    assert kept.missing == ("方便老人就餐。",) and kept.accounted == kept.total - 7


def test_a_table_that_no_declaration_touches_does_not_count() -> None:
    one, declaration = first()
    two, _ = first(PAGE + "===\n收支总表\n收入 | 支出\n680 | 500\n")
    assert conservation(one, [declaration], mappings()) == conservation(two, [declaration], mappings())


def test_no_declarations_lose_nothing() -> None:
    kept = conservation(drawn(PAGE), [], mappings())
    assert (kept.total, kept.share) == (0, 1.0)


@pytest.mark.parametrize("path", [pytest.param(path, id=f"{path.parent.name}/{path.name}") for path in SOURCES[::5]])
def test_declarations_pickle_and_come_out_the_same_again(path: Path) -> None:
    found = understood(path)
    if found is None:
        assert path.parent.name in WITHOUT_DECLARATIONS
        return
    document, result = found
    assert pickle.loads(pickle.dumps(result)) == result
    assert find_declarations(pickle.loads(pickle.dumps(document)), pickle.loads(pickle.dumps(mappings()))) == result
