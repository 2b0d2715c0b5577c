"""Scores lose what a return took; a tier does only where its ladder says so."""

from __future__ import annotations

from datetime import date

from regulars.domain.events.contracts import TierOut
from regulars.domain.events.intake import Checked
from regulars.domain.tiers.contracts import ChangeCause, NewChange
from regulars.domain.tiers.metric import Reversal
from regulars.domain.tiers.standing import take_off
from regulars.flows.desk import Desk
from regulars.flows.member_file import MemberFile


def lower_tiers(
    desk: Desk,
    file: MemberFile,
    event: Checked,
    reversal: Reversal,
    *,
    day: date,
    today: date,
    event_id: bytes,
) -> list[TierOut]:
    """event, event_id: the return. day: the local day on which it had counted."""
    at = event.occurrence.occurred_at
    moved = []
    for rungs in desk.rules.climbed(desk.rules.in_force(at), desk.now):
        standing = file.standings[rungs.id]
        if rungs.metric.follows_balance:
            point_type = desk.rules.point_types[rungs.metric.point_types()[0]]
            amount, counted_on = standing.score - desk.book.balance(file.id, point_type).available, today
        else:
            amount, counted_on = rungs.metric.undone(reversal), day
        file.faded.setdefault(rungs.id, []).append((counted_on, -amount))
        step = take_off(standing, rungs, amount=amount, day=counted_on, today=today, at=at)
        if step is not None:
            moved.append(TierOut("change_tier", rungs.id, *step))
            cause = (int(ChangeCause.event), event_id)
            desk.changes.append(NewChange(file.id, rungs.id, *step, standing.score, at, *cause))
    return moved
