"""Hostile pages, texts and pictures."""

from __future__ import annotations

import struct
import zlib

CELLS = "<tr><td>一级指标</td><td>二级指标</td><td>三级指标</td><td>指标值</td></tr><tr><td>产出指标</td><td>数量指标</td><td>培训次数</td>"
FORM = f"<p>项目支出绩效目标申报表</p><table border='1'>{CELLS}"


def page(body: str, head: str = "") -> bytes:
    return f'<!DOCTYPE html><html><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'.encode()


def html_nested(depth: int) -> bytes:
    return page("<div>" * depth + "底" + "</div>" * depth)


def html_remote(_: int) -> bytes:
    at = "http://203.0.113.1/x"
    head = (
        f'<base href="{at}"><meta http-equiv="refresh" content="0;url={at}"><link rel="stylesheet" href="{at}"><script src="{at}"></script>'
    )
    return page(f'<img src="{at}"><iframe src="{at}"></iframe>{FORM}<td>≥6次</td></tr></table>', head)


def html_wide_span(span: int) -> bytes:
    return page(f'{FORM}<td colspan="{span}" rowspan="{span}">≥6次</td></tr></table>')


def text_one_line(length: int) -> bytes:
    return ("项目支出绩效目标申报表 " + "一级指标 二级指标 三级指标 指标值 " * (length // 20)).encode()


def text_terminal_codes(_: int) -> bytes:
    """A form whose cells hold codes that make a terminal print over what it has printed, or set its title."""
    rows = ["项目支出绩效目标申报表", "一级指标\t二级指标\t三级指标\t指标值", "产出指标\t数量指标\t\x1b[2J\x1b]0;owned\x07培训次数\t≥6次"]
    return "\n".join(rows).encode()


def png_bomb(side: int) -> bytes:
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0" * 1000)),
        (b"IEND", b""),
    )
    chunks = (struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
