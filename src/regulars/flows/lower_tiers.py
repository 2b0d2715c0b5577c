"""Scores lose what a return took; a tier does only where its ladder says so."""

from __future__ import annotations

from datetime import date

from regulars.domain.events.contracts import TierOut
from regulars.domain.events.intake import Checked
from regulars.domain.tiers.contracts import ChangeCause, NewChange
from regulars.domain.tiers.metric import Reversal
from regulars.domain.tiers.rungs import Rungs
from regulars.domain.tiers.standing import take_off, take_off_late
from regulars.flows.desk import Desk
from regulars.flows.member_file import MemberFile
from regulars.kernel.clock import local_day, start_of_day


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
        if step is None and rungs.ladder.downgrade_on_return and day < standing.counted_from:
            counted = _last_period(desk, file, rungs, day)
            step = take_off_late(standing, rungs, amount=amount, day=day, at=at, counted=counted, climber=file.climber)
        if step is not None:
            moved.append(TierOut("change_tier", rungs.id, *step))
            cause = (int(ChangeCause.event), event_id)
            desk.changes.append(NewChange(file.id, rungs.id, *step, standing.score, at, *cause))
    return moved


def _last_period(desk: Desk, file: MemberFile, rungs: Rungs, day: date) -> list[tuple[date, int]]:
    """What counted in the period of that day, the present return not yet taken off; earlier ones are."""
    standing, zone = file.standings[rungs.id], desk.rules.programme.time_zone
    since = rungs.counted_from(day, file.climber.anchors(standing, rungs))
    spans = [(part, start_of_day(since, zone), start_of_day(standing.counted_from, zone)) for part in file.parts]
    counted = desk.look_up.counted(rungs.metric, spans, ground=desk.rules.ground)
    return [(local_day(at, zone), amount) for _, at, amount in counted]
