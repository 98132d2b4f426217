from __future__ import annotations

import pytest

from normalize import match_name


@pytest.fixture(scope="session", autouse=True)
def tables_are_loaded_before_any_example_is_timed() -> None:
    assert match_name("甲乙丙丁戊己庚辛") is not None
