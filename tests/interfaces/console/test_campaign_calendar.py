"""The calendar at the console: the days of the programme, the way to other weeks, and the file for other calendars."""

from __future__ import annotations

import copy
import html
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from regulars.database.pool import Connection
from regulars.flows.draft_rulebook import open_draft
from tests.factories import RULEBOOK, open_shop
from tests.interfaces.operators import signed_in

pytestmark = [pytest.mark.database, pytest.mark.capability("B9")]


def seen(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def document(*campaigns: dict[str, Any]) -> dict[str, Any]:
    found = copy.deepcopy(RULEBOOK)
    found["campaigns"] = list(campaigns)
    bonus = {"strategy": "fixed_bonus", "points": 60}
    found["earn_rules"] += [
        {"id": f"r-{each['id']}", "name": "Gift", "campaign": each["id"], "earn": bonus} for each in campaigns
    ]
    return found


def test_a_month_shows_what_runs_and_what_meets(conn: Connection) -> None:
    shop = open_shop(conn, now=datetime.now(UTC))
    autumn = {
        "id": "autumn", "name": "Autumn leaves", "budget": {"points": 500},
        "valid_from": "2040-10-10T00:00:00+02:00", "valid_until": "2040-11-10T00:00:00+01:00",
    }  # fmt: skip
    day = {
        "id": "day", "name": "One long day",
        "valid_from": "2040-10-28T00:00:00+02:00", "valid_until": "2040-10-29T00:00:00+01:00",
    }  # fmt: skip
    shop.publish(document(autumn, day))
    client = signed_in(shop)

    month = seen(client, "/console/campaigns/calendar/?day=2040-10-15")
    assert "“Autumn leaves” and “One long day” can count for the same purchase (28 Oct 2040)" in month
    assert "25 hours" in month
    assert "10 Oct 2040, 00:00 until 10 Nov 2040, 00:00" in month
    assert "0 of 500 given" in month
    week = seen(client, "/console/campaigns/calendar/?view=week&day=2040-10-15")
    assert "Autumn leaves" in week
    assert "One long day" not in week
    raw = client.get("/console/campaigns/calendar/?day=2040-10-15").content.decode()
    # 10 October is a Wednesday; the week of the 22nd ends with the long Sunday.
    assert raw.count("col-start-3 col-span-5") == 1
    assert raw.count("col-start-7 col-span-1") == 1
    assert "Nothing runs on these days" in seen(client, "/console/campaigns/calendar/?day=2039-01-15")
    for odd in ("day=x", "day=0001-01-01", "day=9999-12-31", "view=year"):
        assert "Calendar of campaigns" in seen(client, f"/console/campaigns/calendar/?{odd}")
    assert "Calendar" in seen(client, "/console/campaigns/")


def test_a_draft_can_be_looked_at_instead(conn: Connection) -> None:
    shop = open_shop(conn, now=datetime.now(UTC) - timedelta(minutes=1))
    text = json.dumps(document({"id": "gifts", "name": "Gifts for all"}))
    made = open_draft(shop.conn, of=shop.programme, name="Next", text=text, by="ada", now=shop.now)
    client = signed_in(shop)
    assert "Gifts for all" not in seen(client, "/console/campaigns/calendar/")
    assert "Gifts for all" in seen(client, f"/console/campaigns/calendar/?draft={made.id}")
    assert "There is no such draft" in seen(client, "/console/campaigns/calendar/?draft=99999", 404)
    assert "There is no such draft" in seen(client, "/console/campaigns/calendar/?draft=x", 404)


def test_the_file_holds_instants_and_is_folded(conn: Connection) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    shop = open_shop(conn, now=now - timedelta(minutes=1))
    until = now + timedelta(days=40)
    name = "Bohnen, Tee; und „Kuchen“ für alle, die im Frühling schon früh am Morgen kommen"
    shop.publish(document({"id": "gifts", "name": name, "valid_until": until.isoformat()}))

    answer = signed_in(shop).get("/console/campaigns/calendar.ics")

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    raw = answer.content
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    lines = raw.decode().replace("\r\n ", "").split("\r\n")
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert f"DTEND:{until:%Y%m%dT%H%M%SZ}" in lines
    assert f"SUMMARY:{name}".replace(",", "\\,").replace(";", "\\;") in lines
    assert lines[-2:] == ["END:VCALENDAR", ""]
