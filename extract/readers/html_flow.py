"""One walk over a web page -> its lines and tables in order, tables that are nested still inside their cells.

The walk keeps its own stack: pages whose tags were never closed nest thousands of elements deep.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, field

from extract.readers.html_css import Element, Styles
from extract.readers.html_lines import PLAIN_SIZE, Run, entry_of, item_label, lines_of, list_form, numbers_of, size_of
from extract.readers.html_roles import CONTROLS, FRAMES, NEVER, PICTURES, flex_roles, is_hidden, role_of
from extract.readers.html_table import MAX_ROWS, HtmlCell, HtmlRow, HtmlTable, grid_of
from extract.readers.pieces import Line, Piece

MOST_NESTED = 40
"""Tables in tables: what is nested deeper is read as lines."""

_PRESERVED = ("pre", "pre-wrap", "pre-line", "break-spaces", "-moz-pre-wrap")


@dataclass(slots=True)
class Left:
    """What the walk left out, for the Problems of the page."""

    hidden: list[str] = field(default_factory=list)
    hidden_tables: int = 0
    deleted: list[str] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)
    pictures: int = 0
    frames: int = 0


@dataclass(slots=True)
class _Scope:
    """Where pieces go: the body, a cell or what stands around the rows of a table; a table that is open has ``table``."""

    pieces: list[Piece]
    table: HtmlTable | None = None
    row: HtmlRow | None = None
    implied: bool = False
    end: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class _Setting:
    """What an element hands on to what is in it."""

    size: float = PLAIN_SIZE
    kept: bool = False


class Flow:
    """The walk over one page. ``drawn`` are the elements that are pictures of pages, which it does not enter."""

    def __init__(self, styles: Styles, drawn: Container[Element]) -> None:
        self.styles = styles
        self.left = Left()
        self._drawn = drawn
        self._parts: list[list[Piece] | Element] = []
        self._runs: list[Run] = []
        self._forced: dict[Element, str] = {}
        self._numbers: dict[Element, dict[Element, int]] = {}
        self._scopes = [_Scope([])]

    def read(self, root: Element) -> list[list[Piece] | Element]:
        """The pieces of the page, cut where pictures of pages stand between them."""
        todo: list[tuple[Element, _Setting, int]] = [(root, _Setting(), -1)]
        while todo:
            element, setting, depth = todo.pop()
            if depth >= 0:
                self._close(element, depth)
                self._tail(element, setting)
            elif not isinstance(element.tag, str) or not self._enter(element):
                self._tail(element, setting)
            else:
                depth, inner = self._open(element, setting)
                todo.append((element, setting, depth))
                self._text(element.text, inner)
                todo.extend((child, inner, -1) for child in reversed(element))
        self._unwind(1)
        self._flush()
        self._parts.append(self._scopes[0].pieces)
        return self._parts

    def _tail(self, element: Element, setting: _Setting) -> None:
        self._text(element.tail, setting)

    def _enter(self, element: Element) -> bool:
        """False for an element that is dealt with here, without a look at what is in it."""
        tag = str(element.tag)
        if tag in NEVER:
            return False
        if is_hidden(element, self.styles):
            self._hide(element)
            return False
        if element in self._drawn:
            self._leave_rows()
            self._flush()
            if len(self._scopes) == 1:
                self._parts.append(self._scopes[0].pieces)
                self._scopes[0] = _Scope([])
            self._parts.append(element)
            return False
        if tag == "del":
            self.left.deleted += [text] if (text := _content(element)) else []
            return False
        self.left.pictures += tag in PICTURES
        self.left.frames += tag in FRAMES and bool(element.get("src") or element.get("data"))
        if tag in CONTROLS:
            self._entry(element)
        return tag not in CONTROLS and tag not in FRAMES and tag != "svg"

    def _hide(self, element: Element) -> None:
        """Keeps account of hidden content; hidden rows and cells keep their place in the table for whoever counts them."""
        role = role_of(element, self.styles, self._forced)
        scope = self._scopes[-1]
        if role == "row" and scope.table is not None and scope.row is None:
            row = scope.table.row(hidden=True)
            row.cells += [_cell(child, hidden=True) for child in element if child.tag in ("td", "th")]
        elif role == "cell" and scope.row is not None:
            scope.row.cells.append(_cell(element, hidden=True))
        text = _content(element)
        if text:
            self.left.hidden.append(text)
            self.left.hidden_tables += role == "table" or next(element.iter("table"), None) is not None

    def _entry(self, control: Element) -> None:
        entry, prompt = entry_of(control)
        if prompt and not entry:
            self.left.prompts.append(prompt)
        setting = _Setting(self._runs[-1].size if self._runs else PLAIN_SIZE, kept=control.tag == "textarea")
        self._text(entry, setting)

    def _text(self, text: str | None, setting: _Setting) -> None:
        if not text:
            return
        if not setting.kept and not text.strip(" \t\n\r\f"):
            if self._runs:
                self._runs.append(Run(" " if "\n" not in text else "\n", setting.size))
            return
        self._leave_rows()
        self._runs.append(Run(text, setting.size, setting.kept))

    def _open(self, element: Element, setting: _Setting) -> tuple[int, _Setting]:
        """Opens what the element begins; returns how many scopes were open before, and the setting of its content."""
        style = self.styles.of(element)
        self._forced.update(flex_roles(element, self.styles))
        role = role_of(element, self.styles, self._forced)
        if role in ("head", "body", "foot", "row", "cell") and sum(s.table is not None for s in self._scopes) > MOST_NESTED:
            role = "block"
        space = style.get("white-space", "")
        kept = (space in _PRESERVED or element.tag in ("pre", "xmp", "listing")) if space or element.tag != "br" else setting.kept
        inner = _Setting(size_of(element, style, setting.size), kept or (setting.kept and space not in ("normal", "nowrap")))
        if element.tag == "br":
            self._leave_rows()
            self._runs.append(Run("\n", inner.size, kept=True))
            return len(self._scopes), inner
        if role == "line":
            return len(self._scopes), inner
        self._flush(pending=False)
        return self._begin(element, role), self._number(element, style, inner)

    def _number(self, element: Element, style: dict[str, str], setting: _Setting) -> _Setting:
        parent = element.getparent()
        if element.tag != "li" or parent is None:
            return setting
        form = list_form(element, style, self.styles.of(parent))
        if form is not None:
            if parent not in self._numbers:
                self._numbers[parent] = numbers_of(parent)
            self._runs.append(Run(item_label(self._numbers[parent][element], form), setting.size, label=True))
        return setting

    def _begin(self, element: Element, role: str) -> int:
        if role == "block":
            self._leave_rows()
            return len(self._scopes)
        if role == "table":
            self._leave_rows()
            depth = len(self._scopes)
            if sum(s.table is not None for s in self._scopes) < MOST_NESTED:
                self._begin_table(implied=False)
            return depth
        if role == "caption":
            return self._begin_caption(element)
        if role in ("head", "body", "foot"):
            self._need_table()
            table = self._scopes[-1].table
            assert table is not None
            table.group(role)
            return len(self._scopes)
        return self._begin_row() if role == "row" else self._begin_cell(element)

    def _begin_table(self, implied: bool) -> None:
        table = HtmlTable()
        outer = self._scopes[-1].pieces

        def end() -> None:
            grid = grid_of(table)
            outer.extend(table.above)
            if grid is not None:
                outer.append(grid)
            outer.extend(table.below)

        self._scopes.append(_Scope(table.above, table, implied=implied, end=end))

    def _begin_caption(self, element: Element) -> int:
        depth = len(self._scopes)
        table = self._scopes[-1].table
        if table is not None:
            below = self.styles.of(element).get("caption-side") == "bottom" or element.get("align", "").lower() == "bottom"
            self._scopes.append(_Scope(table.below if below else table.above))
        return depth

    def _begin_row(self) -> int:
        while self._scopes[-1].row is not None:
            self._unwind(len(self._scopes) - 1)
        self._need_table()
        scope = self._scopes[-1]
        assert scope.table is not None
        depth = len(self._scopes)
        self._scopes.append(_Scope(scope.pieces, scope.table, scope.table.row(hidden=False)))
        return depth

    def _begin_cell(self, element: Element) -> int:
        if self._scopes[-1].row is None:
            self._need_table()
            self._begin_row()
            self._scopes[-1].implied = True
        row = self._scopes[-1].row
        assert row is not None
        cell = _cell(element, hidden=False)
        row.cells.append(cell)
        depth = len(self._scopes)
        self._scopes.append(_Scope(cell.pieces))
        return depth

    def _need_table(self) -> None:
        """Rows and cells without a table stand in one that nobody wrote."""
        if self._scopes[-1].table is None:
            self._begin_table(implied=True)
        elif self._scopes[-1].row is not None and self._scopes[-1].implied:
            self._unwind(len(self._scopes) - 1)

    def _leave_rows(self) -> None:
        """What is neither row nor cell ends rows and tables that nobody wrote."""
        while self._scopes[-1].implied:
            self._unwind(len(self._scopes) - 1)

    def _close(self, element: Element, depth: int) -> None:
        if element.tag == "br" or (len(self._scopes) <= depth and role_of(element, self.styles, self._forced) == "line"):
            return
        self._unwind(depth)
        self._flush(pending=element.tag == "li")
        table = self._scopes[-1].table
        if table is not None and element.tag in ("thead", "tbody", "tfoot"):
            table.group("")

    def _unwind(self, depth: int) -> None:
        while len(self._scopes) > depth:
            self._flush()
            scope = self._scopes.pop()
            if scope.end is not None:
                scope.end()

    def _flush(self, pending: bool = True) -> None:
        """Ends the line; without ``pending`` a number of a list waits for its text, which may stand in a paragraph."""
        if self._runs and (pending or not all(run.label for run in self._runs)):
            lines: list[Line] = lines_of(self._runs)
            self._scopes[-1].pieces.extend(lines)
            self._runs = []


def _cell(element: Element, hidden: bool) -> HtmlCell:
    return HtmlCell([], _span(element, "rowspan", 0, MAX_ROWS), _span(element, "colspan", 1, 1000), hidden)


def _span(element: Element, name: str, least: int, most: int) -> int:
    text = (element.get(name) or "").strip()
    digits = text[: next((i for i, c in enumerate(text) if c not in "0123456789"), len(text))]
    return min(max(int(digits[:6]), least), most) if digits else 1


def _content(element: Element) -> str:
    """What an element would show, in one line."""
    parts = (
        str(text)
        for e in element.iter()
        if isinstance(e.tag, str) and e.tag not in NEVER
        for text in (e.text, e.tail if e is not element else None)
        if text
    )
    return " ".join("".join(parts).split())
