"""Hostile PDFs, object by object."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence

FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def pdf(objects: Sequence[str | bytes]) -> bytes:
    """A file of these objects, the first of which is its catalogue, with a true table of where they stand."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + (content if isinstance(content, bytes) else content.encode()) + b"\nendobj\n"
    table = len(out)
    out += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode() + b"".join(f"{at:010d} 00000 n \n".encode() for at in places)
    out += f"trailer\n<< /Size {len(places) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(out)


def stream(data: bytes, more: str = "") -> bytes:
    return f"<< /Length {len(data)} {more} >>\nstream\n".encode() + data + b"\nendstream"


def packed(data: bytes, more: str = "") -> bytes:
    return stream(zlib.compress(data, 9), f"/Filter /FlateDecode {more}")


def one_page(content: bytes, box: str = "0 0 595 842", resources: str = "", more: Iterable[str | bytes] = (), catalogue: str = "") -> bytes:
    """A page with this content (object 4), the font F1 (object 5) and further objects from 6 on."""
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> {resources} >> >>"
    pages = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return pdf([f"<< /Type /Catalog /Pages 2 0 R {catalogue} >>", pages, page, content, FONT, *more])


TEXT = b"BT /F1 12 Tf 72 720 Td (A page of text that is long enough to be no scan at all.) Tj ET\n"


def pdf_bomb(megabytes: int) -> bytes:
    """A content stream of blanks that packs to a thousandth."""
    packer = zlib.compressobj(9)
    data = packer.compress(TEXT) + b"".join(packer.compress(b" " * (1 << 20)) for _ in range(megabytes)) + packer.flush()
    return one_page(stream(data, "/Filter /FlateDecode"))


def pdf_drawing_itself(_: int) -> bytes:
    """A form object that draws itself, which a reader that follows it never leaves."""
    form = stream(b"/X Do " + TEXT, "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /X 6 0 R >> >>")
    return one_page(stream(TEXT + b"/X Do"), resources="/XObject << /X 6 0 R >>", more=[form])


def pdf_huge_page(side: int) -> bytes:
    return one_page(stream(TEXT), box=f"0 0 {side} {side}")


def pdf_many_characters(count: int) -> bytes:
    lines = b"".join(b"1 0 0 1 %d %d Tm (%s) Tj\n" % (20 + n % 7, 820 - n * 7 % 800, b"abcdefghij" * 5) for n in range(count // 50))
    return one_page(packed(b"BT /F1 3 Tf\n" + lines + b"ET"))


def pdf_many_pages(count: int) -> bytes:
    kids = " ".join(f"{n} 0 R" for n in range(5, 5 + count))
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R /Resources << /Font << /F1 4 0 R >> >> >>"
    head = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {count} >>", stream(TEXT), FONT]
    return pdf([*head, *(page for _ in range(count))])


def pdf_many_rules(count: int) -> bytes:
    """Lines that cross each other everywhere, as a drawing has them, and as no table does."""
    across = b"".join(b"20 %.1f m 570 %.1f l S\n" % (at, at) for at in (20 + 800 * n / count for n in range(count // 2)))
    down = b"".join(b"%.1f 20 m %.1f 820 l S\n" % (at, at) for at in (20 + 540 * n / count for n in range(count // 2)))
    return one_page(packed(b"0.5 w\n" + TEXT + across + down))


def pdf_page_tree_loop(_: int) -> bytes:
    return pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000000 >>"])


def pdf_scripts(_: int) -> bytes:
    """A file that asks to run a script, a program and a page of the network when it is opened."""
    actions = [
        "<< /S /JavaScript /JS (app.launchURL\\('http://203.0.113.1/x'\\)) /Next 7 0 R >>",
        "<< /S /Launch /F (/bin/sh) /Next 8 0 R >>",
        "<< /S /URI /URI (http://203.0.113.1/x) >>",
    ]
    return one_page(stream(TEXT), more=actions, catalogue="/OpenAction 6 0 R")
