"""Pages drawn with placed boxes: tables from borders, thin boxes and texts wherever converters put them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from extract.model import Page, Table
from extract.readers.html import Read, read_pages
from tests.extract.office import sketch

WORDS = (
    ("一级指标", "二级指标", "指标值"),
    ("产出指标", "数量指标", "≥12个"),
    ("效益指标", "社会效益指标", "持续改善"),
    ("满意度指标", "公众满意度", "≥95%"),
)
LEFT, TOP, WIDE, HIGH = 50, 120, 140, 30


def drawn(body: str, styles: str = "") -> Read:
    return read_pages(f"<!DOCTYPE html><style>{styles}</style><body>{body}</body>".encode(), "a.html")


def boxes(unit: str = "pt", rows: Sequence[Sequence[str]] = WORDS, style: str = "border:1px solid #000") -> str:
    """Cells as boxes with borders, their text in them."""
    size = f"width:{WIDE}{unit};height:{HIGH}{unit};{style}"
    return "".join(
        f'<div style="position:absolute;left:{LEFT + c * WIDE}{unit};top:{TOP + r * HIGH}{unit};{size}">{text}</div>'
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    )


def rules(unit: str = "px") -> str:
    """The grid as thin filled boxes."""
    lines = [(LEFT, TOP + r * HIGH, 3 * WIDE, 1) for r in range(len(WORDS) + 1)]
    lines += [(LEFT + c * WIDE, TOP, 1, len(WORDS) * HIGH) for c in range(4)]
    return "".join(
        f'<i style="position:absolute;background:#000;left:{x}{unit};top:{y}{unit};width:{w}{unit};height:{h}{unit}"></i>'
        for x, y, w, h in lines
    )


def texts(unit: str = "px") -> str:
    """Texts placed by their corner alone."""
    return "".join(
        f'<span style="position:absolute;left:{LEFT + 6 + c * WIDE}{unit};top:{TOP + 8 + r * HIGH}{unit};font-size:12px">{text}</span>'
        for r, row in enumerate(WORDS)
        for c, text in enumerate(row)
    )


def table_of(page: Page) -> list[list[str]]:
    (table,) = page.tables
    return sketch(table)


WAYS = {
    "boxes in points": (boxes(), ""),
    "boxes in pixels": (boxes("px"), ""),
    "boxes in millimetres": (boxes("mm"), ""),
    "thin boxes and texts": (rules() + texts(), ""),
    "borders by side": (boxes(style="border-style:solid;border-width:1px 1px 1px 1px"), ""),
    "borders by class": (boxes(style="").replace("<div ", '<div class="c" '), ".page .c { border: solid windowtext 1.0pt }"),
}


@pytest.mark.parametrize("way", WAYS)
def test_placed_boxes_are_a_table(way: str) -> None:
    body, styles = WAYS[way]
    title = '<p style="position:absolute;left:200pt;top:40pt;font-size:18pt">项目绩效目标申报表</p>'
    found = drawn(f'<div class="page" style="position:relative;width:595pt;height:842pt">{title}{body}</div>', styles)
    (page,) = found.pages
    assert page.number == 1
    assert [line.text for line in page.lines] == ["项目绩效目标申报表"]
    assert table_of(page) == [list(row) for row in WORDS]


def test_places_are_points_of_the_page() -> None:
    (page,) = drawn(f'<div style="position:relative;width:800px;height:1000px">{boxes("px")}</div>').pages
    (table,) = page.tables
    cell = next(cell for cell in table.cells if cell.text == "≥12个")
    (place,) = cell.places
    assert place.page == 1
    assert place.box is not None
    x0, top = (LEFT + 2 * WIDE) * 0.75, (TOP + HIGH) * 0.75
    assert (place.box.x0, place.box.top) == pytest.approx((x0, top), abs=1)
    assert (place.box.x1, place.box.bottom) == pytest.approx((x0 + WIDE * 0.75, top + HIGH * 0.75), abs=1)


def test_boxes_by_share_of_the_page_and_from_its_other_corner() -> None:
    width, height = 600, 400
    size = "position:absolute;width:25%;height:40px;border:1px solid"
    cells = "".join(
        f'<div style="{size};right:{100 - 20 - 25 * (c + 1)}%;bottom:{height - 50 - 40 * (r + 1)}px">{text}</div>'
        for r, row in enumerate(WORDS)
        for c, text in enumerate(row)
    )
    (page,) = drawn(f'<div style="position:relative;width:{width}px;height:{height}px">{cells}</div>').pages
    assert table_of(page) == [list(row) for row in WORDS]


def test_texts_that_are_drawn_smaller_than_they_are_set() -> None:
    """As a known converter writes: sizes, corners and widths by class, each line set four times as large and scaled down."""
    styles = (
        ".pf { position: relative } .w0 { width: 600px } .h0 { height: 400px } .m0 { transform: matrix(0.25,0,0,0.25,0,0) }"
        ".t { position: absolute; white-space: pre; font-size: 1px; transform-origin: 0 100% }"
        ".fs0 { font-size: 48px } .h1 { height: 48px } ._0 { width: 40px }"
    )
    gap = '<span class="_ _0"></span>'
    lines = "".join(
        f'<div class="t m0 h1 fs0" style="left:{LEFT + 6 + c * WIDE}px;bottom:{378 - TOP - r * HIGH}px">{text[:1]}{gap}{text[1:]}</div>'
        for r, row in enumerate(WORDS)
        for c, text in enumerate(row)
    )
    (page,) = drawn(f'<div id="pf1" class="pf w0 h0"><div class="pc">{rules()}{lines}</div></div>', styles).pages
    assert ["".join("".join(row).split()) for row in table_of(page)] == ["".join(row) for row in WORDS]


def test_text_longer_than_its_box_stays_in_it() -> None:
    long = "对照年初计划逐项核对完成情况，每少完成一项扣二分，扣完为止，不得以任何理由调整"
    rows = [*WORDS[:3], ("满意度指标", long, "≥95%")]
    (page,) = drawn(f'<div style="position:relative">{boxes("px", rows)}</div>').pages
    assert table_of(page) == [list(row) for row in rows]


def test_pages_one_after_another_with_what_stands_between() -> None:
    one = f'<div style="position:relative;width:600px;height:400px">{boxes("px")}</div>'
    found = drawn(f"<p>前</p>{one}<p>中</p>{one}<p>后</p>")
    assert [page.number for page in found.pages] == [1, 2]
    assert [[line.text for line in page.lines] for page in found.pages] == [["前"], ["中", "后"]]
    assert [table.index for page in found.pages for table in page.tables] == [0, 1]


def test_a_page_that_flows_is_not_drawn_for_a_menu_and_a_seal() -> None:
    menu = "".join(f'<a style="position:absolute;left:{n}px;top:5px">栏目</a>' for n in range(9))
    table = f"<table><tr>{'</tr><tr>'.join('<td>' + '</td><td>'.join(row) + '</td>' for row in WORDS)}</tr></table>"
    (page,) = drawn(f"{menu}<p>{'各单位应当如实填报。' * 9}</p>{table}").pages
    assert page.number is None
    assert table_of(page) == [list(row) for row in WORDS]


def test_a_table_in_a_placed_box_is_read_as_a_table() -> None:
    table = f"<table><tr>{'</tr><tr>'.join('<td>' + '</td><td>'.join(row) + '</td>' for row in WORDS)}</tr></table>"
    labels = "".join(f'<b style="position:absolute;left:{n}px;top:9px">甲</b>' for n in range(20))
    (page,) = drawn(f'{labels}<div style="position:absolute;left:10px;top:60px">{table}</div>').pages
    assert table_of(page) == [list(row) for row in WORDS]


def test_characters_of_a_font_of_the_page_are_told() -> None:
    rows = [["\ue001\ue002" if text.startswith("≥") else text for text in row] for row in WORDS]
    found = drawn(f'<div style="position:relative">{boxes("px", rows)}</div>')
    assert [(p.code, p.severity) for p in found.problems] == [("unknown-characters", "error")]
    assert isinstance(found.pages[0].blocks[0], Table)
