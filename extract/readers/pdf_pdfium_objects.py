"""The objects of a PDFium page: paths and pictures become a Painting, text objects get their turn, clip and look.

A page has some thousand objects, and asking each of them for its properties is what this costs. So the objects are listed
first, and then each property is asked for of all of them at once."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
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
from extract.readers.pdf_pdfium_listed import Listed, alike
from extract.readers.pdf_pdfium_paths import add_paths

MOST_OBJECTS = 200_000
"""Objects of one page that are looked at: a page of the densest tables has some thousands."""

DEEPEST = 12
"""Forms within forms that are followed."""

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
        self.painting = Painting()
        self.complete = True
        self._rows = rows
        self._order = 0
        self._texts, self._paths, self._pictures = Listed(), Listed(), Listed()
        self._kinds = {
            pdfium.FPDF_PAGEOBJ_TEXT: self._texts,
            pdfium.FPDF_PAGEOBJ_PATH: self._paths,
            pdfium.FPDF_PAGEOBJ_IMAGE: self._pictures,
        }
        count = min(pdfium.FPDFPage_CountObjects(page), MOST_OBJECTS + 1)
        self._list(list(map(raw.get_object, repeat(raw.handle(page)), range(count))), matrix, 0)
        clips = Clips(rows)
        self._paint(clips)
        self.texts = _texts_of(self._texts, clips, rows)

    def _list(self, items: Sequence[raw.Handle], matrix: Matrix, depth: int) -> None:
        kinds = np.fromiter(map(raw.get_type, items), np.int64, len(items))
        start = 0
        for stop in [*np.flatnonzero(kinds == pdfium.FPDF_PAGEOBJ_FORM).tolist(), len(items)]:
            self._add(items[start:stop], kinds[start:stop], matrix)
            if self._order >= MOST_OBJECTS and stop < len(items):
                self.complete = False
                return
            self._order += 1
            if stop < len(items) and depth < DEEPEST:
                inner = _inside(items[stop])
                self._list(inner, then(self._own_matrix(items[stop]), matrix), depth + 1)
            start = stop + 1

    def _add(self, items: Sequence[raw.Handle], kinds: Ints, matrix: Matrix) -> None:
        room = MOST_OBJECTS - self._order
        if len(items) > room:
            self.complete = False
        for kind, listed in self._kinds.items():
            at = np.flatnonzero(kinds[:room] == kind)
            if len(at):
                listed.items += [items[i] for i in at.tolist()]
                listed.orders += (at + (self._order + 1)).tolist()
                listed.matrices += repeat(matrix, len(at))
        self._order += min(len(items), room)

    def _own_matrix(self, item: raw.Handle) -> Matrix:
        a, b, c, d, e, f = self._rows.floats(raw.get_own_matrix, 1, 6, (item,))[0].tolist()
        return a, b, c, d, e, f

    def _paint(self, clips: Clips) -> None:
        add_paths(self.painting, self._paths, clips, self._rows)
        if self._pictures.items:
            for order, (x0, top, x1, bottom) in zip(self._pictures.orders, self._pictures.bounds(self._rows).tolist(), strict=True):
                self.painting.add_picture(order, (x0, top, x1, bottom))

    def text_bounds(self) -> list[Bounds]:
        """The box of each text object that the page owns, in the order of ``texts``."""
        return [(x0, top, x1, bottom) for x0, top, x1, bottom in self._texts.bounds(self._rows).tolist()] if self._texts.items else []


def _texts_of(listed: Listed, clips: Clips, room: raw.Rows) -> Texts:
    items = listed.items
    sizes = room.floats(raw.get_text_size, len(items), 1, items)
    own = room.floats(raw.get_own_matrix, len(items), 6, items)
    modes = np.fromiter(map(raw.get_render_mode, items), np.int64, len(items))
    examples, looks = alike(np.vstack((sizes.T.view(np.uint32), own[:, :4].T.view(np.uint32), modes, listed.placed())).astype(np.uint64))
    chosen = zip(sizes[examples, 0].tolist(), own[examples].tolist(), examples.tolist(), modes[examples].tolist(), strict=True)
    return Texts(
        np.fromiter(map(_address, items), np.uint64, len(items)),
        np.array(listed.orders, dtype=np.int64),
        looks,
        clips.numbers(listed),
        [look_of(size, matrix, listed.matrices[i], mode not in _UNSEEN) for size, matrix, i, mode in chosen],
        clips.bounds,
    )


def look_of(font_size: float, own: Sequence[float], matrix: Matrix, visible: bool = True) -> Look:
    """How text of this size and matrix looks where the second matrix shows it."""
    a, b, c, d, _, _ = then((own[0], own[1], own[2], own[3], 0.0, 0.0), matrix)
    slanted = min(abs(a), abs(b)) > SLANT * math.hypot(a, b)
    hidden = "invisible" if not visible else "slanted" if slanted else None
    return Look(round(font_size * math.hypot(c, d), 2), abs(a) >= abs(b), hidden)


def _inside(form: raw.Handle) -> list[raw.Handle]:
    return list(map(raw.get_form_object, repeat(form), map(ctypes.c_ulong, range(raw.count_form_objects(form)))))
