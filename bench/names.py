"""How long 200,000 names take against the taxonomy, beside plain edit distance and WRatio on a part of them.

    python bench/names.py [NAMES] [--write]

The names are distinct: each labelled name of tests/cases, with its printed level 2 and unit, as it is, and then with what declarations
print in front of it (for whom, what is done), until there are enough; every other one has a marker, a year or a hint as well. What is
measured is match_names on chunks of them in two processes, their start and the loading of tables in each of them included: the fastest,
and in brackets the slowest, of five rounds.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import multiprocessing
import os
import platform
import re
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from normalize.names import name_key  # noqa: E402
from normalize.taxonomy import Query, match_names  # noqa: E402

PAGE = ROOT / "bench" / "README.md"
LABELLED = ("names_fit.yml", "names_more.yml", "names_unseen.yml")
WHO = (
    "", "全市", "全区", "全县", "城乡", "农村", "市直机关", "乡镇", "街道", "社区", "困难群众", "企业", "中小学校", "医疗机构", "重点区域",
    "基层", "高龄老人", "残疾人", "退役军人", "本级",
)  # fmt: skip
WHAT = (
    "", "开展", "组织", "新增", "专项", "年度", "项目", "日常", "重点工作", "信息化项目", "乡村振兴", "民生工程", "政府购买服务",
    "基本公共服务", "安全生产", "文化活动",
)  # fmt: skip
MARKERS = ("", "指标1：", "2024年", "（1）", "", "本年度", "3.", "")
HINTS = ("", "", "（含上年结转）", "", "(%)", "")
CHUNK, WORKERS, ROUNDS = 4_000, 2, 5


def made_names(wanted: int) -> list[Query]:
    """So many queries, no two of the same normal form."""
    labelled = [
        Query(entry["name"], entry.get("level2"), entry.get("unit"))
        for file in LABELLED
        for entry in yaml.safe_load((ROOT / "tests" / "cases" / file).read_text(encoding="utf-8"))
    ]
    found: dict[str, Query] = {}
    for query in _varied(labelled):
        found.setdefault(name_key(query.name), query)
        if len(found) == wanted:
            return list(found.values())
    raise SystemExit(f"Only {len(found):,} names can be made.")


def _varied(labelled: Sequence[Query]) -> Iterator[Query]:
    around = itertools.cycle(itertools.product(MARKERS, HINTS))
    for who, what in itertools.product(WHO, WHAT):
        for query in labelled:
            marker, hint = next(around) if who or what else ("", "")
            yield query._replace(name=f"{marker}{who}{what}{query.name}{hint}")


def accepted(queries: list[Query]) -> int:
    """How many of them get a concept at once."""
    return sum(match.code is not None for match in match_names(queries))


def in_chunks(queries: Sequence[Query]) -> Iterator[list[Query]]:
    for start in range(0, len(queries), CHUNK):
        yield list(queries[start : start + CHUNK])


def ours(queries: Sequence[Query], workers: int) -> tuple[float, int]:
    """Seconds and accepted names; worker processes begin with nothing loaded, and search for no circles, which answers are not in."""
    started = time.perf_counter()
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=gc.disable) as pool:
        found = sum(pool.map(accepted, in_chunks(queries)))
    return time.perf_counter() - started, found


def peers(queries: Sequence[Query]) -> Iterator[tuple[str, int, float]]:
    """What plain comparison with every known name takes, on a part of the names."""
    from rapidfuzz import fuzz, process

    from mappings import default_mappings

    texts = [term.text for term in default_mappings().taxonomy.free]
    for name, scorer, count in (("rapidfuzz `ratio`", fuzz.ratio, 2_000), ("rapidfuzz `WRatio`", fuzz.WRatio, 200)):
        keys = [name_key(query.name) for query in queries[:: max(1, len(queries) // count)]]
        started = time.perf_counter()
        process.cdist(keys, texts, scorer=scorer)
        yield name, len(keys), time.perf_counter() - started


def table(wanted: int) -> str:
    queries = made_names(wanted)
    load = os.getloadavg()[0]
    rounds = [ours(queries, WORKERS) for _ in range(ROUNDS)]
    (seconds, found), (slowest, _) = min(rounds), max(rounds)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = (used.ru_utime + used.ru_stime) / ROUNDS
    lines = [
        f"{len(queries):,} names, {found:,} accepted at once, {WORKERS} processes that begin with nothing loaded: "
        f"{busy:.1f} processor seconds a round, the fastest of {ROUNDS}; at most {peak:,.0f} MB a process. "
        f"{platform.machine()}, {os.cpu_count()} processors, {platform.system()}, "
        f"Python {platform.python_version()}; {load:.1f} processes at work when it began.\n",
        "| way | names | seconds | µs a name |",
        "| --- | ---: | ---: | ---: |",
        f"| jixiao, {WORKERS} processes | {len(queries):,} | {seconds:.1f} ({slowest:.1f}) | {seconds / len(queries) * 1e6:.0f} |",
    ]
    for name, count, spent in peers(queries):
        lines.append(f"| {name}, 1 process | {count:,} | {spent:.2f} | {spent / count * 1e6:.0f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="?", type=int, default=200_000)
    parser.add_argument("--write", action="store_true", help="write the table into bench/README.md")
    given = parser.parse_args()
    text = table(given.names)
    print(text)
    if given.write:
        page = PAGE.read_text(encoding="utf-8")
        page = re.sub(r"(<!-- names -->\n).*?(<!-- end of names -->)", lambda m: m[1] + text + m[2], page, flags=re.DOTALL)
        PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
