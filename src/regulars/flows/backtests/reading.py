"""The history of a bucket, read in few large statements: members, what they did, and what else was done to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
import psycopg

from regulars.domain.audiences.queries import audiences_in_bucket
from regulars.domain.audit.queries import acts_in_bucket
from regulars.domain.earning.contracts import Line, Occurrence, Person
from regulars.domain.events.contracts import Event
from regulars.domain.events.queries import log_of
from regulars.domain.ledger.contracts import CauseKind
from regulars.domain.ledger.queries import extensions_in_bucket, movements_of
from regulars.domain.members.contracts import LockedMember
from regulars.domain.members.queries import members_of, persons_of
from regulars.domain.programmes.contracts import Programme
from regulars.flows.backtests.acting import ACTIONS, Act
from regulars.kernel.clock import zone
from regulars.kernel.money import decimals_of

_decode = msgspec.json.Decoder(Event).decode


class Happened(NamedTuple):
    """An event of the log. came_at: when it was accepted, which is the present that its flow saw."""

    id: bytes
    member: bytes
    came_at: datetime
    body: str
    state: str | None


_SPENDING = frozenset({int(CauseKind.redemption), int(CauseKind.reversal), int(CauseKind.hold)})


class Movement(NamedTuple):
    """Points that moved beside events: spent, given, taken, sent. last_day: of the lot that it made."""

    id: bytes
    owner: bytes
    came_at: datetime
    point_type: int
    debit: int
    credit: int
    amount: int
    cause_kind: int
    cause: bytes
    reason: str
    occurred_at: datetime
    last_day: date | None

    @property
    def spends(self) -> bool:
        """Whether members spent something, or got it back; not what staff gave or took, or others sent."""
        return self.cause_kind in _SPENDING


@dataclass(slots=True)
class Past:
    """All there is of one member, in order of arrival. audiences: by name, those that the member is in now."""

    member: LockedMember
    events: list[Happened] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    audiences: list[str] = field(default_factory=list)
    person: Person | None = None

    def steps(self) -> list[Happened | Movement | Act]:
        """Events, movements and acts in the order in which they were booked: ids of one member grow with time."""
        if not self.movements and not self.acts:
            return list(self.events)
        return sorted([*self.events, *self.movements, *self.acts], key=lambda each: each.id)


def read_bucket(
    conn: psycopg.Connection[Any], *, programme: Programme, bucket: int, point_types: list[int], with_persons: bool
) -> Iterator[Past]:
    """The members of a bucket with all that happened, by id. with_persons: whether rules ask about people."""
    pasts = {each.id: Past(each) for each in members_of(conn, programme_id=programme.id, bucket=bucket)}
    for row in log_of(conn, programme_id=programme.id, bucket=bucket):
        past = pasts.get(row[1])
        if past is not None:
            past.events.append(Happened(*row))
    for row in movements_of(conn, bucket=bucket, point_types=point_types):
        past = pasts.get(row[1])
        if past is not None:
            past.movements.append(Movement(*row))
    for act in _acts(conn, programme, bucket):
        if act.member in pasts:
            pasts[act.member].acts.append(act)
    for member, audience in audiences_in_bucket(conn, programme_id=programme.id, bucket=bucket):
        if member in pasts:
            pasts[member].audiences.append(audience)
    if with_persons:
        for member, person in persons_of(conn, list(pasts), with_consents=True).items():
            pasts[member].person = person
    yield from pasts.values()


def _acts(conn: psycopg.Connection[Any], programme: Programme, bucket: int) -> list[Act]:
    acts = [Act(*row) for row in acts_in_bucket(conn, programme_id=programme.id, bucket=bucket, actions=ACTIONS)]
    if not any(each.action == "expiry.extended" for each in acts):
        return acts
    extended: dict[bytes, list[tuple[int, date, date]]] = {}
    for cause, point_type, before, after in extensions_in_bucket(conn, bucket=bucket):
        extended.setdefault(cause, []).append((point_type, before, after))
    return [each._replace(extended=extended.get(each.id, ())) for each in acts]


class Reader:
    """Reads events of the log again, as intake read them: what is canonical needs no second check."""

    def __init__(self, programme: Programme) -> None:
        self._currency = programme.currency
        self._places = decimals_of(programme.currency)
        self._scale = Decimal(10) ** self._places
        self._zone = zone(programme.time_zone)

    def read(self, body: str) -> tuple[Event, Occurrence]:
        """The event and what the rules see of it."""
        event = _decode(body)
        at = event.occurred_at.astimezone(UTC)
        order = event.order
        amount, lines, channel, store = 0, [], event.channel, event.store
        if order is not None:
            scale = self._scale
            amount = int(order.total * scale)
            lines = [
                Line(line.sku, line.name, line.category, line.brand, line.quantity, int(line.amount * scale))
                for line in order.lines
            ]
            channel, store = order.channel or channel, order.store or store
        occurrence = Occurrence(
            event.type, at, at.astimezone(self._zone), self._currency, self._places, amount, lines, channel, store,
            event.data, f"{event.source}/{event.id}",
        )  # fmt: skip
        return event, occurrence
