"""Activities: what belongs to them, and that those which count once give nothing the second time, and say so."""

from __future__ import annotations

import copy
import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from regulars.database.pool import Connection, connect, owning
from regulars.domain.events.contracts import Event, MemberReference
from regulars.flows.process_events import process_events
from tests.books import findings, nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop

_numbers = itertools.count(1)
TYPES = [
    {
        "id": "review.written",
        "once_per": "member+subject",
        "fields": [
            {"id": "stars", "name": "Stars", "kind": "number", "required": True},
            {"id": "public", "name": "Public", "kind": "flag"},
            {"id": "on", "name": "On", "kind": "date"},
            {"id": "text", "name": "Text", "kind": "text"},
        ],
    },
    {"id": "signed_in", "once_per": "member+day"},
    {"id": "app.downloaded", "once_per": "member"},
    {"id": "photo.sent", "name": "A photo of a dish"},
]


def rulebook() -> dict[str, Any]:
    document = copy.deepcopy(RULEBOOK)
    document["event_types"] = TYPES
    document["earn_rules"] += [
        {"id": name, "name": name, "on": name.replace("-", "."), "earn": {"strategy": "fixed_bonus", "points": points}}
        for name, points in (("review-written", 50), ("app-downloaded", 200), ("photo-sent", 5))
    ]
    document["earn_rules"].append(
        {"id": "sign-in", "name": "Sign-in", "on": "signed_in", "earn": {"strategy": "fixed_bonus", "points": 1}}
    )
    return document


@pytest.fixture
def cafe(conn: Connection) -> Shop:
    return open_shop(conn, rulebook())


def did(shop: Shop, who: UUID, kind: str, *, at: datetime | None = None, **data: Any) -> Event:
    return Event(
        id=f"a-{next(_numbers)}", type=kind, member=MemberReference(id=who), occurred_at=at or shop.now, source="app",
        data=data,
    )  # fmt: skip


def gave(answer: dict[str, Any]) -> list[Any]:
    return [each.get("points", each.get("code")) for each in answer["effects"]]


def test_the_same_thing_is_reviewed_once(cafe: Shop) -> None:
    ada, ben = cafe.enrol(), cafe.enrol()
    wishes = [(ada, "espresso"), (ada, "espresso"), (ada, "latte"), (ben, "espresso"), (ada, 7), (ada, "7")]
    batch = [did(cafe, who, "review.written", subject=subject, stars=5) for who, subject in wishes]
    answers = [answer for status, answer in cafe.send(*batch) if status == 201]
    assert [gave(each) for each in answers] == [[50], ["counted_before"], [50], [50], [50], ["counted_before"]]
    assert answers[1]["rules"] == [{"rule": "review-written", "fired": False, "failed": "once"}]
    # In a batch of its own as well, and the repeat of an event is still answered with its first answer.
    ((status, answer),) = cafe.send(did(cafe, ada, "review.written", subject="latte", stars=1))
    assert (status, gave(answer)) == (201, ["counted_before"])
    assert cafe.send(batch[0])[0] == (200, answers[0])
    assert (cafe.points(ada), cafe.points(ben)) == (150, 50)
    with owning() as owner:
        assert findings(owner, cafe.programme.organisation_id) == []


def test_once_a_day_is_a_local_day_and_once_is_once(cafe: Shop) -> None:
    ada = cafe.enrol()
    evening = cafe.now.replace(hour=22, minute=59)
    for at, points in ((evening, [1]), (evening, ["counted_before"]), (evening + timedelta(minutes=1), [1])):
        ((_, answer),) = cafe.send(did(cafe, ada, "signed_in", at=at))
        assert gave(answer) == points
    for points in ([200], ["counted_before"]):
        ((_, answer),) = cafe.send(did(cafe, ada, "app.downloaded"))
        assert gave(answer) == points
    for _ in range(2):
        ((_, answer),) = cafe.send(did(cafe, ada, "photo.sent"))
        assert gave(answer) == [5]


@pytest.mark.parametrize(
    ("data", "code", "field"),
    [
        ({"stars": 5}, "field_missing", "data.subject"),
        ({"stars": 5, "subject": ""}, "field_missing", "data.subject"),
        ({"subject": "espresso"}, "field_missing", "data.stars"),
        ({"subject": "espresso", "stars": "five"}, "bad_event_data", "data.stars"),
        ({"subject": "espresso", "stars": True}, "bad_event_data", "data.stars"),
        ({"subject": "espresso", "stars": 5, "public": 1}, "bad_event_data", "data.public"),
        ({"subject": "espresso", "stars": 5, "on": "1.2.2026"}, "bad_event_data", "data.on"),
        ({"subject": "espresso", "stars": 5, "text": 3}, "bad_event_data", "data.text"),
        ({"subject": "x" * 201, "stars": 5}, "text_too_long", "data.subject"),
    ],
)
def test_what_does_not_belong_to_the_type_is_refused(cafe: Shop, data: dict[str, Any], code: str, field: str) -> None:
    ada = cafe.enrol()
    with nothing_changes(cafe):
        ((status, answer),) = cafe.send(did(cafe, ada, "review.written", **data))
    assert (status, answer["code"], answer["field"]) == (422, code, field)


def test_a_type_that_nobody_declared_is_accepted_as_ever(cafe: Shop) -> None:
    ada = cafe.enrol()
    ((status, answer),) = cafe.send(did(cafe, ada, "bell.rung", anything="goes"))
    assert (status, answer["effects"], answer["rules"]) == (201, [], [])
    with owning() as owner:
        assert findings(owner, cafe.programme.organisation_id) == []


def test_parallel_repeats_count_once(cafe: Shop) -> None:
    ada = cafe.enrol()
    batches = [[did(cafe, ada, "review.written", subject="espresso", stars=5)] for _ in range(6)]

    def send(batch: list[Event]) -> int:
        with connect(organisation_id=cafe.programme.organisation_id) as mine:
            return process_events(mine, batch, programme_id=cafe.programme.id, now=cafe.now)[0].status

    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(send, batches)) == {201}
    assert cafe.points(ada) == 50
    with owning() as owner:
        assert findings(owner, cafe.programme.organisation_id) == []
