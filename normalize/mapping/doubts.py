"""In words, what makes a match less sure than it might be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mappings.taxonomy import Taxonomy
from normalize.mapping.rank import Ranked

WORTH_SAYING, _LITTLE, _RIVAL = 0.98, 0.4, 0.05


def doubts_of(first: Ranked, ranked: Sequence[Ranked], bare: bool, taxonomy: Taxonomy) -> Iterator[str]:
    """What speaks against the candidate, the weightiest first; nothing where it is all but certain."""
    if first.share >= WORTH_SAYING:
        return
    clue = first.clue
    believed = next((r.clue for r in ranked if r.clue.believed), None)
    if believed is not None and believed.code != clue.code:
        yield f"doubt: names like it mean {taxonomy.concepts[believed.code].name}"
    if clue.parts.rule == 0:
        yield "doubt: no word of the tables says so"
    elif not clue.first:
        yield "doubt: another word decides before it"
    elif clue.parts.explained < _LITTLE:
        yield f"doubt: the words that decide are {clue.parts.explained:.0%} of the name"
    if clue.parts.dimension != 1:
        yield "doubt: no unit says what is measured"
    if bare:
        yield "doubt: the name ends in no measure"
    rival = next((r for r in ranked if r is not first and r.share >= _RIVAL and r.clue.forbidden is None), None)
    if rival is not None and rival.clue is not believed:
        yield f"doubt: it may be {taxonomy.concepts[rival.clue.code].name} ({rival.share:.2f})"
