"""Whether a version may change a ladder as it says.

Going back needs something to go back to, and taking tiers at once a second person, where the ladder that is there says
so.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.preview_ladder_change import ladders_to_come, preview_ladder_change
from regulars.kernel.errors import Conflict


def takes_tiers(
    conn: psycopg.Connection[Any], rulebook: Rulebook, *, of: Programme, effective_from: datetime, now: datetime
) -> int:
    """How many members would lose a tier at once on ladders that ask for a second person then."""
    terms: dict[str, Any] = {"effective_from": effective_from, "now": now}
    come = ladders_to_come(shelf(conn, programme_id=of.id), rulebook, **terms)
    asked = {
        each.id
        for each in come
        if each.ladder.on_change == "apply" and each.before and each.before.ladder.second_person
    }
    if not asked:
        return 0
    changes = preview_ladder_change(conn, rulebook, of=of, **terms)
    return sum(each.down for each in changes if each.ladder in asked)


def check_ladders(
    conn: psycopg.Connection[Any], rulebook: Rulebook, *, of: Programme, effective_from: datetime, now: datetime
) -> None:
    """Raises Conflict where tiers would be taken at once, and the ladder asks for a second person."""
    members = takes_tiers(conn, rulebook, of=of, effective_from=effective_from, now=now)
    if members:
        raise Conflict(
            "ladder_change_needs_approval",
            "Members would lose their tier at once",
            detail=f"{members:,} would, and the ladder asks for a second person then.",
            remedy="Use on_change: no_downgrade, and nobody loses a tier today; or let a second operator approve it.",
            field="approved_by",
        )


def check_restores(
    conn: psycopg.Connection[Any], rulebook: Rulebook, *, of: Programme, effective_from: datetime, now: datetime
) -> None:
    """Raises Conflict for a ladder that goes back, and is not the one that was there before the last change."""
    rules = shelf(conn, programme_id=of.id)
    for each in ladders_to_come(rules, rulebook, effective_from=effective_from, now=now):
        if each.ladder.on_change == "restore" and not each.restores:
            raise Conflict(
                "ladder_not_the_one_before",
                "This ladder is not the one that was there before",
                detail=f"{each.ladder.name} says on_change: restore, and is not as before the last change.",
                remedy="Use no_downgrade or apply, or take the last change back: regulars tiers undo.",
                field="ladders",
            )
