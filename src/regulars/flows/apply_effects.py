"""Effects become entries, standings and the answer, in memory; nothing is written here."""

from __future__ import annotations

from typing import assert_never

import msgspec

from regulars.domain.earning.contracts import Evaluation
from regulars.domain.effects import ChangeTier, EarnPoints
from regulars.domain.events.contracts import (
    ORDER,
    Answer,
    BalanceOut,
    Claim,
    EarnedOut,
    NewEvent,
    TierOut,
)
from regulars.domain.events.intake import Checked
from regulars.domain.ledger.book import Cause
from regulars.domain.ledger.contracts import CauseKind
from regulars.domain.programmes.rulebook import CompiledRulebook
from regulars.domain.tiers.contracts import ChangeCause, NewChange
from regulars.domain.tiers.standing import add_score
from regulars.flows.desk import Desk, MemberFile
from regulars.kernel.clock import local_day
from regulars.kernel.ids import id_text, new_id_bytes

_encoder = msgspec.json.Encoder(decimal_format="string")


class Applied:
    """The event's id, and its effects as the answer shows them."""

    __slots__ = ("event_id", "shown")

    def __init__(self, event_id: bytes) -> None:
        self.event_id = event_id
        self.shown: list[EarnedOut | TierOut] = []


def apply_effects(
    desk: Desk, file: MemberFile, event: Checked, evaluation: Evaluation, rulebook: CompiledRulebook
) -> Applied:
    """Moves the member's points and standings as the effects say."""
    applied = Applied(new_id_bytes(file.id[15]))
    for effect in evaluation.effects:
        if isinstance(effect, EarnPoints):
            applied.shown.append(_earn(desk, file, event, effect, applied.event_id, rulebook))
        elif isinstance(effect, ChangeTier):
            raise TypeError("tiers change by their score, not by an earn rule")
        else:
            assert_never(effect)
    _climb(desk, file, event, evaluation, applied, rulebook)
    _remember(file, event)
    return applied


def put_on_file(
    desk: Desk,
    file: MemberFile,
    event: Checked,
    evaluation: Evaluation,
    applied: Applied,
    rulebook: CompiledRulebook,
) -> bytes:
    """Files the event with its answer and its claims; the answer as bytes."""
    balances = {}
    for code, point_type in rulebook.point_type_ids.items():
        balance = desk.book.balance(file.id, point_type)
        balances[code] = BalanceOut(balance.available, balance.held)
    source = event.event
    answer = _encoder.encode(
        Answer(
            id_text(applied.event_id),
            source.id,
            "accepted",
            id_text(file.id),
            rulebook.version,
            applied.shown,
            balances,
            {ladder: standing.tier for ladder, standing in file.standings.items()},
            evaluation.verdicts,
        )
    )
    desk.events.append(
        NewEvent(
            applied.event_id,
            file.id,
            rulebook.id,
            event.occurrence.amount_minor,
            event.occurrence.occurred_at,
            source.type.encode(),
            source.source.encode(),
            source.id.encode(),
            None if source.order is None else source.order.number.encode(),
            event.body,
            answer,
        )
    )
    for key in (event.event_key, event.order_key):
        if key is not None:
            desk.claims.append(Claim(key[0], key, applied.event_id, event.digest))
    return answer


def _earn(
    desk: Desk, file: MemberFile, event: Checked, effect: EarnPoints, event_id: bytes, rulebook: CompiledRulebook
) -> EarnedOut:
    occurrence = event.occurrence
    last_day = rulebook.expiry[effect.point_type].last_day(occurrence.local.date())
    entry = desk.book.earn(
        file.id,
        rulebook.point_type_ids[effect.point_type],
        effect.amount,
        cause=Cause(CauseKind.event, event_id, occurrence.occurred_at, effect.rule),
        last_day=last_day,
    )
    return EarnedOut(
        "earn_points",
        effect.point_type,
        effect.amount,
        effect.rule,
        rulebook.rule_names[effect.rule],
        id_text(entry.id),
        None if last_day is None else last_day.isoformat(),
    )


def _climb(
    desk: Desk,
    file: MemberFile,
    event: Checked,
    evaluation: Evaluation,
    applied: Applied,
    rulebook: CompiledRulebook,
) -> None:
    """Counts the event towards every ladder; up at once."""
    occurrence = event.occurrence
    day = occurrence.local.date()
    for rungs in rulebook.rungs:
        if rungs.ladder.metric == "spend":
            amount = occurrence.amount_minor
        else:
            earned = (e for e in evaluation.effects if isinstance(e, EarnPoints))
            amount = sum(effect.amount for effect in earned if effect.point_type == rungs.ladder.point_type)
        if amount == 0:
            continue
        standing = file.standings[rungs.id]
        # Later events of this batch may push this one out of the window.
        file.faded.setdefault(rungs.id, []).append((day, amount))
        first = file.history.first_order_at
        if rungs.ladder.metric == "points":  # which may have come before the first order, and without one
            oldest = standing.counted_from
        else:
            oldest = day if first is None else local_day(first, desk.rules.programme.time_zone)
        moved = add_score(standing, rungs, amount=amount, day=day, at=occurrence.occurred_at, oldest=oldest)
        if moved is None:
            continue
        applied.shown.append(TierOut("change_tier", rungs.id, *moved))
        cause = (int(ChangeCause.event), applied.event_id)
        desk.changes.append(NewChange(file.id, rungs.id, *moved, standing.score, occurrence.occurred_at, *cause))


def _remember(file: MemberFile, event: Checked) -> None:
    history, occurrence = file.history, event.occurrence
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
