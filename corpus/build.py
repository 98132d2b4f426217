"""Builds the files of the corpus from the facts of its cases.

python -m corpus.build [CASE ...]    write source.docx, .xlsx, .pdf, .ofd, .html, .mht and .txt of all or of these cases
python -m corpus.build --check       say which committed files are not what the builder makes; exit code 1 if any
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from corpus.builder.docx import docx
from corpus.builder.facts import Case, load_case
from corpus.builder.html import html, mht
from corpus.builder.ofd import ofd
from corpus.builder.pdf import fonts_missing, pdf, streams
from corpus.builder.text import txt
from corpus.builder.xlsx import xlsx
from corpus.builder.zipped import members

HERE = Path(__file__).parent
WRITERS: dict[str, Callable[[Case], bytes]] = {"docx": docx, "xlsx": xlsx, "pdf": pdf, "ofd": ofd, "html": html, "mht": mht, "txt": txt}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", help="names of folders; all where none is given")
    parser.add_argument("--check", action="store_true", help="compare with the committed files, write nothing")
    options = parser.parse_args(arguments)
    folders = [HERE / name for name in options.cases] or sorted(path.parent for path in HERE.glob("*/facts.yml"))
    remedy = fonts_missing()
    if remedy:
        print(f"PDFs are left alone: {remedy}", file=sys.stderr)
    cases = [load_case(folder) for folder in folders]
    files = [(case, kind) for case in cases for kind in case.formats if not (kind == "pdf" and remedy)]
    stale = [name for case, kind in files if (name := _file(case, kind, options.check))]
    for name in stale:
        print(f"{name} is not what the builder makes")
    print(f"{len(files)} files of {len(cases)} cases {'checked' if options.check else 'built'}")
    return 1 if stale else 0


def _file(case: Case, kind: str, check: bool) -> str | None:
    """Writes one file, or with ``check`` returns its name where the committed one holds something else."""
    path = HERE / case.name / f"source.{kind}"
    data = WRITERS[kind](case)
    if not check:
        path.write_bytes(data)
        return None
    same = path.exists() and holds(kind, path.read_bytes()) == holds(kind, data)
    return None if same else f"{case.name}/{path.name}"


def holds(kind: str, data: bytes) -> object:
    """What a file holds, apart from its compression, which differs between versions of zlib."""
    if kind in ("docx", "xlsx", "ofd"):
        return members(data)
    return streams(data) if kind == "pdf" else data


if __name__ == "__main__":
    sys.exit(main())
