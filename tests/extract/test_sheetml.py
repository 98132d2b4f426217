"""Excel XML of 2003: the corpus' workbooks in this notation, and what only it holds."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import pytest
from openpyxl.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from extract.formats import read
from extract.model import Document, TextLine
from extract.problem import UnreadableError
from tests.extract.office import sketch

pytestmark = pytest.mark.filterwarnings("ignore:Workbook contains no default style")

CORPUS = Path(__file__).parents[2] / "corpus"
SOURCES = sorted(CORPUS.glob("*/source.xlsx"))
HEAD = '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
NAMESPACES = (
    'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:html="http://www.w3.org/TR/REC-html40"'
)
EDGES = "".join(f'<Border ss:Position="{edge}" ss:LineStyle="Continuous"/>' for edge in ("Left", "Right", "Top", "Bottom"))


def workbook(path: Path, sheets: str, styles: str = "") -> Path:
    path.write_text(f"{HEAD}<Workbook {NAMESPACES}><Styles>{styles}</Styles>{sheets}</Workbook>", encoding="utf-8")
    return path


def in_xml(source: Path, path: Path) -> Path:
    """A workbook in the notation of 2003; lists to choose from are left out."""
    styles: dict[tuple[str, bool, float], str] = {}
    book = openpyxl.load_workbook(source)
    sheets = "".join(_sheet(sheet, styles) for sheet in book.worksheets)
    listed = "".join(
        f'<Style ss:ID="{name}"><NumberFormat ss:Format={quoteattr(code)}/><Font ss:Size="{size}"/>'
        f"<Borders>{EDGES if framed else ''}</Borders></Style>"
        for (code, framed, size), name in styles.items()
    )
    return workbook(path, sheets, listed)


def _sheet(sheet: Worksheet, styles: dict[tuple[str, bool, float], str]) -> str:
    merges = {(m.min_row, m.min_col): (m.max_col - m.min_col, m.max_row - m.min_row) for m in sheet.merged_cells.ranges}
    columns = "".join(
        f'<Column ss:Index="{openpyxl.utils.column_index_from_string(k)}" ss:Hidden="1"/>'
        for k, d in sheet.column_dimensions.items()
        if d.hidden
    )
    rows = ""
    for row in sheet.iter_rows():
        hidden = ' ss:Hidden="1"' if sheet.row_dimensions[row[0].row or 1].hidden else ""
        cells = "".join(_cell(cell, merges, styles) for cell in row if isinstance(cell, Cell))
        rows += f'<Row ss:Index="{row[0].row}"{hidden}>{cells}</Row>'
    state = "" if sheet.sheet_state == "visible" else "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>"
    return f"<Worksheet ss:Name={quoteattr(sheet.title)}><Table>{columns}{rows}</Table>{state}</Worksheet>"


def _cell(cell: Cell | MergedCell, merges: dict[tuple[int, int], tuple[int, int]], styles: dict[tuple[str, bool, float], str]) -> str:
    sides = {name for name in ("left", "right", "top", "bottom") if (side := getattr(cell.border, name)) and side.style}
    framed = bool(sides & {"left", "right"} and sides & {"top", "bottom"})
    key = (cell.number_format, framed, float(cell.font.sz or 0))
    name = styles.setdefault(key, f"s{len(styles)}")
    across, down = merges.get((cell.row, cell.column), (0, 0))
    merged = f' ss:MergeAcross="{across}" ss:MergeDown="{down}"' if across or down else ""
    value = cell.value
    kind = "DateTime" if isinstance(value, datetime) else "String" if isinstance(value, str) else "Number"
    text = value.isoformat() if isinstance(value, datetime) else escape(str(value))
    data = "" if value is None else f'<Data ss:Type="{kind}">{text}</Data>'
    return f'<Cell ss:Index="{cell.column}" ss:StyleID="{name}"{merged}>{data}</Cell>'


def content(document: Document) -> list[object]:
    return [(b.text, b.place) if isinstance(b, TextLine) else b for page in document.pages for b in page.blocks]


WITHOUT_CHOICES = [path for path in SOURCES if not any(p.code in ("choice-list", "formula-without-value") for p in read(path).problems)]


@pytest.mark.parametrize("source", WITHOUT_CHOICES, ids=[path.parent.name for path in WITHOUT_CHOICES])
def test_corpus_in_the_notation_of_2003(source: Path, tmp_path: Path) -> None:
    found = read(in_xml(source, tmp_path / "a.xls"))
    assert (found.format, found.reader) == ("sheetml", "sheetml")
    assert content(found) == content(read(source))


def test_enough_of_the_corpus_is_compared() -> None:
    assert len(WITHOUT_CHOICES) > 20


def test_cells_follow_one_another_and_merges(tmp_path: Path) -> None:
    style = f'<Style ss:ID="Default"><Borders>{EDGES}</Borders></Style><Style ss:ID="p"><NumberFormat ss:Format="Percent"/></Style>'
    sheet = (
        '<Worksheet ss:Name="绩效"><Table><Row><Cell ss:MergeAcross="1"><Data ss:Type="String">指标</Data></Cell>'
        '<Cell><Data ss:Type="String">值</Data></Cell></Row><Row><Cell><ss:Data ss:Type="String"><html:B>甲</html:B>类</ss:Data></Cell>'
        '<Cell><Data ss:Type="Boolean">1</Data></Cell><Cell ss:StyleID="p"><Data ss:Type="Number">0.95</Data></Cell></Row>'
        '<Row ss:Hidden="1"><Cell><Data ss:Type="String">密</Data></Cell></Row>'
        '<Row><Cell ss:Index="3"><Data ss:Type="Error">#N/A</Data></Cell></Row></Table></Worksheet>'
    )
    found = read(workbook(tmp_path / "a.xml", sheet, style))
    (table,) = found.tables()
    assert sketch(table) == [["指标", "<", "值"], ["甲类", "TRUE", "95.00%"], ["", "", "#N/A"]]
    assert {p.code for p in found.problems} == {"error-value", "hidden-cells"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"{HEAD}<Workbook {NAMESPACES}><Worksheet>", "not well-formed"),
        (f"{HEAD}<Workbook {NAMESPACES}></Workbook>", "no sheet"),
        (f"{HEAD}<!DOCTYPE a [<!ENTITY x 'y'>]><Workbook {NAMESPACES}></Workbook>", "document type"),
    ],
    ids=["cut", "no-sheet", "entity"],
)
def test_what_is_refused(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableError, match=says) as caught:
        read(path)
    assert "a.xls" in caught.value.message


@pytest.mark.parametrize(
    "row",
    ['<Row ss:Index="1e8"><Cell/></Row>', '<Row><Cell ss:MergeAcross="99999999"/></Row>', '<Row><Cell ss:Index="-3"/></Row>'],
    ids=["row", "merge", "column"],
)
def test_absurd_places_are_refused(row: str, tmp_path: Path) -> None:
    sheet = f'<Worksheet ss:Name="a"><Table>{row}</Table></Worksheet>'
    with pytest.raises(UnreadableError, match="outside of every sheet"):
        read(workbook(tmp_path / "a.xml", sheet))
