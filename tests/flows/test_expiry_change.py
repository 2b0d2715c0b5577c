"""A changed expiry: what a preview says, who has to agree, and what the change then does to points that are there."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from regulars.database.pool import Connection
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.audit.queries import acts_about
from regulars.domain.ledger.queries import expiring
from regulars.domain.messaging.commands import store_messages
from regulars.domain.messaging.queries import messages_of
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows import restart_expiry as restarting
from regulars.flows.nightly_work import nightly_work
from regulars.flows.preview_expiry_change import preview_expiry_change
from regulars.flows.publish_rulebook import publish_rulebook
from regulars.flows.sign_in import issue_operator_link
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop

CHANGE = datetime(2026, 5, 1, 10, 0, tzinfo=UTC)


def rulebook(expiry: dict[str, Any], **fields: Any) -> Rulebook:
    document = copy.deepcopy(RULEBOOK)
    document["point_types"][0] |= {"expiry": expiry, **fields}
    return Rulebook.model_validate(document)


@pytest.fixture
def shop(conn: Connection) -> Shop:
    """Points of 2 March (until 2 June), of 20 April (until 20 July) and of 1 February (until 1 May)."""
    document = rulebook({"policy": "after", "period": "3 months"}).document()
    shop = open_shop(conn, document)
    ada, ben = shop.enrol(), shop.enrol()
    shop.buy(ada, "10.00")
    shop.buy(ben, "5.00")
    shop.buy(ada, "2.00", at=datetime(2026, 2, 1, 12, 0, tzinfo=UTC))
    shop.now = datetime(2026, 4, 20, 12, 0, tzinfo=UTC)
    shop.buy(ada, "20.00")
    return shop


def publish(shop: Shop, changed: Rulebook, *, approved_by: str = "", by: str = "zoe@example.org") -> int:
    return publish_rulebook(
        shop.conn, changed, of=shop.programme, effective_from=CHANGE, note="", by=by, now=shop.now,
        approved_by=approved_by,
    )  # fmt: skip


def operator(shop: Shop) -> str:
    email = f"{shop.programme.code}@example.org"
    issue_operator_link(
        shop.conn, programme=shop.programme, email=email, name="Eva", now=shop.now, lasts=timedelta(minutes=5)
    )
    return email


def test_the_preview_counts_who_gets_what(shop: Shop) -> None:
    changed = rulebook({"policy": "fixed_date", "date": "2026-06-15"}, on_expiry_change="restart_clock")
    (found,) = preview_expiry_change(shop.conn, changed, of=shop.programme, effective_from=CHANGE, now=shop.now)
    assert (found.restarts, found.day, found.last_day) == (True, date(2026, 5, 1), date(2026, 6, 15))
    # Later: ada's 10 and 2, ben's 5; earlier: ada's 20, and nothing within 30 days that was not so before.
    assert found.lots == (2, 2, 17, 1, 20, 0, 0, 0, 0)

    at_once = rulebook({"policy": "after", "period": "0 days"}, on_expiry_change="restart_clock")
    (found,) = preview_expiry_change(shop.conn, at_once, of=shop.programme, effective_from=CHANGE, now=shop.now)
    # The 2 points that go on that day anyway are nobody's loss.
    assert found.lots == (2, 0, 0, 2, 35, 2, 35, 2, 35)


def test_points_keep_their_day_unless_the_rulebook_says_otherwise(shop: Shop) -> None:
    changed = rulebook({"policy": "after", "period": "0 days"})
    (found,) = preview_expiry_change(shop.conn, changed, of=shop.programme, effective_from=CHANGE, now=shop.now)
    assert not found.restarts
    assert not any(found.lots)
    assert publish(shop, changed) == 2


def test_the_same_expiry_is_no_change(shop: Shop) -> None:
    same = rulebook({"policy": "after", "period": "3 months"}, on_expiry_change="restart_clock", reminders=["7 days"])
    assert preview_expiry_change(shop.conn, same, of=shop.programme, effective_from=CHANGE, now=shop.now) == []


def test_nobody_loses_points_at_once_without_a_second_operator(shop: Shop) -> None:
    eva = operator(shop)
    stranger = operator(open_shop(shop.conn))
    at_once = rulebook({"policy": "after", "period": "0 days"}, on_expiry_change="restart_clock")
    for approved_by, by, code in (
        ("", "zoe@example.org", "expiry_change_needs_approval"),
        ("nobody@example.org", "zoe@example.org", "approver_unknown"),
        (stranger, "zoe@example.org", "approver_unknown"),
        (eva, eva, "approver_is_publisher"),
    ):
        with nothing_changes(shop), pytest.raises(Refusal) as refused:
            publish(shop, at_once, approved_by=approved_by, by=by)
        assert refused.value.code == code

    assert publish(shop, at_once, approved_by=eva) == 2

    (act, *_) = acts_about(shop.conn, subject=programme_subject(shop.programme.id))
    assert act.details["approved_by"] == eva
    assert act.details["points_gone_at_once"] == {"points": 35}


def test_a_restart_goes_on_where_it_was_stopped(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restarting, "_BATCH", 1)
    publish(shop, rulebook({"policy": "after", "period": "1 year"}, on_expiry_change="restart_clock"))
    calls = []

    def dies_the_second_time(*args: Any, **kwargs: Any) -> int:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("killed")
        return store_messages(*args, **kwargs)

    monkeypatch.setattr(restarting, "store_messages", dies_the_second_time)
    shop.now = CHANGE
    with pytest.raises(RuntimeError, match="killed"):
        nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now)
    done = nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now)
    assert 0 < done.lots_restarted < 4
    members = shop.conn.execute("select id from members_member where programme_id = %s", [shop.programme.id]).fetchall()
    for (member,) in members:
        (only,) = expiring(shop.conn, owner=member, point_type=shop.point_type)
        assert only.last_day == date(2027, 5, 1)
        assert [each.kind for each in messages_of(shop.conn, member_id=member)] == ["expiry_changed"]
    rows = shop.conn.execute(
        "select count(*), count(distinct lot_id) from ledger_extension e join members_member m on m.id = e.owner"
        " where m.programme_id = %s and cause_kind = 41",
        [shop.programme.id],
    ).fetchone()
    assert rows == (4, 4)
    assert nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now).lots_restarted == 0


def test_a_version_of_long_ago_changes_points_from_the_day_on_which_it_was_published(shop: Shop) -> None:
    changed = rulebook({"policy": "after", "period": "1 month"}, on_expiry_change="restart_clock")
    publish_rulebook(
        shop.conn, changed, of=shop.programme, effective_from=datetime(2020, 1, 1, tzinfo=UTC), note="", by="tests",
        now=shop.now,
    )  # fmt: skip
    nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now)
    days = shop.conn.execute(
        "select distinct to_day from ledger_extension e join members_member m on m.id = e.owner"
        " where m.programme_id = %s",
        [shop.programme.id],
    ).fetchall()
    assert days == [(date(2026, 5, 20),)]
