"""A code that works once: made, used, or made void."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.rewards.commands import end_voucher, issue_voucher
from regulars.domain.rewards.contracts import Due, GrantedPart, VoucherState
from regulars.domain.rewards.gifts import IssueVoucher
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
        if not end_voucher(conn, redemption_id=at.redemption.id, state=VoucherState.used, used_at=at.now):
            raise already_had(at.redemption, part)

    def reverse(self, conn: psycopg.Connection[Any], gift: IssueVoucher, part: GrantedPart, at: Occasion) -> None:
        if not end_voucher(conn, redemption_id=at.redemption.id, state=VoucherState.void, used_at=None):
            raise already_had(at.redemption, part)
