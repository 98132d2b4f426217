"""The packages, programs and fonts that reading or writing stands on, and whether they are here."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from importlib import metadata
from typing import Literal

SECONDS = 20


@dataclass(frozen=True, slots=True)
class Tool:
    """A thing that may be missing: ``commands`` are the names that a program goes by; ``required``: nothing works without it."""

    name: str
    kind: Literal["package", "program", "font"]
    purpose: str
    remedy: str
    required: bool = False
    commands: tuple[str, ...] = ()


TOOLS: tuple[Tool, ...] = (
    Tool("pypdfium2", "package", "reads PDF", "pip install pypdfium2", required=True),
    Tool("numpy", "package", "finds tables in PDF", "pip install numpy", required=True),
    Tool("lxml", "package", "reads Word and Excel", "pip install lxml", required=True),
    Tool("rapidfuzz", "package", "recognises headers and names of indicators", "pip install rapidfuzz", required=True),
    Tool("pyarrow", "package", "writes the dataset", "pip install pyarrow", required=True),
    Tool("openpyxl", "package", "writes .xlsx", "pip install openpyxl", required=True),
    Tool("pdfplumber", "package", "second engine for PDF (--pdf-engine pdfplumber)", "pip install pdfplumber", required=True),
    Tool("pillow", "package", "draws pages (inspect --overlay)", "pip install pillow", required=True),
    Tool("pandas", "package", "to work with the tables in Python; jixiao itself needs it not", "pip install pandas"),
    Tool(
        "libreoffice",
        "program",
        "turns .doc, .xls, .wps, .rtf into .docx and .xlsx: soffice --convert-to docx FILE",
        "apt-get install libreoffice, or libreoffice.org",
        commands=("soffice", "libreoffice"),
    ),
    Tool(
        "ocrmypdf",
        "program",
        "puts a text layer under scans, which are not read without one: ocrmypdf -l chi_sim IN.pdf OUT.pdf",
        "apt-get install ocrmypdf tesseract-ocr-chi-sim",
        commands=("ocrmypdf",),
    ),
    Tool(
        "chinese-font",
        "font",
        "pictures of PDF pages whose fonts are not embedded",
        "apt-get install fonts-noto-cjk",
        commands=("fc-list",),
    ),
)


def look(tool: Tool) -> str | None:
    """The version of a tool (the name of a font), None where it is not here."""
    if tool.kind == "package":
        return _package(tool.name)
    command = next((found for name in tool.commands if (found := shutil.which(name))), None)
    if command is None:
        return None
    if tool.kind == "font":
        return (_first_line([command, ":lang=zh", "family"]) or "").split(",")[0] or None
    return _first_line([command, "--version"])


def _package(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _first_line(command: list[str]) -> str | None:
    """The first line that a program prints, None where it prints none or does not run."""
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = run.stdout.strip().splitlines()
    return lines[0].strip() if run.returncode == 0 and lines else None
