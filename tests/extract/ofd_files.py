"""Small OFD packages written by hand."""

from __future__ import annotations

import zipfile
from pathlib import Path

SPACE = "http://www.ofdspec.org/2016"
POINT = 72 / 25.4


def element(name: str, inner: str, namespace: str = SPACE) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><ofd:{name} xmlns:ofd="{namespace}">{inner}</ofd:{name}>'


def text(content: str, x: float, y: float, attributes: str = "", code: str = "", inside: str = "", size: float = 4.0) -> str:
    """A text object at a point of the page whose first glyph stands on the base line ``size`` below."""
    steps = f'DeltaX="g {len(content) - 1} {size}"' if len(content) > 1 and not code else ""
    return (
        f'<ofd:TextObject ID="9" Boundary="{x} {y} {size * len(content)} {size * 1.3}" Font="1" Size="{size}" {attributes}>{inside}'
        f'<ofd:TextCode X="0" Y="{size}" {code or steps}>{content}</ofd:TextCode></ofd:TextObject>'
    )


def path(data: str, boundary: str = "0 0 210 297", attributes: str = "", inside: str = "") -> str:
    return (
        f'<ofd:PathObject ID="9" Boundary="{boundary}" {attributes}>{inside}'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def line(x0: float, y0: float, x1: float, y1: float, attributes: str = "") -> str:
    return path(f"M {x0} {y0} L {x1} {y1}", attributes=attributes)


XS, YS = (20.0, 60.0, 120.0), (30.0, 40.0, 50.0)
CELLS = (("指标", "指标值"), ("培训人数", "≥50人"))


def rules() -> str:
    flat = "".join(line(XS[0], y, XS[-1], y) for y in YS)
    return flat + "".join(line(x, YS[0], x, YS[-1]) for x in XS)


def words() -> str:
    return "".join(text(cell, XS[c] + 2, YS[r] + 2) for r, row in enumerate(CELLS) for c, cell in enumerate(row))


def page(objects: str, before: str = "", layer: str = "") -> str:
    return element("Page", f'{before}<ofd:Content><ofd:Layer ID="8" {layer}>{objects}</ofd:Layer></ofd:Content>')


def members(*pages: str, common: str = "", after: str = "", **more: str) -> dict[str, str]:
    """The parts of a package with one document; ``more`` are further parts by name, with ``__`` for ``/`` and ``_xml``."""
    listed = "".join(f'<ofd:Page ID="{100 + i}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i in range(len(pages)))
    area = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
    return {
        "OFD.xml": element("OFD", "<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"),
        "Doc_0/Document.xml": element("Document", f"<ofd:CommonData>{area}{common}</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages>{after}"),
        **{f"Doc_0/Pages/Page_{i}/Content.xml": content for i, content in enumerate(pages)},
        **{name.replace("__", "/").replace("_xml", ".xml"): content for name, content in more.items()},
    }


def package(folder: Path, parts: dict[str, str] | dict[str, bytes] | dict[str, str | bytes], name: str = "a.ofd") -> Path:
    target = folder / name
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in parts.items():
            archive.writestr(member, content)
    return target
