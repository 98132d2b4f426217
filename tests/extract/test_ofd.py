from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from extract.formats import read, sniff
from extract.model import Document, Page, Rule, Word
from extract.readers import ofd, ofd_page
from tests.extract.ofd_files import CELLS, POINT, SPACE, XS, YS, element, line, members, package, page, path, rules, text, words

Make = Callable[..., Document]
PAGE = "0 0 210 297"
FILLED = 'Stroke="false" Fill="true"'


@pytest.fixture
def made(tmp_path: Path) -> Make:
    def make(*pages: str, **options: Any) -> Document:
        return ofd.read(package(tmp_path, members(*pages, **options)), keep_drawing=True, ocr="never")

    return make


def grids(document: Document) -> list[tuple[tuple[str, ...], ...]]:
    return [tuple(tuple(c.text if c else "" for c in row) for row in table.grid()) for table in document.tables()]


def letters(of: Document | Page) -> str:
    pages = of.pages if isinstance(of, Document) else (of,)
    return "".join(word.text for p in pages for word in p.words)


def codes(document: Document) -> list[str]:
    return [p.code for p in document.problems]


def colour(value: str) -> str:
    return f'<ofd:FillColor Value="{value}"/>'


def clip(boundary: str, data: str) -> str:
    path_of_it = f'<ofd:Path Boundary="{boundary}"><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:Path>'
    return f"<ofd:Clips><ofd:Clip><ofd:Area>{path_of_it}</ofd:Area></ofd:Clip></ofd:Clips>"


def corners(item: Word | Rule) -> tuple[float, ...]:
    return tuple(round(v / POINT, 2) for v in (item[1:5] if isinstance(item, Word) else item))


def test_a_small_package_gives_its_table(made: Make) -> None:
    document = made(page(rules() + words()))
    assert grids(document) == [CELLS]
    assert (document.format, document.reader, document.problems) == ("ofd", "ofd", ())
    assert (round(document.pages[0].width), round(document.pages[0].height)) == (595, 842)
    box = next(document.tables()).places[0].box
    assert box is not None
    assert [round(v / POINT) for v in (box.x0, box.top, box.x1, box.bottom)] == [XS[0], YS[0], XS[-1], YS[-1]]


def test_the_file_is_known_by_its_content(tmp_path: Path) -> None:
    file = package(tmp_path, members(page(rules() + words())), "a.zip")
    assert sniff(file).name == "ofd"
    assert grids(read(file)) == [CELLS]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda s: s.replace("xmlns:ofd=", "xmlns=").replace("ofd:", ""), id="default-namespace"),
        pytest.param(lambda s: s.replace(SPACE, "http://www.ofdspec.org"), id="old-namespace"),
        pytest.param(lambda s: s.replace("Pages/Page_0", "/Doc_0/Pages/Page_0"), id="locations-from-the-root"),
        pytest.param(lambda s: s.replace("Pages/Page_0", "Doc_0/Pages/Page_0"), id="locations-from-the-root-without-a-slash"),
        pytest.param(lambda s: s.replace("Pages/Page_0", "./Pages\\Page_0"), id="backslashes"),
        pytest.param(lambda s: s.replace("Pages/Page_0", "pages/PAGE_0"), id="other-case"),
    ],
)
def test_packages_of_other_producers(tmp_path: Path, change: Callable[[str], str]) -> None:
    parts = {name: change(content) for name, content in members(page(rules() + words())).items()}
    assert grids(ofd.read(package(tmp_path, parts))) == [CELLS]


@pytest.mark.parametrize(
    ("code", "content", "places"),
    [
        pytest.param('DeltaX="g 2 4"', "甲乙丙", [(0, 4), (4, 4), (8, 4)], id="run"),
        pytest.param('DeltaX="4 g 1 5"', "甲乙丙", [(0, 4), (4, 4), (9, 4)], id="number-then-run"),
        pytest.param('DeltaX="5"', "甲乙丙", [(0, 4), (5, 4), (10, 4)], id="list-too-short"),
        pytest.param('DeltaX="g 999999999 4"', "甲乙", [(0, 4), (4, 4)], id="run-too-long"),
        pytest.param('DeltaY="5 6"', "甲乙丙", [(0, 4), (0, 9), (0, 15)], id="down"),
        pytest.param('DeltaX="4 4" DeltaY="0 3"', "甲乙丙", [(0, 4), (4, 4), (8, 7)], id="both"),
        pytest.param(" ", "甲乙A丙", [(0, 4), (4, 4), (8, 4), (10, 4)], id="none"),
    ],
)
def test_glyphs_stand_where_the_offsets_say(made: Make, code: str, content: str, places: list[tuple[float, float]]) -> None:
    found = made(page(text(content, 10, 20, code=code))).pages[0].words
    assert [w.text for w in found] == list(content)
    assert [(round(w.x0 / POINT - 10, 2), round(w.bottom / POINT - 20 - 0.14 * 4, 2)) for w in found] == places
    assert {w.size for w in found} == {round(4 * POINT, 2)}


def test_a_later_text_code_takes_the_place_of_the_one_before(made: Make) -> None:
    inner = '<ofd:TextCode X="1" Y="4">甲</ofd:TextCode><ofd:TextCode Y="9">乙</ofd:TextCode><ofd:TextCode X="7">丙</ofd:TextCode>'
    found = made(page(f'<ofd:TextObject Boundary="0 0 50 50" Font="1" Size="4">{inner}</ofd:TextObject>')).pages[0].words
    assert [(w.text, round(w.x0 / POINT, 2), round(w.bottom / POINT - 0.56, 2)) for w in found] == [
        ("甲", 1, 4),
        ("乙", 1, 9),
        ("丙", 7, 9),
    ]


@pytest.mark.parametrize(
    ("content", "code", "seen"),
    [
        pytest.param("甲\\0020乙\\6587", 'DeltaX="4 4 4"', "甲乙文", id="characters-by-code"),
        pytest.param("\n      甲乙\n    ", 'DeltaX="4"', "甲乙", id="laid-out-xml"),
        pytest.param("甲&amp;乙&lt;丙", 'DeltaX="g 4 4"', "甲&乙<丙", id="entities-of-xml"),
        pytest.param("<![CDATA[甲<乙]]>", 'DeltaX="g 2 4"', "甲<乙", id="character-data"),
    ],
)
def test_what_a_text_code_prints(made: Make, content: str, code: str, seen: str) -> None:
    assert letters(made(page(text(content, 10, 20, code=code)))) == seen


def test_a_matrix_scales_and_moves_text(made: Make) -> None:
    """As producers write that keep points inside of their objects."""
    item = (
        '<ofd:TextObject Boundary="30 40 20 6" CTM="0.3528 0 0 0.3528 1 2" Font="1" Size="10">'
        '<ofd:TextCode X="0" Y="10" DeltaX="10">甲乙</ofd:TextCode></ofd:TextObject>'
    )
    found = made(page(item)).pages[0].words
    assert [(w.text, round(w.x0 / POINT, 2)) for w in found] == [("甲", 31), ("乙", 34.53)]
    assert found[0].size == pytest.approx(10, abs=0.01)
    assert found[0].bottom / POINT == pytest.approx(40 + 2 + 0.3528 * (10 + 1.4), abs=0.01)


@pytest.mark.parametrize(
    ("attributes", "upright"),
    [
        pytest.param('CTM="0 1 -1 0 10 0"', False, id="by-its-matrix"),
        pytest.param('CTM="0 -1 1 0 0 10"', False, id="up"),
        pytest.param('CTM="-1 0 0 -1 10 10"', True, id="upside-down"),
        pytest.param('CharDirection="90"', False, id="characters"),
    ],
)
def test_turned_text_is_known(made: Make, attributes: str, upright: bool) -> None:
    assert {w.upright for w in made(page(text("甲乙", 50, 50, attributes))).pages[0].words} == {upright}


def test_slanted_text_is_told_and_left_out(made: Make) -> None:
    document = made(page(text("机密", 50, 50, 'CTM="0.7 0.7 -0.7 0.7 0 0"') + text("甲", 10, 10)))
    assert letters(document) == "甲"
    assert codes(document) == ["slanted-text"]


@pytest.mark.parametrize(
    "item",
    [
        pytest.param('ReadDirection="90"|0 4|DeltaY="g 2 5"', id="offsets-on-the-page"),
        pytest.param('ReadDirection="90"|0 4|DeltaX="g 2 5"', id="offsets-along-the-line"),
        pytest.param('ReadDirection="90"|4 -4|DeltaX="g 2 5"', id="a-space-turned-as-a-whole"),
    ],
)
def test_text_that_reads_downward(made: Make, item: str) -> None:
    attributes, start, delta = item.split("|")
    x, y = start.split()
    code = f'<ofd:TextCode X="{x}" Y="{y}" {delta}>甲乙丙</ofd:TextCode>'
    found = made(page(f'<ofd:TextObject Boundary="20 20 5 20" Font="1" Size="4" {attributes}>{code}</ofd:TextObject>')).pages[0].words
    assert len({round(w.x0, 1) for w in found}) == 1
    steps = [round((b.top - a.top) / POINT, 2) for a, b in pairwise(found)]
    assert steps == [5, 5]


def test_hscale_narrows_glyphs(made: Make) -> None:
    word = made(page(text("甲", 10, 20, 'HScale="0.5"'))).pages[0].words[0]
    assert (word.x1 - word.x0) / POINT == pytest.approx(2)


def test_codes_of_symbol_fonts_become_what_they_look_like(made: Make) -> None:
    res = element("Res", '<ofd:Fonts><ofd:Font ID="1" FontName="Wingdings 2"/></ofd:Fonts>')
    found = made(page(text("\uf052R£", 10, 10)), common="<ofd:PublicRes>R.xml</ofd:PublicRes>", Doc_0__R_xml=res)
    assert letters(found) == "☑☑□"


@pytest.mark.parametrize(
    ("objects", "code"),
    [
        pytest.param(text("隐", 50, 50, 'Visible="false"'), "invisible-text", id="not-visible"),
        pytest.param(text("隐", 50, 50, 'Alpha="0"'), "invisible-text", id="alpha"),
        pytest.param(text("隐", 50, 50, inside='<ofd:FillColor Value="0 0 0" Alpha="0"/>'), "invisible-text", id="alpha-of-the-colour"),
        pytest.param(text("隐", 50, 50, 'Fill="false"'), "invisible-text", id="neither-filled-nor-stroked"),
        pytest.param(text("隐", 250, 50), "off-page-text", id="off-the-page"),
        pytest.param(
            text("隐", 50, 50) + path("M 45 45 L 70 45 L 70 65 L 45 65 C", PAGE, FILLED, colour("255 255 255")),
            "covered-text",
            id="covered",
        ),
        pytest.param(
            text("隐", 50, 50, inside=clip("90 90 5 5", "M 0 0 L 5 0 L 5 5 L 0 5 C")),
            "clipped-text",
            id="outside-of-its-clip",
        ),
    ],
)  # fmt: skip
def test_text_that_cannot_be_seen_is_told_and_left_out(made: Make, objects: str, code: str) -> None:
    document = made(page(objects + text("甲", 10, 10)))
    assert letters(document) == "甲"
    assert codes(document) == [code]


@pytest.mark.parametrize("value", ["255 255 255", "#FF #FF #FF", "255", "0 0 0 0"])
def test_white_in_each_colour_space_draws_no_rule(made: Make, value: str) -> None:
    colour = f'<ofd:StrokeColor Value="{value}"/>'
    assert made(page(path("M 10 10 L 90 10", inside=colour) + text("甲", 9, 20))).pages[0].rules == ()


@pytest.mark.parametrize("value", ["0 0 0", "#00 #00 #00", "0", "255 255 255 255", ""])
def test_dark_lines_are_rules(made: Make, value: str) -> None:
    drawn = path("M 10 10 L 90 10", inside=f'<ofd:StrokeColor Value="{value}"/>')
    assert [corners(r) for r in made(page(drawn)).pages[0].rules] == [(10, 10, 90, 10)]


@pytest.mark.parametrize(
    ("objects", "found"),
    [
        pytest.param(path("M10 10L90 10"), [(10, 10, 90, 10)], id="without-spaces"),
        pytest.param(path("S 10 10 L 90 10 L 90 30"), [(10, 10, 90, 10), (90, 10, 90, 30)], id="start-command"),
        pytest.param(path("M 10 10 90 10"), [(10, 10, 90, 10)], id="command-left-out"),
        pytest.param(path("M 10 10 L 50 10 M 60 10 L 90 10"), [(10, 10, 50, 10), (60, 10, 90, 10)], id="two-parts"),
        pytest.param(path("M 0 0 L 80 0", "10 10 80 1"), [(10, 10, 90, 10)], id="in-its-boundary"),
        pytest.param(path("M 0 0 L 800 0", "10 10 80 1", 'CTM="0.1 0 0 0.1 0 0"'), [(10, 10, 90, 10)], id="matrix"),
        pytest.param(path("M 0 0 L 0 80", "10 10 80 1", 'CTM="0 -1 1 0 0 0"'), [(10, 10, 90, 10)], id="turned-by-its-matrix"),
        pytest.param(path("M 10 10 L 90 60"), [], id="aslant"),
        pytest.param(path("M 10 10 Q 50 60 90 10"), [], id="quadratic-curve"),
        pytest.param(path("M 10 10 B 10 60 90 60 90 10"), [], id="cubic-curve"),
        pytest.param(path("M 10 10 A 40 40 0 0 1 90 10"), [], id="arc"),
        pytest.param(path("M 10 10 L 90 10", attributes='DashPattern="1 1"'), [(10, 10, 90, 10)], id="dashed"),
        pytest.param(path("M 10 10 L 90 10", attributes='Stroke="false"'), [], id="neither-stroked-nor-filled"),
        pytest.param(path("M 10 10 L 90 10", attributes='Visible="false"'), [], id="not-visible"),
        pytest.param(path("M 10 10 L 90 10 L 90 10.4 L 10 10.4 C", PAGE, FILLED, colour("0 0 0")), [(10, 10, 90, 10.4)], id="thin-filling"),
        pytest.param(path("M 10 10 L 90 10 L 90 10.4 L 10 10.4 C", PAGE, FILLED), [(10, 10, 90, 10.4)], id="thin-filling-without-a-colour"),
        pytest.param(path("M 10 10 L 90 10 L 90 60 L 10 60 C", PAGE, FILLED), [], id="filling-without-a-colour"),
        pytest.param(path("M 10 10", attributes=""), [], id="a-point"),
        pytest.param(path("nonsense 1 2"), [], id="nonsense"),
    ],
)  # fmt: skip
def test_what_paths_draw(made: Make, objects: str, found: list[tuple[float, ...]]) -> None:
    assert [corners(r) for r in made(page(objects)).pages[0].rules] == found


def test_drawing_parameters_are_inherited(made: Make) -> None:
    """The layer's count where the object has none; each goes back to the one that it is relative to."""
    res = element(
        "Res",
        '<ofd:DrawParams><ofd:DrawParam ID="3"><ofd:StrokeColor Value="255 255 255"/></ofd:DrawParam>'
        '<ofd:DrawParam ID="4" Relative="3" LineWidth="1"/><ofd:DrawParam ID="5" Relative="5"><ofd:StrokeColor Value="0 0 0"/>'
        "</ofd:DrawParam></ofd:DrawParams>",
    )
    own = path("M 10 50 L 90 50", inside='<ofd:StrokeColor Value="0 0 0"/>')
    objects = line(10, 10, 90, 10) + line(10, 30, 90, 30, 'DrawParam="5"') + own
    content = page(objects, "<ofd:PageRes>R.xml</ofd:PageRes>", 'DrawParam="4"')
    found = made(content, Doc_0__Pages__Page_0__R_xml=res).pages[0].rules
    assert [r.top / POINT for r in found] == pytest.approx([30, 50])


def test_a_line_thicker_than_any_rule_is_a_block(made: Make) -> None:
    found = made(page(line(10, 20, 90, 20, 'LineWidth="10"') + text("甲", 12, 18))).pages[0]
    assert sorted({round(r.top / POINT) for r in found.rules if r.horizontal}) == [15, 25]


def test_blocks_and_composites_are_followed(made: Make) -> None:
    unit = (
        '<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="7" Width="50" Height="50"><ofd:Content>'
        f"{text('复', 10, 10)}{line(0, 0, 40, 0)}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"
    )
    item = '<ofd:CompositeObject ID="6" Boundary="100 100 25 25" ResourceID="7" CTM="0.5 0 0 0.5 0 0"/>'
    nested = f"<ofd:PageBlock><ofd:PageBlock>{text('块', 10, 10)}{item}</ofd:PageBlock></ofd:PageBlock>"
    document = made(page(nested), common="<ofd:DocumentRes>R.xml</ofd:DocumentRes>", Doc_0__R_xml=element("Res", unit))
    first, second = document.pages[0].words
    assert (first.text, second.text) == ("块", "复")
    assert (second.x0 / POINT, second.size / POINT) == pytest.approx((105, 2), abs=0.01)
    assert [corners(r) for r in document.pages[0].rules] == [(100, 100, 120, 100)]


@pytest.mark.parametrize(
    ("order", "hidden"),
    [pytest.param("Background", [], id="background"), pytest.param("Foreground", ["covered-text"], id="foreground")],
)
def test_template_pages_are_painted_in_their_order(made: Make, order: str, hidden: list[str]) -> None:
    block = path(
        "M 0 0 L 200 0 L 200 200 L 0 200 C", attributes='Stroke="false" Fill="true"', inside='<ofd:FillColor Value="200 200 200"/>'
    )
    template = page(block + text("模板", 10, 280))
    common = '<ofd:TemplatePage ID="4" BaseLoc="Tpls/T.xml" ZOrder="Foreground"/>'
    content = page(text("正文", 10, 10), f'<ofd:Template TemplateID="4" ZOrder="{order}"/>')
    document = made(content, content, common=common, Doc_0__Tpls__T_xml=template)
    assert codes(document) == hidden * 2
    assert [letters(p) for p in document.pages] == ["模板" if hidden else "模板正文"] * 2


def test_text_cut_off_by_its_cell_belongs_to_it(made: Make) -> None:
    """The second line of a row too low lies over the next row; its clip is the cell that it belongs to."""
    around = clip("-2 -2 40 10", "M 0 0 L 40 0 L 40 10 L 0 10 C")
    second = text("续行", 22, 32, inside=around, code='X="0" Y="12" DeltaX="4"').replace('X="0" Y="4.0" ', "")
    document = made(page(rules() + words() + second))
    assert grids(document)[0][0][0] == "指标\n续行"


def test_several_documents_are_numbered_through(tmp_path: Path) -> None:
    parts = members(page(text("一", 10, 10)), page(text("二", 10, 10)))
    second = members(page(text("三", 10, 10) + rules() + words()))
    parts |= {name.replace("Doc_0", "Doc_1"): content for name, content in second.items() if name != "OFD.xml"}
    bodies = "".join(f"<ofd:DocBody><ofd:DocRoot>Doc_{i}/Document.xml</ofd:DocRoot></ofd:DocBody>" for i in range(3))
    parts["OFD.xml"] = element("OFD", bodies)
    file = package(tmp_path, parts)
    document = ofd.read(file, keep_drawing=True)
    assert [(p.number, letters(p)[:1]) for p in document.pages] == [(1, "一"), (2, "二"), (3, "三")]
    assert codes(document) == ["document-missing"]
    assert next(document.tables()).places[0].page == 3
    assert [p.number for p in ofd.read(file, pages=(2, 3)).pages] == [2, 3]


def test_the_current_version_of_a_document_is_read(tmp_path: Path) -> None:
    parts = members(page(text("旧", 10, 10)))
    parts |= {n.replace("Doc_0", "New"): c for n, c in members(page(text("新", 10, 10))).items() if n != "OFD.xml"}
    versions = '<ofd:Versions><ofd:Version ID="1" BaseLoc="V/1.xml"/><ofd:Version ID="2" Current="true" BaseLoc="V/2.xml"/></ofd:Versions>'
    parts["OFD.xml"] = element("OFD", f"<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>{versions}</ofd:DocBody>")
    parts["V/2.xml"] = element("DocVersion", "<ofd:DocRoot>../New/Document.xml</ofd:DocRoot>")
    assert letters(ofd.read(package(tmp_path, parts), keep_drawing=True)) == "新"


def test_the_page_has_its_own_area(made: Make) -> None:
    area = "<ofd:Area><ofd:PhysicalBox>10 20 100 50</ofd:PhysicalBox></ofd:Area>"
    found = made(page(text("甲", 30, 40), area)).pages[0]
    assert (found.width / POINT, found.height / POINT, found.words[0].x0 / POINT) == pytest.approx((100, 50, 20))


def test_notes_seals_and_attached_files_are_told(made: Make) -> None:
    after = "<ofd:Annotations>A.xml</ofd:Annotations><ofd:Attachments>B.xml</ofd:Attachments>"
    listed = element("Annotations", '<ofd:Page PageID="101"><ofd:FileLoc>Annots/1.xml</ofd:FileLoc></ofd:Page>')
    notes = element(
        "PageAnnot",
        f'<ofd:Annot Type="Watermark"><ofd:Appearance>{text("仅供参考", 10, 10)}</ofd:Appearance></ofd:Annot>'
        f'<ofd:Annot Type="Path"><ofd:Appearance>{text("补充", 10, 10)}</ofd:Appearance></ofd:Annot>',
    )
    files = element("Attachments", '<ofd:Attachment ID="1" Name="附表.xlsx"><ofd:FileLoc>f.xlsx</ofd:FileLoc></ofd:Attachment>')
    one = page(text("甲", 10, 10))
    document = made(one, one, after=after, Doc_0__A_xml=listed, Doc_0__Annots__1_xml=notes, Doc_0__B_xml=files)
    assert letters(document) == "甲甲"
    assert [(p.code, p.severity, p.page) for p in document.problems] == [
        ("note-left-out", "info", 2),
        ("note-left-out", "warning", 2),
        ("attachments-left-out", "info", None),
    ]
    assert "仅供参考" in document.problems[0].message and "附表.xlsx" in document.problems[2].message


def test_seals_are_told(tmp_path: Path) -> None:
    parts = members(page(text("甲", 10, 10)))
    body = "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot><ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>"
    parts["OFD.xml"] = element("OFD", f"<ofd:DocBody>{body}</ofd:DocBody>")
    parts["Doc_0/Signs/Signatures.xml"] = element("Signatures", '<ofd:Signature ID="1" BaseLoc="Sign_0/Signature.xml"/>')
    parts["Doc_0/Signs/Sign_0/Signature.xml"] = element(
        "Signature", '<ofd:SignedInfo><ofd:StampAnnot ID="1" PageRef="100" Boundary="1 1 9 9"/></ofd:SignedInfo>'
    )
    document = ofd.read(package(tmp_path, parts))
    assert [(p.code, p.page) for p in document.problems] == [("seal-left-out", 1)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param("䶮䶰䶴䶳䶲" * 6, "unusable-text-layer", id="implausible-characters"),
        pytest.param("\ue11e\ue236\ue28a\ue0c0" * 8, "unusable-text-layer", id="characters-of-private-use"),
        pytest.param("", "unusable-text-layer", id="glyphs-without-characters"),
    ],
)
def test_a_text_layer_that_is_garbage_is_not_read(made: Make, content: str, code: str) -> None:
    glyphs = '<ofd:CGTransform CodePosition="0" CodeCount="3" GlyphCount="3"><ofd:Glyphs>20 21 19</ofd:Glyphs></ofd:CGTransform>'
    document = made(page(rules() + text(content, 20, 60, code='DeltaX="4"', inside="" if content else glyphs)))
    assert letters(document) == ""
    assert (codes(document), document.problems[0].severity) == ([code], "error")


def test_glyph_numbers_beside_right_characters_change_nothing(made: Make) -> None:
    glyphs = '<ofd:CGTransform CodePosition="0" CodeCount="3" GlyphCount="3"><ofd:Glyphs>20 21 19</ofd:Glyphs></ofd:CGTransform>'
    document = made(page(text("地址：", 20, 60, inside=glyphs)))
    assert (letters(document), codes(document)) == ("地址：", [])


@pytest.mark.parametrize("attributes", ['CTM="210 0 0 297 0 0"', ""], ids=["by-its-matrix", "by-its-boundary"])
def test_a_page_that_is_a_picture_is_told(made: Make, attributes: str) -> None:
    document = made(page(f'<ofd:ImageObject ID="3" {attributes} Boundary="0 0 210 297" ResourceID="5"/>'))
    assert [(p.code, p.severity) for p in document.problems] == [("page-without-text", "error")]


@pytest.mark.parametrize(
    ("objects", "code"),
    [
        pytest.param('<ofd:VideoObject ID="3" Boundary="0 0 9 9"/>', "unknown-object", id="kind-of-object"),
        pytest.param('<ofd:CompositeObject ID="3" Boundary="0 0 9 9" ResourceID="77"/>', "unknown-object", id="missing-composite"),
        pytest.param("<ofd:PageBlock>" * 30 + text("甲", 1, 1) + "</ofd:PageBlock>" * 30, "unknown-object", id="nested-too-deep"),
    ],
)
def test_what_cannot_be_read_is_told(made: Make, objects: str, code: str) -> None:
    assert code in codes(made(page(objects + text("甲", 10, 10))))


def test_missing_parts_are_told(tmp_path: Path) -> None:
    template = '<ofd:Template TemplateID="99"/>'
    parts = members(page(text("甲", 10, 10), template), page(""), common="<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>")
    del parts["Doc_0/Pages/Page_1/Content.xml"]
    document = ofd.read(package(tmp_path, parts), keep_drawing=True)
    assert letters(document) == "甲"
    assert [(p.code, p.severity, p.page) for p in document.problems] == [
        ("template-missing", "error", 1),
        ("page-unreadable", "error", 2),
        ("resources-missing", "info", None),
    ]


def test_more_objects_than_are_looked_at(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ofd_page, "MOST_OBJECTS", 3)
    document = made(page("".join(text(c, 10 + 5 * i, 10) for i, c in enumerate("甲乙丙丁"))))
    assert (letters(document), codes(document)) == ("甲乙丙", ["too-many-objects"])
