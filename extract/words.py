"""The words of a page in columns of numbers: most of what is asked is asked of all of them, and needs no object for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import compress, repeat
from typing import overload

import numpy as np

from extract.arrays import Bools, Floats, Ints
from extract.model import Word

_made = tuple.__new__
"""A Word of its fields in order: half the cost of calling the class."""


@dataclass(frozen=True, slots=True, eq=False)
class Words(Sequence[Word]):
    """Words by their fields; a Word is made only where one is asked for.

    ``texts`` is a string where each word is one character, as in nearly every PDF. ``confidence`` is None where it is 1."""

    texts: Sequence[str]
    x0: Floats
    top: Floats
    x1: Floats
    bottom: Floats
    size: Floats
    upright: Bools
    confidence: Floats | None = None

    def __len__(self) -> int:
        return len(self.texts)

    def __iter__(self) -> Iterator[Word]:
        sure = repeat(1.0) if self.confidence is None else self.confidence.tolist()
        numbers = (column.tolist() for column in (self.x0, self.top, self.x1, self.bottom, self.size, self.upright))
        return map(_made, repeat(Word), zip(self.texts, *numbers, sure, strict=False))

    @overload
    def __getitem__(self, at: int) -> Word: ...
    @overload
    def __getitem__(self, at: slice) -> list[Word]: ...
    def __getitem__(self, at: int | slice) -> Word | list[Word]:
        if isinstance(at, slice):
            return list(self)[at]
        sure = 1.0 if self.confidence is None else float(self.confidence[at])
        x0, top, x1, bottom, size = (float(column[at]) for column in (self.x0, self.top, self.x1, self.bottom, self.size))
        return Word(self.texts[at], x0, top, x1, bottom, size, bool(self.upright[at]), sure)

    @property
    def corners(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Left, top, right and bottom of each."""
        return self.x0, self.top, self.x1, self.bottom

    def only(self, kept: Bools) -> Words:
        """Those that are marked as kept."""
        texts = list(compress(self.texts, kept.tolist()))
        x0, top, x1, bottom = (column[kept] for column in self.corners)
        sure = None if self.confidence is None else self.confidence[kept]
        return Words(as_characters(texts), x0, top, x1, bottom, self.size[kept], self.upright[kept], sure)

    def with_texts(self, texts: Sequence[str]) -> Words:
        """The words with other texts, in the same order."""
        return replace(self, texts=as_characters(texts))


def columns_of(words: Sequence[Word]) -> Words:
    """The words in columns."""
    if isinstance(words, Words):
        return words
    fields = zip(*words, strict=True) if words else ((),) * len(Word._fields)
    texts, *numbers, upright, confidence = fields
    x0, top, x1, bottom, size = np.array(numbers, dtype=np.float64)
    sure = np.array(confidence, dtype=np.float64)
    return Words(as_characters(texts), x0, top, x1, bottom, size, np.array(upright, dtype=bool), sure if (sure < 1).any() else None)


def as_characters(texts: Sequence[str]) -> Sequence[str]:
    """The texts, as one string where each of them is one character."""
    if isinstance(texts, str):
        return texts
    joined = "".join(texts)
    return joined if len(joined) == len(texts) and all(texts) else texts


def codes_of(texts: str) -> Ints:
    """The code of each character."""
    return np.frombuffer(texts.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
