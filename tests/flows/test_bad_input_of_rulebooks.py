"""What goes wrong between marketers, drafts and versions has its clear answer, and the live version goes on as before.

Each case begins with a draft and a member; what it does is answered with a code, no row changes, and the same order
gives afterwards what it gave before.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from regulars.domain.programmes.queries import draft as draft_by_number
from regulars.domain.programmes.queries import shelf
from regulars.domain.rewards.contracts import RewardDraft
from regulars.flows.copy_rulebook import exported, import_rulebook
from regulars.flows.draft_rulebook import open_draft, save_draft
from regulars.flows.look_at_draft import look_at_draft
from regulars.flows.publish_draft import approve_draft, publish_draft, schedule_draft, submit_draft
from regulars.flows.quote_event import quote_event
from regulars.flows.redeem_reward import redeem_reward
from regulars.flows.roll_back import preview_roll_back, roll_back
from regulars.flows.save_reward import save_reward
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop
from tests.flows.test_quote_event import said

pytestmark = [pytest.mark.database, pytest.mark.capability("K2")]
MUG = RewardDraft(
    code="mug", type="discount_voucher", name="A mug", price=10, point_type="points", parameters={"amount": "5.00"}
)


def changed(points: int = 2, **fields: Any) -> str:
    document = copy.deepcopy(RULEBOOK) | fields
    document["earn_rules"][0]["earn"]["points"] = points
    return json.dumps(document)


@contextmanager
def live_is_undisturbed(shop: Shop) -> Iterator[None]:
    """The same version is in force, and an order gives the same by it."""
    member = shop.enrol()
    order = shop.order(member, "20.00")

    def seen() -> tuple[int, dict[str, Any]]:
        version = shelf(shop.conn, programme_id=shop.programme.id).in_force(shop.now).version
        answer = quote_event(shop.conn, order, programme_id=shop.programme.id, now=shop.now).event.answer
        return version, said(answer)

    before = seen()
    yield
    assert seen() == before


@contextmanager
def refused(shop: Shop, code: str) -> Iterator[None]:
    """It is answered with the code and a way out, and no row is new, gone or different."""
    with nothing_changes(shop), pytest.raises(Refusal) as raised:
        yield
    assert raised.value.code == code
    assert raised.value.detail
    assert raised.value.remedy


def opened(shop: Shop, text: str, by: str = "ada") -> int:
    return open_draft(shop.conn, of=shop.programme, name="Spring", text=text, by=by, now=shop.now).id


def test_two_marketers_who_edit_the_same_draft(shop: Shop) -> None:
    place: dict[str, Any] = {"of": shop.programme, "now": shop.now}
    draft = opened(shop, changed(2))
    with live_is_undisturbed(shop):
        save_draft(shop.conn, draft, text=changed(3), revision=1, by="ada", **place)
        with refused(shop, "draft_changed"):
            save_draft(shop.conn, draft, text=changed(4), revision=1, by="ben", **place)
        with refused(shop, "draft_conflict"):
            save_draft(shop.conn, draft, text=changed(4), revision=1, by="ben", merge=True, **place)


def test_approving_ones_own_draft(conn: Any) -> None:
    shop = open_shop(conn, RULEBOOK | {"publishing": {"second_person": "always"}})
    place: dict[str, Any] = {"of": shop.programme, "now": shop.now}
    draft = opened(shop, changed(2, publishing={"second_person": "always"}))
    with live_is_undisturbed(shop):
        with refused(shop, "draft_needs_approval"):
            publish_draft(shop.conn, draft, by="ada", **place)
        submit_draft(shop.conn, draft, by="ada", **place)
        with refused(shop, "own_draft"):
            approve_draft(shop.conn, draft, by="ada", **place)
        # Nor whoever submitted it for somebody else.
        other = opened(shop, changed(3, publishing={"second_person": "always"}), by="ada")
        submit_draft(shop.conn, other, by="ben", **place)
        with refused(shop, "own_draft"):
            approve_draft(shop.conn, other, by="ben", **place)


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(seconds=1), timedelta(days=30)])
def test_scheduling_into_the_past(shop: Shop, ago: timedelta) -> None:
    draft = opened(shop, changed(2))
    with live_is_undisturbed(shop), refused(shop, "schedule_in_the_past"):
        schedule_draft(shop.conn, draft, of=shop.programme, at=shop.now - ago, by="ada", now=shop.now)


def test_going_back_to_a_version_whose_reward_is_archived(shop: Shop) -> None:
    """A rulebook names no reward: its words come back, what is archived stays so, and nobody gets it by mistake."""
    place: dict[str, Any] = {"programme_id": shop.programme.id, "now": shop.now, "by": "ada"}
    mug = save_reward(shop.conn, MUG, **place)
    member = shop.enrol()
    shop.buy(member, "20.00")
    shop.later(minutes=1)
    shop.publish(json.loads(changed(2)), effective_from=shop.now)
    archived = RewardDraft(**{name: getattr(MUG, name) for name in MUG.__dataclass_fields__} | {"active": False})
    save_reward(shop.conn, archived, **place, reward_id=mug.id)
    shop.later(minutes=1)
    with nothing_changes(shop):
        assert preview_roll_back(shop.conn, 1, of=shop.programme, now=shop.now).remarks == []

    done = roll_back(shop.conn, 1, of=shop.programme, by="ada", now=shop.now)

    assert done.version == 3
    assert shop.points(member) == 20
    with nothing_changes(shop), pytest.raises(Refusal) as raised:
        redeem_reward(
            shop.conn, programme_id=shop.programme.id, member_id=member, reward_id=mug.id, now=shop.now, by="ada"
        )
    assert raised.value.code == "reward_not_offered"


def test_files_of_another_programme_or_schema(shop: Shop) -> None:
    text = exported(shop.conn, 1, of=shop.programme)
    cases = {
        "file_of_another_programme": text.replace(f"programme: {shop.programme.code}", "programme: bar"),
        "rulebook_of_another_programme": text.replace("currency: EUR", "currency: USD"),
        "rulebook_invalid": text.replace("rulebook: 1", "rulebook: 0"),
    }
    with live_is_undisturbed(shop):
        for code, file in cases.items():
            with refused(shop, code):
                import_rulebook(shop.conn, file, of=shop.programme, name="Theirs", by="ada", now=shop.now)


def test_a_draft_that_no_event_reaches(shop: Shop) -> None:
    """It may be meant so, for a while: it is a warning with its line, and not a refusal."""
    document = json.loads(changed(2))
    document["earn_rules"] = [
        {"id": "odd", "name": "Odd", "on": "moon.full", "earn": {"strategy": "fixed_bonus", "points": 5}}
    ]
    draft = opened(shop, json.dumps(document))
    with live_is_undisturbed(shop), nothing_changes(shop):
        found = draft_by_number(shop.conn, programme_id=shop.programme.id, draft_id=draft)
        look = look_at_draft(shop.conn, found, of=shop.programme, now=shop.now)
    told = [(each.severity, each.path) for each in look.findings if "no event reaches any rule" in each.problem]
    assert told == [("warning", "earn_rules")]
