"""The bell, the list of notices, and what an operator wants to hear of."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from regulars.database.pool import Connection
from regulars.domain.notices.queries import choices
from regulars.flows.draft_rulebook import discard_draft, open_draft
from regulars.flows.tell_authors import tell_authors
from tests.books import nothing_changes
from tests.factories import RULEBOOK, open_shop
from tests.interfaces.operators import signed_in

pytestmark = [pytest.mark.database, pytest.mark.capability("K2")]


def seen(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(html.unescape(re.sub(r"<(?!a class=\"btn btn-ghost)[^>]+>", " ", answer.content.decode())).split())


def test_notices_are_counted_read_and_chosen(conn: Connection) -> None:
    shop = open_shop(conn, now=datetime.now(UTC) - timedelta(minutes=10))
    client = signed_in(shop)
    ada = f"ada-{shop.programme.code}@example.org"
    assert "Nothing to tell you yet" in seen(client, "/console/notices/")
    spring, summer = (
        open_draft(shop.conn, of=shop.programme, name=name, text=json.dumps(RULEBOOK), by=ada, now=shop.now)
        for name in ("Spring", "Summer")
    )
    for each in (spring, summer):
        discard_draft(shop.conn, each.id, of=shop.programme, by="ben@example.org", now=shop.now)
    tell_authors(shop.conn, programme_id=shop.programme.id, now=shop.now)

    assert 'aria-label="Notices: 2 new"' in seen(client, "/console/")
    page = seen(client, "/console/notices/")
    assert "ben@example.org called “Summer” off" in page
    raw = client.get("/console/notices/").content.decode()
    first = re.findall(r'action="(/console/notices/\d+/read)"', raw)[0]
    answer = client.post(first)
    assert (answer.status_code, answer["Location"]) == (302, f"/console/rulebook/drafts/{summer.id}/")
    assert 'aria-label="Notices: 1 new"' in seen(client, "/console/notices/")
    assert client.post("/console/notices/read").status_code == 302
    assert 'aria-label="Notices: 0 new"' in seen(client, "/console/notices/")
    with nothing_changes(shop):
        assert client.post("/console/notices/999999/read").status_code == 404

    client.post("/console/notices/wanted", {"shown": ["draft_approved"], "by_mail": ["draft_approved"]})
    wanted = choices(shop.conn, programme_id=shop.programme.id, operator=ada)
    assert (wanted["draft_approved"].shown, wanted["draft_approved"].by_mail) == (True, True)
    assert not wanted["backtest_done"].shown
    assert "No mail is sent yet" in seen(client, "/console/notices/")
    assert client.get("/console/notices/?before=x").status_code == 200
