"""What was won and is no longer met: whichever event had won it, with its budget, its tier and its explanation."""

from __future__ import annotations

import copy
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from regulars.domain.campaigns.queries import budget_uses
from regulars.domain.challenges.queries import badges
from regulars.domain.earning.rules import EarnRule
from regulars.domain.events.contracts import Event, MemberReference
from regulars.domain.ledger.contracts import CauseKind
from regulars.domain.ledger.queries import entries
from regulars.domain.programmes.queries import shelf
from regulars.insight.entry_reasons import entry_reasons
from tests.factories import RULEBOOK, Shop

pytestmark = [pytest.mark.database, pytest.mark.capability("B5", "E2")]

EARN: dict[str, Any] = {
    "strategy": "challenge",
    "points": 100,
    "on_return": "recount",
    "goals": [
        {"id": "orders", "name": "Two orders", "target": 2},
        {"id": "review", "name": "A review", "of": "review.written", "target": 1},
    ],
}


@pytest.fixture
def recounting(shop: Shop) -> Shop:
    """Two orders and a review give 100 points, a badge, and silver; 1,000 are there for all."""
    document = copy.deepcopy(RULEBOOK)
    document["badges"] = [{"id": "friend", "name": "Friend"}]
    document["earn_rules"] = [
        {"id": "it", "name": "It", "badge": "friend", "earn": EARN, "limits": {"budget": {"points": 1000}}}
    ]
    document["ladders"] = [
        {"id": "status", "name": "Status", "metric": {"by": "points", "point_type": "points"}, "window": "12 months",
         "down": "immediate", "downgrade_on_return": True,
         "tiers": [{"id": "bronze", "name": "B", "from_score": 0}, {"id": "silver", "name": "S", "from_score": 50}]}
    ]  # fmt: skip
    shop.publish(document)
    return shop


def review(shop: Shop, member: UUID) -> dict[str, Any]:
    event = Event(f"review-{shop.now}", "review.written", MemberReference(id=member), shop.now)
    ((status, answer),) = shop.send(event)
    assert status == 201
    return answer


def held(shop: Shop, member: UUID) -> list[str]:
    return [each.badge for each in badges(shop.conn, member_ids=[member])]


def test_an_order_comes_back_and_a_review_had_won(recounting: Shop) -> None:
    shop, ada = recounting, recounting.enrol()
    first, _ = shop.buy(ada, "5.00"), shop.buy(ada, "5.00")
    won = review(shop, ada)
    assert (shop.points(ada), held(shop, ada), won["tiers"]) == (100, ["friend"], {"status": "silver"})

    answer = shop.give_back(ada, first)

    assert [each["type"] for each in answer["effects"]] == ["revoke_points", "take_badge", "change_tier"]
    assert (shop.points(ada), held(shop, ada)) == (0, [])
    (used,) = budget_uses(shop.conn, programme_id=shop.programme.id)
    assert used.points == 0

    again = shop.buy(ada, "5.00")
    assert (shop.points(ada), held(shop, ada), again["tiers"]) == (100, ["friend"], {"status": "silver"})
    # What won it first has given nothing any more, so that only the last one is taken.
    shop.give_back(ada, again)
    assert shop.points(ada) == 0


def test_what_was_taken_is_explained(recounting: Shop) -> None:
    shop, ada = recounting, recounting.enrol()
    first, _ = shop.buy(ada, "5.00"), shop.buy(ada, "5.00")
    review(shop, ada)
    shop.give_back(ada, first)

    rules = shelf(shop.conn, programme_id=shop.programme.id)
    found = entries(shop.conn, owner=ada, point_type=shop.point_type)
    taken = [each for each in found if each.cause_kind is CauseKind.order_return]
    (reason,) = entry_reasons(shop.conn, rules, owners=[ada], entries=taken).values()

    assert "less is left than “It” asks for, which was completed on" in str(reason.why)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"on_return": "sometimes"}, "there is no policy 'sometimes'"),
        ({"again": True}, "what is completed again and again is not won back"),
        ({"after_joining": "0 days"}, "nothing counts within no time"),
        ({"after_joining": "soon"}, "soon"),
        ({"points": 0}, "it gives neither points nor a badge"),
        ({"points": -1}, "greater than or equal to 0"),
        ({"starts_on": "2026-04-01", "ends_on": "2026-03-31"}, "it ends on 2026-03-31, before it starts on 2026-04-01"),
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        EarnRule(id="it", name="It", earn=EARN | wrong)
