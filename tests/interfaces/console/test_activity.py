"""Recording an activity at the console, and how activities and occasions read there and in the portal."""

from __future__ import annotations

import copy
import html
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client

from regulars.database.pool import Connection
from regulars.domain.events.contracts import Event, MemberReference
from regulars.flows.process_events import process_events
from regulars.flows.sign_in import issue_member_link
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop
from tests.interfaces.operators import signed_in
from tests.interfaces.portal.club import text_of

TYPES = [
    {
        "id": "review.written",
        "once_per": "member+subject",
        "fields": [
            {"id": "stars", "name": "Stars", "kind": "number", "required": True},
            {"id": "public", "name": "May be published", "kind": "flag"},
            {"id": "seen_on", "name": "Seen on", "kind": "date"},
        ],
    },
    {"id": "photo.sent", "name": "A photo of a dish", "said": "You sent us a photo"},
]
RULES = [
    {"id": "review", "name": "Reviews", "on": "review.written", "earn": {"strategy": "fixed_bonus", "points": 50}},
    {"id": "photo", "name": "Photos", "on": "photo.sent", "earn": {"strategy": "fixed_bonus", "points": 5}},
    {"id": "cake", "name": "Cake", "on": "member.birthday", "earn": {"strategy": "fixed_bonus", "points": 7}},
    {"id": "bell", "name": "Bells", "on": "bell.rung", "earn": {"strategy": "fixed_bonus", "points": 1}},
]


@pytest.fixture
def shop(conn: Connection) -> Shop:
    document = copy.deepcopy(RULEBOOK)
    document["earn_rules"] += RULES
    document |= {"event_types": TYPES, "occasions": {"birthday": True}}
    return open_shop(conn, document, now=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))


@pytest.fixture
def operator(shop: Shop) -> Client:
    return signed_in(shop)


def form(operator: Client, member: UUID, kind: str, **more: str) -> dict[str, str]:
    """The form as the page fills it."""
    page = operator.get(f"/console/members/{member}/activities/new?type={kind}").content.decode()
    hidden = re.search(r'name="request_id" value="([^"]+)"', page)
    when = re.search(r'name="occurred_at" value="([^"]+)"', page)
    assert hidden is not None
    assert when is not None
    return {"request_id": hidden[1], "occurred_at": when[1]} | more


def test_a_review_is_recorded_once_however_often_the_button_is_pressed(shop: Shop, operator: Client) -> None:
    ben = shop.enrol()
    address = f"/console/members/{ben}/activities/new?type=review.written"
    filled = form(operator, ben, "review.written") | {
        "data.subject": "espresso", "data.stars": "4.5", "data.public": "true", "data.seen_on": "2026-03-01",
    }  # fmt: skip
    for _ in range(2):
        answer = operator.post(address, filled, follow=True)
        assert "Recorded. It gave 50 points." in text_of(answer)
    assert shop.points(ben) == 50
    row = shop.conn.execute(
        "select body from events_event where member_id = %s and type = 'review.written'", [ben]
    ).fetchone()
    assert row is not None
    assert '"data":{"public":true,"seen_on":"2026-03-01","stars":4.5,"subject":"espresso"}' in row[0]
    answer = operator.post(address, filled | {"request_id": str(uuid4())}, follow=True)
    assert "Recorded. It has counted before, so it gave nothing." in text_of(answer)
    assert "A review" in text_of(operator.get(f"/console/members/{ben}/"))


def test_a_form_that_does_not_fit_changes_nothing(shop: Shop, operator: Client) -> None:
    ben = shop.enrol()
    address = f"/console/members/{ben}/activities/new?type=review.written"
    filled = form(operator, ben, "review.written") | {"data.subject": "espresso", "data.stars": "4"}
    for wrong in (
        {"data.subject": ""}, {"data.stars": ""}, {"data.stars": "many"}, {"data.seen_on": "soon"},
        {"occurred_at": "1980-01-01T10:00"}, {"occurred_at": "2999-01-01T10:00"},
    ):  # fmt: skip
        with nothing_changes(shop):
            answer = operator.post(address, filled | wrong)
        assert answer.status_code == 422, wrong
        assert f'id="id_{next(iter(wrong))}_error"' in answer.content.decode(), wrong
    with nothing_changes(shop):
        assert operator.post(f"/console/members/{uuid4()}/activities/new", filled).status_code == 404


def test_types_can_be_chosen_and_none_of_ours_among_them(shop: Shop, operator: Client) -> None:
    ben = shop.enrol()
    page = operator.get(f"/console/members/{ben}/activities/new?type=member.birthday").content.decode()
    offered = re.findall(r'<option value="([^"]+)"', page)
    assert offered[:2] == ["review.written", "photo.sent"]
    assert {"survey.answered", "event.attended", "app.downloaded", "post.written", "post.shared", "signed_in"} <= set(
        offered
    )
    assert not [each for each in offered if each.startswith("member.") or each in ("order", "return")]
    page = operator.get(f"/console/members/{ben}/activities/new?type=photo.sent").content.decode()
    assert "data.stars" not in page
    answer = operator.post(
        f"/console/members/{ben}/activities/new?type=photo.sent", form(operator, ben, "photo.sent"), follow=True
    )
    assert "It gave 5 points." in text_of(answer)


def test_activities_are_told_in_words(shop: Shop, operator: Client) -> None:
    ben = shop.enrol()
    kinds: dict[str, dict[str, str | int | float | bool | None]] = {
        "photo.sent": {},
        "review.written": {"subject": "latte", "stars": 5},
        "member.birthday": {},
        "bell.rung": {},
    }
    events = [
        Event(f"w-{kind}", kind, MemberReference(id=ben), shop.now, source="app", data=data)
        for kind, data in kinds.items()
    ]
    outcomes = process_events(shop.conn, events, programme_id=shop.programme.id, now=shop.now, trusted=True)
    assert {each.status for each in outcomes} == {201}
    console = html.unescape(text_of(operator.get(f"/console/members/{ben}/")))
    for title in ("A photo of a dish", "A review", "A birthday", "Bell rung"):
        assert title in console, console
    rules = text_of(operator.get("/console/rulebook/"))
    for words in ("For: A review", "On your birthday", "For every event “bell.rung”"):
        assert words in rules
    guest = Client()
    token = issue_member_link(shop.conn, programme=shop.programme, member_id=ben, now=datetime.now(UTC))
    guest.post(f"/me/sign-in/{token}/")
    activity = text_of(guest.get("/me/activity/"))
    for words in ("You sent us a photo", "You wrote a review", "It was your birthday", "Bell rung"):
        assert words in activity
    earn = text_of(guest.get("/me/earn/"))
    for words in ("For: A photo of a dish", "On your birthday"):
        assert words in earn
