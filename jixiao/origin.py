"""Where the values of each column come from, and the unit that its numbers are in: for the codebook and the metadata of columns."""

from __future__ import annotations

SOURCES = {
    "printed": "as it stands on the form",
    "read": "read from what is printed, by rules",
    "mapped": "found with the knowledge tables",
    "place": "where it stands in the source",
    "identity": "made, to tell rows apart and to join tables",
    "process": "how the source was read",
    "audit": "found by the audit",
}
"""The sources of values, and what each means."""

_COLUMNS = {
    "printed": """title organization subject project_code project_type level1 level2 level3 target_text unit explanation scoring_rule
        weight basis remark history achieved_text score deviation label text item period""",
    "read": """form city fiscal_year fiscal_year_basis filled_on period_start period_end total_wan fiscal_wan other_wan horizon unit_source
        operator value value_high qualitative_text deadline value_wan share kind""",
    "mapped": """city_code province unit_code quantity quantity_high dimension level1_code level2_code legacy_layout indicator_code
        indicator_name match_score match_method match_candidates name""",
    "place": "source_name page pages x0 top x1 bottom sheet cell table_index declaration_index row_index source_path other_paths places",
    "identity": "indicator_id declaration_id document_id finding_id",
    "process": """format bytes reader ocr recognition ocr_confidence contacts status problems tool_version reading_version
        mappings_version decisions_version read_review needs_review confidence repairs code severity message""",
    "audit": "rule figures rows waived",
}
_SOURCE_OF = {column: source for source, columns in _COLUMNS.items() for column in columns.split()}
_UNITS = {
    "total_wan": "万元",
    "fiscal_wan": "万元",
    "other_wan": "万元",
    "value_wan": "万元",
    "share": "ratio",
    "weight": "points",
    "score": "points",
    "value": "the printed unit (unit)",
    "value_high": "the printed unit (unit)",
    "quantity": "the base unit of the dimension",
    "quantity_high": "the base unit of the dimension",
    "match_score": "0 to 1",
    "confidence": "0 to 1",
    "ocr_confidence": "0 to 1",
    "x0": "pt",
    "top": "pt",
    "x1": "pt",
    "bottom": "pt",
    "bytes": "bytes",
    "fiscal_year": "year",
}


def source_of(column: str) -> str:
    """The source of the column's values, one of SOURCES; '' for a column that is not told here."""
    return _SOURCE_OF.get(column, "")


def unit_of(column: str) -> str:
    """The unit that the column's numbers are in; '' for none."""
    return _UNITS.get(column, "")
