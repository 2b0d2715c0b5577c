"""Money on the member's stored value, which nobody paid: a lot of its own, taken back while all of it is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.programmes.queries import Shelf
from regulars.domain.rewards.contracts import GrantedPart
from regulars.domain.rewards.gifts import LoadValue
from regulars.flows.granting.effect import Effect, Occasion
from regulars.flows.stored_value.accounts import purse_of
from regulars.flows.stored_value.load_value import award_value, check_room
from regulars.flows.stored_value.refusals import no_stored_value
from regulars.flows.stored_value.take_back_award import take_back_award
from regulars.kernel.errors import Refusal
from regulars.kernel.money import to_minor


class ValueLoaded(Effect[LoadValue]):
    """5.00 on the account, for ever. Once 1.00 of them is spent, the redemption cannot be undone any more."""

    name = "stored_value"
    title = "Money on the account"

    def check(self, gift: LoadValue, rules: Shelf) -> None:
        if not rules.latest.rulebook.stored_value.point_type:
            raise no_stored_value()
        to_minor(gift.amount, rules.programme.currency, field="parameters.amount")

    def ready(
        self,
        conn: psycopg.Connection[Any],
        wanted: Mapping[int, Sequence[LoadValue]],
        rules: Shelf,
        *,
        member_id: UUID,
        now: datetime,
    ) -> Mapping[int, Refusal]:
        found: dict[int, Refusal] = {}
        try:
            purse = purse_of(conn, programme_id=rules.programme.id, now=now)
        except Refusal as refusal:
            return dict.fromkeys(wanted, refusal)
        book = purse.open(conn, member_id, to_write=False)
        for reward, gifts in wanted.items():
            try:
                check_room(purse, book, member_id, sum(purse.minor(each.amount) for each in gifts))
            except Refusal as refusal:
                found[reward] = refusal
        return found

    def grant(self, conn: psycopg.Connection[Any], gift: LoadValue, at: Occasion) -> UUID | None:
        given = award_value(
            conn,
            programme_id=at.rules.programme.id,
            member_id=at.redemption.member_id,
            amount=gift.amount,
            reference=f"{at.redemption.id} {at.part}",
            note=at.redemption.reward_name,
            now=at.now,
            by=at.by,
        )
        return given.id

    def reverse(self, conn: psycopg.Connection[Any], gift: LoadValue, part: GrantedPart, at: Occasion) -> None:
        assert part.reference is not None, "money on the account always has its act"
        take_back_award(
            conn,
            programme_id=at.rules.programme.id,
            member_id=part.member_id,
            act_id=part.reference,
            now=at.now,
            by=at.by,
        )
