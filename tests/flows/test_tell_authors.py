"""Operators are told what became of what they wrote or asked for: each of them once, and nobody of what they did.

Kinds: draft_approved draft_declined draft_changed draft_published draft_called_off draft_stopped proposal_decided
backtest_done backtest_failed budget_used campaign_ends campaign_ended.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from regulars.domain.backtests import commands as backtest_commands
from regulars.domain.notices.contracts import Choice, Notice, NoticeNotFound
from regulars.domain.notices.notice_kind import notice_kind, notice_kinds
from regulars.domain.notices.queries import count_unread, notices
from regulars.domain.programmes.contracts import Draft
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.backtests.asking import ask_backtest, work_backtests
from regulars.flows.backtests.running import here
from regulars.flows.draft_rulebook import discard_draft, open_draft, save_draft
from regulars.flows.propose_rulebook import approve_rulebook, decline_rulebook, propose_rulebook
from regulars.flows.publish_draft import (
    approve_draft,
    decline_draft,
    publish_draft,
    publish_due,
    schedule_draft,
    submit_draft,
    unschedule_draft,
)
from regulars.flows.read_notices import choose_notices, read_notices
from regulars.flows.sign_in import issue_operator_link
from regulars.flows.tell_authors import tell_authors
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop

pytestmark = [pytest.mark.database, pytest.mark.capability("K2")]


@pytest.fixture
def people(shop: Shop) -> tuple[str, str]:
    """Ada, who writes, and Ben, her colleague: both are operators of the shop."""
    found = []
    for name in ("Ada", "Ben"):
        email = f"{name.lower()}-{shop.programme.code}@example.org"
        issue_operator_link(
            shop.conn, programme=shop.programme, email=email, name=name, now=datetime.now(UTC),
            lasts=timedelta(minutes=5),
        )  # fmt: skip
        found.append(email)
    return found[0], found[1]


def told(shop: Shop, who: str) -> list[str]:
    """What there is to read, the first first; whoever tells tells nothing twice."""
    tell_authors(shop.conn, programme_id=shop.programme.id, now=shop.now)
    assert tell_authors(shop.conn, programme_id=shop.programme.id, now=shop.now) == 0
    found = notices(shop.conn, programme_id=shop.programme.id, recipient=who)
    return [str(notice_kind(each.kind, each.details).text()) for each in reversed(found)]


def changed(**fields: Any) -> dict[str, Any]:
    return copy.deepcopy(RULEBOOK) | fields


def written(shop: Shop, who: str, document: dict[str, Any] | None = None) -> Draft:
    text = json.dumps(document or changed(name="Corner Shop in spring"))
    return open_draft(shop.conn, of=shop.programme, name="Spring", text=text, by=who, now=shop.now)


def step(shop: Shop, verb: Callable[..., Draft], draft: Draft, who: str, **fields: Any) -> Draft:
    shop.later(minutes=1)
    return verb(shop.conn, draft.id, of=shop.programme, by=who, now=shop.now, **fields)


def test_whoever_wrote_a_draft_hears_what_others_do_with_it(shop: Shop, people: tuple[str, str]) -> None:
    ada, ben = people
    draft = written(shop, ada)
    step(shop, submit_draft, draft, ada)
    step(shop, decline_draft, draft, ben, note="Too dear")
    text = json.dumps(changed(name="Corner Shop in March"))
    saved = step(shop, save_draft, draft, ben, text=text, revision=1)
    step(shop, submit_draft, saved, ada)
    assert told(shop, ada) == [f"{ben} declined “Spring”: Too dear", f"{ben} changed “Spring”, which you wrote"]
    # Ben has a hand in it by now; what he did himself nobody tells him.
    assert told(shop, ben) == []
    other = "key web shop"
    step(shop, approve_draft, saved, other)
    step(shop, publish_draft, saved, ben)
    assert told(shop, ada)[2:] == [
        "key web shop approved “Spring”: it can be published",
        "“Spring” is published as version 2",
    ]
    assert told(shop, ben) == ["key web shop approved “Spring”: it can be published"]
    assert told(shop, other) == []


def test_what_a_worker_does_is_told_to_all_who_wrote_it(shop: Shop, people: tuple[str, str]) -> None:
    ada, ben = people
    draft = written(shop, ada)
    step(shop, schedule_draft, draft, ada, at=shop.now + timedelta(hours=2))
    step(shop, unschedule_draft, draft, ben)
    step(shop, schedule_draft, draft, ada, at=shop.now + timedelta(hours=2))
    shop.later(hours=3)
    assert publish_due(shop.conn, programme_id=shop.programme.id, now=shop.now) == 1
    assert told(shop, ada) == [f"{ben} called “Spring” off", "“Spring” is published as version 2"]

    late = written(shop, ada, changed(name="Late"))
    step(shop, schedule_draft, late, ada, at=shop.now + timedelta(hours=2))
    shop.publish(changed(name="Faster"), effective_from=shop.now)
    shop.later(hours=3)
    publish_due(shop.conn, programme_id=shop.programme.id, now=shop.now)
    assert told(shop, ada)[2:] == ["“Spring” was due and is not published: its page says why"]
    away = written(shop, ada, changed(name="Away"))
    step(shop, discard_draft, away, ben)
    assert told(shop, ada)[3:] == [f"{ben} called “Spring” off"]


def test_whoever_asked_for_a_back_test_hears_its_end(shop: Shop, people: tuple[str, str]) -> None:
    ada, ben = people
    shop.buy(shop.enrol(), "20.00")
    programme_id = shop.programme.id
    draft = Rulebook.model_validate(RULEBOOK)
    for label in ("Good", "Bad"):
        ask_backtest(shop.conn, draft, programme_id=programme_id, now=shop.now, by=ada, label=label)
    work_backtests(shop.conn, programme_id=programme_id, clock=lambda: shop.now, mapped=here(shop.conn))
    bad = ask_backtest(shop.conn, draft, programme_id=programme_id, now=shop.now, by=ada, label="Broken")
    backtest_commands.begin_backtest(shop.conn, bad.id, now=shop.now)
    backtest_commands.finish_backtest(shop.conn, bad.id, result=None, problem="It broke.", now=shop.now)
    assert sorted(told(shop, ada)) == [
        "The back-test “Bad” is done", "The back-test “Broken” failed: its page says why",
        "The back-test “Good” is done",
    ]  # fmt: skip
    assert told(shop, ben) == []


def test_budgets_and_ends_of_campaigns_are_told_in_time(shop: Shop, people: tuple[str, str]) -> None:
    ada, _ = people
    end = shop.now + timedelta(days=5)
    document = changed(
        campaigns=[{"id": "gift", "name": "Gifts", "budget": {"points": 100}, "valid_until": end.isoformat()}]
    )
    document["earn_rules"].append(
        {"id": "gift", "name": "Gift", "campaign": "gift", "earn": {"strategy": "fixed_bonus", "points": 79}}
    )
    draft = written(shop, ada, document)
    step(shop, publish_draft, draft, ada)
    member = shop.enrol()
    shop.later(minutes=1)
    shop.buy(member, "0.10")  # 79 of 100
    assert told(shop, ada) == []
    document["earn_rules"][-1]["earn"]["points"] = 1
    shop.publish(document, effective_from=shop.now)
    shop.later(minutes=1)
    shop.buy(member, "0.10")  # 80
    assert told(shop, ada) == ["80 % of the budget of “Gifts” are used"]
    for _ in range(20):
        shop.buy(member, "0.10")
    assert told(shop, ada)[1:] == ["The budget of “Gifts” is used up: it gives nothing more"]
    shop.now = end - timedelta(days=3, seconds=1)
    assert len(told(shop, ada)) == 2
    shop.now = end - timedelta(days=3)
    assert told(shop, ada)[2:] == ["“Gifts” ends on 7 Mar 2026, 12:00"]
    shop.now = end
    assert told(shop, ada)[3:] == ["“Gifts” ended on 7 Mar 2026, 12:00"]


def test_whoever_proposed_a_version_hears_what_a_second_person_decides(shop: Shop, people: tuple[str, str]) -> None:
    ada, ben = people
    shop.publish(changed(publishing={"second_person": "always"}), effective_from=shop.now)
    decided: tuple[Callable[..., object], ...] = (decline_rulebook, approve_rulebook)
    for number, decide in enumerate(decided):
        shop.later(minutes=1)
        rulebook = Rulebook.model_validate(changed(name=f"Shop {number}"))
        proposed = propose_rulebook(
            shop.conn, rulebook, of=shop.programme, effective_from=shop.now, note="", by=ada, now=shop.now
        ).proposal
        assert proposed is not None
        decide(shop.conn, of=shop.programme, proposal_id=proposed.id, by=ben, now=shop.now)
    assert told(shop, ada) == [
        f"{ben} declined the rulebook that you proposed",
        f"{ben} approved the rulebook that you proposed: it is version 3",
    ]
    assert told(shop, ben) == []


def test_a_kind_that_is_not_wanted_is_not_given(shop: Shop, people: tuple[str, str]) -> None:
    ada, ben = people
    chosen = {"draft_declined": Choice(shown=False), "draft_changed": Choice(by_mail=True)}
    choose_notices(shop.conn, chosen, of=shop.programme, operator=ada)
    draft = written(shop, ada)
    step(shop, submit_draft, draft, ada)
    step(shop, decline_draft, draft, ben)
    step(shop, save_draft, draft, ben, text=json.dumps(changed(name="Other")), revision=1)
    assert told(shop, ada) == [f"{ben} changed “Spring”, which you wrote"]


def test_reading_one_or_all_and_nobody_elses(shop: Shop, people: tuple[str, str]) -> None:
    ada, ben = people
    place: dict[str, Any] = {"programme_id": shop.programme.id, "recipient": ada}
    for _ in range(3):
        step(shop, discard_draft, written(shop, ada), ben)
    assert len(told(shop, ada)) == 3
    newest: Notice = notices(shop.conn, **place)[0]
    with nothing_changes(shop), pytest.raises(NoticeNotFound):
        read_notices(shop.conn, of=shop.programme, recipient=ben, now=shop.now, notice=newest.id)
    (found,) = read_notices(shop.conn, of=shop.programme, recipient=ada, now=shop.now, notice=newest.id)
    assert (found.id, count_unread(shop.conn, **place)) == (newest.id, 2)
    read_notices(shop.conn, of=shop.programme, recipient=ada, now=shop.now)
    assert count_unread(shop.conn, **place) == 0


def test_every_kind_has_words() -> None:
    assert len(notice_kinds()) == 12
    for kind in notice_kinds().values():
        assert str(kind.label)
        assert kind.place in ("draft", "backtest", "version", "campaigns")
