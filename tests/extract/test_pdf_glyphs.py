"""Glyphs that print several characters: fonts join two dashes, or f and i, and say so in their map to Unicode."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from extract.model import Table
from extract.readers.pdf import Engine, read

ENGINES: tuple[Engine, ...] = ("pdfium", "pdfplumber")


def glyphs_pdf(path: Path, meanings: Mapping[str, str], operators: str) -> Path:
    """A PDF of one page that the operators draw in a font, whose letters mean what is said of them."""
    pairs = "\n".join(f"<{ord(letter):02x}> <{meaning.encode('utf-16-be').hex()}>" for letter, meaning in meanings.items())
    cmap = f"1 begincodespacerange <00> <ff> endcodespacerange\n{len(meanings)} beginbfchar\n{pairs}\nendbfchar\n"
    cmap = f"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n{cmap}endcmap end end"
    parts = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 300]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        f"<</Length {len(operators)}>>stream\n{operators}\nendstream",
        f"<</Type/Font/Subtype/Type1/BaseFont/Own/ToUnicode 6 0 R/FontDescriptor 7 0 R/FirstChar 65/LastChar 90/Widths[{'600 ' * 26}]>>",
        f"<</Length {len(cmap)}>>stream\n{cmap}\nendstream",
        "<</Type/FontDescriptor/FontName/Own/Flags 32/FontBBox[0 -200 600 800]/ItalicAngle 0/Ascent 800/Descent -200/StemV 80>>",
    )
    body = "%PDF-1.4\n"
    offsets = []
    for number, part in enumerate(parts, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{part}\nendobj\n"
    rows = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size, start = len(parts) + 1, len(body)
    body += f"xref\n0 {size}\n0000000000 65535 f \n{rows}trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    path.write_text(body, encoding="ascii")
    return path


MEANINGS = {"M": "——", "W": "ffi", "A": "年", "B": "目标"}

BOXED = "50 150 m 350 150 l 50 200 m 350 200 l 50 150 m 50 200 l 200 150 m 200 200 l 350 150 m 350 200 l S "


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("matrix", "name"), [("1 0 0 1 60 170", "upright"), ("0 1 -1 0 120 160", "upwards"), ("0 -1 1 0 120 195", "downwards")]
)
def test_all_characters_of_a_glyph_are_read(engine: Engine, matrix: str, name: str, tmp_path: Path) -> None:
    drawn = f"{BOXED} BT /F 9 Tf {matrix} Tm (AMAW) Tj ET BT /F 9 Tf 1 0 0 1 210 170 Tm (AB) Tj ET"
    (table,) = read(glyphs_pdf(tmp_path / f"{name}.pdf", MEANINGS, drawn), engine=engine).tables()
    assert [cell.text for cell in table.cells] == ["年——年ffi", "年目标"]


@pytest.mark.parametrize("engine", ENGINES)
def test_page_with_such_glyphs_is_judged_as_text(engine: Engine, tmp_path: Path) -> None:
    drawn = f"BT /F 9 Tf 1 0 0 1 60 170 Tm ({'AMABW' * 8}) Tj ET"
    document = read(glyphs_pdf(tmp_path / "a.pdf", MEANINGS, drawn), engine=engine)
    assert [line.text for page in document.pages for line in page.lines] == ["年——年目标ffi" * 8]
    assert document.problems == ()


@pytest.mark.parametrize("engine", ENGINES)
def test_glyph_of_many_characters_drawn_twice_is_read_once(engine: Engine, tmp_path: Path) -> None:
    twice = "".join(f"BT /F 9 Tf 1 0 0 1 {x} 170 Tm (AMA) Tj ET " for x in (60.0, 60.3))
    (table,) = read(glyphs_pdf(tmp_path / "a.pdf", MEANINGS, f"{BOXED} {twice}"), engine=engine).tables()
    assert isinstance(table, Table)
    assert table.cells[0].text == "年——年"
