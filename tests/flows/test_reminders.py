"""On which days members are told, and what a message says."""

from __future__ import annotations

import copy
import json
from datetime import date

import pytest
from pydantic import ValidationError

from regulars.domain.messaging.kinds.expiry_changed import ExpiryChanged
from regulars.domain.messaging.kinds.points_expire import PointsExpire
from regulars.domain.messaging.message_kind import message_kind
from regulars.domain.programmes.document import check_rulebook
from regulars.domain.programmes.reminders import reminder_days
from regulars.domain.programmes.rulebook import PointType
from tests.factories import RULEBOOK

DEC_1 = date(2026, 12, 1)


def test_every_reminder_has_its_day() -> None:
    days = reminder_days(["30 days", "7 days", "1 day"], since=date(2026, 11, 30), today=DEC_1)
    assert days == {date(2026, 12, 2): "1 day", date(2026, 12, 8): "7 days", date(2026, 12, 31): "30 days"}


def test_months_that_lead_to_one_day_are_all_told() -> None:
    days = reminder_days(["1 month"], since=date(2026, 2, 27), today=date(2026, 2, 28))
    assert set(days) == {date(2026, 3, each) for each in (28, 29, 30, 31)}


def test_days_that_nobody_worked_are_made_up_for_by_the_closest() -> None:
    days = reminder_days(["7 days", "1 day"], since=date(2026, 11, 21), today=DEC_1)
    assert days == {
        date(2026, 12, 1): "1 day", date(2026, 12, 2): "1 day",
        **{date(2026, 12, each): "7 days" for each in range(3, 9)},
    }  # fmt: skip
    assert reminder_days(["7 days"], since=DEC_1, today=DEC_1) == {}
    assert reminder_days([], since=date(2020, 1, 1), today=DEC_1) == {}


@pytest.mark.parametrize("wrong", [["0 days"], ["soon"], ["2 years"], ["7 days", "1 week"], ["1 day"] * 6])
def test_reminders_that_cannot_be_are_refused(wrong: list[str]) -> None:
    with pytest.raises(ValidationError):
        PointType(id="points", name="Points", reminders=tuple(wrong))


def test_a_rulebook_without_reminders_is_stored_as_before() -> None:
    assert {"reminders", "on_expiry_change"}.isdisjoint(PointType(id="points", name="Points").model_dump())


def test_a_stored_message_says_what_it_said() -> None:
    told = PointsExpire(point_type="points", point_name="Points", points=1200, last_day=date(2026, 12, 31))
    again = message_kind("points_expire", told.values())
    assert str(again.text()) == "Points: 1,200 can be used until 31 Dec 2026. After that day they are gone."
    assert str(again.title()) == "Use your points in time"
    for_ever = ExpiryChanged(point_type="points", point_name="Points", points=3, last_day=None)
    assert str(message_kind("expiry_changed", for_ever.values()).text()) == "Points: 3 no longer expire."


def test_reminders_of_points_that_never_expire_are_pointed_out() -> None:
    document = copy.deepcopy(RULEBOOK)
    document["point_types"][0] |= {"expiry": {"policy": "never"}, "reminders": ["7 days"]}
    (found,) = check_rulebook(json.dumps(document)).findings
    assert found.severity == "warning"
    assert found.problem == "these points never expire, so nobody is ever reminded"
