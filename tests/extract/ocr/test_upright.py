from __future__ import annotations

import numpy as np
import pytest

from tests.extract.ocr.drawn import Form, Pixels, blank, form_page, skewed, text

DPI = 150.0


def prose() -> Pixels:
    page = blank(DPI)
    for i in range(30):
        text(page, DPI, (80, 90 + 20 * i), "The unit trained one hundred and twenty people and wrote its report."[: 40 + i])
    return page


@pytest.mark.parametrize("degrees", [-5.0, -2.35, -0.4, 0.0, 0.15, 1.0, 3.72, 5.0])
@pytest.mark.parametrize("what", ["rules", "text alone"])
def test_skew_is_found(what: str, degrees: float) -> None:
    from extract.ocr.upright import skew_of

    page = skewed(form_page(Form(), DPI) if what == "rules" else prose(), degrees)
    assert skew_of(np.ascontiguousarray(page[:, :, 0]), DPI) == pytest.approx(degrees, abs=0.05 if what == "rules" else 0.15)


def test_a_blank_page_has_no_skew_to_speak_of() -> None:
    from extract.ocr.upright import skew_of

    assert skew_of(np.full((500, 400), 255, np.uint8), DPI) == pytest.approx(0)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("what", ["rules", "text alone"])
def test_the_head_of_a_page_is_found(what: str, turns: int) -> None:
    pytest.importorskip("rapidocr", reason="scans are read only with jixiao[ocr]: rapidocr is not installed")
    from extract.ocr.turning import line_asker, turns_of

    page = np.rot90(prose() if what == "text alone" else form_page(Form(), DPI), turns)
    assert turns_of(np.ascontiguousarray(page[:, :, 0]), DPI, line_asker()) == turns


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("what", ["rules", "text alone"])
def test_lines_are_laid_along_the_rows_without_the_network(what: str, turns: int) -> None:
    from extract.ocr.turning import turns_of

    page = np.rot90(prose() if what == "text alone" else form_page(Form(), DPI), turns)
    assert turns_of(np.ascontiguousarray(page[:, :, 0]), DPI, None) == turns % 2


def test_a_page_without_lines_stays_as_it_is() -> None:
    from extract.ocr.turning import turns_of

    def never(lines: object) -> object:
        raise AssertionError("no line was to be asked")

    assert turns_of(np.full((500, 400), 255, np.uint8), DPI, never) == 0  # type: ignore[arg-type]
