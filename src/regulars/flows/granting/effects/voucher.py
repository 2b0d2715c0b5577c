"""A code that works once: made, used, or made void."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.rewards.contracts import Due, GrantedPart
from regulars.domain.rewards.gifts import IssueVoucher
from regulars.domain.vouchers.commands import end_voucher, issue_voucher
from regulars.domain.vouchers.contracts import VoucherState
from regulars.domain.vouchers.queries import vouchers_of_redemptions
from regulars.domain.vouchers.terms import VoucherTerms
from regulars.flows.granting.effect import Effect, Occasion
from regulars.flows.granting.parts_had import already_had
from regulars.kernel.errors import Conflict


class VoucherIssued(Effect[IssueVoucher]):
    """A code for 5.00 off: valid until its last day, used once at the till, void when the redemption is undone."""

    name = "voucher"
    title = "A code"
    due = Due.use

    def last_day(self, gift: IssueVoucher) -> date | None:
        return gift.last_day

    def grant(self, conn: psycopg.Connection[Any], gift: IssueVoucher, at: Occasion) -> UUID | None:
        issue_voucher(
            conn,
            redemption_id=at.redemption.id,
            member_id=at.redemption.member_id,
            last_day=gift.last_day,
            now=at.now,
            terms=_terms(gift).stored(),
            **at.place,
        )
        return None

    def fulfil(self, conn: psycopg.Connection[Any], gift: IssueVoucher, part: GrantedPart, at: Occasion) -> None:
        if gift.last_day is not None and at.today > gift.last_day:
            raise Conflict(
                "voucher_expired",
                "The voucher has expired",
                detail=f"Its last day was {gift.last_day:%-d %b %Y}.",
                remedy="Reverse the redemption to give the points back, if your rules allow it.",
            )
        _end(conn, part, at, VoucherState.used)

    def reverse(self, conn: psycopg.Connection[Any], gift: IssueVoucher, part: GrantedPart, at: Occasion) -> None:
        _end(conn, part, at, VoucherState.void)


def _terms(gift: IssueVoucher) -> VoucherTerms:
    """What the code gives on an order."""
    return VoucherTerms(
        percent=gift.percent,
        amount=gift.amount,
        minimum_order=gift.minimum_order,
        categories=gift.categories,
        most=gift.at_most,
        free_shipping=gift.free_shipping,
        item=gift.item,
    )


def _end(conn: psycopg.Connection[Any], part: GrantedPart, at: Occasion, state: VoucherState) -> None:
    """Raises Conflict for a code that was used, or is shown for an order that is not finished."""
    redemption = at.redemption
    if end_voucher(conn, redemption_id=redemption.id, state=state, now=at.now, **at.place):
        return
    found = vouchers_of_redemptions(conn, redemption_ids=[redemption.id]).get(redemption.id)
    if found is None or not found.reserved:
        raise already_had(redemption, part)
    raise Conflict(
        "voucher_in_use",
        "The voucher is reserved for an order",
        detail=f"The code of {redemption.reward_name!r} is shown for an order that is not finished.",
        remedy="Wait until the order is done, or let its codes go.",
    )
