"""Random indicator tables, and what page breaks make of them: the tables of two or three pages with borders that moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from hypothesis import strategies as st

from extract.model import Box, Cell, Document, Page, Place, Table, TextLine

TREE = {
    "产出指标": ("数量指标", "质量指标", "时效指标"),
    "效益指标": ("经济效益指标", "社会效益指标", "生态效益指标"),
    "满意度指标": ("服务对象满意度指标",),
}
HEADS = ("一级指标", "二级指标", "三级指标", "指标值", "备注")
SIDE = "绩效指标"
WIDTHS = (60.0, 80.0, 130.0, 90.0, 70.0)
NAME = st.text("河湖桥路树灯车船书画米布瓜果", min_size=2, max_size=8)
AIM = st.builds("{}{}{}".format, st.sampled_from(["≥", "≤", ""]), st.integers(1, 999), st.sampled_from(["公里", "%", "次", "万平方米"]))
NOTE = st.one_of(st.just(""), st.text("甲乙丙丁戊己庚辛", min_size=2, max_size=5))


@dataclass(frozen=True)
class Item:
    """An indicator: its levels with the number of their merged cell, name, target and remark."""

    level1: str
    level2: str
    name: str
    target: str
    note: str

    @property
    def texts(self) -> tuple[str, str, str, str, str]:
        return self.level1, self.level2, self.name, self.target, self.note


@dataclass(frozen=True)
class Cut:
    """A page break before a row, or with ``parts`` within it: how many characters of name, target and remark stay above."""

    row: int
    parts: tuple[int, int, int] | None = None


@dataclass(frozen=True)
class Broken:
    """A table over pages: ``shares`` tells where the text of each merged cell stands that reaches over a break."""

    items: tuple[Item, ...]
    cuts: tuple[Cut, ...]
    shares: dict[tuple[int, int], tuple[int, int]]
    jitter: tuple[tuple[float, ...], ...]
    repeat: bool
    side: bool


@st.composite
def items(draw: st.DrawFn) -> tuple[Item, ...]:
    """Two to ten indicators, each level once: its cell is merged over the rows it holds for."""
    found: list[Item] = []
    for level1, seconds in TREE.items():
        for level2 in seconds:
            for _ in range(draw(st.integers(0, 3))):
                found.append(Item(level1, level2, draw(NAME), draw(AIM), draw(NOTE)))
    return tuple(found[:10])


@st.composite
def broken_tables(draw: st.DrawFn, within: bool | None = None, pages: int = 3) -> Broken:
    """Tables over two pages or more; ``within`` says whether the breaks go through rows or between them."""
    rows = draw(items().filter(lambda found: len(found) >= pages))
    number = draw(st.integers(1, pages - 1))
    places = sorted(draw(st.lists(st.integers(1, len(rows) - 1), min_size=number, max_size=number, unique=True)))
    cuts = tuple(draw(_cut(rows, row, within)) for row in places)
    texts = {(column, row): text for row, item in enumerate(rows) for column, text in enumerate((item.level1, item.level2))}
    shares = {place: (draw(st.integers(0, number)), draw(st.integers(0, len(text)))) for place, text in texts.items()}
    shares[-1, 0] = (draw(st.integers(0, number)), draw(st.integers(0, len(SIDE))))
    jitter = tuple(tuple(draw(st.lists(st.floats(-2, 2), min_size=7, max_size=7))) for _ in range(number + 1))
    # A label beside the table that is merged with its header row has no header row to be printed again below it.
    repeat, side = draw(st.sampled_from([(False, False), (False, True), (True, False)]))
    return Broken(rows, cuts, shares, jitter, repeat, side)


@st.composite
def _cut(draw: st.DrawFn, rows: Sequence[Item], row: int, within: bool | None) -> Cut:
    if not (draw(st.booleans()) if within is None else within):
        return Cut(row)
    item = rows[row]
    lengths = [draw(st.integers(0, len(text))) for text in (item.name, item.target, item.note)]
    return Cut(row, (lengths[0], lengths[1], lengths[2]))


def halves(broken: Broken, cut: Cut) -> list[tuple[str, str]]:
    """What of name, target and remark stands above and below a cut within a row."""
    assert cut.parts is not None
    item = broken.items[cut.row]
    return [(text[:at], text[at:]) for text, at in zip((item.name, item.target, item.note), cut.parts, strict=True)]


def layout(broken: Broken) -> list[list[tuple[int, int, int]]]:
    """Row number and the stretch of its texts (0 whole, 1 above, 2 below a cut), by page."""
    pages: list[list[tuple[int, int, int]]] = [[]]
    cuts = {cut.row: (number, cut) for number, cut in enumerate(broken.cuts)}
    for row in range(len(broken.items)):
        if row not in cuts:
            pages[-1].append((row, 0, -1))
            continue
        number, cut = cuts[row]
        if cut.parts is not None:
            pages[-1].append((row, 1, number))
        pages.append([(row, 2 if cut.parts is not None else 0, number)])
    return pages


def document(broken: Broken) -> Document:
    """The pages with their tables, as a reader of drawn files gives them."""
    placed = layout(broken)
    spread = _spread(broken, placed)
    pages = []
    for number, rows in enumerate(placed):
        blocks: list[TextLine | Table] = [TextLine("项目绩效目标表")] if number == 0 else []
        blocks += [_table(broken, number, rows, spread), TextLine(f"- {number + 1} -")]
        pages.append(Page(number + 1, 595, 842, blocks=tuple(blocks)))
    return Document("case.pdf", "pdf", "case", tuple(pages))


def _first(items: Sequence[Item], row: int, column: int) -> int:
    """The row in which the merged level cell over a row begins."""
    while row and items[row - 1].texts[: column + 1] == items[row].texts[: column + 1]:
        row -= 1
    return row


def _spread(broken: Broken, placed: Sequence[Sequence[tuple[int, int, int]]]) -> dict[tuple[int, int, int], str]:
    """Column, first row and page of each piece of a merged cell -> its text."""
    pieces: dict[tuple[int, int], list[int]] = {}
    for page, rows in enumerate(placed):
        for row, _, _ in rows:
            for column in (0, 1):
                own = pieces.setdefault((column, _first(broken.items, row, column)), [])
                own += [page] if page not in own else []
    pieces[-1, 0] = list(range(len(placed)))
    found: dict[tuple[int, int, int], str] = {}
    for (column, first), pages in pieces.items():
        text = SIDE if column < 0 else broken.items[first].texts[column]
        piece, at = broken.shares[column, first]
        piece = min(piece, len(pages) - 1)
        if column >= 0 and any(cut.row == first and cut.parts is None for cut in broken.cuts):
            # A cell that begins with its page and prints its text on the next one looks like the rest of the cell above.
            piece, at = 0, max(at, 1)
        following = pages[piece + 1] if piece + 1 < len(pages) else None
        found[column, first, pages[piece]] = text if following is None else text[:at]
        if following is not None:
            found[column, first, following] = text[at:]
    return found


def _table(broken: Broken, page: int, rows: Sequence[tuple[int, int, int]], spread: dict[tuple[int, int, int], str]) -> Table:
    left = int(broken.side)
    columns = len(HEADS) + left
    head = 1 if page == 0 or broken.repeat else 0
    cells: list[tuple[int, int, int, int, str]] = []
    top = 0
    if page == 0:
        cells += [(0, 0, 1, 1 + left, "项目名称"), (0, 1 + left, 1, columns - 1 - left, "城乡绿道")]
        top = 1
    if head:
        cells += [(top, left + i, 1, 1, text) for i, text in enumerate(HEADS)]
    body = top + head
    if broken.side:
        cells.append((top, 0, head + len(rows), 1, spread.get((-1, 0, page), "")))
    for column in (0, 1):
        at = body
        for first, group in groupby(rows, key=lambda row, c=column: _first(broken.items, row[0], c)):  # type: ignore[misc]
            height = len(list(group))
            cells.append((at, left + column, height, 1, spread.get((column, first, page), "")))
            at += height
    for number, (row, stretch, cut) in enumerate(rows):
        whole = broken.items[row].texts[2:]
        texts = whole if stretch == 0 else [pair[stretch - 1] for pair in halves(broken, broken.cuts[cut])]
        cells += [(body + number, left + 2 + i, 1, 1, text) for i, text in enumerate(texts)]
    height = body + len(rows)
    return Table(page, height, columns, tuple(_cell(page, *cell) for cell in cells), (_place(page, 0, 0),), _edges(broken, page, left))


def _cell(page: int, row: int, column: int, row_span: int, column_span: int, text: str) -> Cell:
    return Cell(row, column, text, row_span, column_span, (_place(page, row, column),))


def _place(page: int, row: int, column: int) -> Place:
    return Place(page + 1, Box(column * 60.0, row * 20.0, column * 60.0 + 60, row * 20.0 + 20), page)


def _edges(broken: Broken, page: int, left: int) -> tuple[float, ...]:
    """The borders of the columns, a little off from those of the other pages, all of them shifted from page to page."""
    edges = [50.0]
    for width in ((40.0,) if left else ()) + WIDTHS:
        edges.append(edges[-1] + width)
    return tuple(edge + off + 20 * page for edge, off in zip(edges, broken.jitter[page], strict=False))
