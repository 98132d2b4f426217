"""Tables of knowledge and persons' decisions as they travel to machines that do not have the folder that they lie in."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from weakref import finalize

from extract.problem import UsageError
from extract.scratch import scratch
from jixiao import __version__
from mappings.decisions import Rulings
from mappings.loader import Mappings, default_mappings

Versions = tuple[str, str, str, str | None]


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """The tables (name and bytes) that stand in for shipped ones, the rulings on names, and the versions that all comes to,
    by which two of them are the same."""

    tables: tuple[tuple[str, bytes], ...]
    rulings: Rulings
    versions: Versions

    @classmethod
    def of(cls, mappings: Mappings) -> Knowledge:
        own = sorted(mappings.folder.glob("*.csv")) if mappings.folder else ()
        return cls(tuple((path.name, path.read_bytes()) for path in own), mappings.rulings, _versions(mappings))

    def mappings(self) -> Mappings:
        """The same in this process, loaded once. Raises UsageError where its version of jixiao is another."""
        return _loaded(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Knowledge) and self.versions == other.versions

    def __hash__(self) -> int:
        return hash(self.versions)


def _versions(mappings: Mappings) -> Versions:
    return __version__, mappings.reading_version, mappings.version, mappings.decisions_version


@lru_cache(maxsize=2)
def _loaded(knowledge: Knowledge) -> Mappings:
    """The tables; those that are not shipped lie in a folder of this process for as long as anything has them."""
    stack = ExitStack()
    mappings = default_mappings()
    if knowledge.tables:
        own = stack.enter_context(scratch("tables"))
        for name, content in knowledge.tables:
            (own / name).write_bytes(content)
        mappings = Mappings(own)
    mappings = mappings.ruled(knowledge.rulings)
    finalize(mappings, stack.close)
    here = _versions(mappings)
    if here != knowledge.versions:
        theirs, ours = (f"jixiao {versions[0]} with tables {versions[2]}" for versions in (here, knowledge.versions))
        raise UsageError(f"A worker has {theirs}, the one who asks has {ours}.", "Install the same version on all machines.")
    return mappings
