"""Makes again what the documents show of the program: the output in both READMEs, the picture of a scan, the codebook, the
page of the audit, the answers to questions and the notebook.

python docs/refresh.py
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from jixiao.audit.page import audit_page
from jixiao.codebook import codebook

ROOT = Path(__file__).resolve().parents[1]
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
WIDTH = 118
SCAN = ROOT / "corpus" / "self-evaluation" / "scan.sealed.pdf"
PICTURE = ROOT / "docs" / "img" / "scan.png"
SHOWN = 0.5
"""Share of the scan's page that is shown: what is below its table is blank."""

WIDE = 900
LEGEND = 26
"""Pixels across, and down of the legend under the page."""


def commands(marker: str) -> list[list[str]]:
    """The commands of jixiao in README's block after this marker."""
    found = re.search(rf"<!-- {marker} -->\n```sh\n(.*?)```", READMES[0].read_text(encoding="utf-8"), re.DOTALL)
    if found is None:
        raise SystemExit(f"README.md has no block after <!-- {marker} -->")
    return [shlex.split(step) for step in found[1].split("&&") if step.strip().startswith("jixiao ")]


def output(marker: str) -> str:
    """What they print, run in a fresh place."""
    printed = ""
    with tempfile.TemporaryDirectory() as place:
        Path(place, "corpus").symlink_to(ROOT / "corpus")
        environment = {**os.environ, "COLUMNS": str(WIDTH), "JIXIAO_CACHE": str(Path(place, "cache"))}
        for command in commands(marker):
            run = subprocess.run(
                [sys.executable, "-m", *command],
                cwd=place,
                env=environment,
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                check=False,
            )
            if run.returncode:
                raise SystemExit(run.stdout)
            printed += run.stdout
    return "\n".join(line.rstrip() for line in printed.strip().splitlines() if not _on_the_way(line))


def _on_the_way(line: str) -> bool:
    """True for a line of progress before the last, which another machine may not print."""
    found = re.match(r"([\d,]+) of ([\d,]+) (read:|pages? recognised)", line)
    return found is not None and (found[1] != found[2] or found[3] != "read:")


def picture() -> None:
    """The picture of a scan with what was found on it, cut off under its table and in few colours."""
    with tempfile.TemporaryDirectory() as place:
        drawn = Path(place, "page.png")
        inspected = [sys.executable, "-m", "jixiao", "inspect", str(SCAN), "--overlay", str(drawn)]
        subprocess.run(inspected, check=True, stdout=subprocess.DEVNULL)
        whole = Image.open(drawn).convert("RGB")
    whole = whole.resize((WIDE, round(whole.height * WIDE / whole.width)), Image.Resampling.LANCZOS)
    legend = whole.crop((0, whole.height - LEGEND, whole.width, whole.height))
    page = whole.crop((0, 0, whole.width, round(whole.height * SHOWN)))
    made = Image.new("RGB", (whole.width, page.height + LEGEND), "white")
    made.paste(page, (0, 0))
    made.paste(legend, (0, page.height))
    PICTURE.parent.mkdir(exist_ok=True)
    made.quantize(96, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(PICTURE, optimize=True)


def main() -> None:
    """Rewrites the blocks, the page and the picture."""
    shown = {name: output(marker) for marker, name in (("run", "output"), ("scan", "scan-output"))}
    for path in READMES:
        page = path.read_text(encoding="utf-8")
        for name, text in shown.items():
            page = re.sub(rf"(<!-- {name} -->\n```text\n).*?```", lambda match, text=text: f"{match[1]}{text}\n```", page, flags=re.DOTALL)
        path.write_text(page, encoding="utf-8")
    (ROOT / "docs" / "dataset.md").write_text(codebook(), encoding="utf-8")
    (ROOT / "docs" / "audit.md").write_text(audit_page(), encoding="utf-8")
    picture()
    for program in ("answers.py", "notebook.py"):
        subprocess.run([sys.executable, str(ROOT / "docs" / program)], check=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})


if __name__ == "__main__":
    main()
