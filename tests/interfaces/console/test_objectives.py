"""A merchant says in numbers what the programme shall reach, and sees where it stands."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta

import pytest

from regulars.database.pool import Connection
from regulars.domain.objectives.queries import objectives
from tests.books import nothing_changes
from tests.factories import open_shop
from tests.interfaces.operators import signed_in

pytestmark = [pytest.mark.database, pytest.mark.capability("I7")]


def test_an_objective_is_set_seen_and_closed(conn: Connection) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    shop = open_shop(conn, now=now - timedelta(days=40))
    for _ in range(32):
        shop.buy(shop.enrol(), "25.00")
    shop.now = now
    client = signed_in(shop)

    def seen(address: str) -> str:
        answer = client.get(address)
        assert answer.status_code == 200
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())

    assert "No objectives yet" in seen("/console/objectives/")
    form = "/console/objectives/new?measure=active_members"
    assert "It stands at 100% ." in seen(form)
    assert "It stands at €25.00 ." in seen("/console/objectives/new?measure=average_order")
    due = (now + timedelta(days=100)).date().isoformat()
    with nothing_changes(shop):
        answer = client.post(form, {"name": "Alive", "target": "160", "days": "30", "due": due})
        assert answer.status_code == 422
        assert "The target cannot be reached." in answer.content.decode()
        answer = client.post(form, {"name": "", "target": "", "days": "30", "due": ""})
        assert answer.status_code == 422
    answer = client.post(form, {"name": "Alive", "target": "60", "days": "30", "due": due})
    (made,) = objectives(shop.conn, programme_id=shop.programme.id)
    page = f"/console/objectives/{made.id}/"
    assert (answer.status_code, answer["Location"]) == (302, page)
    shown = seen(page)
    # Nobody bought within thirty days: so it begins, and has a hundred days.
    assert "At least 60% by" in shown
    assert "0%" in shown
    assert "On course" in shown
    assert "Alive" in seen("/console/")
    answer = client.post(f"{page}close")
    assert (answer.status_code, answer["Location"]) == (302, "/console/objectives/")
    assert "Alive is closed." in seen("/console/objectives/")
    assert "Alive" not in seen("/console/")
    with nothing_changes(shop):
        assert client.post(f"{page}close").status_code == 409
        assert client.get("/console/objectives/999999/").status_code == 404
