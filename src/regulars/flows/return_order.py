"""An order, or part of it, comes back: points it gave are revoked, points it cost come back, tiers follow.

Everything is asked of the rulebook version that priced the order, with the member as the rules saw it then. Nothing is
written here: like any event, a return changes the open desk.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from regulars.domain.challenges.contracts import Award
from regulars.domain.earning.contracts import Evaluation, Verdict
from regulars.domain.earning.evaluate import evaluate
from regulars.domain.earning.lasting import counts_left, without_broken
from regulars.domain.earning.past import Count
from regulars.domain.effects import AwardBadge, EarnPoints
from regulars.domain.events.contracts import (
    BadgeOut,
    NewReturn,
    RestoredOut,
    ReturnedOrder,
    ReturnedOut,
    Shown,
    TierOut,
)
from regulars.domain.events.intake import Checked
from regulars.domain.events.returned import OrderLeft, net_of, occurrence_left, order_left, points_back, take_back
from regulars.domain.ledger.book import Cause
from regulars.domain.ledger.contracts import Account, CauseKind
from regulars.domain.tiers.metric import Reversal
from regulars.flows.desk import Desk
from regulars.flows.lower_tiers import lower_tiers
from regulars.flows.member_file import MemberFile
from regulars.flows.merged_points import send_on
from regulars.flows.orders_on_file import Granted, OrderOnFile
from regulars.flows.pay_with_points import PAYMENT
from regulars.flows.remember import take_off as take_off_tallies
from regulars.flows.revoke_grant import revoke_grant
from regulars.flows.settle_day import settle_day
from regulars.flows.undo_wins import undo_wins
from regulars.kernel.clock import local_day, start_of_day
from regulars.kernel.errors import Conflict
from regulars.kernel.ids import id_text
from regulars.kernel.money import from_minor


@dataclass(slots=True)
class Undone:
    """What a return did. verdicts: what the rules say of what is left; due: by point type code, points revoked."""

    shown: list[Shown]
    returned: ReturnedOut
    verdicts: list[Verdict]


def return_order(desk: Desk, file: MemberFile, event: Checked, order: OrderOnFile, *, event_id: bytes) -> Undone:
    """Applies the return to the order. Raises Refusal before anything is changed."""
    returned = event.event.return_
    assert returned is not None, "intake lets no return pass without its order"
    buyer = order.event.member_id.bytes
    if buyer not in file.parts:
        raise _of_another_member(returned)
    before = copy.copy(order.left)
    take_back(order.left, returned)
    today = local_day(desk.now, desk.rules.programme.time_zone)
    for point_type in order.rulebook.point_type_ids.values():
        settle_day(desk.book, file.id, point_type, today=today, time_zone=desk.rules.programme.time_zone)
    enrolled_at = desk.look_up.joined_at(file, buyer)
    rest = _evaluate_left(order, order.left, enrolled_at=enrolled_at)
    counted = _take_off_counts(desk, file, order, before, rest, enrolled_at=enrolled_at)
    shown: list[Shown] = []
    due: dict[str, int] = {}
    for granted, points in _due(order, rest):
        due[granted.point_type] = due.get(granted.point_type, 0) + points
        shown.append(revoke_grant(desk, file, event, order, granted, points, event_id))
    shown += _take_badges(desk, file, event, order, rest)
    back = points_back(order.left) - points_back(before)
    if back and order.payment is not None:
        shown.append(_give_back(desk, file, event, order, back, event_id=event_id, today=today))
    less = _earn_base(order, before) - _earn_base(order, order.left)
    shown += _lower_tiers(desk, file, event, order, due, less, today=today, event_id=event_id)
    shown += undo_wins(desk, file, event, order, counted, today=today, event_id=event_id)
    _take_off_history(desk, file, order, less, event_id=event_id)
    currency = desk.rules.programme.currency
    return Undone(
        shown,
        ReturnedOut(
            returned.order_number,
            id_text(order.event.id.bytes),
            str(from_minor(before.money - order.left.money, currency)),
            order.left.whole,
            str(from_minor(order.left.money, currency)),
        ),
        rest.verdicts,
    )


def _take_off_history(desk: Desk, file: MemberFile, order: OrderOnFile, less: int, *, event_id: bytes) -> None:
    """The order counts so much less, for the member and as one of the buyer's."""
    file.history.spent_minor -= less
    if order.left.whole:
        file.history.orders -= 1
    stored = order.event
    desk.returns.append(
        NewReturn(event_id, stored.member_id.bytes, stored.id.bytes, stored.occurred_at, less, order.left.whole)
    )
    desk.returners.add(file.id)
    # Another return of the order in this batch goes on from here.
    order.earlier.append(event_id)


def _take_off_counts(
    desk: Desk, file: MemberFile, order: OrderOnFile, before: OrderLeft, rest: Evaluation, *, enrolled_at: datetime
) -> list[Count]:
    """Tallies lose what came back; what the order had counted until now."""
    rules = order.rulebook.rules
    if not rules.remembers:
        return []
    whole = Evaluation([], [])
    if rules.lasting:
        whole = _evaluate_left(order, order_left(order.left.order), enrolled_at=enrolled_at)
    counted = counts_left(rules, whole, _evaluate_left(order, before, enrolled_at=enrolled_at))
    counted = without_broken(counted, order.broken)
    after, buyer = without_broken(counts_left(rules, whole, rest), order.broken), order.event.member_id.bytes
    take_off_tallies(desk, file, counted, after, buyer=buyer)
    return counted


def _evaluate_left(order: OrderOnFile, left: OrderLeft, *, enrolled_at: datetime) -> Evaluation:
    """What the rules say of the order when only `left` had been bought; nothing when nothing was."""
    if left.whole:
        return Evaluation([], [])
    rest = occurrence_left(order.occurrence, left)
    if order.rulebook.earn_on == "net":
        rest = net_of(rest, left.order)
    return evaluate(order.rulebook.rules, order.member_state(enrolled_at), rest)


def _due(order: OrderOnFile, rest: Evaluation) -> list[tuple[Granted, int]]:
    """What has to be taken back now, of each grant: what no longer is kept, less what returns took back before.

    Wins that do not go with their order are left out.
    """
    found = []
    going = [each for each in order.granted if each.rule not in order.rulebook.rules.lasting]
    for code in dict.fromkeys(each.point_type for each in going):
        grants = [each for each in going if each.point_type == code]
        if order.left.whole:
            kept = dict.fromkeys((each.rule for each in grants), 0)
        else:
            kept = order.rulebook.returns.rounding.kept(
                {each.rule: each.points for each in grants},
                recomputed=lambda code=code: _by_rule(order, rest, code),  # type: ignore[misc]  # bound per point type
                returned_minor=order.left.returned,
                total_minor=order.left.total,
            )
        number = order.rulebook.point_type_ids[code]
        for each in grants:
            points = each.points - kept[each.rule] - order.revoked.get((number, each.rule), 0)
            if points > 0:
                found.append((each, points))
    return found


def _by_rule(order: OrderOnFile, rest: Evaluation, point_type: str) -> dict[str, int]:
    return {
        effect.rule: effect.amount
        for effect in rest.effects
        if isinstance(effect, EarnPoints)
        and effect.point_type == point_type
        and effect.rule not in order.rulebook.rules.lasting
        and effect.rule not in order.broken
    }


def _take_badges(desk: Desk, file: MemberFile, event: Checked, order: OrderOnFile, rest: Evaluation) -> list[Shown]:
    """Badges that the order had brought, and that what is left of it would not bring."""
    kept = {effect.badge for effect in rest.effects if isinstance(effect, AwardBadge)}
    kept |= {rule.rule.badge for rule in order.rulebook.rules.lasting.values() if rule.rule.badge is not None}
    taken: list[Shown] = []
    buyer, brought_by = order.event.member_id.bytes, order.event.id.bytes
    held = file.badges.get(buyer, {})
    for badge in [each for each, cause in held.items() if cause == brought_by and each not in kept]:
        found = order.rulebook.badges.get(badge)
        if found is not None and found.on_return == "undo":
            del held[badge]
            desk.awards.append(Award(buyer, badge, "", brought_by, event.occurrence.occurred_at, taken=True))
            # Of two who are one person both may have it; then the person has it still.
            if not file.has_badge(badge):
                taken.append(BadgeOut("take_badge", badge, found.name))
    return taken


def _give_back(
    desk: Desk,
    file: MemberFile,
    event: Checked,
    order: OrderOnFile,
    points: int,
    *,
    event_id: bytes,
    today: date,
) -> RestoredOut:
    """Points that paid for the order return to their own lots, the last used first.

    Of a buyer who is part of another member by now, they go on from there to that one.
    """
    used = order.left.order.points_used
    assert used is not None
    assert order.payment is not None, "an order without a payment gives no points back"
    number = order.rulebook.point_type_ids[used.point_type]
    buyer = order.event.member_id.bytes
    paid, lots = desk.look_up.lots_that_paid(order, buyer)
    cause = Cause(CauseKind.order_return, event_id, event.occurrence.occurred_at, PAYMENT)
    for lot_id, lot in lots.items():
        there = desk.book.lot(buyer, number, lot_id) or lot
        restored = order.rulebook.returns.restore.last_day(there.last_day, today=today)
        desk.book.extend(buyer, there, restored, cause=cause)
        lots[lot_id] = there
    entry = desk.book.give_back(buyer, number, paid, lots, cause=cause, source=Account.redeemed, amount=points)
    settle_day(desk.book, buyer, number, today=today, time_zone=desk.rules.programme.time_zone)
    desk.moves += send_on(desk.book, file.merges, buyer, number, now=desk.now)
    return RestoredOut("restore_points", used.point_type, points, id_text(entry.id))


def _earn_base(order: OrderOnFile, left: OrderLeft) -> int:
    """What the order counts, in minor units, when only `left` had been bought."""
    rest = occurrence_left(order.occurrence, left)
    return (net_of(rest, order.left.order) if order.rulebook.earn_on == "net" else rest).amount_minor


def _lower_tiers(
    desk: Desk,
    file: MemberFile,
    event: Checked,
    order: OrderOnFile,
    due: dict[str, int],
    less: int,
    *,
    today: date,
    event_id: bytes,
) -> list[TierOut]:
    """due: by point type, what is revoked; less: the money that counts no more."""
    day = local_day(order.event.occurred_at, desk.rules.programme.time_zone)

    def was_only_visit(types: tuple[str, ...]) -> bool:
        return _was_only_visit(desk, file, order, day, types)

    reversal = Reversal(less, due, order.left.whole, was_only_visit, order.rulebook.places)
    return lower_tiers(desk, file, event, reversal, day=day, today=today, event_id=event_id)


def _was_only_visit(desk: Desk, file: MemberFile, order: OrderOnFile, day: date, types: tuple[str, ...]) -> bool:
    """Whether nothing else of these types happened on the day of the order, other orders that came back left out."""
    time_zone = desk.rules.programme.time_zone
    until = start_of_day(day + timedelta(days=1), time_zone)
    spans = [(part, start_of_day(day, time_zone), until) for part in file.parts]
    return not desk.look_up.has_visit(spans, types=types, time_zone=time_zone, without=order.event.id)


def _of_another_member(returned: ReturnedOrder) -> Conflict:
    return Conflict(
        "order_of_another_member",
        "The order belongs to somebody else",
        detail=f"Order {returned.order_number!r} was bought by another member than the return names.",
        remedy="Name the member who bought it.",
        field="member",
    )
