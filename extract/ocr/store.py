"""Recognised pages kept in a folder: what was recognised once is never recognised again."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tempfile
import zlib
from pathlib import Path
from typing import Any, Protocol

from extract.model import Rule, Word
from extract.problem import NotWritableError, Problem
from extract.readers.drawing import Drawing

LARGEST = 64_000_000
"""Bytes that an entry may unpack to; the densest page takes some hundred thousand."""


class PageStore(Protocol):
    """Keeps recognised pages by a key that names the picture and all that decides what is read in it."""

    def get(self, key: str, number: int) -> Drawing | None:
        """The page as page ``number``; None where it is not kept."""

    def put(self, key: str, drawing: Drawing) -> None:
        """Keeps the page."""


def key_of(digest: str, engine_version: str, recognition_version: int) -> str:
    """The key of a page: the same picture recognised in the same way has the same one."""
    return hashlib.sha256(f"{digest}|{engine_version}|{recognition_version}".encode()).hexdigest()


class FolderStore:
    """A PageStore in a folder that many processes may share: entries appear whole, and a damaged one counts as none."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def get(self, key: str, number: int) -> Drawing | None:
        """The page as page ``number``; None where it is not kept or its entry is damaged."""
        try:
            with gzip.open(self._path(key), "rb") as file:
                data = file.read(LARGEST + 1)
            return _drawing(json.loads(data), number) if len(data) <= LARGEST else None
        except (OSError, EOFError, zlib.error, ValueError, TypeError, KeyError, RecursionError):
            return None

    def put(self, key: str, drawing: Drawing) -> None:
        """Keeps the page. Raises NotWritableError."""
        path = self._path(key)
        text = json.dumps(_plain(drawing), ensure_ascii=False, separators=(",", ":"))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_aside(path, gzip.compress(text.encode(), 6, mtime=0))
        except OSError as error:
            raise NotWritableError(
                f"Recognised pages cannot be kept in {self.folder}: {error.strerror}.", "Make room there, or name another folder."
            ) from error

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.json.gz"


def _write_aside(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _plain(drawing: Drawing) -> dict[str, Any]:
    return {
        "size": [drawing.width, drawing.height],
        "words": [[*word] for word in drawing.words],
        "rules": [[*rule] for rule in drawing.rules],
        "problems": [[p.code, p.severity, p.message, p.where] for p in drawing.problems],
        "back": drawing.back,
    }


def _drawing(kept: Any, number: int) -> Drawing:
    """The page of an entry. Raises ValueError, TypeError or KeyError where the entry is not as this module writes it."""
    width, height = map(float, kept["size"])
    words = [_word(*values) for values in kept["words"]]
    rules = [Rule(*map(float, values)) for values in kept["rules"]]
    problems = tuple(_problem(number, *values) for values in kept["problems"])
    back = kept["back"]
    if back is not None:
        a, b, c, d, e, f = map(float, back)
        back = (a, b, c, d, e, f)
    return Drawing(number, width, height, words, rules, problems=problems, ocr=True, back=back)


def _word(text: str, x0: float, top: float, x1: float, bottom: float, size: float, upright: bool, confidence: float) -> Word:
    if not isinstance(text, str) or not text:
        raise ValueError("a word without text")
    return Word(text, float(x0), float(top), float(x1), float(bottom), float(size), bool(upright), float(confidence))


def _problem(number: int, code: str, severity: Any, message: str, where: str | None) -> Problem:
    if severity not in ("info", "warning", "error"):
        raise ValueError("a problem without severity")
    return Problem(str(code), severity, str(message), number, where)
