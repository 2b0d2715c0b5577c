"""The worked examples about lots, replayed through flows on real books: every number is theirs, not ours."""

from __future__ import annotations

import copy
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from regulars.domain.ledger.contracts import Account, LedgerEntry
from regulars.domain.ledger.queries import balances, entries, expiring, lot_parts, lots_by_id
from regulars.domain.rewards.contracts import RewardDraft
from regulars.flows.adjust_points import adjust_points
from regulars.flows.nightly_work import nightly_work
from regulars.flows.redeem_reward import redeem_reward
from regulars.flows.save_reward import save_reward
from regulars.kernel.clock import zone
from regulars.kernel.errors import Refusal
from tests.factories import RULEBOOK, Shop, open_shop
from tests.vectors import LOTS

pytestmark = [pytest.mark.database, pytest.mark.capability("E1")]

_STEPS = [name for name, vector in LOTS.items() if "steps" in vector]


def vector(name: str) -> Any:
    """One example; its whole name is in the name of the test."""
    return pytest.param(LOTS[name], id=LOTS[name]["id"])


class Story:
    """One member of a shop whose lots have names."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.lots: dict[str, bytes] = {}
        self.orders: dict[str, dict[str, Any]] = {}
        self._rewards: dict[int, int] = {}
        self.is_on("2025-12-31")
        self._terms(expiry={"policy": "never"})
        self.member = shop.enrol()

    def play(self, step: dict[str, Any]) -> None:
        """One line of an example."""
        if "earn" in step:
            self.is_on(step["on"])
            last_day = step.get("last_day")
            self.earn(
                step["earn"],
                step["points"],
                expiry={"policy": "fixed_date", "date": last_day} if last_day else {"policy": "never"},
            )
        elif "spend" in step:
            self.redeem(step["spend"])
        elif "night" in step:
            self.is_on(step["night"])
            self.night()
        elif "force" in step:
            self.force(step["force"])
            assert self.balance == step["balance"]
        else:
            self.shop.give_back(self.member, self.orders[step["take_back"]])

    def earn(self, name: str, points: int, **terms: Any) -> None:
        """An order that gives so many points, under a rulebook with these terms of the point type."""
        self._terms(**terms)
        answer = self.orders[name] = self.shop.buy(self.member, f"{points}.00")
        (effect,) = answer["effects"]
        self.lots[name] = UUID(effect["transfer"]).bytes

    def redeem(self, points: int, **fields: Any) -> None:
        place: dict[str, Any] = {"programme_id": self.shop.programme.id, "now": self.shop.now, "by": "tests"}
        draft = RewardDraft(
            code=f"r{points}", type="discount_voucher", name="Off", price=points, parameters={"amount": "1.00"}
        )
        if points not in self._rewards:
            self._rewards[points] = save_reward(self.shop.conn, draft, **place).id
        reward = self._rewards[points]
        redeem_reward(self.shop.conn, member_id=self.member, reward_id=reward, **place, **fields)

    def force(self, points: int) -> None:
        """An approved correction takes more than there is."""
        self._terms(expiry={"policy": "never"})
        adjust_points(
            self.shop.conn, programme_id=self.shop.programme.id, member_id=self.member, points=-points,
            reason="correction", now=self.shop.now, by="ada@example.org",
        )  # fmt: skip

    def night(self) -> None:
        nightly_work(self.shop.conn, programme_id=self.shop.programme.id, now=self.shop.now)

    def is_on(self, day: str, at: time = time(12)) -> None:
        self.shop.now = datetime.combine(date.fromisoformat(day), at, zone("Europe/Berlin"))

    def _terms(self, **terms: Any) -> None:
        """The rulebook from now on: a point for a euro, with these terms."""
        document = copy.deepcopy(RULEBOOK)
        document["point_types"] = [{"id": "points", "name": "Points", **terms}]
        document |= {"earn_rules": document["earn_rules"][:1], "ladders": []}
        document |= {"adjustments": {"may_overdraw": True}, "returns": {"clawback": "within_balance"}}
        self.shop.publish(document, effective_from=self.shop.now)

    # What is asked.

    @property
    def balance(self) -> int:
        return self.shop.points(self.member)

    @property
    def remaining(self) -> dict[str, int]:
        found = lots_by_id(self.shop.conn, ids=list(self.lots.values()))
        return {name: found[lot].remaining for name, lot in self.lots.items()}

    def posted(self, credit: Account) -> list[LedgerEntry]:
        found = entries(self.shop.conn, owner=self.member, point_type=self.shop.point_type)
        return [each for each in reversed(found) if each.credit is credit]

    def parts(self, credit: Account) -> list[list[Any]]:
        """Which lots paid for what went to that account, in the order of use: [name, points]."""
        names = {lot: name for name, lot in self.lots.items()}
        return [
            [names[part.lot.id.bytes], part.points]
            for entry in self.posted(credit)
            for part in lot_parts(self.shop.conn, transfer_id=entry.id)
        ]

    def expiring_by(self, day: str) -> int:
        found = expiring(self.shop.conn, owner=self.member, point_type=self.shop.point_type)
        return sum(each.points for each in found if each.last_day <= date.fromisoformat(day))


def test_every_example_is_replayed() -> None:
    assert sorted(LOTS) == sorted([*_STEPS, "L11", "L12", "L17", "L19"]), "L19: tests/interfaces/api/test_vectors.py"


@pytest.mark.parametrize("example", [vector(name) for name in _STEPS])
def test_lots(shop: Shop, example: dict[str, Any]) -> None:
    story = Story(shop)
    for step in example["steps"]:
        story.play(step)

    asked = dict(example["expected"])
    assert story.balance == asked.pop("balance")
    if "lots" in asked:
        assert story.remaining == asked.pop("lots")
    if "consumed" in asked:
        assert story.parts(Account.redeemed) == asked.pop("consumed")
    if "expired" in asked:
        assert story.parts(Account.expired) == asked.pop("expired")
    for day, points in asked.pop("expiring_by", {}).items():
        assert story.expiring_by(day) == points, day
    if "clawback" in asked:
        taken = sum(each.points for each in story.posted(Account.reversed))
        assert taken == asked.pop("clawback")
        assert 150 + taken == asked.pop("unrecovered")
    assert asked == {}, "nobody asked for these"


@pytest.mark.parametrize("example", [vector("L11")])
def test_last_days(shop: Shop, example: dict[str, Any]) -> None:
    """A lot can be spent in the last minute of its last day, and is gone at midnight, whatever night worked."""
    for lot in example["lots"]:
        story = Story(open_shop(shop.conn))
        story.is_on(lot["earned"])
        policy = {"policy": "after", "period": lot["period"], "round_up": lot["round_up"]}
        story.earn("A", 10, expiry=policy)

        assert story.expiring_by(lot["last_usable"]) == 10, lot
        story.is_on(lot["last_usable"], time(23, 59))
        story.night()
        assert story.balance == 10, lot
        story.redeem(1)
        story.shop.later(minutes=1)
        story.night()
        assert story.balance == 0, lot
        assert story.parts(Account.expired) == [["A", 9]], lot


@pytest.mark.parametrize("example", [vector("L12")])
def test_pending_then_expiry(shop: Shop, example: dict[str, Any]) -> None:
    story, expected = Story(shop), example["expected"]
    story.is_on(example["earned"])
    story.earn(
        "A",
        example["points"],
        pending={"mode": "after", "period": example["pending"]},
        expiry={"policy": "after", "period": example["validity"]},
    )

    for day, spendable in expected["spendable_on"].items():
        story.is_on(day, time(0))
        story.night()
        assert story.balance == spendable, day
        assert (spendable > 0) == (day >= expected["activates"])
    assert story.expiring_by(expected["last_usable"]) == example["points"]
    before = date.fromisoformat(expected["last_usable"]) - timedelta(days=1)
    assert story.expiring_by(before.isoformat()) == 0


@pytest.mark.parametrize("example", [vector("L17")])
def test_holds(shop: Shop, example: dict[str, Any]) -> None:
    story, expected = Story(shop), example["expected"]
    story.earn("A", example["balance"], expiry={"policy": "never"})
    for _ in range(example["times"]):
        story.redeem(example["hold"], hold_for=timedelta(minutes=15))

    with pytest.raises(Refusal) as sixth:
        story.redeem(example["hold"], hold_for=timedelta(minutes=15))

    assert sixth.value.code == expected["sixth"]
    found = balances(shop.conn, owners=[story.member])[story.member, shop.point_type]
    assert (found.available, found.held) == (expected["available"], expected["held"])
    posted = sum(each.amount for each in story.posted(Account.available)) - sum(
        each.amount for each in story.posted(Account.redeemed)
    )
    assert posted == expected["posted"]
