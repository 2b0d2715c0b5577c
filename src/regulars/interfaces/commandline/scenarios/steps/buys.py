"""An order, from the till or the shop; `order` and `event` name it where the scenario needs it again."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pydantic import Field

from regulars.domain.events.contracts import Event, MemberReference, Order, OrderLine, PointsUsed
from regulars.interfaces.commandline.scenarios.sending import send
from regulars.interfaces.commandline.scenarios.stage import Outcome, Stage, as_json
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import MemberVerb
from regulars.interfaces.commandline.scenarios.words import Amount, Happened, Words


class Line(Words):
    """One line of an order."""

    amount: Amount
    category: str = ""
    brand: str = ""
    sku: str = ""
    name: str = ""
    quantity: Amount = Decimal(1)


class PointsPaid(Words):
    """Points that pay for part of the order, and the money that they are worth there; `hold` names what pays."""

    points: int
    amount: Amount
    point_type: str = "points"
    hold: str | None = None


class Buys(MemberVerb):
    """An order; in full `{total: 12.40, lines: [{category: coffee, amount: 12.40}], channel: app}`.

    `points used: {points: 500, amount: 5.00}` pays for part of it with points, `hold: basket` among them with what was
    set aside; `data: {code: SPRING26}` says more.
    """

    name = "buys"
    example = "ada buys: 12.40"
    short = "total"

    total: Amount
    lines: tuple[Line, ...] = ()
    channel: str = ""
    store: str = ""
    currency: str | None = None
    data: dict[str, Any] = Field(default={})
    points_used: PointsPaid | None = None
    order: str | None = None
    event: str | None = None
    source: str = "till"
    happened: Happened = None

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        if self.event:
            so_far.make("event", self.event)
        if self.order:
            so_far.make("order", self.order)
        if self.points_used and self.points_used.hold:
            yield from so_far.ask("hold", self.points_used.hold, otherwise="nobody set this aside before")

    def play(self, stage: Stage, member: str) -> Outcome:
        lines = [
            OrderLine(
                amount=line.amount,
                sku=line.sku,
                name=line.name,
                category=line.category,
                brand=line.brand,
                quantity=line.quantity,
            )
            for line in self.lines
        ]
        paid = self.points_used
        order = Order(
            number=self.order or stage.next_name("order"), currency=self.currency or stage.programme.currency,
            total=self.total, channel=self.channel, store=self.store, lines=lines,
            points_used=None if paid is None else _paid(stage, paid),
        )  # fmt: skip
        event = Event(
            id=self.event or stage.next_name("event"), type="order", member=MemberReference(id=stage.members[member]),
            occurred_at=stage.moment(self.happened), source=self.source, order=order,
            data=as_json(self.data),
        )  # fmt: skip
        return send(stage, event)


def _paid(stage: Stage, paid: PointsPaid) -> PointsUsed:
    hold = stage.kept("hold", paid.hold) if paid.hold else None
    return PointsUsed(paid.points, paid.amount, paid.point_type, hold)
