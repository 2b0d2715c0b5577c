"""A household under test: a shop whose rulebook allows them, and short ways to live together."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from regulars.database.pool import Connection
from regulars.domain.households.contracts import Household, Role
from regulars.domain.rewards.commands import save_reward
from regulars.domain.rewards.contracts import Redemption, Reward, RewardDraft
from regulars.domain.rewards.queries import reward_by_code
from regulars.flows.live_together import Act, accept_invitation, found_household, invite
from regulars.flows.redeem_reward import redeem_reward
from tests.factories.shop import NOON, RULEBOOK, Shop, open_shop

PRICES = (50, 60, 100, 130, 150, 200, 201, 250, 500)
"""Of rewards that are there from the start."""


class Home(Shop):
    """A shop with households, and one household in it."""

    def act(self, member: UUID | None = None) -> Act:
        """What a member does, or an operator."""
        return Act(self.programme.id, self.now, "tests", member)

    def found(self, *members: UUID, debit: str | None = None, limit: int | None = None) -> Household:
        """A household of the members, the first of whom owns it; each joins a minute after the one before.

        limit: what everybody but the owner may spend in a month.
        """
        household = found_household(self.conn, self.act(members[0]), member_id=members[0], name="Home", debit=debit)
        for member in members[1:]:
            self.later(minutes=1)
            self.join(member, household, limit=limit)
        return household

    def join(self, member: UUID, household: Household, *, limit: int | None = None, role: Role = Role.adult) -> None:
        """Invited by an operator, and accepted."""
        made = invite(self.conn, self.act(), household_id=household.id, role=role, monthly_limit=limit)
        accept_invitation(self.conn, self.act(member), member_id=member, code=made.code)

    def reward(self, price: int) -> Reward:
        """A reward of that price."""
        code = f"reward-{price}"
        found = reward_by_code(self.conn, programme_id=self.programme.id, code=code)
        draft = RewardDraft(code, "discount_voucher", f"{price} off", price, parameters={"amount": "5.00"})
        return found or save_reward(self.conn, draft, programme_id=self.programme.id, now=self.now)

    def redeem(
        self,
        member: UUID,
        price: int,
        *,
        chosen: dict[UUID, int] | None = None,
        hold_for: timedelta | None = None,
        conn: Connection | None = None,
    ) -> Redemption:
        """Takes a reward of that price. Raises Refusal."""
        conn = conn or self.conn
        wanted = Home(conn, self.programme, self.now).reward(price)
        return redeem_reward(
            conn,
            programme_id=self.programme.id,
            member_id=member,
            reward_id=wanted.id,
            now=self.now,
            by="tests",
            hold_for=hold_for,
            chosen=chosen,
        )


def open_home(conn: Connection, *, at: datetime = NOON, **households: Any) -> Home:
    """A home whose rulebook lets households pool. households: what the rulebook says otherwise."""
    document = copy.deepcopy(RULEBOOK)
    document["households"] = {"allowed": True, "mode": "pool", **households}
    shop = open_shop(conn, document, now=at)
    home = Home(shop.conn, shop.programme, shop.now)
    for price in PRICES:
        home.reward(price)
    return home
