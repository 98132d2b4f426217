"""Writes the files of the corpus that only LibreOffice can write, from the built .docx and .xlsx of their cases.

python -m corpus.builder.legacy [CASE ...]    write them all, or those of these cases

LibreOffice puts the time into what it writes, so the files are kept and not compared with a new build.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from extract.tools import SOFFICE, required, run

HERE = Path(__file__).parents[1]
SECONDS = 300


class Made(NamedTuple):
    """A format that is written: from which built file, by which filter, for which cases."""

    source: str
    filter: str
    cases: tuple[str, ...]


MADE: dict[str, Made] = {
    "doc": Made(
        "docx",
        "doc:MS Word 97",
        (
            "ezhou-2022", "form-in-an-outer-table", "hengyang-2020", "hengyang-2026", "hengyang-department", "horizons-side-by-side",
            "packed-cell", "self-evaluation", "split-headers", "two-forms-on-a-page", "wide-table", "zhangjiakou-2024",
        ),
    ),
    "wps": Made("docx", "doc:MS Word 97", ("glued-levels", "operator-after-value", "stray-columns", "vertical-text")),
    "rtf": Made("docx", "rtf", ("form-in-an-outer-table", "hengyang-department", "self-evaluation", "split-headers", "wide-table")),
    "odt": Made("docx", "odt", ("ezhou-2022", "form-in-an-outer-table", "self-evaluation", "wide-table", "zhangjiakou-2024")),
    "xls": Made(
        "xlsx",
        "xls:MS Excel 97",
        (
            "budget-tables-only", "ezhou-2022", "hengyang-2020", "hengyang-2026", "horizons-side-by-side", "money-units", "odd-signs",
            "self-evaluation", "transposed", "wide-table", "workbook-features", "zhangjiakou-2024",
        ),
    ),
    "et": Made("xlsx", "xls:MS Excel 97", ("history-columns", "packed-cell", "split-headers", "stray-columns")),
    "ods": Made("xlsx", "ods", ("hengyang-department", "money-units", "self-evaluation", "wide-table", "workbook-features")),
}  # fmt: skip
KEPT = {f"{case}/source.{suffix}" for suffix, made in MADE.items() for case in made.cases}


def main(wanted: list[str]) -> int:
    program = required(SOFFICE, "Writing these files")
    with tempfile.TemporaryDirectory() as folder:
        for suffix, made in MADE.items():
            cases = [case for case in made.cases if not wanted or case in wanted]
            if cases:
                _write(program, Path(folder), suffix, made, cases)
    return 0


def _write(program: Path, folder: Path, suffix: str, made: Made, cases: list[str]) -> None:
    given, written = folder / f"{suffix}-in", folder / f"{suffix}-out"
    given.mkdir()
    for case in cases:
        shutil.copyfile(HERE / case / f"source.{made.source}", given / f"{case}.{made.source}")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(program), profile, "--headless", "--norestore", "--convert-to", made.filter, "--outdir", str(written)]
    ended = run([*command, *(str(path) for path in sorted(given.iterdir()))], SECONDS)
    for case in cases:
        result = written / f"{case}.{made.filter.split(':')[0]}"
        if not result.is_file():
            raise SystemExit(f"LibreOffice wrote no {suffix} of {case}: {ended.output}")
        shutil.copyfile(result, HERE / case / f"source.{suffix}")
    print(f"{len(cases)} files {suffix}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
