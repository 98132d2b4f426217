from __future__ import annotations

import pytest

from tests.extract.form.cases import Case, check, load


@pytest.mark.parametrize("case", load("matrix"))
def test_case(case: Case) -> None:
    check(case)
