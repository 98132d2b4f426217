"""Tables of money in the head of a form: tasks, projects, income and expenditure, the plan of payouts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from extract.declaration import Amount, Fact
from extract.form.money import MoneyFact
from extract.form.vocabulary import bare, printed, squash
from extract.model import Cell
from mappings.forms import LabelWord

if TYPE_CHECKING:
    from extract.form.head import HeadReader

_KINDS = {"tasks": "task", "projects": "project", "funding": "funding_income"}
_SUM = re.compile(r"^(?:金额)?(?:合计|总计|小计)(?:金额)?$|^金额合计")
_NUMBER = re.compile(r"^[-−+]?[\d,，.]+\s*(?:%|％|万元|元|千元|亿元|万)?$")
_MONEY_HEAD = re.compile(r"金额|总额|拨款|资金|预算|收支|万元|经费|占比|比例|比重|小计|合计|分值|得分|权重|执行")
_NOT_MONEY = re.compile(r"分值|得分|权重|执行率")
_TEXT_HEAD = re.compile(r"名称|内容|任务|类型|类别|方向|用途|说明|活动|序号|职责|目标|描述|支出构成|收入构成")
_SHARE = re.compile(r"占比|比例|比重")
_PERIOD = re.compile(r"^(?:20\d\d年?度?|当年|上年|前年|本年|去年)")
_ITEM_TOTAL = {"total": "total", "fiscal": "fiscal", "other": "other"}


_STAGE = re.compile(r".{0,6}(?:月|季度?)(?:份|底|末)?")
_EARLIER = re.compile(r"上年|前年|去年|上一年|近两年|执行|支出数|决算|到位|结余")
_FIRST_PLAN = re.compile(r"年初|当年|本年|申请")


@dataclass(frozen=True, slots=True)
class _MoneyColumn:
    """``plan``: 0 where the column holds the year's budget as first planned, 1 as any plan, 2 what is no plan."""

    head: str
    name: str | None
    share: bool
    period: str | None
    dated: bool = False

    @property
    def plan(self) -> int:
        lowest = self.head.rsplit("/", 1)[-1]
        if self.share or _EARLIER.search(lowest) or (self.dated and not lowest.startswith(("当年", "本年"))):
            return 2
        return 0 if _FIRST_PLAN.search(lowest) else 1


def read_section(head: HeadReader, label: Cell, word: LabelWord) -> bool:
    """Reads the table of money that a label announces; False where none stands there."""
    rows, first = _extent(head, label)
    top = _head_rows(head, rows, first)
    if not top:
        return False
    columns = _columns(head, top, [row for row in rows if row not in top], first)
    if not any(isinstance(column, _MoneyColumn) for column in columns.values()):
        return False
    if first > label.column:
        head.reading.use(label, "label")
    for row in top:
        for cell in head.grid.starting(row):
            if cell.column >= first:
                head.reading.use(cell, "header")
    kind = _KINDS.get(word.name, "funding_income")
    head.section = head.full_label(label) if unit_in(head.full_label(label)) else ""
    for row in rows:
        if row not in top:
            kind = _read_row(head, row, first, columns, kind)
    return True


def _extent(head: HeadReader, label: Cell) -> tuple[list[int], int]:
    """The rows of the section and its first grid column: those beside its label, or those below it where it is a column head."""
    if label.row_span > 1:
        return [row for row in range(label.row, label.last_row + 1) if row in head.rows], label.last_column + 1
    rows = [label.row]
    beside = [cell for cell in head.grid.covering(label.row) if cell.column > label.last_column and cell.text.strip()]
    if sum(bool(_MONEY_HEAD.search(squash(cell.text)) and not _NUMBER.match(squash(cell.text))) for cell in beside) == 0:
        return [], label.column
    for row in range(label.row + 1, max(head.rows, default=0) + 1):
        first = next((cell for cell in head.grid.covering(row) if cell.column >= label.column), None)
        known = head.words.label(first.text) if first and first.text.strip() and not _SUM.match(squash(first.text)) else None
        if row not in head.rows or (known and first and first.row == row and known.name not in ("fiscal", "other", "total", "money")):
            break
        rows.append(row)
    return rows, label.column


def _head_rows(head: HeadReader, rows: Sequence[int], first: int) -> list[int]:
    """The rows that hold only words, money words among them: the header of the section."""
    top: list[int] = []
    for row in rows:
        cells = [cell for cell in head.grid.covering(row) if cell.column >= first and cell.text.strip()]
        words = [
            cell
            for cell in cells
            if _MONEY_HEAD.search(bare(cell.text)) or _TEXT_HEAD.search(bare(cell.text)) or _PERIOD.match(squash(cell.text))
        ]
        if len(cells) < 2 or 5 * len(words) < 3 * len(cells) or any(_NUMBER.match(squash(cell.text)) for cell in cells):
            break
        if any("：" in cell.text or ":" in cell.text for cell in cells):
            break
        if top and not any(cell.row in top for cell in cells) and not any(_PERIOD.match(squash(c.text)) for c in cells):
            break
        top.append(row)
    return top


def _holds_money(head: HeadReader, rows: Sequence[int], column: int) -> bool:
    """True where the cells of a column are sums or blank: a money word over words is the head of the items."""
    texts = [squash(cell.text) for row in rows for cell in head.grid.starting(row) if cell.column == column]
    return not texts or 2 * sum(bool(_NUMBER.match(text)) or set(text) <= set("-—–/") for text in texts) >= len(texts)


def _columns(head: HeadReader, top: Sequence[int], body: Sequence[int], first: int) -> dict[int, _MoneyColumn | str]:
    """Grid column -> what it holds: money, or the words of its header."""
    columns: dict[int, _MoneyColumn | str] = {}
    for column in range(first, head.grid.columns):
        texts: list[str] = []
        for row in top:
            cell = head.grid.at(row, column)
            if cell is not None and cell.text.strip() and (not texts or texts[-1] != printed(cell.text)):
                texts.append(printed(cell.text))
        if not texts:
            continue
        lowest = texts[-1]
        is_money = _holds_money(head, body, column)
        if is_money and (_PERIOD.match(squash(lowest)) or (_MONEY_HEAD.search(bare(lowest)) and not _TEXT_HEAD.search(bare(lowest)))):
            word = head.words.header(lowest)
            period = _PERIOD.match(squash(lowest))
            name = _ITEM_TOTAL.get(word.role) if word else None
            columns[column] = _MoneyColumn(
                "/".join(texts), name, bool(_SHARE.search(lowest) or _NOT_MONEY.search(lowest)), lowest if period else None, bool(period)
            )
        else:
            columns[column] = lowest
    return _with_stages(columns)


def _with_stages(columns: dict[int, _MoneyColumn | str]) -> dict[int, _MoneyColumn | str]:
    """The columns, those that show one sum at several stages (年初预算数, 全年预算数, 执行数 …) with their head as the period."""
    stages = {c.head for c in columns.values() if isinstance(c, _MoneyColumn) and not c.share and c.name in ("total", None)}
    if len(stages) < 2:
        return columns
    return {
        at: replace(c, period=c.head.rsplit("/", 1)[-1]) if isinstance(c, _MoneyColumn) and c.head in stages else c
        for at, c in columns.items()
    }


def _read_row(head: HeadReader, row: int, first: int, columns: dict[int, _MoneyColumn | str], kind: str) -> str:
    cells = [cell for cell in head.grid.covering(row) if cell.column >= first]
    for cell in cells:
        if "支出构成" in squash(cell.text):
            kind = "funding_expenditure"
        elif "收入构成" in squash(cell.text):
            kind = "funding_income"
    for block in _blocks(cells, columns):
        _read_block(head, row, block, columns, kind)
    return kind


def _blocks(cells: Sequence[Cell], columns: dict[int, _MoneyColumn | str]) -> list[list[Cell]]:
    """The cells of a row, cut where words follow money: pairs of item and money may stand side by side."""
    blocks: list[list[Cell]] = [[]]
    last = max((i for i, cell in enumerate(cells) if isinstance(columns.get(cell.column), _MoneyColumn)), default=-1)
    for i, cell in enumerate(cells):
        is_money = isinstance(columns.get(cell.column), _MoneyColumn)
        if not is_money and i < last and any(isinstance(columns.get(c.column), _MoneyColumn) for c in blocks[-1]):
            blocks.append([])
        blocks[-1].append(cell)
    return blocks


def _read_block(head: HeadReader, row: int, cells: Sequence[Cell], columns: dict[int, _MoneyColumn | str], kind: str) -> None:
    named = [c for c in cells if not isinstance(columns.get(c.column), _MoneyColumn) and c.text.strip()]
    items = [c for c in named if "构成" not in squash(c.text)]
    money = [(c, column) for c in cells if isinstance(column := columns.get(c.column), _MoneyColumn) and c.row == row]
    if not any(c.text.strip() for c, _ in money):
        return
    item = printed(items[0].text).strip("：: ") if items else ""
    for cell in named:
        head.reading.use(cell, "amount" if cell in items else "label")
    for cell in items[1:]:
        title = columns.get(cell.column, "")
        head.reading.facts.append(Fact("other_fact", f"{item}/{title}", printed(cell.text), cell.places))
    _add_amounts(head, kind, item, money)


def _add_amounts(head: HeadReader, kind: str, item: str, money: Sequence[tuple[Cell, _MoneyColumn]]) -> None:
    share = next((printed(cell.text) for cell, column in money if _SHARE.search(column.head) and cell.text.strip()), None)
    for cell, column in money:
        head.reading.use(cell, "amount")
        if column.share and not _SHARE.search(column.head) and cell.text.strip():
            label = "/".join(part for part in (item, column.head) if part)
            head.reading.facts.append(Fact("other_fact", label, printed(cell.text), cell.places))
        if column.share or not cell.text.strip():
            continue
        name = item if column.name in ("total", None) else f"{item}/{column.head.rsplit('/', 1)[-1]}"
        now = column.plan < 2
        head.reading.amounts.append(
            Amount(
                kind,
                name,
                column.period,
                printed(cell.text),
                unit_in(column.head) or unit_in(head.section),
                share if now else None,
                cell.places,
            )
        )
    _add_totals(head, kind, item, money)


def _add_totals(head: HeadReader, kind: str, item: str, money: Sequence[tuple[Cell, _MoneyColumn]]) -> None:
    """The sums of the form that this row gives: of a row of sums each column's, of a row of one source its planned one."""
    planned = sorted((pair for pair in money if pair[1].plan < 2 and pair[0].text.strip()), key=lambda pair: pair[1].plan)
    if not planned or kind not in ("task", "funding_income"):
        return
    word = head.words.label(item)
    is_sum = bool(_SUM.match(squash(item))) or not item
    if kind == "task" and is_sum:
        chosen = [(column.name or "total", cell, column) for cell, column in planned]
    elif kind == "funding_income" and (is_sum or (word and word.name in ("total", "fiscal", "other", "carried_over"))):
        cell, column = planned[0]
        chosen = [("total" if is_sum or word is None else word.name, cell, column)]
    else:
        return
    for name, cell, column in chosen:
        label = "/".join(part for part in (head.section, item, column.head) if part)
        head.money.add(MoneyFact(name, label, printed(cell.text), None, -1, cell.row, cell.places))


def unit_in(text: str) -> str | None:
    """The money unit that a header prints in brackets."""
    found = re.search(r"[(（](?:单位[:：])?((?:百万|万|千|亿)?元)[)）]", text)
    return found.group(1) if found else None


def read_payout(head: HeadReader, label: Cell) -> None:
    """Amounts of kind payout from a plan of payouts: periods beside the label, shares or sums below them. A plan in
    words is a fact."""
    head.reading.use(label, "label")
    beside = head.right_of(label)
    if beside is not None and beside.text.strip() and label.row_span == 1 and not _STAGE.fullmatch(squash(beside.text)):
        head.reading.use(beside, "fact")
        head.reading.facts.append(Fact("other_fact", printed(label.text).strip("：: "), printed(beside.text), beside.places))
        return
    column = label.last_column + 1
    while (cell := head.grid.at(label.row, column)) is not None:
        column = cell.last_column + 1
        below = head.grid.at(cell.last_row + 1, cell.column) if cell.last_row + 1 in head.rows else None
        if cell.text.strip():
            head.reading.use(cell, "header" if below is not None and below.row > cell.row else "amount")
        if below is None or not cell.text.strip() or below.last_row > label.last_row:
            continue
        head.reading.use(below, "amount")
        if below.text.strip():
            text = printed(below.text)
            share = text if "%" in text or "％" in text or "%" in squash(label.text) else None
            head.reading.amounts.append(Amount("payout", printed(cell.text), None, text, None, share, below.places))
