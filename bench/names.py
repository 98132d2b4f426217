"""How long 200,000 names take against the taxonomy, beside plain edit distance and WRatio on a part of them.

python bench/names.py [NAMES]
"""

from __future__ import annotations

import itertools
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from rapidfuzz import fuzz, process

from mappings import default_mappings
from normalize.names import name_key
from normalize.taxonomy import Query, match_names

WHO = ("全市", "城乡", "农村", "机关", "高龄老人", "困难群众", "企业", "学校", "社区", "街道", "乡镇", "医院", "重点", "市直", "基层")
WHAT = (
    "培训", "会议", "检查", "调研", "补贴发放", "设备采购", "系统运维", "道路养护", "垃圾清运", "档案整理", "信访件办理",
    "宣传活动", "体检", "绿化养护", "房屋租赁", "疫苗接种", "食品抽检", "水质监测",
    "案件办理", "危房改造", "志愿服务", "演出", "比赛", "课题研究", "无人区协作", "量子应用",
)  # fmt: skip
HOW = ("", "工作", "任务", "项目", "专项", "常规", "年度计划")
MEASURE = (
    "次数", "人数", "人次", "数量", "个数", "面积", "完成率", "及时率", "合格率",
    "覆盖率", "满意度", "费用", "成本", "标准", "时间", "天数", "准确率", "达标率",
    "有效性", "指数",
)  # fmt: skip
LEVELS = {"率": "P2", "度": "S1", "费": "C1", "本": "C1", "准": "C1", "间": "P3"}
CHUNK, WORKERS = 5000, 2
PEER_NAMES = 2000


def made_names(wanted: int) -> list[Query]:
    """Distinct names put together from parts, with the level that their measure is mostly printed under."""
    parts = itertools.product(("", "开展", "组织", "本年", "新"), WHO, WHAT, HOW, MEASURE)
    names = ("".join(part) for part in parts)
    return [Query(name, LEVELS.get(name[-1], "P1")) for name in itertools.islice(names, wanted)]


def _accepted(queries: list[Query]) -> int:
    return sum(match.code is not None for match in match_names(queries))


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    knowledge = default_mappings()
    started = time.perf_counter()
    match_names([Query("甲乙丙丁戊己")], mappings=knowledge)
    print(f"tables loaded and indexed  {time.perf_counter() - started:6.2f} s")
    queries = made_names(wanted)
    started = time.perf_counter()
    accepted = sum(map(_accepted, [queries[:CHUNK]]))
    spent = time.perf_counter() - started
    print(f"jixiao, one core  {CHUNK:>8,} names {spent:8.2f} s  {spent / CHUNK * 1e6:8.0f} µs a name  ({accepted:,} accepted)")
    started = time.perf_counter()
    with ProcessPoolExecutor(WORKERS) as pool:
        accepted = sum(pool.map(_accepted, [queries[i : i + CHUNK] for i in range(0, len(queries), CHUNK)]))
    spent = time.perf_counter() - started
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    each = spent / len(queries) * 1e6
    print(f"jixiao, {WORKERS} cores   {len(queries):>8,} names {spent:8.2f} s  {each:8.0f} µs a name  ({accepted:,} accepted)")
    print(f"memory at most    {memory:,.0f} MiB a process")
    keys = [name_key(query.name) for query in queries[:: max(1, len(queries) // PEER_NAMES)]]
    texts = [term.text for term in knowledge.taxonomy.free]
    for name, scorer in (("rapidfuzz ratio", fuzz.ratio), ("rapidfuzz WRatio", fuzz.WRatio)):
        started = time.perf_counter()
        process.cdist(keys, texts, scorer=scorer)
        spent = time.perf_counter() - started
        print(f"{name:<17} {len(keys):>8,} names {spent:8.2f} s  {spent / len(keys) * 1e6:8.0f} µs a name")


if __name__ == "__main__":
    main()
