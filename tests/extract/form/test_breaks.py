from __future__ import annotations

import pytest
from hypothesis import assume, given, settings

from extract.form import conservation
from tests.extract.form.broken import TREE, Broken, Cut, Item, broken_tables, document, halves
from tests.extract.form.cases import Case, check, load, mappings, read

Rows = list[tuple[str | None, ...]]


def printed_rows(broken: Broken) -> Rows:
    return [tuple(text or None for text in item.texts) for item in broken.items]


def read_rows(broken: Broken) -> Rows:
    declarations = read(document(broken)).declarations
    assert len(declarations) == 1
    return [(row.level1, row.level2, row.level3, row.target_text, row.remark) for row in declarations[0].rows]


@settings(max_examples=300, deadline=None)
@given(broken_tables(within=False))
def test_rows_that_no_break_cuts_are_never_joined(broken: Broken) -> None:
    assert read_rows(broken) == printed_rows(broken)


@settings(max_examples=300, deadline=None)
@given(broken_tables())
def test_rows_that_a_break_cuts_come_out_whole(broken: Broken) -> None:
    for cut in broken.cuts:
        if cut.parts is not None:
            name, target, _ = halves(broken, cut)
            # Name and target on both sides: nothing but their sense tells such a row from two.
            assume(not all([*name, *target]))
    assert read_rows(broken) == printed_rows(broken)


@settings(max_examples=150, deadline=None)
@given(broken_tables())
def test_no_text_is_lost_at_a_break(broken: Broken) -> None:
    source = document(broken)
    result = read(source)
    kept = conservation(source, result.declarations, mappings())
    assert (kept.share, kept.missing) == (1.0, ())


CUT_WORDS = [(level1, level2, at) for level1, seconds in TREE.items() for level2 in seconds for at in range(len(level2) + 1)]


@pytest.mark.parametrize("inside", [False, True], ids=["between rows", "within a row"])
@pytest.mark.parametrize(
    ("level1", "level2", "at"),
    [pytest.param(*case, id=f"{case[1][: case[2]]}-{case[1][case[2] :]}") for case in CUT_WORDS],
)
def test_a_level_word_that_a_break_cuts_comes_out_whole(level1: str, level2: str, at: int, inside: bool) -> None:
    items = (Item(level1, level2, "新修绿道", "≥12公里", ""), Item(level1, level2, "补种行道树", "≥300株", ""))
    shares = {(column, row): (0, 0) for column, row in ((0, 0), (0, 1), (-1, 0))} | {(1, 0): (0, at), (1, 1): (0, at)}
    still = ((0.0,) * 7,) * 2
    broken = Broken(items, (Cut(1, (5, 2, 0) if inside else None),), shares, still, repeat=False, side=False)
    assert read_rows(broken) == printed_rows(broken)


STILL = ((0.0,) * 7,) * 3
SHARES = {(column, row): (0, 0) for column in (-1, 0, 1) for row in range(10)}


def test_a_remark_that_begins_above_its_row() -> None:
    items = (Item("产出指标", "数量指标", "演练次数", "≥4次", ""), Item("产出指标", "数量指标", "参演人数", "≥200人", "每少一人扣一分"))
    broken = Broken(items, (Cut(1, (0, 0, 4)),), SHARES, STILL, repeat=False, side=False)
    assert read_rows(broken) == printed_rows(broken)


@pytest.mark.parametrize("case", load("breaks"))
def test_case(case: Case) -> None:
    check(case)
