"""Redeeming and undoing: once, for oneself, and with nothing lost when it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

from regulars.domain.rewards.contracts import RedemptionState, Reward
from regulars.domain.rewards.queries import redemptions_of_member
from regulars.domain.rewards.queries import reward as reward_by_id
from regulars.domain.rewards.terms import offer_terms
from regulars.flows.block_member import block_member
from regulars.flows.fulfil_redemption import use_voucher
from tests.books import nothing_changes
from tests.interfaces.portal.club import Club, Guest, text_of


@dataclass
class Scene:
    """A member with 250 points (and 50 for joining), signed in, before a reward of 100."""

    club: Club
    member: UUID
    guest: Guest
    reward: Reward


@pytest.fixture
def scene(club: Club) -> Scene:
    reward = club.reward("Free coffee", 100, stock=3, description="Any cup.")
    member = club.shop.enrol(name="Lisa Lane")
    club.shop.buy(member, "200.00")
    return Scene(club, member, club.enter(member), reward)


def redemption_id(path: str) -> UUID:
    return UUID(path.rstrip("/").rsplit("/", 1)[1])


def test_the_catalogue_comes_in_three_parts(scene: Scene) -> None:
    scene.club.reward("Breakfast", 400)
    scene.club.reward("Dinner", 2_000)
    scene.club.reward("Last year's calendar", 10, stock=0)
    scene.club.reward("Not offered", 20, active=False)
    page = scene.guest.see("/me/rewards/")
    now, rest = page.split("Almost there")
    almost, others = rest.split("More to look forward to")
    assert "You have 250 points" in now
    assert "Free coffee €5.00 off an order 100 points only 3 left You can get it now" in now
    assert "Breakfast" in almost
    assert "150 points to go" in almost
    assert "1,750 points to go" in others
    assert "Sold out" in others
    assert "Not offered" not in page


@pytest.mark.capability("D3")
def test_what_is_for_others_or_gone_for_today_says_so(scene: Scene) -> None:
    others = scene.club.reward("Chef's table", 10, terms=offer_terms({"when": {"field": "member.orders", "is": 9}}))
    today = scene.club.reward("Cake of the day", 10, terms=offer_terms({"limit_per_day": 1}))
    scene.guest.redeem(today)
    now, rest = scene.guest.see("/me/rewards/").split("To look forward to")[0].split("More to look forward to")
    assert "Free coffee" in now
    assert "Chef's table" not in now
    assert "Not for you yet: it is for other members" in rest
    assert "Sold out for today. Come back tomorrow." in rest
    for reward in (others, today):
        assert "Redeem" not in scene.guest.see(f"/me/rewards/{reward.id}/")
        assert scene.guest.client.get(f"/me/rewards/{reward.id}/redeem").status_code == 302
    assert "Chef's table" not in scene.guest.see("/me/")


@pytest.mark.capability("D3")
def test_the_store_is_chosen_where_there_are_several(scene: Scene) -> None:
    stores = {"Airport": 0, "Harbour": 1, "Main Street": 2}
    mug = scene.club.reward("Mug", 10, terms=offer_terms({"stores": stores}))
    assert "You can collect it at Harbour , Main Street" in scene.guest.see(f"/me/rewards/{mug.id}/")
    path = f"/me/rewards/{mug.id}/redeem"
    assert "In which store? Harbour Main Street" in scene.guest.see(path)
    for typed in ({}, {"store": "Moon"}):
        with nothing_changes(scene.club.shop):
            answer = scene.guest.send(path, key=scene.guest.form_key(mug), **typed)
        assert answer.status_code == 422
        assert "Please choose the store" in text_of(answer)
    with nothing_changes(scene.club.shop):
        assert scene.guest.send(path, key=scene.guest.form_key(mug), store="Airport").status_code == 409

    done = scene.guest.send(path, key=scene.guest.form_key(mug), store="Harbour")

    assert done.status_code == 302
    assert "You can collect it at Harbour" in scene.guest.see(done.headers["Location"])
    # With one store left, there is nothing to choose: the form says where.
    asked = scene.guest.client.get(path)
    assert "Collected at Main Street" in text_of(asked)
    assert 'type="hidden" name="store" value="Main Street"' in asked.content.decode()


def test_redeem_and_undo(scene: Scene) -> None:
    detail = scene.guest.see(f"/me/rewards/{scene.reward.id}/")
    assert "150 points will be left" in detail
    with nothing_changes(scene.club.shop):
        asked = scene.guest.see(f"/me/rewards/{scene.reward.id}/redeem")
    assert "You have 250 It costs 100 points You will have 150" in asked

    path = scene.guest.redeem(scene.reward)

    (done,) = redemptions_of_member(scene.club.shop.conn, member_ids=[scene.member])
    assert path == f"/me/rewards/mine/{done.id}/"
    assert done.state is RedemptionState.granted
    assert scene.club.shop.points(scene.member) == 150
    result = scene.guest.see(path)
    assert str(done.voucher_code) in result
    assert "Last day:" in result
    assert "How to use it" in result
    assert "Ready to use" in scene.guest.see("/me/rewards/mine/")

    with nothing_changes(scene.club.shop):
        assert "100 points come back to you" in scene.guest.see(f"{path}undo")
    answer = scene.guest.send(f"{path}undo")

    assert answer.headers["Location"] == path
    after = scene.guest.see(path)
    assert "100 points are yours again" in after.replace("Undone. ", "")
    assert str(done.voucher_code) not in after
    assert scene.club.shop.points(scene.member) == 250
    assert scene.guest.send(f"{path}undo").status_code == 302
    assert scene.club.shop.points(scene.member) == 250, "undoing twice gives once"
    assert "Free coffee, undone" in scene.guest.see("/me/activity/")


def test_the_same_form_twice_redeems_once(scene: Scene) -> None:
    key = scene.guest.form_key(scene.reward)
    path = f"/me/rewards/{scene.reward.id}/redeem"
    first = scene.guest.send(path, key=key)
    with nothing_changes(scene.club.shop):
        second = scene.guest.send(path, key=key)
    assert first.headers["Location"] == second.headers["Location"]
    assert scene.club.shop.points(scene.member) == 150
    scene.guest.redeem(scene.reward)
    assert scene.club.shop.points(scene.member) == 50, "a new form is a new wish"


def test_two_clicks_at_once_redeem_once(scene: Scene) -> None:
    key = scene.guest.form_key(scene.reward)
    path = f"/me/rewards/{scene.reward.id}/redeem"
    with ThreadPoolExecutor(4) as clicks:
        answers = list(clicks.map(lambda _: scene.guest.send(path, key=key), range(4)))
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert scene.club.shop.points(scene.member) == 150


def _spent(scene: Scene) -> None:
    for _ in range(2):
        scene.guest.redeem(scene.reward)


def _sold_out(scene: Scene) -> None:
    scene.club.shop.conn.execute("update rewards_reward set stock = 0 where id = %s", [scene.reward.id])


def _gone(scene: Scene) -> None:
    scene.club.shop.conn.execute("update rewards_reward set active = false where id = %s", [scene.reward.id])


def _blocked(scene: Scene) -> None:
    shop = scene.club.shop
    block_member(
        shop.conn,
        programme_id=shop.programme.id,
        member_id=scene.member,
        reason="A lost card",
        now=shop.now,
        by="tests",
    )


def _had(scene: Scene) -> None:
    scene.guest.redeem(scene.reward)
    scene.club.shop.conn.execute("update rewards_reward set limit_per_member = 1 where id = %s", [scene.reward.id])


@pytest.mark.parametrize(
    ("happens", "status", "said"),
    [
        (_spent, 422, "This costs 100 points, and you have 50. Nothing was taken. 50 points more"),
        (_sold_out, 409, "Sold out Somebody else got the last one."),
        (_gone, 409, "This reward is not offered any more"),
        (_blocked, 409, "Your membership is paused"),
        (_had, 409, "You have had this one"),
    ],
)
def test_what_happened_between_asking_and_clicking(
    scene: Scene, happens: Callable[[Scene], None], status: int, said: str
) -> None:
    key = scene.guest.form_key(scene.reward)
    happens(scene)
    with nothing_changes(scene.club.shop):
        answer = scene.guest.send(f"/me/rewards/{scene.reward.id}/redeem", key=key)
    assert answer.status_code == status
    assert said in text_of(answer)


@pytest.mark.parametrize("key", ["", "short", "x" * 65])
def test_a_form_without_its_key_redeems_nothing(scene: Scene, key: str) -> None:
    with nothing_changes(scene.club.shop):
        answer = scene.guest.send(f"/me/rewards/{scene.reward.id}/redeem", key=key)
    assert answer.status_code == 400
    assert "The page was not complete" in text_of(answer)


def test_a_key_is_good_for_one_reward(scene: Scene) -> None:
    other = scene.club.reward("Cake", 50)
    key = scene.guest.form_key(scene.reward)
    scene.guest.send(f"/me/rewards/{scene.reward.id}/redeem", key=key)
    with nothing_changes(scene.club.shop):
        answer = scene.guest.send(f"/me/rewards/{other.id}/redeem", key=key)
    assert answer.status_code == 422
    assert "That did not work" in text_of(answer)


@pytest.mark.parametrize("path", ["", "undo"])
def test_a_redemption_of_somebody_else_does_not_exist(scene: Scene, path: str) -> None:
    theirs = scene.guest.redeem(scene.reward)
    stranger = scene.club.enter(scene.club.shop.enrol())
    with nothing_changes(scene.club.shop):
        assert "This address belongs to none of your rewards." in stranger.see(theirs + path, status=404)
        assert stranger.send(f"{theirs}undo").status_code == 404
    code = redemptions_of_member(scene.club.shop.conn, member_ids=[scene.member])[0].voucher_code
    assert str(code) not in stranger.see(theirs, status=404)


def test_a_reward_of_another_programme_does_not_exist(scene: Scene, club: Club) -> None:
    foreign = club.shop.conn.execute(
        "select id from rewards_reward where programme_id <> %s limit 1", [club.shop.programme.id]
    ).fetchone()
    number = foreign[0] if foreign else scene.reward.id + 1_000
    for path in (f"/me/rewards/{number}/", f"/me/rewards/{number}/redeem"):
        assert "not offered any more" in scene.guest.see(path, status=404)
    with nothing_changes(scene.club.shop):
        answer = scene.guest.send(f"/me/rewards/{number}/redeem", key="k" * 20)
    assert answer.status_code == 404


def test_a_used_code_cannot_be_undone(scene: Scene) -> None:
    path = scene.guest.redeem(scene.reward)
    shop = scene.club.shop
    use_voucher(
        shop.conn, programme_id=shop.programme.id, redemption_id=redemption_id(path), now=shop.now, by="the till"
    )
    with nothing_changes(shop):
        scene.guest.send(f"{path}undo")
    page = scene.guest.see(path)
    assert "A reward that was used cannot be undone." in page
    assert "Used" in page


def test_an_expired_code_is_neither_shown_nor_undone(scene: Scene) -> None:
    path = scene.guest.redeem(scene.reward)
    shop = scene.club.shop
    shop.conn.execute(
        "update vouchers_code set last_day = %s where redemption_id = %s",
        ((shop.now - timedelta(days=2)).date(), redemption_id(path)),
    )
    with nothing_changes(shop):
        answer = scene.guest.send(f"{path}undo")
    assert answer.status_code == 409
    assert "The code has expired" in text_of(answer)
    assert "Expired" in scene.guest.see(path)


def test_a_blocked_member_may_look(scene: Scene) -> None:
    _blocked(scene)
    assert "Your membership is paused" in scene.guest.see("/me/")
    assert "A lost card" not in scene.guest.see("/me/")
    assert "will be left" not in scene.guest.see(f"/me/rewards/{scene.reward.id}/")
    for address in ("/me/", "/me/rewards/", f"/me/rewards/{scene.reward.id}/"):
        assert "You can get it now" not in scene.guest.see(address)
    assert "Not while your membership is paused" in scene.guest.see("/me/rewards/")
    found = reward_by_id(scene.club.shop.conn, programme_id=scene.club.shop.programme.id, reward_id=scene.reward.id)
    assert found is not None
    assert found.stock == 3
