from __future__ import annotations

import pytest
from hypothesis import given, note, settings

from extract.form import conservation
from tests.extract.form.cases import Case, check, drawn, load, mappings, read
from tests.extract.form.wild import wild_pages


@pytest.mark.parametrize("case", load("recognize"))
def test_case(case: Case) -> None:
    check(case)


@settings(max_examples=200, deadline=None)
@given(wild_pages(pages=1))
def test_whatever_stands_on_a_page_nothing_is_lost(page: str) -> None:
    note(page)
    document = drawn(page)
    result = read(document)
    kept = conservation(document, result.declarations, mappings())
    assert (kept.missing, kept.share) == ((), 1.0)
    assert [declaration.index for declaration in result.declarations] == list(range(len(result.declarations)))


@settings(max_examples=200, deadline=None)
@given(wild_pages())
def test_whatever_is_read_was_printed(page: str) -> None:
    note(page)
    for declaration in read(drawn(page)).declarations:
        for row in declaration.rows:
            for text in (row.level1, row.level2, row.value_text, row.unit_text, row.weight):
                assert set((text or "").replace(" ", "")) <= set(page)
            assert row.level3 or row.target_text, "a row with neither name nor target"
            assert row.places
