"""The answers in docs/questions.md: its commands are run over its dataset, and what they print is put below them."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "questions.md"
WIDTH = 150
_ANSWER = re.compile(r"<!-- answer -->\n```sh\n(?P<command>.*?)\n```\n(?:\n```text\n.*?\n```\n)?", re.DOTALL)
_SQL = re.compile(r"<!-- sql -->\n```sql\n(?P<query>.*?)\n```\n(?:\n```text\n.*?\n```\n)?", re.DOTALL)


def answered(page: str) -> str:
    """The page with what its commands and queries print."""
    with TemporaryDirectory() as place:
        for name in ("corpus", "docs"):
            Path(place, name).symlink_to(ROOT / name)
        (ingest,) = re.findall(r"<!-- dataset -->\n```sh\n(.*?)\n```", page)
        run(f"{ingest} --quiet", place)
        page = _ANSWER.sub(lambda m: f"<!-- answer -->\n```sh\n{m['command']}\n```\n\n```text\n{run(m['command'], place)}\n```\n", page)
        return _SQL.sub(lambda m: f"<!-- sql -->\n```sql\n{m['query']}\n```\n\n```text\n{query(m['query'], place)}\n```\n", page)


def run(command: str, place: str) -> str:
    """What the command prints."""
    environment = {**os.environ, "COLUMNS": str(WIDTH), "PYTHONPATH": str(ROOT)}
    arguments = [sys.executable, "-m", *shlex.split(command)]
    done = subprocess.run(arguments, cwd=place, env=environment, text=True, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command}: {done.stdout}{done.stderr}")
    return "\n".join(line.rstrip() for line in done.stdout.strip("\n").splitlines())


def query(text: str, place: str) -> str:
    """What the query gives, a row a line."""
    with duckdb.connect() as connection:
        connection.execute(f"SET file_search_path = '{place}'")
        found = connection.sql(text)
        lines = [" | ".join(found.columns)]
        lines += [
            " | ".join("" if value is None else f"{value:,}" if isinstance(value, float) else str(value) for value in row)
            for row in found.fetchall()
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(answered(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
