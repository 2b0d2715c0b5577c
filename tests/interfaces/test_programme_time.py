"""Every door lives by the clock of the programme that it works for; a sandbox ahead makes no other programme older."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from regulars.database.pool import Connection
from regulars.domain.access.contracts import Scope
from regulars.domain.programmes.queries import programme_now, rulebook_versions
from regulars.flows.issue_api_key import issue_api_key
from regulars.flows.move_clock import move_clock
from regulars.flows.nightly_work import NightlyResult, nightly_work
from regulars.interfaces.commandline.imports.command import import_group
from regulars.interfaces.commandline.programmes import programmes_group
from regulars.interfaces.jobs import tasks
from regulars.kernel.clock import utc_now
from regulars.kernel.periods import Period
from tests.factories import RULEBOOK, Shop, open_shop
from tests.interfaces.ingest.calling import call_all, order, post

NEAR = timedelta(seconds=60)
SOON = timedelta(days=90)


@pytest.fixture
def ahead(conn: Connection) -> Shop:
    """A sandbox that is a hundred days ahead, with one member."""
    shop = open_shop(conn, now=utc_now(), sandbox=True)
    shop.enrol("ada")
    move_clock(conn, programme_id=shop.programme.id, to=Period(days=100), at=utc_now(), by="tests")
    return shop


def now_of(shop: Shop) -> datetime:
    return programme_now(shop.conn, programme_id=shop.programme.id, at=utc_now())


def test_the_night_of_each_programme_comes_at_its_own_now(
    ahead: Shop, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    nows: dict[int, datetime] = {}

    def noted(conn: Connection, *, programme_id: int, now: datetime) -> NightlyResult:
        nows[programme_id] = now
        return nightly_work(conn, programme_id=programme_id, now=now)

    monkeypatch.setattr(tasks, "nightly_work", noted)
    tasks.nightly()

    assert abs(nows[ahead.programme.id] - now_of(ahead)) < NEAR
    assert abs(nows[shop.programme.id] - utc_now()) < NEAR


def test_the_event_door_takes_events_of_the_programmes_present(ahead: Shop, shop: Shop) -> None:
    shop.enrol("ada")
    then = (utc_now() + SOON).isoformat()
    answers = [
        call_all([post(_key(each), order("ada", f"o-{each.programme.code}") | {"occurred_at": then})])[0].json
        for each in (ahead, shop)
    ]
    assert [each.get("code", each["status"]) for each in answers] == ["accepted", "time_in_future"]


def test_an_import_lives_by_the_programmes_clock(ahead: Shop, shop: Shop, tmp_path: Path) -> None:
    shop.enrol("ada")
    file = tmp_path / "orders.csv"
    file.write_text(f"order,date,member,amount\n7,{(utc_now() + SOON).isoformat()},ada,10.00\n", "utf-8")
    codes = [
        CliRunner().invoke(import_group, ["orders", str(file), "--programme", each.programme.code]).exit_code
        for each in (ahead, shop)
    ]
    assert codes == [0, 1]


def test_a_rulebook_is_in_force_from_the_programmes_present(ahead: Shop, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    changed: dict[str, Any] = RULEBOOK | {"earn_rules": RULEBOOK["earn_rules"][:1]}
    file.write_text(yaml.safe_dump(changed), "utf-8")
    done = CliRunner().invoke(programmes_group, ["publish", str(file), "--programme", ahead.programme.code])
    assert done.exit_code == 0, done.output
    latest, *_ = rulebook_versions(ahead.conn, programme_id=ahead.programme.id)
    assert abs(latest.effective_from - now_of(ahead)) < NEAR
    assert latest.published_at == latest.effective_from


def _key(shop: Shop) -> str:
    return issue_api_key(
        shop.conn, of=shop.programme, name="till", scopes=[Scope.events_write], by="tests", now=utc_now()
    ).secret
