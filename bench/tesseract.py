"""Tesseract in the place of the recogniser: it is given the same lines of the same straightened pages, for comparison alone."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from extract.ocr.engine import Found, Grey, Reading

LANGUAGE = "chi_sim"
BORDER = 10
"""Pixels of white around a crop: Tesseract reads nothing that touches an edge."""

Words = list[dict[str, str]]


class Tesseract:
    """Reads lines and finds them, as ``extract.ocr.engine.Engine`` does."""

    version = "tesseract"

    def read_lines(self, crops: Sequence[Grey]) -> list[Reading]:
        if not crops:
            return []
        with tempfile.TemporaryDirectory() as folder:
            names = [_saved(crop, Path(folder, f"{number:05}.png")) for number, crop in enumerate(crops)]
            listed = Path(folder, "list.txt")
            listed.write_text("\n".join(names))
            words = _words(listed, 7)
        return [_reading(words.get(number + 1, []), crop.shape[1]) for number, crop in enumerate(crops)]

    def find_lines(self, picture: Grey) -> list[Found]:
        with tempfile.TemporaryDirectory() as folder:
            words = _words(Path(_saved(picture, Path(folder, "page.png"))), 11).get(1, [])
        lines: dict[tuple[str, ...], Words] = defaultdict(list)
        for word in words:
            lines[word["block_num"], word["par_num"], word["line_num"]].append(word)
        return [_found(line) for line in lines.values()]


def version() -> str | None:
    """What Tesseract calls itself, None where it or its Chinese is not here."""
    try:
        languages = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True).stdout.split()
        first = subprocess.run(["tesseract", "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError):
        return None
    return first if LANGUAGE in languages else None


def _saved(picture: Grey, path: Path) -> str:
    Image.fromarray(np.pad(picture, BORDER, constant_values=255)).save(path, compress_level=1)
    return str(path)


def _words(path: Path, layout: int) -> dict[int, Words]:
    """The words of each picture, counted from 1."""
    command = ["tesseract", str(path), "stdout", "-l", LANGUAGE, "--psm", str(layout), "--dpi", "200", "tsv"]
    run = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"})
    found: dict[int, Words] = defaultdict(list)
    for row in csv.DictReader(io.StringIO(run.stdout), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == "5" and row["text"].strip():
            found[int(row["page_num"])].append(row)
    return found


def _reading(words: Words, width: int) -> Reading:
    """The words in a row with a blank between them; characters of a word stand at equal distances."""
    text, at, sure = "", [], []
    for word in words:
        letters = (" " if text else "") + word["text"]
        left, wide = int(word["left"]) - BORDER, int(word["width"])
        at += [min(1.0, max(0.0, (left + wide * (n + 0.5) / len(letters)) / width)) for n in range(len(letters))]
        sure += [max(0.0, float(word["conf"])) / 100] * len(letters)
        text += letters
    return Reading(text, tuple(at), tuple(sure))


def _found(line: Words) -> Found:
    boxes = [(int(w["left"]) - BORDER, int(w["top"]) - BORDER, int(w["width"]), int(w["height"])) for w in line]
    x0, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    x1, bottom = max(b[0] + b[2] for b in boxes), max(b[1] + b[3] for b in boxes)
    return Found(max(0, x0), max(0, top), x1, bottom, 1.0)
