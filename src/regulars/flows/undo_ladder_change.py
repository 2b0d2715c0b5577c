"""The last change of a ladder is taken back: everybody stands again as before it, with what they did since.

Published versions never change, so going back is one more version: the rulebook as it is, with the ladder that was
there before. Going back again brings the change once more.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import psycopg

from regulars.domain.programmes.commands import lock_versions
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.document import require_valid
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.change_ladders import begin_to_change
from regulars.flows.preview_ladder_change import LadderChange, preview_ladder_change
from regulars.flows.publish_rulebook import record_version
from regulars.kernel.errors import Conflict, NotFound
from regulars.kernel.validation import instead


def preview_undo(conn: psycopg.Connection[Any], *, of: Programme, ladder: str, now: datetime) -> LadderChange:
    """Who would go where. Raises Refusal where there is nothing to take back."""
    rulebook = _as_before(shelf(conn, programme_id=of.id), ladder, now=now)
    (change,) = (
        each
        for each in preview_ladder_change(conn, rulebook, of=of, effective_from=now, now=now)
        if each.ladder == ladder
    )
    return change


def undo_ladder_change(
    conn: psycopg.Connection[Any], *, of: Programme, ladder: str, by: str, now: datetime, note: str = ""
) -> int:
    """Publishes the version that goes back, in force from now on; its number. Raises Refusal; nothing is written then.

    Nobody else has to approve it: everybody gets what they had.
    """
    with conn.transaction():
        lock_versions(conn, of=of)
        rulebook = _as_before(shelf(conn, programme_id=of.id), ladder, now=now)
        version = record_version(conn, rulebook, [], of=of, effective_from=now, note=note, by=by, now=now)
    begin_to_change(conn, programme_id=of.id, now=now)
    return version


def _as_before(rules: Shelf, ladder: str, *, now: datetime) -> Rulebook:
    current = rules.in_force(now)
    rungs = next((each for each in current.rungs if each.id == ladder), None)
    if rungs is None:
        raise NotFound(
            "ladder_not_found",
            "There is no such ladder",
            detail=f"The rulebook in force has no ladder {ladder!r}.",
            remedy=instead(ladder, [each.id for each in current.rungs]),
            field="ladder",
        )
    if rungs.before is None:
        raise Conflict(
            "ladder_never_changed",
            "There is nothing to take back",
            detail=f"The ladder {rungs.ladder.name} gives the same tiers as ever.",
            remedy="Change it by publishing a new version of the rulebook.",
            field="ladder",
        )
    last = rungs.before.ladder.model_copy(
        update={
            "on_change": "restore",
            "second_person": rungs.ladder.second_person or rungs.before.ladder.second_person,
        }
    )
    document = current.rulebook.model_copy(
        update={"ladders": tuple(last if each.id == ladder else each for each in current.rulebook.ladders)}
    ).document()
    return require_valid(json.dumps(document))
