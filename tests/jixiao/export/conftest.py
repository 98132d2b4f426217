"""A dataset of hand-made rows with what is hard to write: long texts, formulas, dates, blanks, codes, signs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jixiao.describe import describe
from jixiao.landing import Landing
from jixiao.outcome import OK, Outcome
from normalize.record import Records
from tests.jixiao.conftest import row

LONG = "长" * 12_000
HARD = ("=1+1", "+5", "-3", "@SUM(A1)", '=HYPERLINK("http://x")', '‘引号’ "双" ,;\t|', "一行\n二行", "𠮷野家 ≥90%", "", LONG)
"""Texts of which each is the printed target of a row; the text of a cell of Excel may have 32,767 characters."""


def outcome(number: int) -> Outcome:
    document_id = f"{number:02x}" * 32
    identity: dict[str, Any] = {
        "document_id": document_id,
        "source_name": f"{number}.pdf",
        "declaration_index": 0,
        "declaration_id": f"{document_id}:0",
    }
    indicators = [
        row(
            "indicators",
            **identity,
            indicator_id=f"{document_id}:0:{n}",
            row_index=n,
            horizon="annual",
            level3=f"指标{n}",
            target_text=text or None,
            operator="ge" if n % 2 else "unspecified",
            value=n + 0.1 if n else None,
            legacy_layout=None if n == 2 else n % 2 == 0,
            deadline=date(2024, 2, 29) if n == 3 else None,
            needs_review=n == 1,
            page=n,
            confidence=1 / 3,
        )
        for n, text in enumerate(HARD)
    ]
    tables = {
        "documents": [row("documents", document_id=document_id, source_name=f"{number}.pdf", status=OK, bytes=2**40 + number, ocr=False)],
        "declarations": [
            row("declarations", **identity, form="project", city="衡阳市", fiscal_year=2020, total_wan=5.68, filled_on=date(1959, 12, 31))
        ],
        "indicators": indicators,
        "problems": [row("problems", document_id=document_id, source_name=f"{number}.pdf", code="x", severity="warning", message="疑问")],
    }
    return Outcome(document_id, f"{number}.pdf", f"f/{number}.pdf", OK, Records(tables))


@pytest.fixture(scope="session")
def hard_dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sources of hard rows, and rows of a source that is not in documents, which no export may show."""
    folder = tmp_path_factory.mktemp("hard") / "data"
    landing = Landing(folder)
    for number in (1, 200, 201):
        landing.add(outcome(number))
    landing.flush()
    (folder / "documents" / "c9.parquet").unlink()
    describe(folder)
    return folder
