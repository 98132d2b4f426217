"""The parts of a workbook that its sheets refer to: shared texts, number formats, borders, the list of sheets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from lxml import etree

from extract.package import Package
from extract.readers.numbers import measure, whole
from extract.readers.xlsx_numbers import BUILTIN

Element: TypeAlias = etree._Element

R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_OFF = frozenset(("0", "false"))


class Look(NamedTuple):
    """What a cell's style says: its number format, whether a border closes it at the side and across, its font size."""

    format: str = "General"
    framed: bool = False
    size: float = 0.0


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet as the workbook lists it."""

    name: str
    part: str
    visible: bool


@dataclass(frozen=True, slots=True)
class Workbook:
    """What all sheets share. ``ranges`` are the named ranges as written (name -> reference)."""

    sheets: tuple[SheetEntry, ...]
    texts: tuple[str, ...]
    looks: tuple[Look, ...]
    ranges: dict[str, str]
    date_1904: bool = False

    def look(self, style: str | None) -> Look:
        index = whole(style)
        return self.looks[index] if index < len(self.looks) else Look()


def read_workbook(package: Package) -> Workbook:
    """The shared parts of an opened workbook."""
    main = package.main_part("xl/workbook.xml")
    root = package.xml(main)
    related = package.related(main)
    parts = {r.kind: r.target for r in related.values() if not r.external and package.has(r.target)}
    sheets = []
    for sheet in root.iterfind("{*}sheets/{*}sheet"):
        relation = related.get(sheet.get(R_ID, ""))
        if relation is not None and relation.kind == "worksheet":
            sheets.append(SheetEntry(sheet.get("name", ""), relation.target, sheet.get("state", "visible") == "visible"))
    properties = root.find("{*}workbookPr")
    return Workbook(
        tuple(sheets),
        _shared_texts(package, parts.get("sharedStrings")),
        _looks(package.xml(parts["styles"])) if "styles" in parts else (),
        {name.get("name", ""): name.text or "" for name in root.iterfind("{*}definedNames/{*}definedName")},
        properties is not None and properties.get("date1904", "0") not in _OFF,
    )


def _shared_texts(package: Package, part: str | None) -> tuple[str, ...]:
    if part is None:
        return ()
    return tuple(rich_text(item) for item in package.elements(part, "{*}si"))


def rich_text(item: Element) -> str:
    """The text of a string item: its runs joined, without the reading aids (phonetic runs)."""
    pieces = []
    for child in item:
        name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        if name == "t":
            pieces.append(child.text or "")
        elif name == "r":
            pieces.extend(t.text or "" for t in child.iterchildren("{*}t"))
    return unescape("".join(pieces))


def unescape(text: str) -> str:
    """Text with the escapes for control characters (``_x000D_``) and foreign line ends resolved."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _looks(root: Element) -> tuple[Look, ...]:
    formats = dict(BUILTIN)
    for item in root.iterfind("{*}numFmts/{*}numFmt"):
        number = whole(item.get("numFmtId"), -1)
        if number >= 0:
            formats[number] = item.get("formatCode", "General")
    framed = [_closes(border) for border in root.iterfind("{*}borders/{*}border")]
    sizes = [_font_size(font) for font in root.iterfind("{*}fonts/{*}font")]
    looks = []
    for cell in root.iterfind("{*}cellXfs/{*}xf"):
        border, font = whole(cell.get("borderId")), whole(cell.get("fontId"))
        looks.append(
            Look(
                formats.get(whole(cell.get("numFmtId")), "General"),
                border < len(framed) and framed[border],
                sizes[font] if font < len(sizes) else 0.0,
            )
        )
    return tuple(looks)


def _closes(border: Element) -> bool:
    """True where a border runs beside the cell and above or below it; an underline alone frames nothing."""
    drawn = {child.tag.rpartition("}")[2] for child in border if isinstance(child.tag, str) and child.get("style", "none") != "none"}
    return bool(drawn & {"left", "right", "start", "end"}) and bool(drawn & {"top", "bottom"})


def _font_size(font: Element) -> float:
    size = font.find("{*}sz")
    return (measure(size.get("val")) if size is not None else None) or 0.0
