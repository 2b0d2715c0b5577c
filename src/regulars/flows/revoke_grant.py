"""What a rule gave for an event is taken back: pending points first, then those of the grant, then others."""

from __future__ import annotations

from regulars.domain.events.contracts import RevokedOut
from regulars.domain.events.intake import Checked
from regulars.domain.ledger.book import Cause
from regulars.domain.ledger.contracts import CauseKind, Revocation
from regulars.domain.ledger.frozen import revoke_frozen
from regulars.flows.desk import Desk
from regulars.flows.member_file import MemberFile
from regulars.flows.orders_on_file import EventOnFile, Granted
from regulars.kernel.clock import local_day
from regulars.kernel.ids import id_text, new_id_bytes


def revoke_grant(
    desk: Desk,
    file: MemberFile,
    event: Checked,
    origin: EventOnFile,
    granted: Granted,
    points: int,
    event_id: bytes,
) -> RevokedOut:
    """Takes back points of one grant. Those that expired, or never became active, are not taken a second time.

    event, event_id: the return. origin: what had given them.
    """
    number = origin.rulebook.point_type_ids[granted.point_type]
    before = origin.revoked.get((number, granted.rule), 0)
    there = granted.points - origin.lost.get(granted.lot, 0) - before
    cause = Cause(CauseKind.order_return, event_id, event.occurrence.occurred_at, granted.rule)
    clawback, asked = origin.rulebook.returns.clawback, min(points, max(there, 0))
    earner, lot = origin.event.member_id.bytes, origin.lots[granted.lot]
    if file.is_blocked:
        today = local_day(desk.now, desk.rules.programme.time_zone)
        entries, taken = revoke_frozen(
            desk.book, file.id, number, asked, grant=lot, policy=clawback, cause=cause, today=today
        )
    else:
        entries, taken = desk.book.revoke(file.id, number, asked, grant=lot, policy=clawback, cause=cause)
    origin.revoked[number, granted.rule] = before + points
    earned = local_day(origin.event.occurred_at, desk.rules.programme.time_zone)
    desk.budgets.give_back(origin.rulebook, granted.rule, points, earned)
    desk.book.revocations.append(
        Revocation(
            new_id_bytes(earner[15]), earner, number, event_id, origin.event.id.bytes, granted.rule, points, taken,
            origin.event.occurred_at,
        )
    )  # fmt: skip
    name = origin.rulebook.rule_names[granted.rule]
    transfers = [id_text(entry.id) for entry in entries]
    return RevokedOut("revoke_points", granted.point_type, taken, points, granted.rule, name, transfers)
