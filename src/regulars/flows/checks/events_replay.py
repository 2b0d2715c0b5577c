"""I6: every event, asked again of the rulebook version that priced it, gives the same verdicts, byte for byte."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import psycopg

from regulars.database.check import Check, Findings
from regulars.domain.earning.evaluate import evaluate
from regulars.domain.earning.kept_state import state_again
from regulars.domain.effects import EarnPoints
from regulars.domain.events.contracts import Event
from regulars.domain.events.intake import check_event
from regulars.domain.events.returned import net_of
from regulars.domain.programmes.queries import Shelf, shelf

_EACH = """
    select e.id, e.programme_id, e.rulebook_id, e.received_at, e.body, e.answer, e.state, m.enrolled_at
    from events_event e join members_member m on m.bucket = e.bucket and m.id = e.member_id
    where e.type <> 'return' and e.state is not null
      and (%(organisation)s::int is null or e.organisation_id = %(organisation)s)
"""
_SHOWN = 5
_BROKEN = b'"failed":"broken"'
_encoder = msgspec.json.Encoder(decimal_format="string")


class _Effect(msgspec.Struct):
    type: str
    point_type: str = ""
    points: int = 0
    rule: str = ""


class _Answer(msgspec.Struct):
    rules: msgspec.Raw
    effects: list[_Effect]


_events = msgspec.json.Decoder(Event)
_answers = msgspec.json.Decoder(_Answer)


class EventsReplay(Check):
    """An order was answered with 50 points; the same rules, the same order and the same member now give 45.

    Then the rules are no pure function any more, a version was changed behind everybody's back, or the answer was.
    Every event keeps the member as the rules saw it. Returns are asked of their orders, and left out here.
    """

    name = "events_replay"
    title = "Every event gives the same again"
    sentence = "Each event, asked again of the rulebook version that priced it, gives the same points and reasons."
    invariant = "I6"

    def find(self, conn: psycopg.Connection[Any], *, organisation_id: int | None) -> Findings:
        count, examples = 0, []
        shelves: dict[int, Shelf] = {}
        with conn.transaction(), conn.cursor(name="events_replay") as cursor:
            cursor.itersize = 2_000
            cursor.execute(_EACH, {"organisation": organisation_id})
            for identifier, programme_id, *rest in cursor:
                if programme_id not in shelves:
                    shelves[programme_id] = shelf(conn, programme_id=programme_id)
                what = _difference(shelves[programme_id], *rest)
                if not what:
                    continue
                count += 1
                if count <= _SHOWN:
                    examples.append(f"Event {identifier}: {what}.")
        return Findings(count, tuple(examples))


def _difference(
    rules: Shelf, rulebook_id: int, received_at: datetime, body: str, answer: str, state: str, enrolled_at: datetime
) -> str:
    """What comes out otherwise; "" when nothing does."""
    rulebook = rules.by_id.get(rulebook_id)
    if rulebook is None:
        return f"the rulebook {rulebook_id} that priced it is gone"
    event = _events.decode(body)
    programme = rules.programme
    occurrence = check_event(
        event, currency=programme.currency, time_zone=programme.time_zone, now=received_at
    ).occurrence
    if event.order is not None and rulebook.earn_on == "net":
        occurrence = net_of(occurrence, event.order)
    again = evaluate(rulebook.rules, state_again(state, enrolled_at=enrolled_at), occurrence)
    told = _answers.decode(answer)
    if _BROKEN in bytes(told.rules):
        return ""  # a defect that was mended since is no difference of the rules
    if _encoder.encode(again.verdicts) != bytes(told.rules):
        return "the rules now say something else of it"
    earned = [(e.point_type, e.points, e.rule) for e in told.effects if e.type == "earn_points"]
    if earned != [(e.point_type, e.amount, e.rule) for e in again.effects if isinstance(e, EarnPoints)]:
        return "its answer tells of other points than the rules give"
    return ""
