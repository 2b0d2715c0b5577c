"""The calendar of campaigns: what ran and what will run, day by day, and which offers meet."""

from __future__ import annotations

import copy
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from regulars.database.pool import Connection
from regulars.domain.programmes.queries import draft, shelf
from regulars.flows.draft_rulebook import open_draft
from regulars.flows.look_at_draft import shelf_with_draft
from regulars.flows.pause_rules import pause, resume
from regulars.insight.campaign_calendar import CampaignCalendar, campaign_calendar
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import NOON, RULEBOOK, Shop, open_shop

pytestmark = [pytest.mark.database, pytest.mark.capability("B9")]

BONUS = {"strategy": "fixed_bonus", "points": 10}


def with_campaigns(*campaigns: dict[str, Any], rules: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    document = copy.deepcopy(RULEBOOK)
    document["campaigns"] = [{"name": each["id"].title(), **each} for each in campaigns]
    document["earn_rules"] += [{"name": each["id"].title(), "earn": BONUS, **each} for each in rules]
    return document | more


def calendar(shop: Shop, since: date, until: date) -> CampaignCalendar:
    rules = shelf(shop.conn, programme_id=shop.programme.id)
    return campaign_calendar(shop.conn, rules, since=since, until=until, now=shop.now)


def lines(found: CampaignCalendar) -> list[tuple[str, str, str, str]]:
    return [(each.item.kind.value, each.item.id, f"{each.first:%d.%m}", f"{each.last:%d.%m}") for each in found.items]


def meetings(found: CampaignCalendar) -> list[tuple[str, str, str, str, str]]:
    return [
        (each.overlap.first[0], each.overlap.second[0], f"{each.first:%d.%m}", f"{each.last:%d.%m}", each.overlap.group)
        for each in found.overlaps
    ]


def test_days_are_those_of_the_programme_also_where_one_has_23_hours(conn: Connection) -> None:
    """Berlin leaves out an hour on 29 March 2026: its midnights are 23:00 UTC before, 22:00 UTC after."""
    shop = open_shop(conn)
    shop.publish(
        with_campaigns(
            {"id": "short", "valid_from": "2026-03-28T23:00:00Z", "valid_until": "2026-03-29T22:00:00Z"},
            {"id": "next", "valid_from": "2026-03-29T22:00:00Z", "valid_until": "2026-03-29T22:00:01Z"},
            {"id": "before", "valid_until": "2026-03-28T23:00:00Z"},
            rules=[],
        )
    )
    found = calendar(shop, date(2026, 3, 28), date(2026, 4, 2))
    assert lines(found) == [
        ("campaign", "before", "28.03", "28.03"),
        ("campaign", "short", "29.03", "29.03"),
        ("campaign", "next", "30.03", "30.03"),
    ]
    assert [each.is_open for each in found.items] == [False, False, False]
    assert lines(calendar(shop, date(2026, 3, 29), date(2026, 3, 30))) == [("campaign", "short", "29.03", "29.03")]


def test_what_goes_on_over_versions_is_one_and_pauses_cut_it(conn: Connection) -> None:
    shop = open_shop(conn)
    document = with_campaigns({"id": "spring"}, rules=[{"id": "gift", "campaign": "spring"}])
    shop.publish(document, effective_from=datetime(2026, 1, 1, tzinfo=UTC))
    document["campaigns"][0]["name"] = "Spring for all"
    shop.publish(document, effective_from=datetime(2026, 2, 1, tzinfo=UTC))
    place: dict[str, Any] = {"of": shop.programme, "by": "ada", "reason": "too much"}
    shop.now = datetime(2026, 3, 3, 12, tzinfo=UTC)
    pause(shop.conn, campaigns=["spring"], now=shop.now, **place)
    shop.now = datetime(2026, 3, 5, 12, tzinfo=UTC)
    resume(shop.conn, campaigns=["spring"], now=shop.now, **place)

    found = calendar(shop, date(2026, 2, 1), date(2026, 4, 1))

    runs = [each for each in found.items if each.item.kind.value in ("campaign", "pause")]
    assert [(each.item.id, f"{each.first:%d.%m}", f"{each.last:%d.%m}") for each in runs] == [
        ("spring", "01.02", "03.03"),
        ("campaign:spring", "03.03", "05.03"),
        ("spring", "05.03", "31.03"),
    ]
    assert (str(runs[0].item.name), runs[0].item.starts) == ("Spring for all", datetime(2026, 1, 1, tzinfo=UTC))
    assert runs[2].is_open
    # A pause is a version as well, and stands here once.
    assert [each.item.id for each in found.items if each.item.kind.value == "version"] == ["3"]


def test_versions_ladders_occasions_and_rules_with_dates_stand_on_their_days(conn: Connection) -> None:
    shop = open_shop(conn)
    document = with_campaigns(
        rules=[
            {"id": "week", "valid_from": "2026-03-09T00:00:00+01:00", "valid_until": "2026-03-16T00:00:00+01:00"},
            {"id": "cake", "on": "member.birthday"},
        ],
        occasions={"birthday": True, "anniversary": True},
    )
    document["ladders"][0]["tiers"][1]["from_score"] = "150.00"
    version = shop.publish(document, effective_from=datetime(2026, 3, 10, 8, tzinfo=UTC))
    found = calendar(shop, date(2026, 3, 2), date(2026, 3, 31))
    assert lines(found) == [
        ("rule", "week", "10.03", "15.03"),
        ("ladder", "status", "10.03", "10.03"),
        ("version", str(version), "10.03", "10.03"),
        # Nothing waits for anniversaries, and who is not asked does not stand here.
        ("occasion", "member.birthday", "10.03", "30.03"),
    ]


def test_offers_that_can_count_for_the_same_purchase_are_named(conn: Connection) -> None:
    shop = open_shop(conn)
    coffee, tea = ({"field": "line.category", "is": each} for each in ("coffee", "tea"))
    shop.publish(
        with_campaigns(
            {"id": "april", "valid_from": "2026-04-01T00:00:00+02:00", "valid_until": "2026-05-01T00:00:00+02:00"},
            {"id": "easter", "valid_from": "2026-04-04T00:00:00+02:00", "valid_until": "2026-04-07T00:00:00+02:00"},
            {"id": "mondays", "when": {"field": "time.weekday", "is": "monday"}},
            {"id": "sundays", "when": {"field": "time.weekday", "is": "sunday"}},
            {"id": "idle"},
            rules=[
                {"id": "a", "campaign": "april", "lines": coffee},
                {"id": "b", "campaign": "easter", "lines": tea},
                {"id": "c", "campaign": "mondays", "group": "one"},
                {"id": "d", "campaign": "sundays", "on": "order"},
                {"id": "e", "on": "member.enrolled", "valid_from": "2026-04-01T00:00:00+02:00"},
                {"id": "f", "valid_until": "2026-04-03T00:00:00+02:00", "group": "one"},
            ],
            stacking=[{"id": "one", "name": "One of these", "choose": "highest"}],
        )
    )
    found = meetings(calendar(shop, date(2026, 3, 30), date(2026, 4, 20)))
    assert found == [
        ("f", "mondays", "30.03", "02.04", "One of these"),
        ("f", "sundays", "30.03", "02.04", ""),
        ("april", "f", "01.04", "02.04", ""),
        ("april", "mondays", "01.04", "19.04", ""),
        ("april", "sundays", "01.04", "19.04", ""),
        ("easter", "mondays", "04.04", "06.04", ""),
        ("easter", "sundays", "04.04", "06.04", ""),
    ]


def test_a_draft_is_shown_without_being_published(conn: Connection) -> None:
    shop = open_shop(conn)
    changed = with_campaigns({"id": "summer", "budget": {"points": 100}}, rules=[{"id": "gift", "campaign": "summer"}])
    made = open_draft(shop.conn, of=shop.programme, name="Summer", text=json.dumps(changed), by="ada", now=shop.now)
    found = draft(shop.conn, programme_id=shop.programme.id, draft_id=made.id)
    with nothing_changes(shop):
        rules = shelf_with_draft(shop.conn, found, of=shop.programme, now=shop.now)
        shown = campaign_calendar(
            shop.conn, rules, since=NOON.date(), until=NOON.date() + timedelta(days=7), now=shop.now, planned=False
        )
    assert lines(shown) == [("campaign", "summer", "02.03", "08.03"), ("version", "2", "02.03", "02.03")]
    budget = shown.items[0].budget
    assert budget is not None
    assert (int(budget.most), int(budget.taken)) == (100, 0)
    assert lines(calendar(shop, NOON.date(), NOON.date() + timedelta(days=7))) == []


@pytest.mark.parametrize(
    ("since", "until", "code"),
    [
        (date(2026, 3, 2), date(2026, 3, 2), "window_empty"),
        (date(2026, 3, 2), date(2027, 6, 2), "window_too_long"),
        (date(1, 1, 1), date(1, 2, 1), "window_out_of_reach"),
        (date(9999, 1, 1), date(9999, 12, 31), "window_out_of_reach"),
    ],
)
def test_windows_that_nobody_can_show_are_refused(conn: Connection, since: date, until: date, code: str) -> None:
    shop = open_shop(conn)
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        calendar(shop, since, until)
    assert refused.value.code == code
