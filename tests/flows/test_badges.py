"""Badges: once for each member, by rules and by staff, and gone with the order that brought them."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from regulars.domain.challenges.queries import badges, wants_quiet
from regulars.domain.programmes.queries import shelf
from regulars.flows.award_badge import award_badge, choose_quiet
from regulars.insight.member_progress import member_progress
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop

pytestmark = [pytest.mark.database, pytest.mark.capability("B5")]


@pytest.fixture
def badged(shop: Shop) -> Shop:
    document = copy.deepcopy(RULEBOOK)
    document["badges"] = [
        {"id": "big", "name": "Big basket", "icon": "gift"},
        {"id": "kept", "name": "Kept", "on_return": "keep"},
    ]
    document["earn_rules"] = [
        {"id": "big", "name": "Big", "badge": "big", "earn": {"strategy": "fixed_bonus", "points": 5},
         "when": {"field": "order.amount", "at_least": 50}},
        {"id": "kept", "name": "Kept", "badge": "kept", "earn": {"strategy": "fixed_bonus", "points": 5}},
    ]  # fmt: skip
    shop.publish(document)
    return shop


def held(shop: Shop, member: Any) -> list[str]:
    return sorted(each.badge for each in badges(shop.conn, member_ids=[member]))


def shown(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["type"], each["badge"]) for each in answer["effects"] if "badge" in each]


def test_a_badge_comes_once_and_the_answer_says_so(badged: Shop) -> None:
    ada = badged.enrol()

    answers = [badged.buy(ada, "60.00") for _ in range(2)]

    assert [shown(each) for each in answers] == [[("award_badge", "big"), ("award_badge", "kept")], []]
    assert held(badged, ada) == ["big", "kept"]


def test_events_of_one_batch_bring_it_once(badged: Shop) -> None:
    ada = badged.enrol()

    sent = badged.send(badged.order(ada, "60.00"), badged.order(ada, "60.00"))

    assert [len(shown(answer)) for _, answer in sent] == [2, 0]


def test_a_return_takes_what_the_rest_would_not_bring_and_leaves_what_is_to_keep(badged: Shop) -> None:
    ada = badged.enrol()
    bought = badged.buy(ada, "60.00")

    assert shown(badged.give_back(ada, bought, amount="5.00")) == []
    assert shown(badged.give_back(ada, bought, amount="10.00")) == [("take_badge", "big")]
    badged.give_back(ada, bought)

    assert held(badged, ada) == ["kept"]
    assert shown(badged.buy(ada, "70.00")) == [("award_badge", "big")]


def test_a_badge_of_an_earlier_order_stays_when_a_later_one_comes_back(badged: Shop) -> None:
    ada = badged.enrol()
    badged.buy(ada, "60.00")
    later = badged.buy(ada, "60.00")

    badged.give_back(ada, later)

    assert held(badged, ada) == ["big", "kept"]


def test_staff_give_and_take_with_a_reason(badged: Shop) -> None:
    ada = badged.enrol()
    place: dict[str, Any] = {"programme_id": badged.programme.id, "member_id": ada, "now": badged.now, "by": "cem"}

    assert award_badge(badged.conn, badge="big", reason="Helped", **place)
    assert not award_badge(badged.conn, badge="big", reason="Again", **place)
    (only,) = badges(badged.conn, member_ids=[ada])
    assert (only.badge, only.rule, only.by, only.reason) == ("big", "", "cem", "Helped")
    found = member_progress(
        badged.conn, shelf(badged.conn, programme_id=badged.programme.id), member_id=ada, now=badged.now
    )
    assert [(each.badge.id, each.awarded_at is not None) for each in found.badges] == [("big", True), ("kept", False)]

    assert award_badge(badged.conn, badge="big", reason="By mistake", taken=True, **place)
    assert held(badged, ada) == []


@pytest.mark.parametrize(
    ("badge", "reason", "code"), [("bigg", "x", "badge_not_found"), ("big", " ", "badge_without_reason")]
)
def test_what_cannot_be_given_changes_nothing(badged: Shop, badge: str, reason: str, code: str) -> None:
    ada = badged.enrol()

    with nothing_changes(badged), pytest.raises(Refusal) as caught:
        award_badge(
            badged.conn, programme_id=badged.programme.id, member_id=ada, badge=badge, reason=reason, now=badged.now,
            by="cem",
        )  # fmt: skip

    assert caught.value.code == code


def test_who_wants_quiet_has_quiet(badged: Shop) -> None:
    ada = badged.enrol()
    for quiet in (True, True, False):
        choose_quiet(badged.conn, programme_id=badged.programme.id, member_id=ada, quiet=quiet, now=badged.now)
        assert wants_quiet(badged.conn, member_id=ada) is quiet
