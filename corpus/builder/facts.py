"""What a case lays out: paragraphs and grids of cells with spans, read strictly from ``facts.yml``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

FORMATS = ("docx", "xlsx", "pdf", "ofd", "html", "mht", "txt")
_ADDRESS = re.compile(r"([A-Z]+)([0-9]+)\Z")


class FactsError(ValueError):
    """A ``facts.yml`` says something that the builder does not know: file and key are in the message."""


@dataclass(frozen=True)
class Paragraph:
    """A line of text outside of every grid. ``under`` is an earlier text that lies covered below it on a page."""

    text: str
    size: float = 10.5
    align: str = "left"
    under: str = ""


@dataclass(frozen=True)
class Break:
    """A new page, or with ``sheet`` a new sheet of that name."""

    sheet: str = ""
    state: str = "visible"


@dataclass(frozen=True)
class Slot:
    """A cell with its place, its spans and whatever its format needs besides the text."""

    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1
    style: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Cut:
    """A page break before ``row``, or inside it when ``line`` lines of its text stay above."""

    row: int
    line: int = 0


@dataclass(frozen=True)
class Grid:
    """A table: ``widths`` are relative, ``options`` hold what only one format looks at."""

    rows: int
    columns: int
    slots: tuple[Slot, ...]
    widths: tuple[float, ...]
    cuts: tuple[Cut, ...] = ()
    repeat: int = 0
    options: dict[str, Any] = field(default_factory=dict)


Item: TypeAlias = "Paragraph | Break | Grid"


@dataclass(frozen=True)
class Case:
    """One folder of the corpus: its body is the same for all its formats."""

    name: str
    formats: tuple[str, ...]
    body: tuple[Item, ...]
    pdf: dict[str, Any] = field(default_factory=dict)
    ofd: dict[str, Any] = field(default_factory=dict)
    html: dict[str, Any] = field(default_factory=dict)


STYLE_KEYS = {
    "align", "size", "vertical", "share", "number", "format", "date", "clip", "no_rules", "hidden", "twice", "fill",
}  # fmt: skip
OPTION_KEYS = {
    "open_sides", "edges", "rules", "row_heights", "hidden_rows", "hidden_columns", "size", "merged_text", "only",
    "choices", "repeat_text", "grid_before", "nested", "outer", "controls", "shape", "digit_shift", "no_vertical", "no_horizontal",
}  # fmt: skip
HTML_KEYS = {"way", "charset", "declared", "layout"}
PDF_KEYS = {"paper", "margin", "font", "rotate", "turned", "header", "footer", "owner_password"}
OFD_KEYS = {"documents", "namespace", "points", "template"}


def load_case(folder: Path) -> Case:
    """The case of a folder, from its ``facts.yml``. Raises FactsError where a key is unknown or a grid is not whole."""
    try:
        data = yaml.safe_load((folder / "facts.yml").read_text(encoding="utf-8"))
        formats = tuple(data.pop("formats"))
        body = tuple(_item(item) for item in data.pop("body"))
        pdf = data.pop("pdf", {})
        _known(pdf, PDF_KEYS)
        ofd = data.pop("ofd", {})
        html = data.pop("html", {})
        _known(html, HTML_KEYS)
        _known(ofd, OFD_KEYS)
        data.pop("anchors", None)
        _known(data, set())
        _known(dict.fromkeys(formats), set(FORMATS))
    except (FactsError, KeyError) as error:
        raise FactsError(f"{folder.name}/facts.yml: {error}") from error
    return Case(folder.name, formats, body, pdf, ofd, html)


def _known(data: dict[str, Any], keys: set[str]) -> None:
    unknown = sorted(set(data) - keys)
    if unknown:
        raise FactsError(f"unknown {', '.join(unknown)}")


def _item(data: Any) -> Item:
    if data == "page":
        return Break()
    if "sheet" in data:
        _known(data, {"sheet", "state"})
        return Break(str(data["sheet"]), str(data.get("state", "visible")))
    if "table" in data:
        return _grid(dict(data))
    data = dict(data)
    text = str(data.pop("p"))
    _known(data, {"size", "align", "under"})
    return Paragraph(text, **data)


def _grid(data: dict[str, Any]) -> Grid:
    lines = [line for line in str(data.pop("table")).splitlines() if line.strip()]
    words = [[_unescape(part.strip(" ")) for part in re.split(r"(?<!\\)\|", line)] for line in lines]
    columns = len(words[0])
    for number, line in enumerate(words, 1):
        if len(line) != columns:
            raise FactsError(f"row {number} has {len(line)} cells, not {columns}: {lines[number - 1][:60]}")
    styles = {_address(key): value for key, value in dict(data.pop("cells", {})).items()}
    for style in styles.values():
        _known(style, STYLE_KEYS)
    slots = _slots(words, styles)
    widths = tuple(float(w) for w in str(data.pop("widths", " ".join(["1"] * columns))).split())
    if len(widths) != columns:
        raise FactsError(f"{len(widths)} widths for {columns} columns")
    cuts = tuple(_cut(str(text)) for text in data.pop("cuts", ()))
    repeat = int(data.pop("repeat", 0))
    _known(data, OPTION_KEYS)
    return Grid(len(words), columns, slots, widths, cuts, repeat, data)


def _unescape(text: str) -> str:
    return text.replace("\\|", "|").replace("\\n", "\n")


def _address(key: str) -> tuple[int, int]:
    match = _ADDRESS.match(key)
    if match is None:
        raise FactsError(f"{key} is no cell")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def _cut(text: str) -> Cut:
    row, _, line = text.partition("/")
    return Cut(int(row) - 1, int(line or 0))


def _slots(words: list[list[str]], styles: dict[tuple[int, int], dict[str, Any]]) -> tuple[Slot, ...]:
    """``<`` goes on the cell at its left, ``^`` the cell above it; each cell must come out as a rectangle."""
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for r, line in enumerate(words):
        for c, text in enumerate(line):
            step = {"<": (0, -1), "^": (-1, 0)}.get(text)
            owner[r, c] = owner[r + step[0], c + step[1]] if step else (r, c)
    covered: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for place, home in owner.items():
        covered.setdefault(home, []).append(place)
    slots = []
    for (r, c), places in sorted(covered.items()):
        rows, columns = max(p[0] for p in places) - r + 1, max(p[1] for p in places) - c + 1
        if rows * columns != len(places):
            raise FactsError(f"cell {r + 1},{c + 1} ({words[r][c][:20]}) is not a rectangle")
        text = words[r][c].replace("\\<", "<").replace("\\^", "^")
        slots.append(Slot(r, c, text, rows, columns, styles.pop((r, c), {})))
    if styles:
        raise FactsError(f"styles for cells that do not begin there: {sorted(styles)}")
    return tuple(slots)
