"""What a member sees: figures, reasons, tiers, ways to earn, what is stored."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from regulars.domain.events.contracts import OrderLine
from regulars.flows.adjust_points import adjust_points
from regulars.flows.reverse_adjustment import reverse_adjustment
from regulars.interfaces.web import words
from regulars.kernel.clock import local_day
from tests.books import nothing_changes
from tests.factories import RULEBOOK
from tests.interfaces.portal.club import Club

PATHS = ("", "activity/", "rewards/", "rewards/mine/", "tier/", "earn/", "profile/", "card/")


def test_home_tells_what_one_has(club: Club) -> None:
    club.reward("Free coffee", 100)
    club.reward("Breakfast", 400)
    member = club.shop.enrol(name="Lisa Marie Lane")
    club.shop.buy(member, "120.00")
    card = club.shop.conn.execute("select card_number from members_member where id = %s", [member]).fetchone()
    assert card is not None

    page = club.enter(member).see("/me/")

    assert ", Lisa" in page
    assert "Marie" not in page
    assert "170" in page
    assert "worth €1.70" in page
    assert "Bronze" in page
    assert "Spend €80.00 more to reach Silver." in page
    assert "Next: Breakfast 230 points to go" in page
    assert "You can get it now" in page
    assert f"{card[0][:4]} {card[0][4:8]} {card[0][8:]}" in page
    assert "Purchase of €120.00" in page
    # 12 months on, rounded up to the end of the month
    today = local_day(club.shop.now, club.shop.programme.time_zone)
    assert f"170 points can be used until {_month_end_in_a_year(today)}" in page


def _month_end_in_a_year(today: object) -> str:
    from_day = today
    assert hasattr(from_day, "replace")
    first_of_next = (from_day.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = first_of_next.replace(year=first_of_next.year + 1) - timedelta(days=1)
    return words.day(last)


def test_points_whose_last_day_is_over_are_not_shown_as_there(club: Club) -> None:
    long_ago = club.shop.now - timedelta(days=420)
    member = club.shop.enrol(enrolled_at=long_ago)
    club.shop.buy(member, "30.00", at=long_ago)
    club.shop.buy(member, "7.00")
    assert club.shop.points(member) == 87, "the nightly work has not come by yet"
    page = club.enter(member).see("/me/")
    assert "worth €0.07" in page


def test_activity_gives_reasons(club: Club) -> None:
    member = club.shop.enrol()
    lines = [
        OrderLine(amount=Decimal("10.00"), category="coffee", name="Beans"),
        OrderLine(amount=Decimal("5.90"), name="Cup"),
    ]
    club.shop.buy(member, "15.90", lines=lines)
    club.shop.buy(member, "4.00")

    page = club.enter(member).see("/me/activity/")

    assert "Purchase of €15.90 +25" in page, "two rules, one purchase"
    assert "1 point per euro +15 €15.90 at 1 for every €1.00 gives 15.9, rounded down to 15." in page
    assert "Double points on coffee +10" in page
    assert "Purchase of €4.00 +4" in page
    assert "1 other rule Double points on coffee : not this time" in page
    assert "You joined +50" in page
    assert "Balance 79" in page
    assert "Balance 75" in page
    assert "Balance 50" in page


def test_activity_shows_the_message_and_keeps_the_note(club: Club) -> None:
    member = club.shop.enrol()
    adjust_points(
        club.shop.conn, programme_id=club.shop.programme.id, member_id=member, points=30, now=club.shop.now,
        reason="goodwill", by="ada@example.org", note="was rude to us", message="Sorry about the wait",
    )  # fmt: skip
    page = club.enter(member).see("/me/activity/")
    assert "From Corner Shop to you +30" in page
    assert "Sorry about the wait" in page
    assert "rude" not in page
    assert "ada@example.org" not in page


@pytest.mark.capability("E4")
def test_activity_tells_kindly_of_what_was_taken_back(club: Club) -> None:
    member = club.shop.enrol()
    club.shop.buy(member, "100.00")
    place: dict[str, Any] = {"programme_id": club.shop.programme.id, "now": club.shop.now}
    for points in (30, -40):
        done = adjust_points(
            club.shop.conn, **place, member_id=member, points=points, reason="other", by="ada@example.org", note="hush"
        )
        reverse_adjustment(club.shop.conn, **place, adjustment_id=done.id, by="ben@example.org")

    page = club.enter(member).see("/me/activity/")

    assert "Back from Corner Shop +40" in page
    assert "The points are yours again" in page
    assert "Corrected by Corner Shop \N{MINUS SIGN}30" in page
    assert "A gift was taken back" in page
    assert "was given by mistake, so 30 points of it went back. Ask us if you wonder why." in page
    for private in ("hush", "ada@", "ben@", "Points moved"):
        assert private not in page


def test_activity_in_pages_loses_and_repeats_nothing(club: Club) -> None:
    member = club.shop.enrol()
    line = [OrderLine(amount=Decimal("2.00"), category="coffee", name="Beans")]
    for number in range(31):  # two entries each
        club.shop.buy(member, "2.00", lines=line, at=club.shop.now - timedelta(minutes=60 - number))
    guest = club.enter(member)
    balances: list[str] = []
    path = "/me/activity/"
    while path:
        html = guest.client.get(path).content.decode()
        balances += [part.split("<")[0].strip() for part in html.split("Balance ")[1:]]
        path = "/me/activity/" + html.split('rel="next" href="')[1].split('"')[0] if 'rel="next"' in html else ""
    assert balances == [str(points) for points in range(50 + 31 * 4, 49, -4)]


@pytest.mark.parametrize("before", ["x", "-1", "0", "1", "99999999999999999999", "1;drop", "²"])
def test_activity_survives_any_place(club: Club, before: str) -> None:
    guest = club.enter(club.shop.enrol())
    guest.see(f"/me/activity/?before={before}")


@pytest.mark.capability("C4")
def test_tier_page_tells_where_and_how_long(club: Club) -> None:
    member = club.shop.enrol(enrolled_at=club.shop.now - timedelta(days=100))
    club.shop.buy(member, "250.00", at=club.shop.now - timedelta(days=90))
    page = club.enter(member).see("/me/tier/")
    assert "You are Silver" in page
    assert "Spend €250.00 more to reach Gold." in page
    assert "€250.00 counted since" in page
    assert "Silver is yours at least until" in page
    assert "you are here" in page
    assert "You reached Silver" in page


def test_what_left_the_window_no_longer_counts(club: Club) -> None:
    long_ago = club.shop.now - timedelta(days=400)
    member = club.shop.enrol(enrolled_at=long_ago)
    club.shop.buy(member, "150.00", at=long_ago)
    page = club.enter(member).see("/me/tier/")
    assert "Spend €200.00 more to reach Silver." in page
    assert "€0.00 counted since" in page


def test_ways_to_earn_leave_out_what_is_over(club: Club) -> None:
    over = {
        "id": "spring", "name": "Spring sale", "earn": {"strategy": "fixed_bonus", "points": 5},
        "valid_until": "2020-01-01T00:00:00+00:00",
    }  # fmt: skip
    rules = [*RULEBOOK["earn_rules"], over]
    club.shop.publish(RULEBOOK | {"earn_rules": rules}, effective_from=club.shop.now - timedelta(days=1))
    page = club.enter(club.shop.enrol()).see("/me/earn/")
    assert "1 point per euro 1 for every €1.00." in page
    assert "For what you buy where the category is coffee." in page
    assert "100 Points are worth €1.00." in page
    assert "Spring sale" not in page


def test_ways_to_earn_tell_how_long_points_wait(club: Club) -> None:
    waiting = RULEBOOK["point_types"][0] | {"pending": {"mode": "after", "period": "14 days"}}
    rules = [RULEBOOK["earn_rules"][0] | {"at_once": True}]
    club.shop.publish(RULEBOOK | {"point_types": [waiting], "earn_rules": rules})
    page = club.enter(club.shop.enrol()).see("/me/earn/")
    assert "1 for every €1.00. Can be spent at once." in page
    assert "When points can be spent You can spend points 14 days after you earned them." in page
    assert "The time until points expire begins when they can be spent." in page
    assert "Points of what you return are taken back, as far as your balance goes." in page


def test_profile_hides_nothing(club: Club) -> None:
    number = club.shop.programme.id
    member = club.shop.enrol(
        f"H-{number}",
        name="Çağla Öztürk",
        email=f"cagla-{number}@example.org",
        phone="+905321234567",
        attributes={"favourite_shop": "Beşiktaş"},
    )
    page = club.enter(member).see("/me/profile/")
    email = f"cagla-{number}@example.org"
    for text in ("Çağla Öztürk", email, "+905321234567", f"H-{number}", "Beşiktaş", "not given"):
        assert text in page


@pytest.mark.parametrize("path", PATHS)
def test_a_brand_new_member_finds_friendly_pages(club: Club, path: str) -> None:
    document = RULEBOOK | {"ladders": [], "earn_rules": []}
    club.shop.publish(document, effective_from=club.shop.now - timedelta(days=1))
    guest = club.enter(club.shop.enrol())
    with nothing_changes(club.shop):
        guest.see(f"/me/{path}")


def test_html_and_sql_in_names_stay_text(club: Club) -> None:
    club.reward("<b>Bold</b> & '; drop table members_member; --", 10)
    guest = club.enter(club.shop.enrol(name="<script>alert(1)</script> Lane"))
    for path in PATHS:
        html = guest.client.get(f"/me/{path}").content.decode()
        assert "<script>alert" not in html
        assert "<b>Bold" not in html


def test_the_page_policy_is_strict_and_nothing_is_inline(club: Club) -> None:
    club.reward("Free coffee", 10)
    guest = club.enter(club.shop.enrol(name="Lisa"))
    for path in PATHS:
        answer = guest.client.get(f"/me/{path}")
        assert answer.headers["Content-Security-Policy"].split("; ")[:3] == [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
        ]
        assert "no-store" in answer.headers["Cache-Control"]
        html = answer.content.decode()
        assert " style=" not in html
        assert "<style" not in html
        assert "onclick" not in html


def test_the_merchants_colour_and_name_are_worn(club: Club) -> None:
    club.shop.conn.execute("update programmes_programme set accent = '#ffd400' where id = %s", [club.shop.programme.id])
    club.shop.publish(RULEBOOK)  # a new version: the shelf is read anew
    guest = club.enter(club.shop.enrol())
    html = guest.client.get("/me/").content.decode()
    assert '/web/accent/ffd400.css"' in html
    assert guest.client.get("/web/accent/ffd400.css").status_code == 200
    manifest = json.loads(guest.client.get("/me/manifest.webmanifest").content)
    assert (manifest["name"], manifest["theme_color"], manifest["start_url"]) == ("Corner Shop", "#ffd400", "/me/")
    assert json.loads(Client().get("/me/manifest.webmanifest").content)["name"] == "Regulars"


@pytest.mark.parametrize(("language", "said", "direction"), [("tr", "Ödüller", "ltr"), ("ar", "المكافآت", "rtl")])
def test_every_page_speaks_the_readers_language(club: Club, language: str, said: str, direction: str) -> None:
    guest = club.enter(club.shop.enrol(name="Lisa"))
    guest.client.cookies["django_language"] = language
    for path in PATHS:
        html = guest.client.get(f"/me/{path}").content.decode()
        assert f'lang="{language}" dir="{direction}"' in html
        assert said in html


def test_names_keep_their_order_in_pages_from_right_to_left(club: Club) -> None:
    club.reward("€5 voucher", 1_000)
    guest = club.enter(club.shop.enrol(name="Lisa"))
    guest.client.cookies["django_language"] = "ar"
    assert "\N{FIRST STRONG ISOLATE}€5 voucher\N{POP DIRECTIONAL ISOLATE}" in guest.see("/me/")
    guest.client.cookies["django_language"] = "en"
    assert "\N{FIRST STRONG ISOLATE}" not in guest.see("/me/")
