"""A case as a web page: a table with spans, or the page drawn with placed boxes as converters write it; and as a saved page.

``html`` in ``facts.yml`` chooses: ``way`` table, office (as word processors save) or placed; ``charset`` of the bytes; ``declared``
what the page says of them; ``layout`` puts the page in a table that only lays it out."""

from __future__ import annotations

import base64
import quopri
import unicodedata
from html import escape
from typing import Any

from corpus.builder.facts import Break, Case, Grid, Paragraph, Slot
from corpus.builder.layout import Patch, Sheet, Stroke, Text, lay_out, shown_size
from corpus.builder.markup import Span, spans

_OFFICE = 'xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word"'


def html(case: Case) -> bytes:
    """The bytes of the .html."""
    options = case.html
    charset = str(options.get("charset", "utf-8"))
    return _page(case, options, str(options.get("declared", charset))).encode(charset, "xmlcharrefreplace")


def mht(case: Case) -> bytes:
    """The bytes of the .mht: the page in quoted-printable, a picture beside it, as browsers and word processors save."""
    page = _page(case, case.html | {"way": "office"}, "gb2312").encode("gb18030")
    picture = base64.encodebytes(b"\x89PNG\r\n\x1a\n" + bytes(24)).decode("ascii")
    lines = [
        "MIME-Version: 1.0", 'Content-Type: multipart/related; boundary="----=_NextPart_01"', "", "This document is a saved web page.", "",
        "------=_NextPart_01", "Content-Location: file:///C:/F0A1/form.files/image001.png", "Content-Transfer-Encoding: base64",
        "Content-Type: image/png", "", picture,
        "------=_NextPart_01", "Content-Location: file:///C:/F0A1/form.htm", "Content-Transfer-Encoding: quoted-printable",
        'Content-Type: text/html; charset="gb2312"', "", quopri.encodestring(page).decode("ascii"),
        "------=_NextPart_01--", "",
    ]  # fmt: skip
    return "\r\n".join(line.replace("\r\n", "\n").replace("\n", "\r\n") for line in lines).encode("ascii")


def _page(case: Case, options: dict[str, Any], declared: str) -> str:
    way = str(options.get("way", "table"))
    body = _placed(case) if way == "placed" else "\n".join(_item(item, way == "office") for item in case.body)
    if options.get("layout"):
        menu = '<ul class="menu"><li>首页</li><li>政务公开</li><li>预算公开</li></ul>'
        body = f'<table class="layout"><tr><td rowspan="2">{menu}</td><td>当前位置：预算公开</td></tr><tr><td>{body}</td></tr></table>'
    style = _STYLE if way == "placed" else "td { border: 1px solid #000 } .layout > tr > td { border: none } .no { display: none }"
    said = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared != "none" else ""
    root = f"<html {_OFFICE}>" if way == "office" else "<!DOCTYPE html>\n<html>"
    return f"{root}\n<head>\n{said}\n<title>{case.name}</title>\n<style>\n{style}\n</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"


def _item(item: Paragraph | Break | Grid, office: bool) -> str:
    if isinstance(item, Break):
        return '<div style="page-break-after: always"></div>'
    if isinstance(item, Paragraph):
        return "\n".join(f'<p style="text-align:{item.align};font-size:{item.size}pt">{_text(line)}</p>' for line in item.text.split("\n"))
    return _table(item, office) if "html" in item.options.get("only", "html") else ""


def _text(text: str) -> str:
    return "".join(_span(span) for span in spans(text))


def _span(span: Span) -> str:
    text = escape(span.text, quote=True)
    return {
        "on": f"☒{text}", "off": f"☐{text}", "hint": f'<input placeholder="{text}">',
        "sdt": f'<input type="text" value="{text}">', "ins": f"<ins>{text}</ins>", "del": f"<del>{text}</del>",
        "hide": f'<span class="no">{text}</span>', "box": f"<span>{text}</span>",
    }.get(span.kind, text.replace("\t", "&nbsp;&nbsp;"))  # fmt: skip


def _table(grid: Grid, office: bool) -> str:
    hidden = grid.options.get("hidden_rows", [])
    rows = "\n".join(_row(grid, row, office, row + 1 in hidden) for row in range(grid.rows))
    head = '<![if !supportMisalignedColumns]><tr height="0"><td></td></tr><![endif]>' if office else ""
    table = f'<table border="1" cellspacing="0">\n{rows}\n{head}</table>'
    return f'<table class="outer"><tbody><tr><td>{table}</td></tr></tbody></table>' if grid.options.get("outer") else table


def _row(grid: Grid, row: int, office: bool, hidden: bool) -> str:
    slots = sorted((slot for slot in grid.slots if slot.row == row), key=lambda slot: slot.column)
    nested = grid.options.get("nested", {}).get(row + 1, 0)
    cells = "".join(_cell(slot, office, slot.column + 1 == nested) for slot in slots)
    return f"<tr{' style=display:none' if hidden else ''}>{cells}</tr>"


def _cell(slot: Slot, office: bool, nested: bool) -> str:
    down = f' rowspan="{slot.row_span}"' if slot.row_span > 1 else ""
    across = f' colspan="{slot.column_span}"' if slot.column_span > 1 else ""
    lines = [_text(line) for line in slot.text.split("\n")]
    if nested:
        content = f"<table>{''.join(f'<tr><td>{line}</td></tr>' for line in lines)}</table>"
    elif office:
        content = "".join(f'<p class="MsoNormal"><span lang="ZH-CN">{line}</span><o:p></o:p></p>' for line in lines)
        content = content.replace('<span lang="ZH-CN"></span><o:p></o:p>', "<o:p>&nbsp;</o:p>")
    else:
        content = "<br>\n  ".join(lines)
    return f"<td{down}{across}>{content}</td>"


_STYLE = """.page { position: relative; margin: 10px auto; overflow: hidden; background-color: white }
.t { position: absolute; white-space: pre; line-height: 1 }
.r { position: absolute; background-color: #000 }"""


def _measure(text: str, size: float) -> float:
    return sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.5 for char in text) * size


def _placed(case: Case) -> str:
    width, height = shown_size(case.pdf)
    pages = (_sheet(sheet) for sheet in lay_out(case, _measure))
    return "\n".join(f'<div class="page" style="width:{width:g}pt;height:{height:g}pt">\n{page}\n</div>' for page in pages)


def _sheet(sheet: Sheet) -> str:
    texts = [_placed_text(piece) for piece in sheet.pieces if not isinstance(piece, Patch) and piece.text]
    return "\n".join([*(_rule(stroke) for stroke in sheet.strokes.values()), *texts])


def _placed_text(piece: Text) -> str:
    style = f"left:{piece.x:.2f}pt;top:{piece.y - piece.size:.2f}pt;font-size:{piece.size:g}pt"
    return f'<div class="t" style="{style}">{escape(piece.text)}</div>'


def _rule(stroke: Stroke) -> str:
    """A rule as a thin box, in pixels as converters count."""
    x0, top = min(stroke.x0, stroke.x1) / 0.75, min(stroke.top, stroke.bottom) / 0.75
    wide, high = max(abs(stroke.x1 - stroke.x0) / 0.75, 1.0), max(abs(stroke.bottom - stroke.top) / 0.75, 1.0)
    return f'<div class="r" style="left:{x0:.2f}px;top:{top:.2f}px;width:{wide:.2f}px;height:{high:.2f}px"></div>'
