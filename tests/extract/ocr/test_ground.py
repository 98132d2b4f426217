from __future__ import annotations

import numpy as np
import pytest

from tests.extract.ocr.drawn import Form, Pixels, blank, cv2, form_page, line, sealed, text

DPI = 150.0
INK = 150


def clean(page: Pixels) -> Pixels:
    from extract.ocr.ground import clean

    return clean(np.ascontiguousarray(page), DPI)


def lost_and_left(page: Pixels, changed: Pixels) -> tuple[float, float]:
    """Share of the ink of a page that is gone from its changed form once cleaned, and of its paper that is not white there."""
    ink, paper = clean(page) < INK, cv2.erode(clean(page), np.ones((5, 5), np.uint8)) > 250
    after = clean(changed)
    return float((after[ink] > 200).mean()), float((after[paper] < INK).mean())


def shaded(page: Pixels) -> Pixels:
    """Lit from one corner, on yellowish paper."""
    height, width = page.shape[:2]
    light = np.linspace(0.5, 1, width)[None, :] * np.linspace(1, 0.75, height)[:, None]
    return np.asarray(page * light[..., None] * np.array([1, 0.97, 0.88]), dtype=np.uint8)


def shining_through(page: Pixels) -> Pixels:
    behind = cv2.GaussianBlur(255 - page[:, ::-1], (0, 0), 1.5).astype(float)
    return np.asarray(np.clip(page - 0.17 * behind, 0, 255), dtype=np.uint8)


CHANGES = {
    "uneven light": shaded,
    "print shining through": shining_through,
    "red seal": lambda page: sealed(page, DPI, (230, 190)),
    "dull purple seal": lambda page: shaded(sealed(page, DPI, (230, 190), (140, 50, 100))),
    "two seals that overlap": lambda page: sealed(sealed(page, DPI, (200, 190)), DPI, (270, 210)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_ink_stays_and_the_rest_is_white(change: str) -> None:
    page = form_page(Form(), DPI)
    lost, left = lost_and_left(page, CHANGES[change](page))
    assert lost < 0.02
    assert left < (0.006 if "overlap" in change else 0.002)


def test_red_text_is_no_seal() -> None:
    page = blank(DPI)
    for i in range(6):
        text(page, DPI, (100, 100 + 15 * i), "must not be lost", 12, (220, 20, 20))
    text(page, DPI, (100, 300), "RED", 40, (220, 20, 20))
    assert (clean(page) < INK).sum() > 0.8 * (page[:, :, 1] < INK).sum()


def test_red_rules_are_no_seal() -> None:
    page = blank(DPI)
    for y in (100, 400):
        line(page, DPI, (60, y, 500, y))
    for x in (60, 500):
        line(page, DPI, (x, 100, x, 400))
    red = page.copy()
    red[page[:, :, 0] < 100] = (220, 30, 30)
    assert (clean(red) < INK).sum() == (clean(page) < INK).sum()


def test_a_seal_leaves_black_and_white_alone() -> None:
    page = form_page(Form(), DPI)
    assert np.array_equal(clean(page), clean(np.dstack([page[:, :, 0]] * 3)))


def test_the_table_around_a_photographed_page_is_white() -> None:
    page = form_page(Form(), DPI)
    around = cv2.copyMakeBorder(page, 80, 80, 80, 80, cv2.BORDER_CONSTANT, value=(60, 50, 45))
    after = clean(around)
    assert after[:78].min() == 255
    assert after[:, :78].min() == 255
    assert (after < INK).sum() == pytest.approx((clean(page) < INK).sum(), rel=0.02)


def test_a_dark_page_is_not_taken_for_its_surroundings() -> None:
    page = form_page(Form(), DPI)
    assert (clean((page * 0.35).astype(np.uint8)) < INK).sum() > 0.8 * (clean(page) < INK).sum()
