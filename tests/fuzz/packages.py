"""Packages (zip archives of parts) with damage done inside: unpacked, mutated, packed again with the right sums."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from random import Random

from tests.fuzz.mutate import BLIND, Mutation

FAULTS = (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error)
"""What zipfile raises for an archive that an earlier mutation has damaged."""


def in_package(mutations: Sequence[Mutation]) -> Mutation:
    """Damage to one or two members of a package, which is packed again with everything else as it was."""

    def mutation(data: bytes, chance: Random) -> bytes:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as source:
                members = [(info.filename, source.read(info)) for info in source.infolist()]
        except FAULTS:
            return chance.choice(BLIND)(data, chance)
        if not members:
            return data
        for _ in range(chance.choice((1, 1, 1, 2))):
            at = chance.choice(_by_weight(members, chance))
            name, content = members[at]
            members[at] = (name, chance.choice(mutations)(content, chance))
        _rearrange(members, chance)
        return _packed(members)

    return mutation


def _by_weight(members: list[tuple[str, bytes]], chance: Random) -> Sequence[int]:
    """All members, or mostly the largest one, which holds what is read."""
    largest = max(range(len(members)), key=lambda i: len(members[i][1]))
    return (largest,) if chance.random() < 0.6 else range(len(members))


def _rearrange(members: list[tuple[str, bytes]], chance: Random) -> None:
    """Now and then a member is missing, twice there, or under the name of another."""
    at = chance.randrange(len(members))
    match chance.randrange(40):
        case 0:
            del members[at]
        case 1:
            members.append(members[at])
        case 2:
            members[at] = (chance.choice(members)[0], members[at][1])
        case 3:
            members[at] = ("../" + members[at][0], members[at][1])


def _packed(members: list[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w") as out:
        warnings.simplefilter("ignore")  # that a name stands there twice is meant
        for name, content in members:
            info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(info, content, compresslevel=1)
    return buffer.getvalue()
