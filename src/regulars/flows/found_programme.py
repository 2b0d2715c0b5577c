"""A programme begins: its organisation, its first rulebook, the rewards it starts with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg

from regulars.database.scope import scoped
from regulars.domain.audit.commands import record_act
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.programmes import commands
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.rewards.commands import save_reward
from regulars.domain.rewards.contracts import RewardDraft
from regulars.kernel.ids import new_id

SINCE_EVER = datetime(2000, 1, 1, 12, tzinfo=UTC)
"""The first rulebook prices everything that is imported, however old."""


def found_programme(
    conn: psycopg.Connection[Any],
    rulebook: Rulebook,
    *,
    organisation: str,
    code: str,
    now: datetime,
    by: str,
    rewards: Sequence[RewardDraft] = (),
    sandbox: bool = False,
) -> Programme:
    """Founds a programme with the rulebook as version 1, in force since ever. Raises Conflict for a code in use.

    sandbox: a programme to try things out with, whose clock can be moved forward; it stays one for ever.
    """
    with conn.transaction():
        programme = commands.found_programme(
            conn,
            organisation=organisation,
            code=code,
            name=rulebook.name,
            currency=rulebook.currency,
            time_zone=rulebook.time_zone,
            now=now,
            sandbox=sandbox,
        )
        with scoped(conn, programme.organisation_id):
            commands.publish_rulebook(conn, rulebook, of=programme, effective_from=SINCE_EVER, note="", by=by, now=now)
            for draft in rewards:
                save_reward(conn, draft, programme_id=programme.id, now=now)
            record_act(
                conn,
                entry_id=new_id(0),
                organisation_id=programme.organisation_id,
                programme_id=programme.id,
                now=now,
                by=by,
                action="programme.founded",
                subject=programme_subject(programme.id),
                details={"code": code, "rewards": len(rewards), "sandbox": sandbox},
            )
    return programme
