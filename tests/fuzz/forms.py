"""Random declarations that are legal, and the same one printed in every format: what was put in is known to the letter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from itertools import groupby

from hypothesis import strategies as st

from corpus.builder.docx import docx
from corpus.builder.facts import Break, Case, Cut, Grid, Paragraph, Slot
from corpus.builder.facts import Item as Printed
from corpus.builder.html import html
from corpus.builder.ofd import ofd
from corpus.builder.pdf import pdf
from corpus.builder.xlsx import xlsx
from mappings import default_mappings

WRITERS: dict[str, Callable[[Case], bytes]] = {"docx": docx, "xlsx": xlsx, "pdf": pdf, "html": html, "ofd": ofd}
TREE = {
    "产出指标": ("数量指标", "质量指标", "时效指标", "成本指标"),
    "效益指标": ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"),
    "满意度指标": ("服务对象满意度指标",),
}
TITLES = ("项目支出绩效目标申报表", "部门整体支出绩效目标表", "专项资金绩效目标申报表", "项目绩效目标批复表")
SUBJECTS = ("城乡公交站台改造", "2024年图书采购", "农村饮水安全巩固提升工程", "信息系统运行维护费（三期）")
UNITS = ("青溪市图书馆", "云川县水利局", "白石区城市管理和综合执法局", "松岗镇人民政府")
GOALS = ("完成全部站台的改造，方便群众出行。", "全年采购图书1.2万册；\n开展读者活动40场。", "巩固提升3个乡镇的饮水安全。")
PARTS = ["改造", "维护", "采购", "新建", "培训", "检修", "巡查", "编制", "受益", "发放"]
THINGS = ["站台", "图书", "管网", "设备", "课程", "路灯", "河道", "档案", "群众", "补贴", "水质", "系统"]
ENDS = ["数量", "个数", "完成率", "合格率", "及时率", "覆盖率", "人次", "面积", "长度", "时间", "水平", "满意度"]
NOTES = [
    "按季度统计，以台账为准。",
    "查阅资料",
    "实地查看与问卷调查",
    "每低1个百分点扣0.5分，扣完为止",
    "上级文件",
    "反映任务完成情况",
    "无",
    "见附件",
]
AMOUNTS = ("5", "12", "0.8", "100", "1,200", "98.5", "3600", "2")
MEASURES = ("个", "次", "%", "万元", "人次", "公里", "套", "平方米", "元/人", "天")
SIGNS = ("≥", "≤", "=", "＞", "＜", "")
WORDS = ("明显提升", "有效改善", "长期", "及时", "达标", "2024年12月底前", "优")
WEIGHTS = ("5", "10", "7.5", "12", "3")
LEVELS = ("level1", "level2", "level3")
WIDE = frozenset(("level3", "explanation", "scoring_rule", "basis", "remark"))
OPTIONAL = ("unit", "operator", "weight", "explanation", "scoring_rule", "basis", "remark")
FACTS = {"subject": SUBJECTS, "organization": UNITS}


@dataclass(frozen=True)
class Item:
    """An indicator as it is put in; None where the form has no such column."""

    level1: str | None
    level2: str | None
    level3: str
    target: str
    unit: str | None = None
    operator: str | None = None
    weight: str | None = None
    explanation: str | None = None
    scoring_rule: str | None = None
    basis: str | None = None
    remark: str | None = None


@dataclass(frozen=True)
class Form:
    """A declaration and how it is printed: the columns as (role, header) from left to right, whether equal levels are merged
    or repeated, whether a side label stands at the left of the indicators, and how many rows stand on the first page."""

    title: str
    year: int
    facts: tuple[tuple[str, str, str], ...]
    goal: tuple[str, str] | None
    columns: tuple[tuple[str, str], ...]
    items: tuple[Item, ...]
    merged: bool
    side: bool
    first_page: int
    repeat: bool
    group: str
    lines_above: int


@cache
def spellings(role: str) -> tuple[str, ...]:
    """Every spelling of a header that names this role and no time, as the table of headers has them."""
    found = default_mappings().form_words.headers
    return tuple(sorted(word for word, meaning in found.items() if meaning.role == role and meaning.horizon in (None, "annual")))


@cache
def labels(name: str) -> tuple[str, ...]:
    """Every spelling of a label of the head."""
    return tuple(sorted(word for word, meaning in default_mappings().form_words.labels.items() if meaning.name == name))


def _name() -> st.SearchStrategy[str]:
    made = st.builds("{}{}{}".format, st.sampled_from(PARTS), st.sampled_from(THINGS), st.sampled_from(ENDS))
    numbered = st.builds("指标{}：{}".format, st.integers(1, 9), made)
    bracketed = st.builds("{}（含{}）".format, made, st.sampled_from(THINGS))
    broken = st.builds("{}{}{}".format, made, st.sampled_from("\n \u3000"), made)
    long = st.builds("、".join, st.lists(made, min_size=3, max_size=6))
    return st.one_of(made, made, made, numbered, bracketed, broken, long)


def printed_as(word: str) -> st.SearchStrategy[str]:
    """A header or label as forms print it: as it is, with a mark of what must be filled in, or broken in its middle."""
    middle = (len(word) + 1) // 2
    ways = [word, word, word, f"*{word}", f"{word[:middle]}\n{word[middle:]}", " ".join(word)]
    return st.sampled_from(ways)


@st.composite
def _items(draw: st.DrawFn, roles: Sequence[str]) -> tuple[Item, ...]:
    """Two to twelve indicators in the order of the levels."""
    pairs = [(one, two) for one, seconds in TREE.items() for two in seconds]
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=2, max_size=12))
    return tuple(draw(_item(one, two, roles)) for one, two in sorted(chosen, key=pairs.index))


@st.composite
def _item(draw: st.DrawFn, level1: str, level2: str, roles: Sequence[str]) -> Item:
    amount, measure, sign = draw(st.sampled_from(AMOUNTS)), draw(st.sampled_from(MEASURES)), draw(st.sampled_from(SIGNS))
    said = draw(st.integers(0, 5)) == 0
    words = draw(st.sampled_from(WORDS))
    here = {
        role: draw(st.sampled_from((*NOTES, "", "/", "—"))) for role in ("explanation", "scoring_rule", "basis", "remark") if role in roles
    }
    target = words if said else amount
    if "operator" not in roles and not said:
        target = sign + target
    if "unit" not in roles and not said:
        target += measure
    return Item(
        level1 if "level1" in roles else None,
        level2 if "level2" in roles else None,
        draw(_name()),
        target,
        unit=("" if said else measure) if "unit" in roles else None,
        operator=("定性" if said else sign or "=") if "operator" in roles else None,
        weight=draw(st.sampled_from(WEIGHTS)) if "weight" in roles else None,
        **here,
    )


def _mixed(levels: Sequence[str], others: Sequence[str], draw: st.DrawFn) -> list[str]:
    """The levels in their order, mostly in front of the other columns, now and then with some of them between."""
    if draw(st.integers(0, 2)):
        return [*levels, *others]
    roles = list(others)
    for at, level in enumerate(levels):
        lowest = roles.index(levels[at - 1]) + 1 if at else 0
        roles.insert(draw(st.integers(lowest, len(roles))), level)
    return roles


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """A declaration of any layout of the family."""
    levels = draw(st.sampled_from((("level1", "level2", "level3"),) * 3 + (("level1", "level3"), ("level2", "level3"))))
    more = draw(st.lists(st.sampled_from(OPTIONAL), unique=True, max_size=5))
    roles = _mixed(levels, draw(st.permutations(["target", *more])), draw)
    headers = {role: draw(st.sampled_from(spellings(role))) for role in roles}
    columns = tuple((role, draw(printed_as(header))) for role, header in headers.items())
    items = draw(_items(roles))
    names = draw(st.lists(st.sampled_from(sorted(FACTS)), unique=True))
    return Form(
        draw(st.sampled_from(TITLES)),
        draw(st.integers(2018, 2027)),
        tuple((name, draw(st.sampled_from(labels(name)).flatmap(printed_as)), draw(st.sampled_from(FACTS[name]))) for name in names),
        draw(st.none() | st.tuples(st.sampled_from(("年度目标", "年度绩效目标", "总体目标")), st.sampled_from(GOALS))),
        columns,
        items,
        draw(st.booleans()),
        draw(st.booleans()),
        draw(st.integers(1, len(items))),
        draw(st.booleans()),
        draw(st.sampled_from(("", "", "绩效指标", "年度指标"))) if set(roles[: len(levels)]) == set(levels) else "",
        draw(st.integers(0, 1)),
    )


def files() -> st.SearchStrategy[list[Form]]:
    """The forms of one file. A second one whose head says nothing of its own is drawn nowhere: nothing tells it from a page of the
    first that repeats title and head."""
    return st.lists(forms(), min_size=1, max_size=2).filter(lambda drawn: len(drawn) == 1 or _has_own_head(*drawn))


def _has_own_head(first: Form, second: Form) -> bool:
    titled = (first.title, first.year) != (second.title, second.year)
    return titled or bool({*second.facts} - {*first.facts}) or second.goal not in (None, first.goal)


def case_of(forms: Sequence[Form]) -> Case:
    """The forms one after another: title, year, head, goal, and the table of indicators of each."""
    body: list[Printed] = []
    for form in forms:
        body += [Paragraph(form.title, 16, "center"), Paragraph(f"（{form.year}年度）", 10.5, "center"), _grid(form), Break()]
    return Case("random", tuple(WRITERS), tuple(body[:-1]), pdf={"paper": "a4-across"})


def _grid(form: Form) -> Grid:
    side = int(form.side)
    columns = len(form.columns) + side
    slots: list[Slot] = []
    row = 0
    for label, value in [(label, value) for _, label, value in form.facts] + ([form.goal] if form.goal else []):
        slots += [Slot(row, 0, label, 1, 1 + side), Slot(row, 1 + side, value, 1, columns - 1 - side)]
        row += 1
    header, deep = row, 1 + bool(form.group)
    if side:
        slots.append(Slot(row, 0, "绩效指标", len(form.items) + deep, 1))
    slots += _headers(form, row, side)
    row += deep
    for number, (role, _) in enumerate(form.columns):
        slots += _column(form, role, row, side + number)
    cut = (Cut(row + form.first_page, form.lines_above),) if form.first_page < len(form.items) else ()
    widths = tuple([0.6] * side + [2.0 if role in WIDE else 1.0 for role, _ in form.columns])
    repeat = deep if form.repeat and header == 0 and not side else 0
    return Grid(row + len(form.items), columns, tuple(sorted(slots, key=lambda s: (s.row, s.column))), widths, cut, repeat)


def _headers(form: Form, row: int, side: int) -> list[Slot]:
    """The header; with a group it has two rows, and the group stands over the levels."""
    slots = []
    grouped = sum(role in LEVELS for role, _ in form.columns)
    for number, (_, header) in enumerate(form.columns):
        below = bool(form.group) and number < grouped
        slots.append(Slot(row + below, side + number, header, 1 if below or not form.group else 2))
    if form.group:
        slots.append(Slot(row, side, form.group, 1, grouped))
    return slots


def _column(form: Form, role: str, top: int, column: int) -> list[Slot]:
    """The cells of a column below its header; equal levels one under another are one cell where they are merged."""
    texts = [str(getattr(item, role) or "") for item in form.items]
    if not form.merged or role not in ("level1", "level2"):
        return [Slot(top + i, column, text) for i, text in enumerate(texts)]
    keys = [(item.level1, item.level2 if role == "level2" else None) for item in form.items]
    slots, at = [], 0
    for _, run in groupby(keys):
        count = len(list(run))
        slots.append(Slot(top + at, column, texts[at], count, 1))
        at += count
    return slots


ITEM_FIELDS = tuple(field.name for field in fields(Item))
