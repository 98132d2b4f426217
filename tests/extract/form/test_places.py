"""Where a row is printed is said by its own cells, not by those that stand beside many rows."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from jixiao.outcome import Options
from jixiao.pipeline import convert

WIDE = Path(__file__).parents[3] / "corpus" / "wide-table" / "source.pdf"


def test_rows_beside_a_project_have_boxes_of_their_own() -> None:
    rows = convert(WIDE, options=Options(ocr="never")).rows("indicators")
    pairs = [(a, b) for a, b in pairwise(rows) if (a["declaration_index"], a["page"]) == (b["declaration_index"], b["page"])]
    assert pairs
    for above, below in pairs:
        assert above["bottom"] <= below["top"] + 1, (above["level3"], below["level3"])
