from __future__ import annotations

import pytest

from extract.model import Word
from extract.readers.drawing import Drawing
from extract.readers.pdf_layer import UNKNOWN, as_printed, usable, without_doubles


def drawing(text: str, pictures: float = 0.0, shapes: int = 0) -> Drawing:
    words = [
        Word(c, 20.0 + 12 * (i % 30), 40.0 + 20 * (i // 30), 32.0 + 12 * (i % 30), 52.0 + 20 * (i // 30), 12.0) for i, c in enumerate(text)
    ]
    return Drawing(3, 400, 300, words, [], pictures=pictures, shapes=shapes)


def seen(page: Drawing) -> tuple[str, list[tuple[str, str, int | None]]]:
    after = usable(page)
    return "".join(w.text for w in after.words), [(p.code, p.severity, p.page) for p in after.problems]


FORM = "项目名称：办公经费；资金总额（万元）12.50，产出指标≥95%，①质量指标"


@pytest.mark.parametrize(
    ("character", "shown"),
    [
        ("⽬", "目"),
        ("⼀", "一"),
        ("⻓", "长"),
        ("⻚", "页"),
        ("\uf9ca", "流"),
        ("\u00ad", "-"),
        ("①", "①"),
        ("％", "％"),
        ("A", "A"),
        ("·", "·"),
    ],
)
def test_character_that_the_glyph_shows(character: str, shown: str) -> None:
    assert as_printed(character) == shown


def test_form_is_usable() -> None:
    assert seen(drawing(FORM)) == (FORM, [])


LEFT_OUT = ("", [("unusable-text-layer", "error", 3)])
GARBAGE = {
    "no character known": UNKNOWN * 5,
    "private use": "".join(chr(0xE000 + i) for i in range(40)),
    "bytes of another encoding": "ÏîÄ¿Ãû³Æ°ì¹«¾\xadÑéÖÊÁ¿Ö¸±ê²ú³öÐ§Òæ",
    "random characters": "籪粵鐫鸞蠶籬黌鱺驪鬱釁顴饞黷鑿爨讞讜鸛讖鱷鸕",
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_garbage_never_becomes_text(kind: str) -> None:
    text, problems = seen(drawing(GARBAGE[kind]))
    assert (text, problems) == LEFT_OUT


def test_one_unusable_font_of_two_leaves_the_other() -> None:
    text, problems = seen(drawing("一级指标二级指标" + UNKNOWN * 20))
    assert text == "一级指标二级指标"
    assert problems == [("unusable-text-layer", "error", 3)]


def test_few_unknown_characters_stand_as_unknown() -> None:
    text, problems = seen(drawing(FORM + UNKNOWN))
    assert text == FORM + UNKNOWN
    assert problems == [("unknown-characters", "warning", 3)]


PAGES: dict[str, tuple[Drawing, list[tuple[str, str, int | None]]]] = {
    "blank page": (drawing(""), []),
    "scan": (drawing("", pictures=0.9), [("page-without-text", "error", 3)]),
    "scan with a page number": (drawing("12", pictures=0.9), [("page-without-text", "warning", 3)]),
    "letters drawn as shapes": (drawing("", shapes=900), [("page-without-text", "error", 3)]),
    "page with a small logo": (drawing("目录", pictures=0.02), []),
    "form with a stamp": (drawing(FORM, pictures=0.6), []),
}


@pytest.mark.parametrize("kind", PAGES)
def test_page_without_text_is_told(kind: str) -> None:
    page, problems = PAGES[kind]
    assert seen(page)[1] == problems


def test_double_figures_are_no_doubles() -> None:
    words = [Word("1", 50.0, 40.0, 53.0, 50.0, 10.0), Word("1", 53.0, 40.0, 56.0, 50.0, 10.0), Word("1", 53.3, 40.0, 56.3, 50.0, 10.0)]
    kept, homes = without_doubles(words, {1: (9.0, 9.0)})
    assert kept == words[:2]
    assert homes == {1: (9.0, 9.0)}
