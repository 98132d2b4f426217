"""The recogniser: PP-OCRv6 small as the ``rapidocr`` wheel carries it.

Its models are called directly: the pipeline around them in the wheel takes three times as long as they do. Nothing is
downloaded or written, and no model is loaded before it is used."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from importlib.metadata import version as wheel_version
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from extract.arrays import Singles
from extract.ocr.nets import Net, backend, load_net, model_path
from extract.problem import ToolMissingError

Grey = npt.NDArray[np.uint8]

REMEDY = 'Type: pip install "jixiao[ocr]"'

LINE_HEIGHT = 48
"""Rows of pixels that the model reads."""

WIDTH_STEP = 32
"""Lines are padded to a multiple of this, so that those of one batch waste little."""

BATCH_WIDTH = 4096
"""Columns of pixels that all lines of a batch have together."""

DETECTOR_SIDE = 1280
"""Pixels of the longer side of what the detector sees: the text of a page is still 10 pixels high there."""

MODEL = "PP-OCRv6"
_READS, _FINDS = "PP-OCRv6_rec_small.onnx", "PP-OCRv6_det_small.onnx"


_TWO_STROKES = str.maketrans("≧≦⩾⩽═", "≥≤≥≤=")


class Reading(NamedTuple):
    """A line as read. For each character ``at`` is its middle as a share of the crop's width, ``sure`` its probability."""

    text: str
    at: tuple[float, ...] = ()
    sure: tuple[float, ...] = ()

    @property
    def confidence(self) -> float:
        """That of the least certain character, 0 where nothing was read; whether there is a space is no doubt about a character."""
        return min((sure for char, sure in zip(self.text, self.sure, strict=True) if char != " "), default=0.0)


class Found(NamedTuple):
    """The box of a line of text in pixels of the picture, and how sure the detector is of it."""

    x0: int
    top: int
    x1: int
    bottom: int
    sure: float


def available() -> bool:
    """True where all that recognition needs is installed."""
    return backend() is not None and model_path(_READS) is not None and find_spec("cv2") is not None


def engine_version() -> str:
    """Model, wheel and backend: all that decides what is read. Raises ToolMissingError."""
    if not available():
        raise missing("Recognition of scans")
    by = backend() or ""
    return f"{MODEL} small, rapidocr {wheel_version('rapidocr')} {by} {wheel_version(by)}"


def missing(what: str) -> ToolMissingError:
    """The error where a scan cannot be recognised; ``what`` begins its sentence."""
    return ToolMissingError(f"{what} needs the optional part for recognition, which is not installed.", REMEDY)


@cache
def load_engine(threads: int = 1) -> Engine:
    """The engine of this process that works in this number of threads. Raises ToolMissingError."""
    return Engine(threads)


class Engine:
    """Reads lines, and finds them. ``version`` names all that decides what is read."""

    def __init__(self, threads: int = 1) -> None:
        self.version = engine_version()
        self.threads = threads

    def read_lines(self, crops: Sequence[Grey]) -> list[Reading]:
        """What each crop says: one line of dark text on white, with little more around it than its height."""
        readings = [Reading("")] * len(crops)
        lines = {i: _scaled(crop) for i, crop in enumerate(crops) if crop.size}
        for width, numbers in _batches({i: line.shape[1] for i, line in lines.items()}):
            tables = self._reads.run(_stacked([lines[i] for i in numbers], width))
            for i, table in zip(numbers, tables, strict=True):
                readings[i] = _decoded(table, self._reads.characters, width / lines[i].shape[1], self._alike)
        return readings

    def find_lines(self, picture: Grey) -> list[Found]:
        """The lines of text in the picture of a page or of a part of it, from top to bottom."""
        import cv2

        height, width = picture.shape
        scale = min(1.0, DETECTOR_SIDE / max(height, width))
        size = (max(32, round(width * scale / 32) * 32), max(32, round(height * scale / 32) * 32))
        shrunk = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
        boxes, sure = self._outlined(self._finds.run(_stacked([shrunk], size[0])), (height, width))
        corners = [(*box.min(axis=0), *box.max(axis=0)) for box in boxes]
        found = [Found(int(x0), int(y0), int(x1), int(y1), float(s)) for (x0, y0, x1, y1), s in zip(corners, sure, strict=True)]
        return sorted(found, key=lambda f: (f.top, f.x0))

    @cached_property
    def _reads(self) -> Net:
        net = self._load(_READS)
        return net._replace(characters=("", *net.characters, " "))

    @cached_property
    def _alike(self) -> dict[int, list[int]]:
        """Number of a character -> those that are written the same, where there are several: ( and （, ≥ and ≧."""
        groups: dict[str, list[int]] = {}
        for number, character in enumerate(self._reads.characters):
            groups.setdefault(unicodedata.normalize("NFKC", character).translate(_TWO_STROKES), []).append(number)
        return {number: group for group in groups.values() if len(group) > 1 for number in group}

    @cached_property
    def _finds(self) -> Net:
        return self._load(_FINDS)

    def _load(self, name: str) -> Net:
        path, by = model_path(name), backend()
        if path is None or by is None:
            raise missing("Recognition of scans")
        return load_net(path, by, self.threads)

    @cached_property
    def _outlined(self) -> Callable[[Singles, tuple[int, int]], tuple[Any, list[float]]]:
        from rapidocr.ch_ppocr_det.utils import DBPostProcess

        return DBPostProcess(0.3, 0.5, 3000, 1.6, "fast", True)


def _scaled(crop: Grey) -> Grey:
    import cv2

    height, width = crop.shape
    size = (max(8, round(width * LINE_HEIGHT / height)), LINE_HEIGHT)
    method = cv2.INTER_AREA if height > LINE_HEIGHT else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(crop, size, interpolation=method), np.uint8)


def _batches(widths: Mapping[int, int]) -> Iterator[tuple[int, list[int]]]:
    """Numbers of lines of about one width, with the width that they share."""
    batch: list[int] = []
    shared = 0
    for number in sorted(widths, key=lambda n: widths[n]):
        width = -(-widths[number] // WIDTH_STEP) * WIDTH_STEP
        if batch and width * (len(batch) + 1) > BATCH_WIDTH:
            yield shared, batch
            batch = []
        batch.append(number)
        shared = width
    if batch:
        yield shared, batch


def _stacked(pictures: Sequence[Grey], width: int) -> Singles:
    """The pictures as the models take them: three equal colours from -1 to 1, the space behind a line grey."""
    values = np.zeros((len(pictures), 1, pictures[0].shape[0], width), np.float32)
    for value, picture in zip(values, pictures, strict=True):
        value[0, :, : picture.shape[1]] = picture / np.float32(127.5) - 1
    return np.repeat(values, 3, axis=1)


def _decoded(table: Singles, characters: Sequence[str], padded: float, alike: Mapping[int, list[int]]) -> Reading:
    """The best character of each step, without repeats and blanks (number 0); ``padded`` is the width of all steps in crops.

    It is as sure as all that are written like it together: which of two widths a bracket has is no doubt."""
    best = table.argmax(axis=1)
    starts = np.flatnonzero(np.diff(best, prepend=-1) != 0)
    ends = np.append(starts[1:], len(best))
    runs = [(int(a), int(b)) for a, b in zip(starts, ends, strict=True) if best[a] != 0]
    text = "".join(characters[best[a]] for a, _ in runs)
    at = tuple(min(1.0, (a + b) / 2 / len(best) * padded) for a, b in runs)
    return Reading(text, at, tuple(_probability(table[a:b], alike.get(int(best[a]), [int(best[a])])) for a, b in runs))


def _probability(steps: Singles, numbers: Sequence[int]) -> float:
    return min(1.0, float(steps[:, numbers].sum(axis=1).max()))
