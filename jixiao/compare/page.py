"""A comparison as one page of HTML that needs nothing else: charts, figures, and the rows behind each figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from html import escape

from jixiao.compare.charts import draw
from jixiao.compare.font import embedded
from jixiao.compare.model import ROW_COLUMNS, Column, Comparison, Selection
from jixiao.compare.shown import CODES, asked, header, left_out, shown
from normalize.record import Record

MOST_FIGURES, MOST_ROWS = 500, 20
_STYLE = """
@font-face{font-family:"Jixiao Sans";src:url(%s)}
body{font:14px/1.5 system-ui,"Noto Sans CJK SC","Microsoft YaHei","PingFang SC","Jixiao Sans",sans-serif}
body{margin:2em auto;max-width:1200px;color:#222}
table{border-collapse:collapse;width:100%%}th{background:#1F4E79;color:#fff;text-align:left;position:sticky;top:0}
th,td{padding:3px 8px;border-bottom:1px solid #ddd;vertical-align:top}td.n{text-align:right;white-space:nowrap}
tr.doubt td{background:#FFF2CC}details table{font-size:12px}details th{background:#6b7f93}summary{cursor:pointer;color:#1F4E79}
svg{max-width:100%%;height:auto}.note{color:#555}code{background:#f3f3f3;padding:1px 4px}
"""
_BEHIND = tuple(column for column in ROW_COLUMNS if column.name not in ("figure", "needs_review", "weight"))


def page(comparison: Comparison, selection: Selection) -> str:
    """The page. Raises ToolMissingError without matplotlib."""
    chart = draw(comparison, "svg").decode()
    chart = chart[chart.index("<svg") :]
    body = _head(comparison, selection) + _table(comparison)
    font = embedded("".join(sorted(set(body))))
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f"<title>jixiao compare: {escape(comparison.view)}</title><style>{_STYLE % font}</style></head>\n"
        f"<body>{_title(comparison)}{chart}\n{body}</body></html>\n"
    )


def _title(comparison: Comparison) -> str:
    return f"<h1>{escape(comparison.question)}</h1>\n"


def _head(comparison: Comparison, selection: Selection) -> str:
    said = "".join(f"<li>{escape(text)}.</li>" for text in left_out(comparison.tally))
    return f'<p><code>jixiao compare DATASET {escape(asked(comparison, selection))}</code></p><ul class="note">{said}</ul>\n'


def _table(comparison: Comparison) -> str:
    figures: list[Record] = comparison.figures.slice(0, MOST_FIGURES).to_pylist()
    columns = [column for column in comparison.columns if column.name not in CODES]
    behind = _rows_behind(comparison, {row["figure"] for row in figures})
    heads = "".join(f'<th title="{escape(column.description)}">{escape(header(column))}</th>' for column in columns)
    lines = [_line(row, columns, comparison) + _details(row, behind, len(columns), comparison) for row in figures]
    rest = comparison.figures.num_rows - len(figures)
    more = f'<p class="note">{rest:,} more figures are in the .csv and .xlsx of the same command.</p>' if rest > 0 else ""
    return f"<table><thead><tr>{heads}</tr></thead><tbody>\n{''.join(lines)}</tbody></table>{more}\n"


def plain_table(comparison: Comparison) -> str:
    """The first figures as a table without the rows behind them, with what was left out below."""
    columns = [column for column in comparison.columns if column.name not in CODES]
    heads = "".join(f"<th>{escape(header(column))}</th>" for column in columns)
    figures: list[Record] = comparison.figures.slice(0, MOST_ROWS).to_pylist()
    lines = "".join(_line(row, columns, comparison) for row in figures)
    rest = comparison.figures.num_rows - len(figures)
    said = [*left_out(comparison.tally), *([f"{rest:,} more figures"] if rest else [])]
    return f"<table><thead><tr>{heads}</tr></thead><tbody>\n{lines}</tbody></table><p>{escape('. '.join(said))}.</p>"


def _line(row: Record, columns: Sequence[Column], comparison: Comparison) -> str:
    cells = (f"<td{'' if c.kind == 'text' else ' class=n'}>{escape(shown(row, c, comparison.unit_names))}</td>" for c in columns)
    return f'<tr id="figure-{row["figure"]}">{"".join(cells)}</tr>\n'


def _rows_behind(comparison: Comparison, figures: set[int]) -> dict[int, list[Record]]:
    """The first rows of each figure that is on the page."""
    found: dict[int, list[Record]] = defaultdict(list)
    if comparison.rows is None:
        return found
    for batch in comparison.rows.to_batches(max_chunksize=10_000):
        numbers = batch.column("figure").to_pylist()
        for at, number in enumerate(numbers):
            if number in figures and len(found[number]) < MOST_ROWS:
                found[number].append(batch.slice(at, 1).to_pylist()[0])
    return found


def _details(row: Record, behind: dict[int, list[Record]], columns: int, comparison: Comparison) -> str:
    rows = behind.get(row["figure"], [])
    if not rows:
        return ""
    heads = "".join(f"<th>{escape(header(column))}</th>" for column in _BEHIND)
    lines = "".join(
        f"<tr{' class=doubt' if r['needs_review'] else ''}>"
        + "".join(f"<td>{escape(shown(r, column, comparison.unit_names))}</td>" for column in _BEHIND)
        + "</tr>"
        for r in rows
    )
    whole = row.get("rows", len(rows))
    more = f" (first {len(rows)} of {whole:,})" if whole > len(rows) else ""
    table = f"<table><tr>{heads}</tr>{lines}</table>"
    return f"<tr><td colspan={columns}><details><summary>rows{more}</summary>{table}</details></td></tr>\n"
