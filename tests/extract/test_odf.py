"""OpenDocument texts and sheets, each notation in a small file."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from extract.formats import read
from extract.model import Document, Table
from extract.problem import UnreadableError
from extract.readers import ods as ods_reader
from extract.readers import odt as odt_reader

_NAMES = ("office", "style", "text", "table", "drawing", "form", "svg-compatible", "xsl-fo-compatible")
_PREFIX = {"drawing": "draw", "svg-compatible": "svg", "xsl-fo-compatible": "fo"}
SPACES = " ".join(f'xmlns:{_PREFIX.get(n, n)}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in _NAMES)
TEXT, SHEET = "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet"


def written(folder: Path, kind: str, body: str, styles: str = "", **parts: str) -> Path:
    inner = "text" if kind == TEXT else "spreadsheet"
    content = (
        f"<office:document-content {SPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{inner}>{body}</office:{inner}></office:body></office:document-content>"
    )
    path = folder / ("a.odt" if kind == TEXT else "a.ods")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        for name, part in parts.items():
            archive.writestr(name.replace("_", ".").replace("METAINF", "META-INF/"), part)
    return path


def odt(folder: Path, body: str, styles: str = "", **parts: str) -> Document:
    return read(written(folder, TEXT, body, styles, **parts))


def ods(folder: Path, body: str, styles: str = "") -> Document:
    return read(written(folder, SHEET, body, styles))


def lines(document: Document) -> list[str]:
    return [block.text for page in document.pages for block in page.blocks if not isinstance(block, Table)]


def grid(document: Document) -> list[list[str | None]]:
    return [[cell.text if cell else None for cell in row] for row in next(document.tables()).grid()]


def cell(text: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


COVERED = "<table:covered-table-cell/>"


def table(*rows: str) -> str:
    return "<table:table>" + "".join(f"<table:table-row>{row}</table:table-row>" for row in rows) + "</table:table>"


HIDDEN = '<style:style style:name="T1" style:family="text"><style:text-properties text:display="none"/></style:style>'
SIZED = '<style:style style:name="P1" style:family="paragraph"><style:text-properties fo:font-size="16pt"/></style:style>'


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        pytest.param("甲 \n   乙", "甲 乙", id="white-space"),
        pytest.param('甲<text:s text:c="2"/>乙', "甲  乙", id="spaces"),
        pytest.param("甲<text:tab/>乙", "甲\t乙", id="tab"),
        pytest.param("<text:span>甲<text:span>乙</text:span></text:span>丙", "甲乙丙", id="spans"),
        pytest.param('甲<text:change-start text:change-id="1"/>乙<text:change-end text:change-id="1"/>', "甲乙", id="insertion"),
        pytest.param("甲<text:note><text:note-body><text:p>注</text:p></text:note-body></text:note>乙", "甲乙", id="note"),
        pytest.param("甲<office:annotation><text:p>批注</text:p></office:annotation>乙", "甲乙", id="comment"),
        pytest.param('甲<text:span text:style-name="T1">隐</text:span>乙', "甲乙", id="hidden"),
        pytest.param('甲<text:hidden-text text:is-hidden="true">隐</text:hidden-text>乙', "甲乙", id="hidden-field"),
        pytest.param("<text:date>2024年5月6日</text:date>", "2024年5月6日", id="field"),
        pytest.param("<text:drop-down><text:label text:value='一'/>二</text:drop-down>", "二", id="drop-down"),
        pytest.param("<text:placeholder>&lt;填写&gt;</text:placeholder>甲", "甲", id="prompt"),
        pytest.param("<text:ruby><text:ruby-base>甲</text:ruby-base><text:ruby-text>jia</text:ruby-text></text:ruby>", "甲", id="ruby"),
        pytest.param("甲<text:soft-page-break/>乙", "甲乙", id="soft-page-break"),
    ],
)
def test_what_a_paragraph_prints(tmp_path: Path, body: str, seen: str) -> None:
    assert lines(odt(tmp_path, f"<text:p>{body}</text:p>", HIDDEN)) == [seen]


def test_deletions_sections_and_indexes(tmp_path: Path) -> None:
    deletion = "<text:changed-region><text:deletion><text:p>删</text:p></text:deletion></text:changed-region>"
    deleted = f"<text:tracked-changes>{deletion}</text:tracked-changes>"
    body = (
        "<text:section><text:p>节</text:p></text:section><text:section text:display='none'><text:p>隐</text:p></text:section>"
        "<text:table-of-content><text:table-of-content-source><text:index-title-template>目录</text:index-title-template>"
        "</text:table-of-content-source><text:index-body><text:p>第一章</text:p></text:index-body></text:table-of-content>"
    )
    assert lines(odt(tmp_path, deleted + body)) == ["节", "第一章"]


def test_sizes_are_those_of_the_styles(tmp_path: Path) -> None:
    block = odt(tmp_path, '<text:p text:style-name="P1">标题</text:p>', SIZED).pages[0].blocks[0]
    assert not isinstance(block, Table) and block.size == 16


def test_merged_and_repeated_cells(tmp_path: Path) -> None:
    body = table(
        cell("甲", 'table:number-rows-spanned="2" table:number-columns-spanned="2"') + COVERED + cell("乙"),
        COVERED * 2 + cell("丙", 'table:number-rows-spanned="2"'),
        cell("丁", 'table:number-columns-repeated="2"') + COVERED,
    )
    found = next(odt(tmp_path, body).tables())
    assert [(c.row, c.column, c.row_span, c.column_span, c.text) for c in found.cells] == [
        (0, 0, 2, 2, "甲"),
        (0, 2, 1, 1, "乙"),
        (1, 2, 2, 1, "丙"),
        (2, 0, 1, 1, "丁"),
        (2, 1, 1, 1, "丁"),
    ]


def test_header_rows_are_rows(tmp_path: Path) -> None:
    rows = f"<table:table-header-rows><table:table-row>{cell('指标')}{cell('值')}</table:table-row></table:table-header-rows>"
    body = f"<table:table>{rows}<table:table-row>{cell('人数')}{cell('5')}</table:table-row></table:table>"
    assert grid(odt(tmp_path, body)) == [["指标", "值"], ["人数", "5"]]


NUMBERED = (
    '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="、"/>'
    '<text:list-level-style-number text:level="2" style:num-format="1" text:display-levels="2"/></text:list-style>'
)


def item(text: str, inner: str = "", attributes: str = "") -> str:
    return f"<text:list-item {attributes}><text:p>{text}</text:p>{inner}</text:list-item>"


def listed(*items: str, attributes: str = "") -> str:
    return f'<text:list text:style-name="L1" {attributes}>{"".join(items)}</text:list>'


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        pytest.param(listed(item("甲"), item("乙")), ["1、 甲", "2、 乙"], id="counted"),
        pytest.param(listed(item("甲", f"<text:list>{item('子')}</text:list>")), ["1、 甲", "1.1 子"], id="nested"),
        pytest.param(listed(item("甲")) + listed(item("乙")), ["1、 甲", "1、 乙"], id="begun-again"),
        pytest.param(
            listed(item("甲")) + "<text:p>中</text:p>" + listed(item("乙"), attributes='text:continue-numbering="true"'),
            ["1、 甲", "中", "2、 乙"],
            id="gone-on-with",
        ),
        pytest.param(listed(item("甲", attributes='text:start-value="5"'), item("乙")), ["5、 甲", "6、 乙"], id="start"),
        pytest.param(listed("<text:list-header><text:p>头</text:p></text:list-header>", item("甲")), ["头", "1、 甲"], id="without-number"),
        pytest.param(
            listed("<text:list-item><text:p>甲</text:p><text:p>续</text:p></text:list-item>"), ["1、 甲", "续"], id="second-paragraph"
        ),
    ],
)
def test_lists_are_numbered_as_printed(tmp_path: Path, body: str, seen: list[str]) -> None:
    assert lines(odt(tmp_path, body, NUMBERED)) == seen


def test_text_boxes_and_boxes_to_tick(tmp_path: Path) -> None:
    boxes = '<form:checkbox form:id="c1" form:current-state="checked"/><form:checkbox form:id="c2"/>'
    forms = f"<office:forms><form:form>{boxes}</form:form></office:forms>"
    box = "<draw:frame><draw:text-box><text:p>框</text:p></draw:text-box></draw:frame>"
    shape = "<draw:g><draw:custom-shape><text:p>形</text:p></draw:custom-shape></draw:g>"
    ticks = '<draw:control draw:control="c1"/>是<draw:control draw:control="c2"/>否'
    assert lines(odt(tmp_path, f"{forms}<text:p>前{box}</text:p><text:p>{ticks}</text:p>{shape}")) == ["前", "框", "☑是☐否", "形"]


def test_headers_and_notes_stand_beside_the_body(tmp_path: Path) -> None:
    styles = f"<office:document-styles {SPACES}><style:header><text:p>页眉</text:p></style:header></office:document-styles>"
    note = "<text:note><text:note-body><text:p>脚注</text:p></text:note-body></text:note>"
    document = odt(tmp_path, f"<text:p>正文{note}</text:p>", styles_xml=styles)
    assert lines(document) == ["正文"]
    assert document.meta == {"header": "页眉", "footnotes": "脚注"}


def shown(value: str, text: str = "", kind: str = "float", attributes: str = "") -> str:
    paragraph = f"<text:p>{text}</text:p>" if text else ""
    return f'<table:table-cell office:value-type="{kind}" office:value="{value}" {attributes}>{paragraph}</table:table-cell>'


def test_cells_show_what_they_were_saved_with(tmp_path: Path) -> None:
    body = table(cell("比率") + shown("0.95", "95.0%", "percentage"), cell("日期") + shown("", "2024年5月6日", "date")).replace(
        "<table:table>", '<table:table table:name="表">'
    )
    document = ods(tmp_path, body)
    assert (document.pages[0].label, grid(document), document.problems) == ("表", [["比率", "95.0%"], ["日期", "2024年5月6日"]], ())


def test_values_saved_without_text_are_told(tmp_path: Path) -> None:
    formula = '<table:table-cell table:formula="of:=[.A1]"/>'
    document = ods(tmp_path, table(cell("甲") + shown("0.95"), cell("乙") + formula))
    assert grid(document) == [["甲", "0.95"], ["乙", ""]]
    assert [p.code for p in document.problems] == ["formula-without-value", "unread-format"]


def test_hidden_rows_columns_and_sheets(tmp_path: Path) -> None:
    styles = '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/><table:table-column/>'
    rows = (
        f"<table:table-row>{cell('甲') + cell('隐') + cell('乙')}</table:table-row>"
        f'<table:table-row table:visibility="filter">{cell("隐") * 3}</table:table-row>'
        f"<table:table-row-group><table:table-row>{cell('丙') + cell('隐') + cell('丁')}</table:table-row></table:table-row-group>"
    )
    hidden = '<table:table table:name="密" table:style-name="ta2"><table:table-row>' + cell("隐") + "</table:table-row></table:table>"
    document = ods(tmp_path, f'<table:table table:name="表">{columns}{rows}</table:table>{hidden}', styles)
    assert grid(document) == [["甲", "乙"], ["丙", "丁"]]
    assert [p.code for p in document.problems] == ["hidden-sheet", "hidden-cells"]


def test_repeated_rows_and_cells_count(tmp_path: Path) -> None:
    blank = (
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    body = table(cell("甲", 'table:number-columns-repeated="2"') + cell("乙"), cell("丙") + "<table:table-cell/>" + cell("丁"))
    document = ods(tmp_path, body.replace("</table:table>", f"{blank}</table:table>"))
    assert grid(document) == [["甲", "甲", "乙"], ["丙", "", "丁"]]


def test_merged_cells_of_a_sheet(tmp_path: Path) -> None:
    body = table(cell("甲", 'table:number-columns-spanned="2"') + COVERED + cell("乙"), cell("丙") + cell("丁") + cell("戊"))
    found = next(ods(tmp_path, body).tables())
    assert [(c.column, c.column_span, c.text) for c in found.cells if c.row == 0] == [(0, 2, "甲"), (2, 1, "乙")]


def test_entries_of_drop_down_lists_are_left_out(tmp_path: Path) -> None:
    rule = (
        "<table:content-validations><table:content-validation table:name='v1' "
        "table:condition='of:cell-content-is-in-list([$表.$E$1:.$E$2])'/></table:content-validations>"
    )
    gap = "<table:table-cell table:number-columns-repeated='2'/>"
    rows = (
        cell("甲") + cell("是", "table:content-validation-name='v1'") + gap + cell("是"),
        cell("乙") + cell("否", "table:content-validation-name='v1'") + gap + cell("否"),
    )
    document = ods(tmp_path, rule + table(*rows).replace("<table:table>", '<table:table table:name="表">'))
    assert grid(document) == [["甲", "是"], ["乙", "否"]]
    assert [p.code for p in document.problems] == ["choice-list"]


@pytest.mark.parametrize("kind", [TEXT, SHEET])
def test_protected_files_are_refused(tmp_path: Path, kind: str) -> None:
    file = written(tmp_path, kind, "", METAINFmanifest_xml="<manifest:encryption-data/>")
    with pytest.raises(UnreadableError, match="protected with a password"):
        read(file)


@pytest.mark.parametrize(("kind", "reason"), [(TEXT, "not well-formed|declares a document type"), (SHEET, "holds no sheet")])
def test_broken_files_are_refused(tmp_path: Path, kind: str, reason: str) -> None:
    file = written(tmp_path, kind, "<broken>" if kind == TEXT else "")
    with pytest.raises(UnreadableError, match=reason):
        read(file)


@pytest.mark.parametrize("kind", [TEXT, SHEET])
def test_cells_repeated_without_end_are_refused(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for reader in (ods_reader, odt_reader):
        monkeypatch.setattr(reader, "MOST_CELLS", 5000)
    row = cell("甲", 'table:number-columns-repeated="99999999"')
    body = table(row, row).replace("<table:table-row>", '<table:table-row table:number-rows-repeated="99999999">')
    with pytest.raises(UnreadableError, match="repeats cells with text"):
        read(written(tmp_path, kind, body))
