"""What a call asks about when it wants a quote: an event of which less need be known than of a real one."""

from __future__ import annotations

import secrets
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from regulars.domain.earning.contracts import Data
from regulars.domain.events.contracts import ORDER, Event, MemberReference, Order, OrderLine, PointsUsed
from regulars.interfaces.wire.events import decode
from regulars.kernel.errors import Refusal

SOURCE = "quote"


class QuotedOrder(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A cart. number: of an order that is not sent yet; left out, it is one without a number. currency: the programme's
    where it is left out."""

    total: Decimal
    number: str = ""
    currency: str = ""
    channel: str = ""
    store: str = ""
    lines: list[OrderLine] = []
    points_used: PointsUsed | None = None


class QuoteIn(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An order, or another event, of which nothing will be kept.

    member: left out, somebody who joins at that moment. occurred_at: left out, now. id, source: as the event will have
    them, which matters to draws. vouchers: codes that are shown for the order; its total and lines are before them.
    rulebook: a document to ask in place of the rulebook in force; rulebook_text: as YAML.
    """

    order: QuotedOrder | None = None
    member: MemberReference | None = None
    type: str = ORDER
    occurred_at: datetime | None = None
    id: str = ""
    source: str = SOURCE
    channel: str = ""
    store: str = ""
    data: dict[str, Data] = {}
    vouchers: list[str] = []
    rulebook: dict[str, Any] | None = None
    rulebook_text: str | None = None

    def event(self, *, currency: str, now: datetime) -> Event:
        """The event that it is about. currency, now: for what was left out."""
        name = secrets.token_hex(8)
        asked = self.order
        return Event(
            id=self.id or f"quote-{name}",
            type=self.type,
            member=self.member or MemberReference(external_id=name),
            occurred_at=self.occurred_at or now,
            source=self.source,
            channel=self.channel,
            store=self.store,
            order=None if asked is None else _order(asked, name, currency),
            data=self.data,
        )


def _order(asked: QuotedOrder, name: str, currency: str) -> Order:
    return Order(
        number=asked.number or f"quote-{name}",
        currency=asked.currency or currency,
        total=asked.total,
        channel=asked.channel,
        store=asked.store,
        lines=asked.lines,
        points_used=asked.points_used,
    )


_decoder = msgspec.json.Decoder(QuoteIn)


def decode_quote(body: bytes) -> QuoteIn | Refusal:
    """The question of a call."""
    return decode(_decoder, body)
