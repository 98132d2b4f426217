"""An audit as one page of HTML: each finding with its figures and the picture of each place. The page needs nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from itertools import groupby
from pathlib import Path

from jixiao.audit.model import SEVERITIES, Finding, Report, Spot
from jixiao.audit.output import check_rows, not_checked_rows
from jixiao.audit.pictures import Album, Source
from jixiao.audit.rules import RULES
from jixiao.text import whole_characters
from normalize.record import Record

_MOST_PICTURES = 400
"""Pictures of a page: more would make it too heavy to open."""
_SPOTS = 12
_STYLE = """
body{font:15px/1.5 "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",sans-serif;
margin:2rem auto;max-width:70rem;padding:0 1rem;color:#222}
h1{font-size:1.5rem}h2{font-size:1.2rem;border-bottom:2px solid #1f4e79;margin-top:2.5rem}
article{border-left:5px solid #bbb;padding:.2rem 1rem .6rem;margin:1rem 0;background:#fafafa}
article.error{border-color:#c0392b}article.warning{border-color:#e0a800}article.waived{opacity:.55}
.tag{font-size:.8rem;color:#fff;background:#888;border-radius:3px;padding:.1rem .45rem;margin-right:.5rem}
.error>p>.tag{background:#c0392b}.warning>p>.tag{background:#b98900}
code{color:#777;font-size:.85rem}figure{margin:.6rem 0}figcaption{font-size:.85rem;color:#555}
img{max-width:100%;border:1px solid #ccc}table{border-collapse:collapse;margin:.4rem 0;font-size:.9rem}
td,th{border:1px solid #ccc;padding:.2rem .5rem;text-align:left;vertical-align:top}th{background:#eef2f7;font-weight:600}
details{margin:.5rem 0}.num{text-align:right}
"""


def write_html(report: Report, path: Path, sources: Mapping[str, Source]) -> None:
    """Writes the page. Pictures are shown for the sources that are at hand."""
    album = Album(sources)
    with path.open("w", encoding="utf-8") as file:
        file.writelines(whole_characters(part) for part in _page(report, album))


def _page(report: Report, album: Album) -> Iterator[str]:
    yield f'<!doctype html>\n<html lang="zh"><head><meta charset="utf-8"><title>Audit</title><style>{_STYLE}</style></head><body>\n'
    yield f"<h1>Audit</h1>\n<p>{_sum(report)}</p>\n"
    room = _MOST_PICTURES
    for name, group in groupby(report.findings, key=lambda finding: finding.declaration["source_name"]):
        yield f"<h2>{escape(name)}</h2>\n"
        for finding in group:
            yield _head(finding)
            for spot in finding.spots[:_SPOTS]:
                shown = album.picture(spot) if room and finding.severity != "info" else None
                room -= shown is not None
                yield _spot(spot, shown)
            more = len(finding.spots) - _SPOTS
            yield f"<p>and {more} more rows</p>\n</article>\n" if more > 0 else "</article>\n"
    yield from _rest(report)
    yield "</body></html>\n"


def _sum(report: Report) -> str:
    counts = [f"{sum(finding.severity == one for finding in report.open_findings)} {one}" for one in SEVERITIES]
    checked = sum(tally.checked for tally in report.tallies.values())
    rest = sum(tally.not_checked.total() for tally in report.tallies.values())
    waived = len(report.findings) - len(report.open_findings)
    return f"{', '.join(counts)}; {waived} waived. {checked} checks, {rest} not checked."


def _head(finding: Finding) -> str:
    head = finding.declaration
    about = " · ".join(str(head[name]) for name in ("organization", "subject", "fiscal_year") if head.get(name))
    rows = "".join(f"<tr><th>{escape(figure.label)}</th><td>{escape(figure.text)}</td></tr>" for figure in finding.figures)
    kind = f"{finding.severity} waived" if finding.waived is not None else finding.severity
    waived = f"<p>Waived: {escape(finding.waived)}</p>" if finding.waived is not None else ""
    return (
        f'<article class="{kind}" id="{finding.finding_id}"><p><span class="tag">{finding.severity}</span>'
        f"<b>{escape(finding.message)}</b></p>"
        f"<p>{escape(about)} <code>{finding.rule} {finding.finding_id}</code></p>{waived}\n<table>{rows}</table>\n"
    )


def _spot(spot: Spot, picture: str | None) -> str:
    caption = f"<figcaption>{escape(spot.place)}: {escape(spot.text)}</figcaption>"
    if picture is not None:
        return f'<figure><img alt="{escape(spot.text, quote=True)}" src="{picture}">{caption}</figure>\n'
    note = "" if spot.page is None else "<p>No picture: the source is not at hand (name its folder with --sources), or is not of pages.</p>"
    head = "".join(f"<th>{escape(name)}</th>" for name, _ in spot.printed)
    row = "".join(f"<td>{escape(value)}</td>" for _, value in spot.printed)
    table = f"<table><tr>{head}</tr><tr>{row}</tr></table>" if row else ""
    return f"<figure>{table}{caption}</figure>{note if not table else ''}\n"


def _rest(report: Report) -> Iterator[str]:
    columns = ("rule", "why", "detail", "places", "source_name")
    rows = not_checked_rows(report)
    yield f"<h2>Not checked</h2>\n<details><summary>{len(rows)}</summary>{_table(columns, rows)}</details>\n"
    yield f"<h2>Checks</h2>\n{_table(('rule', 'checked', 'agreed', 'found', 'not_checked'), check_rows(report))}"
    used = {finding.rule for finding in report.findings}
    yield "<h2>Rules</h2>\n"
    for rule in RULES:
        if rule.code in used:
            yield f"<details><summary>{rule.code}</summary><p>{escape(rule.doc)}</p></details>\n"


def _table(columns: Iterable[str], rows: Iterable[Record]) -> str:
    head = "".join(f"<th>{name}</th>" for name in columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(row[name]))}</td>" for name in columns) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>\n"
