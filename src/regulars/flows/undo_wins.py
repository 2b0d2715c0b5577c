"""A return leaves too little of what a challenge asks for: its reward goes, whichever order had brought it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from regulars.domain.challenges.contracts import Award, UndoneWin
from regulars.domain.earning.evaluate import evaluate
from regulars.domain.earning.lasting import counts_of_win
from regulars.domain.earning.past import Count
from regulars.domain.events.contracts import BadgeOut, Shown
from regulars.domain.events.intake import Checked
from regulars.domain.tiers.metric import Reversal
from regulars.flows.desk import Desk
from regulars.flows.lower_tiers import lower_tiers
from regulars.flows.member_file import MemberFile
from regulars.flows.orders_on_file import EventOnFile, OrderOnFile
from regulars.flows.remember import take_off
from regulars.flows.revoke_grant import revoke_grant
from regulars.kernel.clock import local_day


def undo_wins(
    desk: Desk,
    file: MemberFile,
    event: Checked,
    order: OrderOnFile,
    counted: Sequence[Count],
    *,
    today: date,
    event_id: bytes,
) -> list[Shown]:
    """What is taken back besides. counted: what the order had counted before the return, which is taken off already."""
    keys = {count.key for count in counted}
    rules = [rule for rule in order.rulebook.rules.lasting.values() if rule.goal_keys & keys]
    shown: list[Shown] = []
    for rule in rules:
        policy = rule.strategy.win_policy
        assert policy is not None, "only rules with a policy are lasting"
        winner = desk.look_up.winner(desk.rules, file, rule.id, rule.rule.badge)
        if winner is None:
            continue
        enrolled_at = desk.look_up.joined_at(file, winner.event.member_id.bytes)
        won = local_day(winner.event.occurred_at, desk.rules.programme.time_zone)
        joined = local_day(enrolled_at, desk.rules.programme.time_zone)
        past, terms = desk.look_up.past(file, desk.tallied), order.rulebook.rulebook.terms()
        found = rule.strategy.progress(past, rule.id, won, joined, terms)
        if found is None or not policy.is_undone(is_reached=all(goal.is_met for goal in found.goals)):
            continue
        shown += _undo(desk, file, event, winner, rule.id, enrolled_at=enrolled_at, today=today, event_id=event_id)
    return shown


def _undo(
    desk: Desk,
    file: MemberFile,
    event: Checked,
    winner: EventOnFile,
    rule: str,
    *,
    enrolled_at: datetime,
    today: date,
    event_id: bytes,
) -> list[Shown]:
    shown: list[Shown] = []
    due: dict[str, int] = {}
    for granted in winner.granted:
        number = winner.rulebook.point_type_ids[granted.point_type]
        points = granted.points - winner.revoked.get((number, granted.rule), 0)
        if granted.rule == rule and points > 0:
            due[granted.point_type] = due.get(granted.point_type, 0) + points
            shown.append(revoke_grant(desk, file, event, winner, granted, points, event_id))
    compiled = winner.rulebook.rules.lasting.get(rule)
    if compiled is not None:
        again = evaluate(winner.rulebook.rules, winner.member_state(enrolled_at), winner.occurrence)
        take_off(desk, file, counts_of_win(compiled, again.counts), (), buyer=winner.event.member_id.bytes)
        shown += _take_badge(desk, file, event, winner, compiled.rule.badge)
    desk.undone.append(UndoneWin(winner.event.id.bytes, rule, file.id, event_id))
    if due:
        reversal = Reversal(0, due, False, lambda _: False, winner.rulebook.places)
        day = local_day(winner.event.occurred_at, desk.rules.programme.time_zone)
        shown += lower_tiers(desk, file, event, reversal, day=day, today=today, event_id=event_id)
    return shown


def _take_badge(desk: Desk, file: MemberFile, event: Checked, winner: EventOnFile, badge: str | None) -> list[Shown]:
    """The badge that came with the win, unless badges of this kind are kept."""
    found = winner.rulebook.badges.get(badge) if badge is not None else None
    cause = winner.event.id.bytes
    whose = winner.event.member_id.bytes
    held = file.badges.get(whose, {})
    if found is None or found.on_return != "undo" or held.get(found.id) != cause:
        return []
    del held[found.id]
    desk.awards.append(Award(whose, found.id, "", cause, event.occurrence.occurred_at, taken=True))
    return [] if file.has_badge(found.id) else [BadgeOut("take_badge", found.id, found.name)]
