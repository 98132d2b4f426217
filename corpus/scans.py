"""Builds the scans that are kept in the corpus.

python -m corpus.scans [CASE ...]    write scan.* of all or of these cases
python -m corpus.scans --check       say which committed ones do not show what the builder draws; exit code 1 if any

Pictures are compared by what they show, within what encoders of JPEG differ by: their bytes depend on libraries' versions."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import yaml

HERE = Path(__file__).parent
LIST = HERE / "scans.yml"
REMEDY = "pip install 'jixiao[ocr,test]'"


@dataclass(frozen=True)
class Plan:
    """What ``scans.yml`` says: case -> kinds kept, case -> reason, cases without rules."""

    kept: dict[str, list[str]]
    excluded: dict[str, str]
    unruled: frozenset[str]


def plan() -> Plan:
    """The plan; raises KeyError for a part that is missing and ValueError for one that nobody knows."""
    data = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    if data.keys() - {"kept", "excluded", "unruled"}:
        raise ValueError(f"{LIST.name}: unknown keys {sorted(data.keys() - {'kept', 'excluded', 'unruled'})}")
    return Plan(data["kept"], data["excluded"], frozenset(data["unruled"]))


def suitable() -> list[str]:
    """The cases whose PDF makes a scan of the form that their ``expected.json`` describes."""
    left_out = plan().excluded
    return [path.parent.name for path in sorted(HERE.glob("*/source.pdf")) if path.parent.name not in left_out]


def build(case: str, kind: str) -> bytes:
    """The bytes of one kind of scan of a case's PDF."""
    from corpus.builder.scan import scan

    return scan((HERE / case / "source.pdf").read_bytes(), case, kind)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", help="names of folders; all where none is given")
    parser.add_argument("--check", action="store_true", help="compare with the committed files, write nothing")
    options = parser.parse_args(arguments)
    if reason := unable():
        print(f"Scans are left alone: {reason}", file=sys.stderr)
        return 0
    files = [(case, kind) for case, kinds in plan().kept.items() if case in options.cases or not options.cases for kind in kinds]
    stale = [name for case, kind in files if (name := _file(case, kind, options.check))]
    for name in stale:
        print(f"{name} does not show what the builder draws")
    print(f"{len(files)} scans {'checked' if options.check else 'built'}")
    return 1 if stale else 0


def unable() -> str | None:
    """Why no scan can be drawn here, with the remedy; None where all is here."""
    from corpus.builder.pdf import fonts_missing

    gone = [name for name in ("cv2", "reportlab") if find_spec(name) is None]
    return f"no {', '.join(gone)}: {REMEDY}" if gone else fonts_missing()


def _file(case: str, kind: str, check: bool) -> str | None:
    """Writes one scan, or with ``check`` returns its name where the committed one shows something else."""
    from corpus.builder.scan import KINDS, alike, file_name

    path = HERE / case / file_name(kind)
    data = build(case, kind)
    if not check:
        path.write_bytes(data)
        return None
    same = path.exists() and alike(path.read_bytes(), data, KINDS[kind].suffix)
    return None if same else f"{case}/{path.name}"


if __name__ == "__main__":
    sys.exit(main())
