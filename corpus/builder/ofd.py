"""A case as an OFD package: its layout is that of the PDF, its fonts are only named."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import groupby, pairwise
from xml.sax.saxutils import escape

from corpus.builder.facts import Case
from corpus.builder.layout import Patch, Sheet, Stroke, Text, lay_out, shown_size
from corpus.builder.zipped import archive

MM = 25.4 / 72
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = "http://www.ofdspec.org/2016"
_ROOM = 1.0
Matrix = tuple[float, float, float, float, float, float]
_UPRIGHT: Matrix = (1, 0, 0, 1, 0, 0)


def ofd(case: Case) -> bytes:
    """The bytes of the .ofd. ``documents`` of the case's OFD options lists pages at which a further document begins."""
    pen = _Pen(case)
    begins = [1, *case.ofd.get("documents", [])]
    sheets = lay_out(case, measure)
    members = {"OFD.xml": _xml("OFD", "".join(_body(i) for i in range(len(begins))), ' Version="1.0" DocType="OFD"')}
    for number, (first, after) in enumerate(pairwise([*begins, len(sheets) + 1])):
        members |= pen.document(f"Doc_{number}", sheets[first - 1 : after - 1])
    if case.ofd.get("namespace") == "default":
        members = {name: text.replace("xmlns:ofd=", "xmlns=").replace("ofd:", "") for name, text in members.items()}
    return archive(members)


def measure(text: str, size: float) -> float:
    """The width of a text in a font whose Latin glyphs are half as wide as the Chinese ones."""
    return sum(_width(char) for char in text) * size


def _width(char: str) -> float:
    return 1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.5


def _xml(name: str, inner: str, attributes: str = "") -> str:
    return f'{_HEAD}<ofd:{name} xmlns:ofd="{_SPACE}"{attributes}>{inner}</ofd:{name}>'


def _body(number: int) -> str:
    info = f"<ofd:DocInfo><ofd:DocID>{number:032x}</ofd:DocID><ofd:Creator>corpus</ofd:Creator></ofd:DocInfo>"
    return f"<ofd:DocBody>{info}<ofd:DocRoot>Doc_{number}/Document.xml</ofd:DocRoot></ofd:DocBody>"


def _numbers(values: Iterable[float]) -> str:
    return " ".join(f"{value:.4f}".rstrip("0").rstrip(".") if value else "0" for value in values)


class _Pen:
    """Writes the parts of documents; numbers of objects run through."""

    def __init__(self, case: Case) -> None:
        width, self.height = shown_size(case.pdf)
        turned = bool(case.pdf.get("turned") or case.pdf.get("rotate"))
        self.page = (self.height, width) if turned else (width, self.height)
        self.view: Matrix = (0, -1, 1, 0, 0, width * MM) if turned else _UPRIGHT
        self.points = bool(case.ofd.get("points"))
        self.template = bool(case.ofd.get("template"))
        self.last = 10

    def document(self, folder: str, sheets: list[Sheet]) -> dict[str, str]:
        """The parts of one document: root, resources, pages, and with ``template`` a template page with the rules of each."""
        members: dict[str, str] = {}
        pages: list[str] = []
        templates: list[str] = []
        for number, sheet in enumerate(sheets):
            members[f"{folder}/Pages/Page_{number}/Content.xml"] = self._content(sheet, self.number() if self.template else 0, templates)
            pages.append(f'<ofd:Page ID="{self.number()}" BaseLoc="Pages/Page_{number}/Content.xml"/>')
            if self.template:
                templates[-1] += f' BaseLoc="/{folder}/Tpls/Tpl_{number}/Content.xml"/>'
                members[f"{folder}/Tpls/Tpl_{number}/Content.xml"] = self._page(self._layer(map(self._stroke, sheet.strokes.values())))
        area = f"<ofd:PageArea><ofd:PhysicalBox>0 0 {_numbers(v * MM for v in self.page)}</ofd:PhysicalBox></ofd:PageArea>"
        common = f"<ofd:MaxUnitID>100000</ofd:MaxUnitID>{area}<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>{''.join(templates)}"
        root = f"<ofd:CommonData>{common}</ofd:CommonData><ofd:Pages>{''.join(pages)}</ofd:Pages>"
        fonts = '<ofd:Fonts><ofd:Font ID="2" FontName="宋体" FamilyName="宋体"/></ofd:Fonts>'
        rules = '<ofd:DrawParams><ofd:DrawParam ID="3" LineWidth="0.2117"><ofd:StrokeColor Value="0 0 0"/></ofd:DrawParam></ofd:DrawParams>'
        members[f"{folder}/PublicRes.xml"] = _xml("Res", fonts + rules, ' BaseLoc="Res"')
        return {f"{folder}/Document.xml": _xml("Document", root), **members}

    def number(self) -> int:
        self.last += 1
        return self.last

    def _content(self, sheet: Sheet, template: int, templates: list[str]) -> str:
        pieces = "".join(self._patch(p) if isinstance(p, Patch) else self._text(p) for p in sheet.pieces)
        if template:
            templates.append(f'<ofd:TemplatePage ID="{template}"')
            return self._page(self._layer([pieces]), f'<ofd:Template TemplateID="{template}" ZOrder="Background"/>')
        return self._page(self._layer([pieces, *map(self._stroke, sheet.strokes.values())]))

    def _page(self, layers: str, before: str = "") -> str:
        return _xml("Page", f"{before}<ofd:Content>{layers}</ofd:Content>")

    def _layer(self, objects: Iterable[str]) -> str:
        return f'<ofd:Layer ID="{self.number()}" Type="Body" DrawParam="3">{"".join(objects)}</ofd:Layer>'

    def _object(self, kind: str, own: Matrix, extent: tuple[float, float, float, float], inner: str, attributes: str) -> str:
        """An object whose own space is led to the page by ``own`` (then by the page's turn); ``extent`` is in its own space."""
        a, b, c, d, e, f = _then(own, self.view)
        xs = [a * x + c * y + e for x in extent[::2] for y in extent[1::2]]
        ys = [b * x + d * y + f for x in extent[::2] for y in extent[1::2]]
        left, top = min(xs), min(ys)
        matrix = (a, b, c, d, e - left, f - top)
        ctm = "" if matrix == _UPRIGHT else f' CTM="{_numbers(matrix)}"'
        boundary = _numbers((left, top, max(xs) - left, max(ys) - top))
        return f'<ofd:{kind} ID="{self.number()}" Boundary="{boundary}"{ctm}{attributes}>{inner}</ofd:{kind}>'

    def _text(self, piece: Text) -> str:
        if not piece.text.strip():
            return ""
        x, found = piece.x, []
        for latin, group in groupby(piece.text, lambda c: " " <= c <= "~" and bool(piece.shift)):
            part = "".join(group)
            found.append(self._run(part, x, piece.y - (piece.shift if latin else 0.0), piece))
            x += measure(part, piece.size)
        return "".join(found)

    def _run(self, text: str, x: float, y: float, piece: Text) -> str:
        unit = 1.0 if self.points else MM
        size = piece.size * unit
        turn = (0, -1, 1, 0) if piece.angle else (1, 0, 0, 1)
        steps = [size * _width(c) for c in text[:-1]]
        delta = f' DeltaX="{_runs(steps)}"' if steps else ""
        code = f'<ofd:TextCode X="0" Y="0"{delta}>{escape(text)}</ofd:TextCode>'
        found = ""
        for offset in (0.0, 0.25) if piece.twice else (0.0,):
            scale = MM / unit
            own = (turn[0] * scale, turn[1] * scale, turn[2] * scale, turn[3] * scale, (x + offset) * MM, y * MM)
            clip = self._clip(piece, (x + offset, y), unit)
            extent = (0.0, -size, measure(text, size), 0.25 * size)
            found += self._object("TextObject", own, extent, clip + code, f' Font="2" Size="{_numbers([size])}"')
        return found

    def _clip(self, piece: Text, origin: tuple[float, float], unit: float) -> str:
        if piece.clip is None:
            return ""
        x0, top, x1, bottom = ((v - origin[i % 2]) * unit for i, v in enumerate(piece.clip))
        data = f"<ofd:AbbreviatedData>{_outline(x1 - x0, bottom - top)}</ofd:AbbreviatedData>"
        area = f'<ofd:Path Boundary="{_numbers((x0, top, x1 - x0, bottom - top))}">{data}</ofd:Path>'
        return f"<ofd:Clips><ofd:Clip><ofd:Area>{area}</ofd:Area></ofd:Clip></ofd:Clips>"

    def _patch(self, patch: Patch) -> str:
        grey = _numbers([round(patch.grey * 255)] * 3)
        return self._rectangle(patch.x0, patch.top, patch.x1, patch.bottom, grey)

    def _rectangle(self, x0: float, top: float, x1: float, bottom: float, colour: str) -> str:
        width, height = (x1 - x0) * MM, (bottom - top) * MM
        data = _outline(width, height)
        inner = f'<ofd:FillColor Value="{colour}"/><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData>'
        own = (1, 0, 0, 1, x0 * MM, top * MM)
        return self._object("PathObject", own, (0, 0, width, height), inner, ' Stroke="false" Fill="true"')

    def _stroke(self, stroke: Stroke) -> str:
        x0, top, x1, bottom, half = stroke.x0, stroke.top, stroke.x1, stroke.bottom, stroke.width / 2
        if stroke.kind == "rect":
            return self._rectangle(x0 - half, top - half, x1 + half, bottom + half, "0 0 0")
        if stroke.kind == "double":
            dx, dy = (0.0, 0.7) if top == bottom else (0.7, 0.0)
            lines = [(x0 + s * dx, top + s * dy, x1 + s * dx, bottom + s * dy) for s in (-1, 1)]
        elif stroke.kind == "pieces":
            lines = _pieces(x0, top, x1, bottom)
        else:
            lines = [(x0, top, x1, bottom)]
        return "".join(self._line(line, ' DashPattern="0.7 0.42"' if stroke.kind == "dashed" else "") for line in lines)

    def _line(self, line: tuple[float, float, float, float], attributes: str) -> str:
        x0, top, x1, bottom = (v * MM for v in line)
        extent = (-_ROOM, -_ROOM, x1 - x0 + _ROOM, bottom - top + _ROOM)
        data = f"<ofd:AbbreviatedData>M 0 0 L {_numbers((x1 - x0, bottom - top))}</ofd:AbbreviatedData>"
        return self._object("PathObject", (1, 0, 0, 1, x0, top), extent, data, attributes)


def _outline(width: float, height: float) -> str:
    return f"M 0 0 L {_numbers((width, 0))} L {_numbers((width, height))} L {_numbers((0, height))} C"


def _then(first: Matrix, second: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _runs(steps: list[float]) -> str:
    """Offsets, three and more equal ones as ``g n d``."""
    groups = [(value, len(list(group))) for value, group in groupby(_numbers([step]) for step in steps)]
    return " ".join(f"g {count} {value}" if count > 2 else " ".join([value] * count) for value, count in groups)


def _pieces(x0: float, top: float, x1: float, bottom: float) -> list[tuple[float, float, float, float]]:
    length, at, found = max(x1 - x0, bottom - top), 0.0, []
    while at < length:
        end = min(at + 11.0, length)
        found.append((x0 + at, top, x0 + end, bottom) if top == bottom else (x0, top + at, x1, top + end))
        at = end + 0.5
    return found
