"""Codes are shown for an order, and used on it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from regulars.domain.vouchers.contracts import Basket, Line
from regulars.flows.vouchers.asking import CodesAsked, OrderNamed
from regulars.flows.vouchers.use_codes import redeem_codes, reserve_codes
from regulars.interfaces.commandline.scenarios.redemptions import lasting
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import MemberVerb
from regulars.interfaces.commandline.scenarios.words import Amount, Words
from regulars.kernel.money import to_minor


class LineShown(Words):
    """A line of the order that the codes are for."""

    amount: Amount
    sku: str = ""
    category: str = ""
    brand: str = ""


class ShowsCodes(MemberVerb):
    """Codes are used on an order; `reserved for: 15 minutes` only reserves them. `lines` in place of `total`."""

    name = "shows codes"
    example = "ada shows codes: {codes: [SPRING26], total: 200.00, order: R-1}"

    codes: tuple[str, ...]
    total: Amount | None = None
    lines: tuple[LineShown, ...] = ()
    shipping: Amount | None = None
    order: str | None = None
    reserved_for: str | None = None

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        if self.order:
            so_far.make("order with codes", self.order)
        yield from ()

    def play(self, stage: Stage, member: str) -> Outcome:
        currency = stage.programme.currency
        lines = self.lines or (LineShown(amount=self.total or Decimal(0)),)
        basket = Basket(
            tuple(Line(to_minor(each.amount, currency), each.sku, each.category, each.brand) for each in lines),
            0 if self.shipping is None else to_minor(self.shipping, currency),
        )
        named = OrderNamed("till", self.order or stage.next_name("order with codes"))
        asked = CodesAsked(self.codes, basket, stage.members[member])
        place: dict[str, Any] = {"programme_id": stage.programme.id, "now": stage.now, "by": BY}
        if self.reserved_for is not None:
            return Outcome((reserve_codes(stage.conn, named, asked, lasts=lasting(self.reserved_for), **place),))
        return Outcome((redeem_codes(stage.conn, named, asked, **place),))
