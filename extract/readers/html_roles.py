"""What each element of a web page is for: a table, a row, a cell, a block of text, part of a line, or nothing that is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from extract.readers.html_css import Element, Styles

_WORDS_NEVER = """
script style template noscript noframes head title meta link base datalist rp rt rtc map param source track colgroup col
"""
NEVER = frozenset(_WORDS_NEVER.split())
"""Elements that show nothing of their content, or only on a page without programs."""

CONTROLS = frozenset(("input", "select", "textarea", "button"))
FRAMES = frozenset(("frame", "iframe", "object", "embed"))
PICTURES = frozenset(("img", "canvas", "video", "svg"))

_TAGS = {"table": "table", "thead": "head", "tbody": "body", "tfoot": "foot", "tr": "row", "td": "cell", "th": "cell", "caption": "caption"}
_DISPLAYS = {
    "table": "table", "inline-table": "table", "table-header-group": "head", "table-row-group": "body", "table-footer-group": "foot",
    "table-row": "row", "table-cell": "cell", "table-caption": "caption", "block": "block", "flex": "block", "grid": "block",
    "list-item": "block", "flow-root": "block", "inline": "line", "inline-block": "line", "inline-flex": "line", "contents": "line",
}  # fmt: skip
_ARIA = {"table": "table", "grid": "table", "treegrid": "table", "rowgroup": "body", "row": "row", "cell": "cell", "gridcell": "cell",
         "columnheader": "cell", "rowheader": "cell"}  # fmt: skip
_WORDS_BLOCKS = """
address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer form frameset
h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary ul optgroup option search xmp listing plaintext
"""
_BLOCKS = frozenset(_WORDS_BLOCKS.split())
_ZERO = re.compile(r"0+(?:\.0+)?(?:px|pt|em)?")


def role_of(element: Element, styles: Styles, forced: Mapping[Element, str]) -> str:
    """table, head, body, foot, row, cell, caption, block or line."""
    tag = str(element.tag)
    if tag in _TAGS:
        return _TAGS[tag]
    if element in forced:
        return forced[element]
    role = _ARIA.get((element.get("role") or "").lower()) or _DISPLAYS.get(styles.of(element).get("display", ""))
    return role or ("block" if tag in _BLOCKS else "line")


def is_hidden(element: Element, styles: Styles) -> bool:
    """True for an element that a browser does not show."""
    style = styles.of(element)
    display = style.get("display")
    if display == "none" or style.get("mso-hide") == "all" or (element.get("hidden") is not None and display is None):
        return True
    if style.get("visibility") in ("hidden", "collapse") or (element.tag == "dialog" and element.get("open") is None):
        return True
    return _ZERO.fullmatch(style.get("font-size", "")) is not None


def flex_roles(element: Element, styles: Styles) -> dict[Element, str]:
    """The roles of a block whose children are all rows of equally many boxes side by side: a table drawn with flex."""
    rows = [child for child in element if isinstance(child.tag, str) and not is_hidden(child, styles)]
    if len(rows) < 2 or any(styles.of(row).get("display") not in ("flex", "grid", "inline-flex") for row in rows):
        return {}
    cells = [_boxes(row, styles) for row in rows]
    if len({len(boxes) for boxes in cells}) != 1 or len(cells[0]) < 2:
        return {}
    roles = dict.fromkeys((box for boxes in cells for box in boxes), "cell")
    return {element: "table"} | dict.fromkeys(rows, "row") | roles


def _boxes(row: Element, styles: Styles) -> Sequence[Element]:
    if (row.text or "").strip() or any((child.tail or "").strip() for child in row):
        return ()
    return [child for child in row if isinstance(child.tag, str) and not is_hidden(child, styles)]
