"""Whether a page with a text layer shows more text in its pictures, and both kinds of text put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from extract.model import Word
from extract.ocr.ink import GLYPH, Ink, pieces_of
from extract.ocr.picture import Picture
from extract.ocr.structure import cell_boxes, structure_of
from extract.readers.drawing import Affine, Drawing

LEAST_CELLS = 8
"""Cells with ink that no word covers from which on a page holds a table in a picture."""

LEAST_PAPER = 0.6
"""Share of a page that is bright where it is printed paper; a photograph has less."""

BRIGHT = 190
MORE_INK = 2.0
"""Pieces of ink beside the words, for each of their characters, from which on most of the page is not in its words."""

LEAST_INK = 60

AGREEING = 0.8
"""Share of the characters of the text layer that recognition has to find, too, for the layer to be believed."""

SAME = 1.3
"""How much longer than the words in its place a recognised line may be and still be the same."""


def shows_unread_text(picture: Picture, words: Sequence[Word], share: float) -> bool:
    """True where the page shows a table whose cells hold no word, or is a scan with some words printed on it; ``share``
    of the page is pictures."""
    structure = structure_of(picture, head=False)
    pixel = structure.dpi / 72
    text = structure.text.copy()
    for w in _on_upright(words, structure.back):
        text[
            max(0, round((w.top - 2) * pixel)) : round((w.bottom + 2) * pixel),
            max(0, round((w.x0 - 2) * pixel)) : round((w.x1 + 2) * pixel),
        ] = 255
    pieces = [p for p in pieces_of(text, structure.dpi) if GLYPH[0] * pixel <= p.height <= GLYPH[1] * pixel and p.width <= 4 * p.height]
    cells = [cell for table in cell_boxes(structure) for cell in table]
    filled = sum(any(_inside(p, c.x0 * pixel, c.top * pixel, c.x1 * pixel, c.bottom * pixel) for p in pieces) for c in cells)
    if filled >= LEAST_CELLS:
        return True
    paper = float((picture.pixels.min(axis=2) >= BRIGHT).mean())
    return share >= 0.5 and paper >= LEAST_PAPER and len(pieces) >= max(LEAST_INK, MORE_INK * len(words))


def _inside(piece: Ink, x0: float, top: float, x1: float, bottom: float) -> bool:
    x, y = piece.middle
    return x0 < x < x1 and top < y < bottom


def with_text_layer(found: Drawing, words: Sequence[Word]) -> Drawing:
    """The recognised page with the words of its text layer in place of what was recognised where they stand. A layer with
    which recognition does not agree is of no use: none of it is taken."""
    if found.back is None or not words:
        return found
    layer = _on_upright(words, found.back)
    held: dict[int, list[Word]] = {}
    for word in layer:
        line = next((n for n, w in enumerate(found.words) if _holds(w, word)), None)
        if line is not None:
            held.setdefault(line, []).append(word)
    common = sum((Counter(found.words[n].text) & Counter("".join(w.text for w in own))).total() for n, own in held.items())
    if common < AGREEING * sum(len(w.text) for own in held.values() for w in own):
        return found
    longer = {n for n, own in held.items() if len(found.words[n].text) > SAME * sum(len(w.text) for w in own) + 1}
    dropped = {id(w) for n in longer for w in held[n]}
    kept = [w for n, w in enumerate(found.words) if n not in held or n in longer]
    return found._replace(words=kept + [w for w in layer if id(w) not in dropped])


def _holds(line: Word, word: Word) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
    return line.x0 - 2 <= x <= line.x1 + 2 and line.top - 2 <= y <= line.bottom + 2


def _on_upright(words: Sequence[Word], back: Affine) -> list[Word]:
    """The words of the page as displayed on the page as it was straightened."""
    if not words:
        return []
    a, b, c, d, e, f = back
    corners = np.array([w[1:5] for w in words]).reshape(-1, 2, 2) - (e, f)
    moved = corners @ np.linalg.inv(np.array([[a, c], [b, d]])).T
    boxes = np.hstack((moved.min(axis=1), moved.max(axis=1))).round(2).tolist()
    placed = zip(words, boxes, strict=True)
    return [w._replace(x0=x0, top=top, x1=x1, bottom=bottom, upright=True) for w, (x0, top, x1, bottom) in placed]
