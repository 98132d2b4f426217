"""Archives as programs and attackers write them."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path


def zipped(members: Iterable[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of the members in order; a name may stand in it twice."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as out:
        for name, data in members:
            out.writestr(zipfile.ZipInfo(name), data, method)
    return buffer.getvalue()


def raw_names(members: Iterable[tuple[bytes, bytes]], flags: int = 0, create_system: int = 0, mode: int = 0) -> bytes:
    """A zip of stored members whose names are these bytes, with the flags of each entry as given."""
    body, directory, count = bytearray(), bytearray(), 0
    for name, data in members:
        common = struct.pack("<HHHHHLLLHH", 20, flags, 0, 0, 0x21, zlib.crc32(data), len(data), len(data), len(name), 0)
        at = len(body)
        body += b"PK\x03\x04" + common + name + data
        made_by = (create_system << 8) | 20
        directory += b"PK\x01\x02" + struct.pack("<H", made_by) + common + struct.pack("<HHHLL", 0, 0, 0, mode << 16, at) + name
        count += 1
    end = len(directory), len(body), 0
    return bytes(body + directory) + b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, count & 0xFFFF, count & 0xFFFF, *end)


def many(count: int) -> bytes:
    """A zip of so many empty members."""
    return raw_names((b"%06d.txt" % n, b"") for n in range(count))


def flat_bomb(size: int) -> bytes:
    """A zip of one member of zeros."""
    return zipped([("zeros.docx", bytes(size))])


def overlapping_bomb(copies: int, size: int) -> bytes:
    """A zip whose entries all name the same packed bytes."""
    name, data = b"a.txt", zlib.compress(bytes(size), 9)[2:-4]
    crc = zlib.crc32(bytes(size))
    common = struct.pack("<HHHHHLLLHH", 20, 0, 8, 0, 0x21, crc, len(data), size, len(name), 0)
    body = b"PK\x03\x04" + common + name + data
    entry = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHLL", 0, 0, 0, 0, 0) + name
    directory = entry * copies
    return body + directory + b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, copies, copies, len(directory), len(body), 0)


def nested(depth: int, inner: tuple[str, bytes]) -> bytes:
    """A zip in a zip in a zip; with depth 0 the member alone in one."""
    data = zipped([inner])
    for level in range(depth):
        data = zipped([(f"{level}.zip", data)])
    return data


def fan(width: int, depth: int, size: int) -> bytes:
    """Zips that hold ``width`` zips each, down to members of zeros."""
    data = zipped([("zeros.txt", bytes(size))])
    for _ in range(depth):
        data = zipped([(f"{n}.zip", data) for n in range(width)], zipfile.ZIP_STORED)
    return data


def tarred(members: Iterable[tuple[tarfile.TarInfo, bytes]], mode: str = "w:gz") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as out:  # type: ignore[call-overload]
        for info, data in members:
            info.size = len(data) if info.isreg() else 0
            out.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def entry(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def written(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
