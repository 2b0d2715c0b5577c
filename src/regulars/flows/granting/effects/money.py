"""Credit in a point type that counts money: a lot of its own, which is taken back while all of it is there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.ledger.book import Book, Cause
from regulars.domain.ledger.commands import open_book
from regulars.domain.ledger.contracts import Account, CauseKind
from regulars.domain.programmes.queries import Shelf
from regulars.domain.rewards.contracts import GrantedPart
from regulars.domain.rewards.gifts import EarnMoney
from regulars.flows.granting.effect import Effect, Occasion
from regulars.flows.settle_day import settle_day
from regulars.flows.write_settled import write_settled
from regulars.kernel.errors import Conflict, Refusal
from regulars.kernel.money import to_minor


class MoneyEarned(Effect[EarnMoney]):
    """5.00 of credit, which expire as the point type says. Once 1.00 is spent, it cannot be undone any more."""

    name = "money"
    title = "Credit"

    def check(self, gift: EarnMoney, rules: Shelf) -> None:
        if gift.point_type not in rules.point_types:
            raise Refusal(
                "unknown_point_type",
                "This point type does not exist",
                detail=f"The programme has no point type {gift.point_type!r}.",
                remedy=f"Use one of {', '.join(sorted(rules.point_types))}.",
                field="parameters.point_type",
            )
        currency = _currency(gift, rules)
        if not currency:
            raise Refusal(
                "points_are_not_money",
                "These points do not count money",
                detail=f"Credit is money, and the point type {gift.point_type!r} counts points.",
                remedy="Choose a point type that has a currency, or add one to the rulebook.",
                field="parameters.point_type",
            )
        to_minor(gift.amount, currency, field="parameters.amount")

    def grant(self, conn: psycopg.Connection[Any], gift: EarnMoney, at: Occasion) -> UUID | None:
        self.check(gift, at.rules)
        rulebook = at.rules.in_force(at.now)
        owner, point_type = at.redemption.member_id.bytes, at.rules.point_types[gift.point_type]
        book = _open(conn, owner, point_type, at)
        entry = book.earn(
            owner,
            point_type,
            to_minor(gift.amount, _currency(gift, at.rules)),
            cause=Cause(CauseKind.reward, at.redemption.id.bytes, at.now, f"credit {at.part}"),
            last_day=rulebook.expiry[gift.point_type].last_day(at.today),
            renewable=gift.point_type in rulebook.renewing,
        )
        write_settled(conn, at.rules, book, now=at.now)
        return UUID(bytes=entry.id)

    def reverse(self, conn: psycopg.Connection[Any], gift: EarnMoney, part: GrantedPart, at: Occasion) -> None:
        assert part.reference is not None, "credit always has its lot"
        owner, point_type = part.member_id.bytes, at.rules.point_types[gift.point_type]
        book = _open(conn, owner, point_type, at)
        lot = book.lot(owner, point_type, part.reference.bytes)
        if lot is None or lot.remaining < lot.amount:
            raise Conflict(
                "credit_spent",
                "The credit was used",
                detail=f"{lot.remaining if lot else 0} of {to_minor(gift.amount, _currency(gift, at.rules))} are left"
                f" of the credit that {at.redemption.reward_name!r} gave.",
                remedy="Give goodwill points instead, if the member should have them back.",
            )
        cause = Cause(CauseKind.reward_undone, at.redemption.id.bytes, at.now, f"credit {at.part}")
        book.take(owner, point_type, lot.remaining, [lot], Account.reversed, cause)
        write_settled(conn, at.rules, book, now=at.now)


def _currency(gift: EarnMoney, rules: Shelf) -> str:
    return rules.latest.rulebook.counted_in(gift.point_type)


def _open(conn: psycopg.Connection[Any], owner: bytes, point_type: int, at: Occasion) -> Book:
    """The member's book, with everything done that is due."""
    book = open_book(conn, owners=[owner], with_lots=True)
    settle_day(book, owner, point_type, today=at.today, time_zone=at.rules.programme.time_zone)
    return book
