"""A case as a word-processor file: raw WordprocessingML, so that each oddity is exactly as it is meant."""

from __future__ import annotations

from xml.sax.saxutils import escape

from corpus.builder.facts import Break, Case, Grid, Paragraph, Slot
from corpus.builder.markup import Span, spans
from corpus.builder.zipped import archive

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml" mc:Ignorable="w14"'
)
_TYPES = (
    _HEAD + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELS = (
    _HEAD + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
_BORDERS = "".join(f'<w:{side} w:val="single" w:sz="4"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
_WIDTH = 9600
_TRACK = 'w:id="1" w:author="reviewer" w:date="2020-01-01T00:00:00Z"'


def docx(case: Case) -> bytes:
    """The bytes of the .docx."""
    body = "".join(_item(item) for item in case.body)
    page = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'
    document = f"{_HEAD}<w:document {_SPACES}><w:body>{body}{page}</w:body></w:document>"
    return archive({"[Content_Types].xml": _TYPES, "_rels/.rels": _RELS, "word/document.xml": document})


def _item(item: Paragraph | Break | Grid) -> str:
    if isinstance(item, Break):
        return "" if item.sheet else '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
    if isinstance(item, Paragraph):
        return _paragraphs(item.text, item.align, item.size)
    return "" if "docx" not in item.options.get("only", "docx") else _table(item) + "<w:p/>"


def _paragraphs(text: str, align: str = "left", size: float = 10.5) -> str:
    return "".join(_paragraph(line, align, size) for line in text.split("\n"))


def _paragraph(text: str, align: str, size: float) -> str:
    style = f'<w:pPr><w:jc w:val="{align}"/></w:pPr>' if align != "left" else ""
    font = f'<w:rPr><w:sz w:val="{round(size * 2)}"/></w:rPr>' if size != 10.5 else ""
    return f"<w:p>{style}{''.join(_span(span, font) for span in spans(text))}</w:p>"


def _span(span: Span, font: str) -> str:
    if span.kind in ("on", "off"):
        return _check_box(span.kind == "on") + _run(span.text, font)
    if span.kind == "hint":
        return f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{_run(span.text, font)}</w:sdtContent></w:sdt>"
    if span.kind == "sdt":
        return f"<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{_run(span.text, font)}</w:sdtContent></w:sdt>"
    if span.kind in ("ins", "del"):
        return f"<w:{span.kind} {_TRACK}>{_run(span.text, font, 't' if span.kind == 'ins' else 'delText')}</w:{span.kind}>"
    if span.kind == "hide":
        return _run(span.text, "<w:rPr><w:vanish/></w:rPr>")
    return _text_box(span.text) if span.kind == "box" else _run(span.text, font)


def _run(text: str, font: str, tag: str = "t") -> str:
    parts = [f'<w:{tag} xml:space="preserve">{escape(part)}</w:{tag}>' if part else "" for part in text.split("\t")]
    return f"<w:r>{font}{'<w:tab/>'.join(parts)}</w:r>"


def _check_box(on: bool) -> str:
    state = f'<w14:checkbox><w14:checked w14:val="{int(on)}"/></w14:checkbox>'
    return f"<w:sdt><w:sdtPr>{state}</w:sdtPr><w:sdtContent>{_run('☒' if on else '☐', '')}</w:sdtContent></w:sdt>"


def _text_box(text: str) -> str:
    """A text box as Word writes it: the drawing, and the same text again for older readers."""
    inner = f"<w:txbxContent><w:p>{_run(text, '')}</w:p></w:txbxContent>"
    uri = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
    choice = (
        f'<mc:Choice Requires="wps"><w:drawing><wp:inline><a:graphic><a:graphicData uri="{uri}"><wps:wsp><wps:txbx>{inner}</wps:txbx>'
        "</wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>"
    )
    fallback = f"<mc:Fallback><w:pict><v:shape><v:textbox>{inner}</v:textbox></v:shape></w:pict></mc:Fallback>"
    return f"<w:r><mc:AlternateContent>{choice}{fallback}</mc:AlternateContent></w:r>"


def _table(grid: Grid) -> str:
    total = sum(grid.widths)
    widths = [round(_WIDTH * width / total) for width in grid.widths]
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    above: dict[tuple[int, int], Slot] = {(r, slot.column): slot for slot in grid.slots for r in range(slot.row, slot.row + slot.row_span)}
    rows = "".join(_row(grid, row, above, widths) for row in range(grid.rows))
    table = _framed(columns, rows)
    if not grid.options.get("outer"):
        return table
    cell = f'<w:tc><w:tcPr><w:tcW w:w="{_WIDTH}" w:type="dxa"/></w:tcPr>{table}<w:p/></w:tc>'
    return _framed(f'<w:gridCol w:w="{_WIDTH}"/>', f"<w:tr>{cell}</w:tr>")


def _framed(columns: str, rows: str) -> str:
    return f"<w:tbl><w:tblPr><w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>"


def _row(grid: Grid, row: int, above: dict[tuple[int, int], Slot], widths: list[int]) -> str:
    slots = sorted((slot for (r, _), slot in above.items() if r == row), key=lambda slot: slot.column)
    before = int(grid.options.get("grid_before", {}).get(row + 1, 0))
    slots = [slot for slot in slots if slot.column >= before]
    style = f'<w:gridBefore w:val="{before}"/>' if before else ""
    style += "<w:tblHeader/>" if row < grid.repeat else ""
    cells = [_cell(slot, row, sum(widths[slot.column : slot.column + slot.column_span]), grid) for slot in slots]
    text = "".join(cells)
    controls = grid.options.get("controls", [])
    properties = f"<w:trPr>{style}</w:trPr>" if style else ""
    text = f"<w:tr>{properties}{text}</w:tr>"
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{text}</w:sdtContent></w:sdt>" if row + 1 in controls else text


def _cell(slot: Slot, row: int, width: int, grid: Grid) -> str:
    style = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    style += f'<w:gridSpan w:val="{slot.column_span}"/>' if slot.column_span > 1 else ""
    if slot.row_span > 1:
        style += '<w:vMerge w:val="restart"/>' if row == slot.row else "<w:vMerge/>"
    style += '<w:textDirection w:val="tbRlV"/>' if slot.style.get("vertical") else ""
    text = slot.text if row == slot.row else ""
    nested = grid.options.get("nested", {}).get(slot.row + 1, 0) == slot.column + 1 and row == slot.row
    content = _nested(text, width) if nested else _paragraphs(text)
    return f"<w:tc><w:tcPr>{style}</w:tcPr>{content}</w:tc>"


def _nested(text: str, width: int) -> str:
    """The lines of the cell as the rows of a table inside it."""
    style = f'<w:tcPr><w:tcW w:w="{width - 200}" w:type="dxa"/></w:tcPr>'
    rows = "".join(f"<w:tr><w:tc>{style}{_paragraphs(line)}</w:tc></w:tr>" for line in text.split("\n"))
    return f'<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="{width - 200}"/></w:tblGrid>{rows}</w:tbl><w:p/>'
