"""Tallies at the desk: what an event adds, and what a return takes off again."""

from __future__ import annotations

from collections.abc import Iterable

from regulars.domain.earning.past import Count
from regulars.domain.tallies.contracts import Added
from regulars.flows.desk import Desk
from regulars.flows.member_file import MemberFile


def remember(desk: Desk, file: MemberFile, counts: Iterable[Count]) -> None:
    """Adds what an event counted; later events of the batch see it."""
    _add(desk, file, file.id, counts)


def take_off(desk: Desk, file: MemberFile, before: Iterable[Count], after: Iterable[Count], *, buyer: bytes) -> None:
    """An order counts less now. before, after: what it counted until now, and what the rest of it counts.

    buyer: to whom it counted: the member, or one who is part of it by now.
    """
    _add(desk, file, buyer, [Count(key, day, -amount) for key, day, amount in before])
    _add(desk, file, buyer, after)


def _add(desk: Desk, file: MemberFile, whose: bytes, counts: Iterable[Count]) -> None:
    for count in counts:
        file.past.add([count])
        desk.tallied.append(Added(whose, *count))
