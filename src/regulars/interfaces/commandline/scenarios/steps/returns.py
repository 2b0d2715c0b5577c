"""An order comes back: the whole of it, some lines, or an amount of money."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.domain.events.contracts import RETURN, Event, MemberReference, ReturnedLine, ReturnedOrder
from regulars.interfaces.commandline.scenarios.sending import send
from regulars.interfaces.commandline.scenarios.stage import Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import MemberVerb
from regulars.interfaces.commandline.scenarios.words import Amount, Happened, Words


class LineBack(Words):
    """A line that comes back: its place in the order, from 1, or its article. quantity: else all of it."""

    line: int | None = None
    sku: str | None = None
    quantity: Amount | None = None


class Returns(MemberVerb):
    """The order comes back; in part with `lines: [{sku: cup, quantity: 1}]` or `amount: 5.00`.

    `early: true` is said of one that arrives before its order.
    """

    name = "returns"
    example = "ada returns: lunch"
    short = "order"

    order: str
    lines: tuple[LineBack, ...] = ()
    amount: Amount | None = None
    early: bool = False
    event: str | None = None
    source: str = "till"
    order_source: str | None = None
    happened: Happened = None

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        if not self.early:
            yield from so_far.ask("order", self.order, otherwise="nobody bought this before")
        if self.event:
            so_far.make("event", self.event)

    def play(self, stage: Stage, member: str) -> Outcome:
        returned = ReturnedOrder(
            order_number=self.order, source=self.order_source, amount=self.amount,
            lines=[ReturnedLine(line=each.line, sku=each.sku, quantity=each.quantity) for each in self.lines],
        )  # fmt: skip
        event = Event(
            id=self.event or stage.next_name("event"), type=RETURN, member=MemberReference(id=stage.members[member]),
            occurred_at=stage.moment(self.happened), source=self.source, return_=returned,
        )  # fmt: skip
        return send(stage, event)
