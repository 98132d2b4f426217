"""Rows are refused before they come to Arrow, and whatever is not refused Arrow takes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.rows import check_table
from jixiao.schema import to_arrow
from normalize.record import TABLES, Record

_VALUES: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(st.characters(exclude_categories=()), max_size=3)
    | st.dates()
    | st.datetimes()
    | st.binary(max_size=2)
    | st.just(())
)


def blank(table: str) -> Record:
    return {column.name: None for column in TABLES[table]}


@given(st.sampled_from([(table, column.name) for table, columns in TABLES.items() for column in columns]), st.lists(_VALUES, max_size=3))
def test_what_is_not_refused_arrow_takes(place: tuple[str, str], values: list[Any]) -> None:
    table, column = place
    rows = [blank(table) | {column: value} for value in values]
    try:
        check_table(table, rows)
    except (ValueError, TypeError):
        return
    assert to_arrow(table, rows).num_rows == len(values)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("level3", 3),
        ("level3", b"a"),
        ("row_index", True),
        ("row_index", 2**31),
        ("row_index", 1.0),
        ("row_index", "1"),
        ("value", "1"),
        ("value", True),
        ("value", 2**53 + 1),
        ("value", Decimal("sNaN")),
        ("needs_review", 1),
        ("deadline", "2024-01-01"),
        ("operator", "about"),
        ("horizon", "annually"),
    ],
)
def test_a_value_that_its_column_cannot_hold_is_refused(column: str, value: Any) -> None:
    with pytest.raises(ValueError, match=rf"indicators\.{column} holds"):
        check_table("indicators", [blank("indicators"), blank("indicators") | {column: value}])


def test_values_of_every_type_pass() -> None:
    full = {"level3": "次数", "row_index": 2**31 - 1, "value": Decimal("80.5"), "value_high": 2, "needs_review": False}
    check_table("indicators", [blank("indicators") | full | {"deadline": date(2024, 1, 1), "operator": "ge"}])


@pytest.mark.parametrize("row", [{}, blank("goals") | {"other": 1}], ids=["a column missing", "a column too many"])
def test_a_row_of_other_columns_is_refused(row: Record) -> None:
    with pytest.raises(ValueError, match="a row of goals does not have its columns"):
        check_table("goals", [row])
