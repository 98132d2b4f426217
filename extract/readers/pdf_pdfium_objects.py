"""The objects of a PDFium page: paths and pictures become a Painting, text objects get their turn, clip and look.

A page has some thousand objects, and asking each of them for its properties is what this costs. So the objects are listed
first, and then each property is asked for of all of them at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium

from extract.arrays import Ints
from extract.readers import pdf_pdfium_calls as raw
from extract.readers.pdf_layer import SLANT
from extract.readers.pdf_matrix import Matrix, then
from extract.readers.pdf_paint import Bounds, Painting
from extract.readers.pdf_pdfium_clips import Clips
from extract.readers.pdf_pdfium_listed import Listed, Listing, alike
from extract.readers.pdf_pdfium_paths import add_paths

_UNSEEN = frozenset((pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP))
_UNOWNED = 1 << 60
_address = attrgetter("value")


class Look(NamedTuple):
    """The size in which text is shown, whether it runs along the page, and why it cannot be seen, if so."""

    size: float
    upright: bool
    hidden: str | None


@dataclass
class Texts:
    """What the text page does not tell about runs of text, in columns.

    Runs look alike and share clips: ``looks`` and ``clips`` are places in those that there are."""

    handles: npt.NDArray[np.uint64]
    orders: Ints
    looks: Ints
    clips: Ints
    all_looks: list[Look]
    all_clips: list[Bounds | None]

    def places(self, owners: npt.NDArray[np.uint64]) -> Ints:
        """The place of each of these handles in the columns, -1 where there is none of it."""
        if not len(self.handles):
            return np.full(len(owners), -1)
        order = np.argsort(self.handles)
        found = order[np.searchsorted(self.handles, owners, sorter=order).clip(max=len(order) - 1)]
        return np.where(self.handles[found] == owners, found, -1)

    def add_unowned(self, owner: int, look: Look) -> None:
        """Text that no object of the page owns: not clipped, and painted last."""
        self.handles = np.append(self.handles, np.uint64(owner))
        self.orders = np.append(self.orders, _UNOWNED)
        self.looks = np.append(self.looks, len(self.all_looks))
        self.clips = np.append(self.clips, 0)
        self.all_looks.append(look)


class Objects:
    """What one page paints, in the order of painting; ``complete`` is False where it paints more than is looked at."""

    def __init__(self, page: Any, matrix: Matrix, rows: raw.Rows) -> None:
        listing, clips = Listing(page, matrix, rows), Clips(rows)
        self.complete = listing.complete
        self.painting = Painting()
        self._rows = rows
        listed, kinds = listing.listed()
        clipped = clips.numbers(listed)
        texts, paths = kinds == pdfium.FPDF_PAGEOBJ_TEXT, kinds == pdfium.FPDF_PAGEOBJ_PATH
        add_paths(self.painting, listed.only(paths), clipped[paths], clips.bounds, rows)
        pictures = listed.only(kinds == pdfium.FPDF_PAGEOBJ_IMAGE)
        if pictures.items:
            for order, (x0, top, x1, bottom) in zip(pictures.orders.tolist(), pictures.bounds(rows).tolist(), strict=True):
                self.painting.add_picture(order, (x0, top, x1, bottom))
        self._texts = listed.only(texts)
        self.texts = _texts_of(self._texts, clipped[texts], clips.bounds, rows)

    def text_bounds(self) -> list[Bounds]:
        """The box of each text object that the page owns, in the order of ``texts``."""
        return [(x0, top, x1, bottom) for x0, top, x1, bottom in self._texts.bounds(self._rows).tolist()] if self._texts.items else []


def _texts_of(listed: Listed, clips: Ints, bounds: list[Bounds | None], room: raw.Rows) -> Texts:
    items, count = listed.items, len(listed.items)
    numbers = np.empty((count, 5), dtype=np.float32)
    numbers[:, 0] = room.floats(raw.get_text_size, count, 1, items)[:, 0]
    numbers[:, 1:] = room.floats(raw.get_own_matrix, count, 6, items)[:, :4]
    modes = np.fromiter(map(raw.get_render_mode, items), np.int64, count)
    examples, looks = alike(np.vstack((numbers.T.view(np.uint32), modes.astype(np.uint32), listed.shown.astype(np.uint32))))
    chosen = zip(*(column[examples].tolist() for column in (numbers, modes, listed.shown)), strict=True)
    return Texts(
        np.fromiter(map(_address, items), np.uint64, count),
        listed.orders,
        looks,
        clips,
        [look_of(size, own, listed.matrices[by], mode not in _UNSEEN) for (size, *own), mode, by in chosen],
        bounds,
    )


def look_of(font_size: float, own: Sequence[float], matrix: Matrix, visible: bool = True) -> Look:
    """How text of this size and matrix looks where the second matrix shows it."""
    a, b, c, d, _, _ = then((own[0], own[1], own[2], own[3], 0.0, 0.0), matrix)
    slanted = min(abs(a), abs(b)) > SLANT * math.hypot(a, b)
    hidden = "invisible" if not visible else "slanted" if slanted else None
    return Look(round(font_size * math.hypot(c, d), 2), abs(a) >= abs(b), hidden)
