"""The hostile files, each with how its reading must end; docs/security.md lists them by these names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.hostile import drawn, packages, plain

READ, REFUSED = "read", "refused"


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file: its suffix, its bytes at a size, the sizes of the small and the large form, how its reading must end and what that must say.

    ``says`` stands in the sentence of a refusal, or in one of the problems of what is read; ``rows`` is what must come out."""

    suffix: str
    make: Callable[[int], bytes]
    ends: str
    says: str = ""
    small: int = 1
    large: int = 1
    rows: int = 0


HOSTILE: dict[str, Hostile] = {
    "docx-bomb": Hostile("docx", packages.docx_bomb, REFUSED, "zip bomb", 64, 1024),
    "docx-entities": Hostile("docx", packages.docx_entities, REFUSED, "", 9, 12),
    "docx-external-entity": Hostile("docx", packages.docx_external_entity, REFUSED),
    "docx-long-cell": Hostile("docx", packages.docx_long_cell, READ, "", 100_000, 2_000_000, rows=1),
    "docx-many-rows": Hostile("docx", packages.docx_many_rows, READ, "", 2_000, 50_000, rows=2_000),
    "docx-nested-elements": Hostile("docx", packages.docx_nested_elements, REFUSED, "", 5_000, 200_000),
    "docx-nested-tables": Hostile("docx", packages.docx_nested_tables, READ, "", 40, 40),
    "docx-remote": Hostile("docx", packages.docx_remote, READ, rows=1),
    "docx-wide-span": Hostile("docx", packages.docx_wide_span, READ, "", 999_999_999, 999_999_999, rows=1),
    "html-nested-elements": Hostile("html", plain.html_nested, REFUSED, "", 100_000, 1_000_000),
    "html-remote": Hostile("html", plain.html_remote, READ, rows=1),
    "html-wide-span": Hostile("html", plain.html_wide_span, READ, "", 999_999_999, 999_999_999, rows=1),
    "ods-repeated-rows": Hostile("ods", packages.ods_repeated, REFUSED, "500000", 999_999_999, 999_999_999),
    "odt-repeated-columns": Hostile("odt", packages.odt_repeated, READ, "", 999_999_999, 999_999_999),
    "ofd-entities": Hostile("ofd", packages.ofd_entities, REFUSED, "", 9, 12),
    "pdf-bomb": Hostile("pdf", drawn.pdf_bomb, READ, "", 32, 1024),
    "pdf-drawing-itself": Hostile("pdf", drawn.pdf_drawing_itself, READ),
    "pdf-huge-page": Hostile("pdf", drawn.pdf_huge_page, READ, "", 10_000_000, 2_000_000_000),
    "pdf-many-characters": Hostile("pdf", drawn.pdf_many_characters, READ, "", 20_000, 500_000),
    "pdf-many-pages": Hostile("pdf", drawn.pdf_many_pages, READ, "", 1_000, 10_000),
    "pdf-many-rules": Hostile("pdf", drawn.pdf_many_rules, READ, "", 4_000, 200_000),
    "pdf-page-tree-loop": Hostile("pdf", drawn.pdf_page_tree_loop, REFUSED),
    "pdf-scripts": Hostile("pdf", drawn.pdf_scripts, READ),
    "png-bomb": Hostile("png", plain.png_bomb, REFUSED, "million pixels", 30_000, 60_000),
    "text-one-line": Hostile("txt", plain.text_one_line, READ, "", 300_000, 3_000_000),
    "text-terminal-codes": Hostile("txt", plain.text_terminal_codes, READ, rows=1),
    "xlsx-entities": Hostile("xlsx", packages.xlsx_entities, REFUSED, "", 9, 12),
    "xlsx-far-cells": Hostile("xlsx", packages.xlsx_far_cells, READ),
    "xlsx-many-merges": Hostile("xlsx", packages.xlsx_many_merges, READ, "", 5_000, 100_000),
    "xlsx-overlapping-merges": Hostile("xlsx", packages.xlsx_overlapping_merges, READ, "", 300, 2_000),
    "xlsx-stray-formatting": Hostile("xlsx", packages.xlsx_stray_formatting, READ, "", 50_000, 1_048_000, rows=1),
}
