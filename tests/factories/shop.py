"""A shop with a programme, and short ways to let members enrol, buy and redeem."""

from __future__ import annotations

import copy
import itertools
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from regulars.database.pool import Connection, connect
from regulars.database.scope import work_for
from regulars.domain.events.contracts import Event, MemberReference, Order, OrderLine, ReturnedOrder
from regulars.domain.ledger.queries import balances
from regulars.domain.members.contracts import NewMember
from regulars.domain.programmes.commands import found_programme, publish_rulebook
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.enrol_member import enrol_members
from regulars.flows.process_events import process_events

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""A Monday."""

RULEBOOK: dict[str, Any] = {
    "rulebook": 1,
    "name": "Corner Shop",
    "currency": "EUR",
    "time_zone": "Europe/Berlin",
    "point_types": [
        {
            "id": "points",
            "name": "Points",
            "worth": "0.01",
            "expiry": {"policy": "after", "period": "12 months", "round_up": "month"},
        }
    ],
    "earn_rules": [
        {"id": "base", "name": "1 point per euro", "earn": {"strategy": "points_per_amount", "points": 1}},
        {
            "id": "coffee",
            "name": "Double points on coffee",
            "earn": {"strategy": "multiplier", "factor": 2, "of": "base"},
            "lines": {"field": "line.category", "one_of": ["coffee"]},
        },
    ],
    "ladders": [
        {
            "id": "status",
            "name": "Status",
            "metric": "spend",
            "window": "12 months",
            "down": "immediate",
            "tiers": [
                {"id": "bronze", "name": "Bronze", "from_score": 0},
                {"id": "silver", "name": "Silver", "from_score": "200.00"},
                {"id": "gold", "name": "Gold", "from_score": "500.00"},
            ],
        }
    ],
}

_numbers = itertools.count(1)


@dataclass
class Shop:
    """A programme under test. now: moves only when a test moves it. conn: works for the shop's organisation."""

    conn: Connection
    programme: Programme
    now: datetime = NOON

    @property
    def point_type(self) -> int:
        """The ledger's number of the point type 'points'."""
        return shelf(self.conn, programme_id=self.programme.id).point_types["points"]

    def publish(self, document: dict[str, Any], *, effective_from: datetime = datetime(2000, 1, 1, tzinfo=UTC)) -> int:
        """Publishes a rulebook; its version."""
        return publish_rulebook(
            self.conn,
            Rulebook.model_validate(document),
            of=self.programme,
            effective_from=effective_from,
            note="",
            by="tests",
            now=self.now,
        )

    def enrol(self, external_id: str | None = None, **fields: Any) -> UUID:
        """Enrols one member."""
        new = NewMember(external_id=external_id or f"m{next(_numbers)}", **fields)
        (result,) = enrol_members(self.conn, [new], programme_id=self.programme.id, via="tests", now=self.now)
        if isinstance(result, Exception):
            raise result
        return result.member_id

    def order(
        self,
        member: UUID,
        total: str,
        *,
        lines: list[OrderLine] | None = None,
        at: datetime | None = None,
        **fields: Any,
    ) -> Event:
        """An order event, not yet sent."""
        number = f"{os.getpid()}-{next(_numbers)}"
        order = Order(
            number=number, currency=self.programme.currency, total=Decimal(total), lines=lines or [], **fields
        )
        return Event(
            id=f"e-{number}",
            type="order",
            member=MemberReference(id=member),
            occurred_at=at or self.now,
            source="till",
            order=order,
        )

    def send(self, *events: Event) -> list[tuple[int, dict[str, Any]]]:
        """Sends events as one batch: (status, answer) of each."""
        outcomes = process_events(self.conn, events, programme_id=self.programme.id, now=self.now)
        return [(outcome.status, json.loads(outcome.body)) for outcome in outcomes]

    def buy(self, member: UUID, total: str, **fields: Any) -> dict[str, Any]:
        """One accepted order; its answer."""
        ((status, answer),) = self.send(self.order(member, total, **fields))
        assert status == 201, answer
        return answer

    def returned(self, member: UUID, order: str, *, at: datetime | None = None, **fields: Any) -> Event:
        """The return of an order by its number, not yet sent. fields: of ReturnedOrder."""
        if isinstance(fields.get("amount"), str):
            fields["amount"] = Decimal(fields["amount"])
        return Event(
            id=f"r-{os.getpid()}-{next(_numbers)}",
            type="return",
            member=MemberReference(id=member),
            occurred_at=at or self.now,
            source="till",
            return_=ReturnedOrder(order, **fields),
        )

    def give_back(self, member: UUID, bought: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """One accepted return of an order, by the order's answer; its own answer."""
        ((status, answer),) = self.send(self.returned(member, bought["id"].removeprefix("e-"), **fields))
        assert status == 201, answer
        return answer

    def points(self, member: UUID) -> int:
        """What the member can spend."""
        found = balances(self.conn, owners=[member]).get((member, self.point_type))
        return 0 if found is None else found.available

    def later(self, **delta: float) -> None:
        """Moves the shop's clock forward."""
        self.now += timedelta(**delta)


def open_shop(
    conn: Connection, document: dict[str, Any] | None = None, *, now: datetime = NOON, sandbox: bool = False
) -> Shop:
    """A shop with a programme of its own. document: its rulebook, RULEBOOK by default.

    The connection works for it from here on; a second shop gets a connection of its own.
    """
    if conn.organisation_id is not None:
        conn = connect()
    chosen = copy.deepcopy(document or RULEBOOK)
    code = f"shop-{os.getpid()}-{next(_numbers)}"
    programme = found_programme(
        conn,
        organisation=f"Organisation {code}",
        code=code,
        name=chosen["name"],
        currency=chosen["currency"],
        time_zone=chosen["time_zone"],
        now=now,
        sandbox=sandbox,
    )
    work_for(conn, programme.organisation_id)
    shop = Shop(conn, programme, now)
    shop.publish(chosen)
    return shop
