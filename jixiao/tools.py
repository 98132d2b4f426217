"""The packages, programs and fonts that reading or writing stands on, and whether they are here."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from importlib import metadata
from typing import Literal

from extract.tools import SOFFICE, version

SECONDS = 20


OCR = 'pip install "jixiao[ocr]"'


@dataclass(frozen=True, slots=True)
class Tool:
    """A thing that may be missing: ``names`` are the distributions of a package, any of which will do (its own name where
    there are none); ``required``: nothing works without it."""

    name: str
    kind: Literal["package", "program", "font"]
    purpose: str
    remedy: str
    required: bool = False
    names: tuple[str, ...] = ()


TOOLS: tuple[Tool, ...] = (
    Tool("pypdfium2", "package", "reads PDF", "pip install pypdfium2", required=True),
    Tool("numpy", "package", "finds tables in PDF", "pip install numpy", required=True),
    Tool("lxml", "package", "reads Word, Excel and web pages", "pip install lxml", required=True),
    Tool("rapidfuzz", "package", "recognises headers and names of indicators", "pip install rapidfuzz", required=True),
    Tool("pyarrow", "package", "writes the dataset", "pip install pyarrow", required=True),
    Tool("xlrd", "package", "reads .xls", "pip install xlrd", required=True),
    Tool("openpyxl", "package", "reads .xlsx", "pip install openpyxl", required=True),
    Tool("xlsxwriter", "package", "writes .xlsx", "pip install xlsxwriter", required=True),
    Tool("duckdb", "package", "compares, and asks a dataset in SQL", "pip install duckdb", required=True),
    Tool("matplotlib", "package", "charts of compare (.html, .png, .svg)", 'pip install "jixiao[charts]"'),
    Tool("pdfplumber", "package", "second engine for PDF (--pdf-engine pdfplumber)", "pip install pdfplumber", required=True),
    Tool("pillow", "package", "opens and draws pictures (scans, inspect --overlay)", "pip install pillow", required=True),
    Tool("rapidocr", "package", "scans and photographs: the models that recognise text", OCR),
    Tool(
        "opencv",
        "package",
        "scans and photographs: straightens pages, finds their rules",
        OCR,
        names=("opencv-python-headless", "opencv-python"),
    ),
    Tool("onnxruntime", "package", "scans and photographs: runs the models", OCR),
    Tool("openvino", "package", "scans and photographs: runs the models in less time, in place of onnxruntime", "pip install openvino"),
    Tool("xlrd", "package", "reads .xls", "pip install xlrd", required=True),
    Tool("libreoffice", "program", ".rtf, .wps of Works and other old office formats", SOFFICE.remedy),
    Tool(
        "chinese-font",
        "font",
        "pages whose fonts are not embedded, where they are drawn or recognised; LibreOffice",
        "apt-get install fonts-noto-cjk",
    ),
    Tool("pandas", "package", "to work with the tables in Python; jixiao itself needs it not", "pip install pandas"),
)


def look(tool: Tool) -> str | None:
    """The version of a tool (the name of a font), None where it is not here."""
    if tool.kind == "package":
        return next((found for name in tool.names or (tool.name,) if (found := _package(name))), None)
    if tool.kind == "program":
        return version(SOFFICE)
    return (_first_line(["fc-list", ":lang=zh", "family"]) or "").split(",")[0] or None


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
