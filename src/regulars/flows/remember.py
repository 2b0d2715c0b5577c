"""Tallies at the desk: what an event adds, and what a return takes off again."""

from __future__ import annotations

from collections.abc import Iterable

from regulars.domain.earning.past import Count
from regulars.domain.tallies.contracts import Added
from regulars.flows.desk import Desk, MemberFile


def remember(desk: Desk, file: MemberFile, counts: Iterable[Count]) -> None:
    """Adds what an event counted; later events of the batch see it."""
    for count in counts:
        file.past.add([count])
        desk.tallied.append(Added(file.id, *count))


def take_off(desk: Desk, file: MemberFile, before: Iterable[Count], after: Iterable[Count]) -> None:
    """An order counts less now. before, after: what it counted until now, and what the rest of it counts."""
    remember(desk, file, [Count(key, day, -amount) for key, day, amount in before])
    remember(desk, file, after)
