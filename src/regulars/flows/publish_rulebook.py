"""The next version of a rulebook is published, and who did it is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg

from regulars.domain.access.queries import operator_of_email
from regulars.domain.audit.commands import record_act
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.programmes import commands
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.audiences_in_rulebooks import check_audiences
from regulars.flows.change_ladders import begin_to_change
from regulars.flows.ladder_approval import check_ladders, check_restores
from regulars.flows.preview_expiry_change import ExpiryChange, preview_expiry_change
from regulars.flows.second_person import check_alone
from regulars.flows.versions import still_resting
from regulars.kernel.errors import Conflict, Refusal
from regulars.kernel.ids import new_id

PUBLISHED = "rulebook.published"


def publish_rulebook(
    conn: psycopg.Connection[Any],
    rulebook: Rulebook,
    *,
    of: Programme,
    effective_from: datetime,
    note: str,
    by: str,
    now: datetime,
    approved_by: str = "",
) -> int:
    """Publishes the rulebook for events from `effective_from` on; its version. Entries that exist stay as they are.

    approved_by: the address of a second operator, without whom no version is published that makes points expire at
    once. Raises Refusal; nothing is written then.
    """
    with conn.transaction():
        changes = preview_expiry_change(conn, rulebook, of=of, effective_from=effective_from, now=now)
        _check_approval(conn, changes, of=of, by=by, approved_by=approved_by)
        if not approved_by:
            check_alone(conn, of=of)
            check_ladders(conn, rulebook, of=of, effective_from=effective_from, now=now)
        version = record_version(
            conn, rulebook, changes, of=of, effective_from=effective_from, note=note, by=by, now=now,
            approved_by=approved_by,
        )  # fmt: skip
    begin_to_change(conn, programme_id=of.id, now=now)
    return version


def record_version(
    conn: psycopg.Connection[Any],
    rulebook: Rulebook,
    changes: Sequence[ExpiryChange],
    *,
    of: Programme,
    effective_from: datetime,
    note: str,
    by: str,
    now: datetime,
    approved_by: str = "",
    action: str = PUBLISHED,
    repeat: bool = False,
    **more: Any,
) -> int:
    """The next version with its entry in the audit trail; its number. Who has to approve it was asked before.

    action, more: what the entry says. repeat: also where the latest version says the same.
    Raises Refusal where it names an audience that is not there, is archived or goes round in a circle with it.
    """
    check_audiences(conn, rulebook, programme_id=of.id)
    check_restores(conn, rulebook, of=of, effective_from=effective_from, now=now)
    if action == PUBLISHED:
        rulebook = still_resting(conn, rulebook, of=of)
    version = commands.publish_rulebook(
        conn, rulebook, of=of, effective_from=effective_from, note=note, by=by, now=now, repeat=repeat
    )
    details: dict[str, Any] = {"version": version, "note": note, "from": effective_from.isoformat(), **more}
    if approved_by:
        details["approved_by"] = approved_by
    losing = {each.point_type: each.lots.at_once for each in changes if each.lots.at_once}
    if losing:
        details["points_gone_at_once"] = losing
    record_act(
        conn,
        entry_id=new_id(0),
        organisation_id=of.organisation_id,
        programme_id=of.id,
        now=now,
        by=by,
        action=action,
        subject=programme_subject(of.id),
        details=details,
    )
    return version


def _check_approval(
    conn: psycopg.Connection[Any], changes: Sequence[ExpiryChange], *, of: Programme, by: str, approved_by: str
) -> None:
    if approved_by:
        found = operator_of_email(conn, email=approved_by)
        if found is None or found.programme_id != of.id:
            raise Refusal(
                "approver_unknown",
                "Nobody of that address can approve it",
                detail=f"No operator of {of.name} has the address {approved_by!r}.",
                remedy="Name another operator of this programme: regulars operators list.",
                field="approved_by",
            )
        if approved_by == by:
            raise Refusal(
                "approver_is_publisher",
                "Somebody else has to approve it",
                detail=f"{by} publishes this version and cannot approve it as well.",
                remedy="Ask another operator of this programme.",
                field="approved_by",
            )
        return
    for each in changes:
        if each.lots.at_once:
            raise Conflict(
                "expiry_change_needs_approval",
                "Points would expire at once",
                detail=f"{each.lots.at_once:,} {each.name} of {each.lots.at_once_owners:,} members would be gone by the"
                f" end of {each.day:%-d %b %Y}: {each.after}.",
                remedy="Choose a longer expiry, remove on_expiry_change so that points keep their last day, or let a"
                " second operator approve it.",
                field="approved_by",
            )
