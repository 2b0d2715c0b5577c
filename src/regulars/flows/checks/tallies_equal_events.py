"""What is remembered of members is what their events say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from regulars.database.check import Check, Findings
from regulars.domain.earning.contracts import Evaluation
from regulars.domain.earning.evaluate import evaluate
from regulars.domain.earning.kept_state import state_again
from regulars.domain.earning.lasting import counts_left, without_broken, without_wins
from regulars.domain.earning.past import Count
from regulars.domain.events.contracts import Event
from regulars.domain.events.intake import check_event
from regulars.domain.events.returned import net_of, occurrence_left, order_left, take_back
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.flows.orders_on_file import broken_rules

_PROGRAMMES = """
    select distinct programme_id from programmes_rulebook
    where %(organisation)s::int is null or organisation_id = %(organisation)s order by 1
"""
_BUCKETS = """
    select distinct bucket from events_event where programme_id = %(programme)s
    union select distinct bucket from tallies_tally where programme_id = %(programme)s order by 1
"""
_EVENTS = """
    select e.member_id, e.rulebook_id, e.received_at, e.body, e.state, m.enrolled_at,
           (select array_agg(b.body order by r.id) from events_return r
            join events_event b on b.bucket = get_byte(uuid_send(r.id), 15) and b.id = r.id
            where r.bucket = e.bucket and r.order_id = e.id),
           (select array_agg(u.rule) from challenges_undone u where u.bucket = e.bucket and u.event_id = e.id),
           case when e.answer like '%%"failed":"broken"%%' then e.answer end
    from events_event e join members_member m on m.bucket = e.bucket and m.id = e.member_id
    where e.bucket = %s and e.programme_id = %s and e.rulebook_id = any(%s) and e.type <> 'return'
      and e.state is not null
"""
_TALLIES = "select member_id, key, day, amount from tallies_tally where bucket = %s and programme_id = %s"
_SHOWN = 5

Place = tuple[UUID, str, date]


_bodies = msgspec.json.Decoder(Event)


class TalliesEqualEvents(Check):
    """A stamp card says 7, and the member's orders, less what came back of them, say 6.

    Then a count was added twice, a return took too little off, or somebody wrote into the table. Counted anew from
    every event of rulebooks that remember something.
    """

    name = "tallies_equal_events"
    title = "What is remembered is what happened"
    sentence = "Every stamp, streak and measure of a member is the sum of what the member's events count."
    invariant = "I6"

    def find(self, conn: psycopg.Connection[Any], *, organisation_id: int | None) -> Findings:
        count, examples = 0, []
        programmes = conn.execute(_PROGRAMMES, {"organisation": organisation_id}).fetchall()
        for (programme_id,) in programmes:
            for member, key, day, told, counted in _differences(conn, programme_id):
                count += 1
                if count <= _SHOWN:
                    examples.append(f"Member {member} has {told} for {key} on {day}, and the events say {counted}.")
        return Findings(count, tuple(examples))


def _differences(conn: psycopg.Connection[Any], programme_id: int) -> Iterator[tuple[UUID, str, date, int, int]]:
    rules = shelf(conn, programme_id=programme_id)
    remembering = [each.id for each in rules.rulebooks if each.rules.remembers]
    if not remembering and not _any(conn, programme_id):
        return
    for (bucket,) in conn.execute(_BUCKETS, {"programme": programme_id}).fetchall():
        sums: dict[Place, int] = {}
        for member, *event in conn.execute(_EVENTS, (bucket, programme_id, remembering)):
            for key, day, amount in _counts(rules, *event):
                sums[member, key, day] = sums.get((member, key, day), 0) + amount
        told = {(member, key, day): n for member, key, day, n in conn.execute(_TALLIES, (bucket, programme_id))}
        for place in sorted(sums.keys() | told.keys()):
            if sums.get(place, 0) != told.get(place, 0):
                yield (*place, told.get(place, 0), sums.get(place, 0))


def _any(conn: psycopg.Connection[Any], programme_id: int) -> bool:
    found = conn.execute("select exists (select from tallies_tally where programme_id = %s)", [programme_id]).fetchone()
    return bool(found and found[0])


def _counts(
    rules: Shelf, rulebook_id: int, received_at: datetime, body: str, state: str, enrolled_at: datetime,
    returns: list[str] | None, undone: list[str] | None,
    broken: str | None,
) -> list[Count]:  # fmt: skip
    """What the event counts, after all that came back of it. undone: rules by which it had won, and no longer has.

    broken: the answer, where a rule could not be worked out then.
    """
    rulebook = rules.by_id[rulebook_id]
    event = _bodies.decode(body)
    programme = rules.programme
    occurrence = check_event(
        event, currency=programme.currency, time_zone=programme.time_zone, now=received_at
    ).occurrence
    member = state_again(state, enrolled_at=enrolled_at)
    whole = occurrence
    if event.order is not None and rulebook.earn_on == "net":
        whole = net_of(occurrence, event.order)
    evaluation = evaluate(rulebook.rules, member, whole)
    counts = evaluation.counts
    if event.order is not None and returns:
        left = order_left(event.order)
        for each in returns:
            returned = _bodies.decode(each).return_
            if returned is not None:
                take_back(left, returned)
        rest = Evaluation([], [])
        if not left.whole:
            remaining = occurrence_left(occurrence, left)
            if rulebook.earn_on == "net":
                remaining = net_of(remaining, event.order)
            rest = evaluate(rulebook.rules, member, remaining)
        counts = counts_left(rulebook.rules, evaluation, rest)
    lasting = rulebook.rules.lasting
    if broken is not None:
        counts = without_broken(counts, broken_rules(broken))
    return without_wins(counts, [lasting[rule] for rule in undone or () if rule in lasting])
