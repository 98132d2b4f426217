"""Makes again what the documents show of the program: the output in both READMEs, and the codebook.

python docs/refresh.py
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from jixiao.codebook import codebook

ROOT = Path(__file__).resolve().parents[1]
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
WIDTH = 118


def command() -> str:
    """The commands of jixiao in README's first block."""
    found = re.search(r"<!-- run -->\n```sh\n(.*?)```", READMES[0].read_text(encoding="utf-8"), re.DOTALL)
    if found is None:
        raise SystemExit("README.md has no block after <!-- run -->")
    return " && ".join(step.strip() for step in found[1].split("&&") if step.strip().startswith("jixiao "))


def output() -> str:
    """What they print, run in a fresh place."""
    with tempfile.TemporaryDirectory() as place:
        Path(place, "corpus").symlink_to(ROOT / "corpus")
        environment = {**os.environ, "COLUMNS": str(WIDTH), "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        run = subprocess.run(
            ["bash", "-c", command()], cwd=place, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
    if run.returncode:
        raise SystemExit(run.stdout)
    return "\n".join(line.rstrip() for line in run.stdout.strip().splitlines())


def main() -> None:
    """Rewrites the blocks and the page."""
    shown = output()
    for path in READMES:
        page = path.read_text(encoding="utf-8")
        new = re.sub(r"(<!-- output -->\n```text\n).*?```", lambda match: f"{match[1]}{shown}\n```", page, flags=re.DOTALL)
        path.write_text(new, encoding="utf-8")
    (ROOT / "docs" / "dataset.md").write_text(codebook(), encoding="utf-8")


if __name__ == "__main__":
    main()
