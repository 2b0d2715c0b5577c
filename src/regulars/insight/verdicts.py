"""What every rule said about an event. Read only.

Where a rulebook has many rules for an event, only what cannot be found out again is kept with the answer; the rest is
asked again here, of the same version and with the member as it was.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import psycopg

from regulars.domain.earning.contracts import Verdict
from regulars.domain.earning.evaluate import evaluate
from regulars.domain.earning.kept_state import state_again
from regulars.domain.events.contracts import RETURN, StoredEvent
from regulars.domain.events.on_record import occurrence_again
from regulars.domain.members.queries import member
from regulars.domain.programmes.queries import Shelf


class _Answer(msgspec.Struct):
    rules: list[Verdict]


_read_answer = msgspec.json.Decoder(_Answer).decode


def kept_verdicts(event: StoredEvent) -> list[Verdict]:
    """The verdicts that are kept with the answer: all of them, unless there were many."""
    return _read_answer(event.answer).rules


def verdicts_of(conn: psycopg.Connection[Any], rules: Shelf, event: StoredEvent) -> list[Verdict]:
    """The verdict of every rule that waited for the event, in the order in which they were asked.

    Of a return: of the rules that have something to say of what is left of the order.
    """
    kept = kept_verdicts(event)
    rulebook = rules.by_id[event.rulebook_id]
    if event.type == RETURN or event.state is None or not rulebook.rules.waiting_for(event.type).is_long:
        return kept
    found = member(conn, programme_id=rules.programme.id, member_id=event.member_id)
    return kept if found is None else all_verdicts(rules, event, kept, enrolled_at=found.enrolled_at)


def verdicts_said(rules: Shelf, event: StoredEvent, *, enrolled_at: datetime) -> list[Verdict]:
    """The same for an event that is stored nowhere, such as that of a quote. enrolled_at: of its member."""
    kept = kept_verdicts(event)
    if event.state is None or not rules.by_id[event.rulebook_id].rules.waiting_for(event.type).is_long:
        return kept
    return all_verdicts(rules, event, kept, enrolled_at=enrolled_at)


def all_verdicts(rules: Shelf, event: StoredEvent, kept: list[Verdict], *, enrolled_at: datetime) -> list[Verdict]:
    """The same for an event of a member who enrolled then. kept: what its answer says, which is what holds."""
    rulebook, programme = rules.by_id[event.rulebook_id], rules.programme
    occurrence = occurrence_again(
        event, currency=programme.currency, time_zone=programme.time_zone, net=rulebook.earn_on == "net"
    )
    state = state_again(event.state or "{}", enrolled_at=enrolled_at)
    told = {verdict.rule: verdict for verdict in kept}
    again = evaluate(rulebook.rules, state, occurrence, complete=True).verdicts
    return [told.get(verdict.rule, verdict) for verdict in again]
