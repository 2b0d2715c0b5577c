"""Members answer an invitation to a tier, and read why the rules moved them."""

from __future__ import annotations

import copy
from datetime import UTC, datetime

import pytest

from regulars.database.pool import Connection
from regulars.domain.audit.queries import acts_about
from regulars.domain.tiers.contracts import AssignmentKind
from regulars.domain.tiers.queries import assignments_in_force, standings
from regulars.flows.assign_tier import assign_tier
from regulars.flows.change_ladders import change_ladders
from tests.books import nothing_changes
from tests.factories import RULEBOOK, open_shop
from tests.interfaces.portal.club import Club

pytestmark = [pytest.mark.database, pytest.mark.capability("C3")]


@pytest.fixture
def club(conn: Connection) -> Club:
    document = copy.deepcopy(RULEBOOK)
    document["ladders"][0]["tiers"].append({"id": "black", "name": "Black", "invitation_only": True})
    return Club(open_shop(conn, document, now=datetime.now(UTC).replace(microsecond=0)))


def test_an_invitation_is_accepted_and_then_declined(club: Club) -> None:
    shop = club.shop
    lisa = shop.enrol(name="Lisa Lane")
    guest = club.enter(lisa)
    assert "by invitation. Would you like" not in guest.see("/me/tier/")
    with nothing_changes(shop):
        guest.client.post("/me/tier/status/accept")
        guest.client.post("/me/tier/status/decline")
    assert "There is no invitation." in guest.see("/me/tier/")
    assign_tier(
        shop.conn, programme_id=shop.programme.id, member_id=lisa, ladder="status", tier="black",
        kind=AssignmentKind.invited, reason="A friend of the house", now=shop.now, by="tests",
    )  # fmt: skip
    assert "Black is yours by invitation. Would you like to have it?" in guest.see("/me/tier/")
    with nothing_changes(shop):
        guest.client.get("/me/tier/status/accept")
        guest.client.get("/me/tier/status/decline")
    guest.client.post("/me/tier/status/accept")
    (given,) = assignments_in_force(shop.conn, member_id=lisa)
    assert given.accepted_at is not None
    shown = guest.see("/me/tier/")
    assert "Welcome to Black." in shown
    assert "Would you like to have it?" not in shown
    guest.client.post("/me/tier/status/decline")
    assert "You declined. Thank you for telling us." in guest.see("/me/tier/")
    assert standings(shop.conn, member_ids=[lisa])[0].tier == "bronze"
    acts = {(act.action, act.by) for act in acts_about(shop.conn, subject=lisa)}
    assert {("tier.accepted", "the member"), ("tier.declined", "the member")} <= acts


def test_members_read_that_the_rules_moved_them_or_that_they_are_kept(club: Club) -> None:
    shop = club.shop
    lisa, ben = shop.enrol(name="Lisa Lane"), shop.enrol(name="Ben Okri")
    shop.buy(lisa, "250.00")
    shop.buy(ben, "150.00")
    document = copy.deepcopy(RULEBOOK)
    document["ladders"][0]["tiers"][1]["from_score"] = "300.00"
    document["ladders"][0]["tiers"].insert(1, {"id": "pearl", "name": "Pearl", "from_score": "100.00"})
    shop.publish(document, effective_from=shop.now)
    change_ladders(shop.conn, programme_id=shop.programme.id, now=shop.now)
    assert "The ladder was changed, and the tier is kept until" in club.enter(lisa).see("/me/tier/")
    assert "You reached Pearl: the rules changed" in club.enter(ben).see("/me/tier/")
