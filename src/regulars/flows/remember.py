"""Tallies at the desk: what an event reads of them, what it adds, and what a return takes off again."""

from __future__ import annotations

from collections.abc import Iterable

from regulars.domain.earning.contracts import Occurrence
from regulars.domain.earning.past import NOTHING, Count, Past
from regulars.domain.programmes.rulebook import CompiledRulebook
from regulars.domain.tallies.contracts import Added
from regulars.flows.desk import Desk, MemberFile


def recalled(file: MemberFile, rulebook: CompiledRulebook, occurrence: Occurrence) -> Past:
    """Of the member's past what the rules of this event read, and nothing else: it is kept with the event."""
    recalls = rulebook.rules.recalls(occurrence)
    return file.past.recalled(recalls) if recalls else NOTHING


def remember(desk: Desk, file: MemberFile, counts: Iterable[Count]) -> None:
    """Adds what an event counted; later events of the batch see it."""
    for count in counts:
        file.past.add([count])
        desk.tallied.append(Added(file.id, *count))


def take_off(desk: Desk, file: MemberFile, before: Iterable[Count], after: Iterable[Count]) -> None:
    """An order counts less now. before, after: what it counted until now, and what the rest of it counts."""
    remember(desk, file, [Count(key, day, -amount) for key, day, amount in before])
    remember(desk, file, after)
