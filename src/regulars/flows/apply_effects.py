"""Effects become entries, standings and the answer, in memory; nothing is written here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import assert_never

import msgspec

from regulars.domain.challenges.contracts import Award
from regulars.domain.earning.contracts import Evaluation, Occurrence, Verdict
from regulars.domain.effects import AwardBadge, ChangeTier, EarnPoints
from regulars.domain.events.contracts import (
    OCCASIONS,
    ORDER,
    Answer,
    BadgeOut,
    BalanceOut,
    Claim,
    EarnedOut,
    NewEvent,
    PendingOut,
    ReturnedOut,
    Shown,
    TierOut,
)
from regulars.domain.events.intake import Checked
from regulars.domain.ledger.activation_policy import Term
from regulars.domain.ledger.book import Cause
from regulars.domain.ledger.contracts import CauseKind
from regulars.domain.programmes.rulebook import CompiledRulebook
from regulars.domain.tiers.contracts import ChangeCause, NewChange
from regulars.domain.tiers.rungs import Rungs
from regulars.domain.tiers.standing import Standing, add_late, add_score
from regulars.flows.desk import Desk
from regulars.flows.member_file import MemberFile
from regulars.flows.pay_with_points import pay
from regulars.kernel.clock import local_day, start_of_day
from regulars.kernel.ids import id_text

_NO_DAYS: set[date] = set()
_encoder = msgspec.json.Encoder(decimal_format="string")


class Applied:
    """The event's id, and its effects as the answer shows them."""

    __slots__ = ("event_id", "shown")

    def __init__(self, event_id: bytes) -> None:
        self.event_id = event_id
        self.shown: list[Shown] = []


def apply_effects(
    desk: Desk,
    file: MemberFile,
    event: Checked,
    evaluation: Evaluation,
    rulebook: CompiledRulebook,
    *,
    occurrence: Occurrence,
    bare: bool = False,
) -> Applied:
    """Moves the member's points and standings as the effects say. occurrence: what was evaluated and counts.

    bare: nobody reads which points were shown.
    """
    applied = Applied(desk.book.new_id(file.id[15]))
    order = event.event.order
    if order is not None and order.points_used is not None:
        applied.shown.append(pay(desk, file, event, order.points_used, applied.event_id, rulebook))
    for effect in evaluation.effects:
        if isinstance(effect, EarnPoints):
            earned = _earn(desk, file, event, effect, applied.event_id, rulebook)
            if not bare:
                applied.shown.append(_earned_out(file, effect, rulebook, *earned))
        elif isinstance(effect, AwardBadge):
            applied.shown += _award(desk, file, event, effect, applied.event_id, rulebook)
        elif isinstance(effect, ChangeTier):
            raise TypeError("tiers change by their score, not by an earn rule")
        else:
            assert_never(effect)
    _climb(desk, file, occurrence, evaluation, applied, rulebook)
    renew(desk, file, occurrence.type, occurrence.local.date(), rulebook)
    _remember(file, occurrence)
    return applied


def _award(
    desk: Desk, file: MemberFile, event: Checked, effect: AwardBadge, event_id: bytes, rulebook: CompiledRulebook
) -> list[Shown]:
    """A badge, unless the member has it."""
    if file.has_badge(effect.badge):
        return []
    file.badges.setdefault(file.id, {})[effect.badge] = event_id
    desk.awards.append(Award(file.id, effect.badge, effect.rule, event_id, event.occurrence.occurred_at))
    return [BadgeOut("award_badge", effect.badge, rulebook.badges[effect.badge].name)]


def renew(desk: Desk, file: MemberFile, activity: str, day: date, rulebook: CompiledRulebook) -> None:
    """Points that expire by inactivity stay longer when the member does something that counts, and time is nobody."""
    if activity in OCCASIONS:
        return
    for code, policy in rulebook.renewing.items():
        last_day = policy.last_day(day) if policy.renewed_by(activity) else None
        if last_day is not None:
            desk.book.renew(file.id, rulebook.point_type_ids[code], day=day, last_day=last_day)


def put_on_file(
    desk: Desk,
    file: MemberFile,
    event: Checked,
    answer: Answer,
    rulebook: CompiledRulebook,
    *,
    event_id: bytes,
    amount_minor: int,
    claims: Sequence[bytes | None],
    state: bytes | None = None,
) -> bytes:
    """Files the event with its answer and what it claims; the answer as bytes."""
    for code, point_type in rulebook.point_type_ids.items():
        balance = desk.book.balance(file.id, point_type)
        answer.balances[code] = BalanceOut(balance.available, balance.held, balance.pending)
    answer.tiers.update((ladder, standing.tier) for ladder, standing in file.standings.items())
    body = _encoder.encode(answer)
    source = event.event
    desk.events.append(
        NewEvent(
            event_id,
            file.id,
            rulebook.id,
            amount_minor,
            event.occurrence.occurred_at,
            source.type.encode(),
            source.source.encode(),
            source.id.encode(),
            None if source.order is None else source.order.number.encode(),
            event.body,
            body,
            state,
        )
    )
    for key in claims:
        if key is not None:
            desk.claims.append(Claim(key[0], key, event_id, event.digest))
    return body


def answer_of(
    event: Checked, file: MemberFile, event_id: bytes, rulebook: CompiledRulebook, shown: list[Shown],
    verdicts: list[Verdict], *, status: str = "accepted", returned: ReturnedOut | None = None,
) -> Answer:  # fmt: skip
    """The answer without balances and tiers, which put_on_file adds when everything has moved."""
    return Answer(
        id_text(event_id), event.event.id, status, id_text(file.id), rulebook.version, shown, {}, {}, verdicts, returned
    )


def _earn(
    desk: Desk, file: MemberFile, event: Checked, effect: EarnPoints, event_id: bytes, rulebook: CompiledRulebook
) -> tuple[bytes, date | None, Term | None]:
    """Books the points; the id of the transfer, their last day, and for what they wait."""
    occurrence = event.occurrence
    code, day = effect.point_type, occurrence.local.date()
    number, expiry = rulebook.point_type_ids[code], rulebook.expiry[code]
    cause = Cause(CauseKind.event, event_id, occurrence.occurred_at, effect.rule)
    waits = code in rulebook.waiting and effect.rule not in rulebook.at_once
    term = rulebook.activation[code].term(day) if waits else None
    if term is None and file.is_blocked:
        term = Term(day, "", None)
    last_day = expiry.last_day(day if term is None or term.activates_on is None else term.activates_on)
    renewable = code in rulebook.renewing
    if term is None:
        entry = desk.book.earn(file.id, number, effect.amount, cause=cause, last_day=last_day, renewable=renewable)
    else:
        if term.activates_on is None:
            last_day = None
        entry = desk.book.earn_pending(
            file.id, number, effect.amount, cause=cause, term=term, last_day=last_day,
            expiry=rulebook.expiry_texts[code] if term.waits_for else "", renewable=renewable, frozen=file.is_blocked,
        )  # fmt: skip
        _activate_what_is_due(desk, entry.id)
    return entry.id, last_day, term


def _earned_out(
    file: MemberFile, effect: EarnPoints, rulebook: CompiledRulebook, transfer: bytes, last_day: date | None,
    term: Term | None,
) -> EarnedOut:  # fmt: skip
    return EarnedOut(
        "earn_points",
        effect.point_type,
        effect.amount,
        effect.rule,
        rulebook.rule_names[effect.rule],
        id_text(transfer),
        None if last_day is None else last_day.isoformat(),
        None if term is None else _waits(term, file),
    )


def _waits(term: Term, file: MemberFile) -> PendingOut:
    return PendingOut(_iso(term.activates_on), term.waits_for, _iso(term.cancels_after), blocked=file.is_blocked)


def _activate_what_is_due(desk: Desk, lot_id: bytes) -> None:
    """The points of a late event may have been due long ago."""
    lot = desk.book.pending[lot_id]
    time_zone = desk.rules.programme.time_zone
    if not lot.frozen and lot.activates_on is not None and lot.activates_on <= local_day(desk.now, time_zone):
        at = start_of_day(lot.activates_on, time_zone)
        desk.book.activate(lot, cause=Cause(CauseKind.activation, lot.id, at, "activated"), last_day=lot.last_day)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _climb(
    desk: Desk,
    file: MemberFile,
    occurrence: Occurrence,
    evaluation: Evaluation,
    applied: Applied,
    rulebook: CompiledRulebook,
) -> None:
    """Counts the event towards every ladder; up at once, where the ladder does not wait."""
    day = occurrence.local.date()
    for rungs in desk.rules.climbed(rulebook, desk.now):
        standing = file.standings[rungs.id]
        if rungs.metric.follows_balance:
            point_type = rulebook.point_type_ids[rungs.metric.point_types()[0]]
            amount = desk.book.balance(file.id, point_type).available - standing.score
        else:
            amount = rungs.metric.counted(occurrence, evaluation.effects, file.visited.get(rungs.id, _NO_DAYS))
        if amount == 0:
            continue
        # Later events of this batch may push this one out of the window.
        file.faded.setdefault(rungs.id, []).append((day, amount))
        at, climber = occurrence.occurred_at, file.climber
        if day < standing.counted_from:
            moved = add_late(standing, rungs, day=day, at=at, counted=file.faded[rungs.id], climber=climber)
        else:
            oldest = _oldest(file, rungs, standing, day)
            moved = add_score(standing, rungs, amount=amount, day=day, at=at, oldest=oldest, climber=climber)
        if moved is None:
            continue
        applied.shown.append(TierOut("change_tier", rungs.id, *moved))
        cause = (int(ChangeCause.event), applied.event_id)
        desk.changes.append(NewChange(file.id, rungs.id, *moved, standing.score, at, *cause))


def _oldest(file: MemberFile, rungs: Rungs, standing: Standing, day: date) -> date:
    """The day of the first thing that may still count."""
    if not rungs.metric.orders_only:  # it may have come before the first order, and without one
        return standing.counted_from
    first = file.first_order_day
    return day if first is None else first


def _remember(file: MemberFile, occurrence: Occurrence) -> None:
    history = file.history
    history.events += 1
    if occurrence.type != ORDER:
        return
    history.orders += 1
    history.spent_minor += occurrence.amount_minor
    at = occurrence.occurred_at
    if history.first_order_at is None or at < history.first_order_at:
        history.first_order_at = at
    if history.last_order_at is None or at > history.last_order_at:
        history.last_order_at = at
