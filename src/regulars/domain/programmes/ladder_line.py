"""Which ladder took the place of which, over the versions of a rulebook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from regulars.domain.programmes.rulebook import CompiledRulebook
from regulars.domain.tiers.rungs import Rungs


def line_up(versions: Sequence[CompiledRulebook], changed_at: Sequence[datetime]) -> None:
    """Tells each ladder what it follows. versions: in the order in which they are in force.

    changed_at: since when each is in force, or was published where it is said to be in force since before that. A
    ladder that was away for a while follows the one that was there last, though it is the same: nobody counted.
    """
    last: dict[str, Rungs] = {}
    there: set[str] = set()
    for rulebook, at in zip(versions, changed_at, strict=True):
        for rungs in rulebook.rungs:
            before = last.get(rungs.id)
            rungs.follow(before, version=rulebook.version, at=at, goes_on=rungs.id in there)
            last[rungs.id] = rungs
        there = {rungs.id for rungs in rulebook.rungs}
