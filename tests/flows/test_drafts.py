"""The life of a rulebook: written, joined, submitted, approved, scheduled, published. Live is never disturbed."""

from __future__ import annotations

import copy
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from regulars.database.pool import Connection, connection
from regulars.database.scope import scoped
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.audit.queries import acts_about
from regulars.domain.programmes.contracts import Draft, DraftState, StepKind
from regulars.domain.programmes.document_text import written
from regulars.domain.programmes.queries import draft, draft_steps, drafts, rulebook_versions, shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.draft_rulebook import discard_draft, open_draft, renew_draft, save_draft
from regulars.flows.nightly_work import nightly_work
from regulars.flows.publish_draft import (
    approve_draft,
    decline_draft,
    publish_draft,
    publish_due,
    schedule_draft,
    submit_draft,
    unschedule_draft,
    withdraw_draft,
)
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop

pytestmark = [pytest.mark.database, pytest.mark.capability("K2")]
ADA, BEN = "ada@example.org", "ben@example.org"
DAY = timedelta(days=1)


def text(**fields: Any) -> str:
    return written(Rulebook.model_validate(copy.deepcopy(RULEBOOK) | fields).document())


def doubled(points: int = 2) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = copy.deepcopy(RULEBOOK["earn_rules"])
    rules[0]["earn"]["points"] = points
    return rules


def begun(shop: Shop, content: str | None = None, **fields: Any) -> Draft:
    """A draft of Ada's."""
    words: dict[str, Any] = {"name": "Spring", "by": ADA, "now": shop.now, "text": content} | fields
    return open_draft(shop.conn, of=shop.programme, **words)


def saved(shop: Shop, found: Draft, content: str, *, by: str = ADA, **fields: Any) -> Draft:
    words: dict[str, Any] = {"revision": found.revision} | fields
    return save_draft(shop.conn, found.id, of=shop.programme, text=content, by=by, now=shop.now, **words)


def step(verb: Any, shop: Shop, found: Draft, *, by: str = ADA, **fields: Any) -> Draft:
    done = verb(shop.conn, found.id, of=shop.programme, by=by, now=shop.now, **fields)
    assert isinstance(done, Draft)
    return done


def versions(shop: Shop) -> int:
    return len(rulebook_versions(shop.conn, programme_id=shop.programme.id))


def refused(shop: Shop, code: str, verb: Any, found: Draft, **fields: Any) -> Refusal:
    """The step is refused, and nothing is written."""
    with pytest.raises(Refusal) as raised, nothing_changes(shop):
        step(verb, shop, found, **fields)
    assert raised.value.code == code
    return raised.value


def test_a_draft_goes_all_the_way_and_live_moves_at_the_end_only(shop: Shop) -> None:
    found = begun(shop)
    assert (found.state, found.based_on, found.revision) == (DraftState.open, 1, 1)
    assert found.text == text()  # a copy of what is in force
    found = saved(shop, found, text(earn_rules=doubled()), note="Twice as many")
    found = step(submit_draft, shop, found)
    assert step(submit_draft, shop, found) == found
    found = step(approve_draft, shop, found, by=BEN)
    assert step(approve_draft, shop, found, by=BEN) == found
    assert (found.state, found.decided_by, versions(shop)) == (DraftState.approved, BEN, 1)

    found = step(publish_draft, shop, found)
    assert (found.state, found.version, versions(shop)) == (DraftState.published, 2, 2)
    in_force = shelf(shop.conn, programme_id=shop.programme.id).in_force(shop.now)
    assert (in_force.version, in_force.rulebook.earn_rules[0].earn["points"]) == (2, 2)
    kinds = [each.kind.name for each in draft_steps(shop.conn, draft_id=found.id)]
    assert kinds == ["opened", "saved", "submitted", "approved", "published"]
    acts = [each.action for each in acts_about(shop.conn, subject=programme_subject(shop.programme.id))]
    assert acts[:6] == [
        "draft.published", "rulebook.published", "draft.approved", "draft.submitted", "draft.saved", "draft.opened",
    ]  # fmt: skip
    assert drafts(shop.conn, programme_id=shop.programme.id) == []
    refused(shop, "draft_done", publish_draft, found)
    refused(shop, "draft_done", discard_draft, found)


def test_saving_says_which_revision_was_read(shop: Shop) -> None:
    found = begun(shop)
    ben = saved(shop, found, text(earn_rules=doubled()), by=BEN)
    assert ben.revision == 2
    with pytest.raises(Refusal) as raised, nothing_changes(shop):
        saved(shop, found, text(name="Shop"))
    assert (raised.value.code, raised.value.status) == ("draft_changed", 409)
    assert f"{BEN} saved revision 2: “1 point per euro”: the rate rises from 1 to 2 points" in raised.value.detail

    # In different places, both are kept.
    joined = saved(shop, found, text(name="Shop"), merge=True)
    assert (joined.revision, joined.text) == (3, text(name="Shop", earn_rules=doubled()))
    assert draft_steps(shop.conn, draft_id=found.id)[-1].kind is StepKind.joined
    # In the same place, one has to decide.
    with pytest.raises(Refusal) as raised, nothing_changes(shop):
        saved(shop, found, text(earn_rules=doubled(3)), merge=True)
    assert raised.value.code == "draft_conflict"
    assert "the rate rises from 2 to 3 points per 1.00 EUR" in raised.value.detail
    # Who saves what stands there already, and who saves nothing new, writes nothing.
    with nothing_changes(shop):
        assert saved(shop, found, joined.text) == joined
        assert saved(shop, joined, joined.text) == joined
    with pytest.raises(Refusal, match="never had this revision"):
        saved(shop, joined, text(), revision=9)
    with pytest.raises(Refusal, match="cannot be read"):
        saved(shop, found, "a: [b", merge=True)


def test_a_text_that_is_no_rulebook_can_be_kept_and_not_published(shop: Shop) -> None:
    found = begun(shop, "rulebook: 1\nname: Half\n")
    refused(shop, "rulebook_invalid", submit_draft, found)
    refused(shop, "rulebook_invalid", publish_draft, found)
    refused(shop, "rulebook_invalid", schedule_draft, found, at=shop.now + DAY)
    other = begun(shop, written(Rulebook.model_validate(RULEBOOK | {"currency": "USD"}).document()))
    refused(shop, "rulebook_of_another_programme", publish_draft, other)
    same = begun(shop)
    refused(shop, "draft_changes_nothing", publish_draft, same)
    for words in ({"name": " "}, {"content": "a\0b"}, {"content": "x" * 5_000_001}):
        with pytest.raises(Refusal), nothing_changes(shop):
            begun(shop, **words)
    assert versions(shop) == 1


def test_a_second_person_where_the_programme_asks_for_one(conn: Connection) -> None:
    shop = open_shop(conn, RULEBOOK | {"publishing": {"second_person": "always"}})
    # The draft that lifts the rule is under the rule.
    found = begun(shop, text())
    refused(shop, "draft_needs_approval", publish_draft, found)
    refused(shop, "draft_needs_approval", schedule_draft, found, at=shop.now + DAY)
    refused(shop, "draft_state", approve_draft, found, by=BEN)
    refused(shop, "draft_state", decline_draft, found, by=BEN)
    found = step(submit_draft, shop, found)
    refused(shop, "own_draft", approve_draft, found, by=ADA)
    with pytest.raises(Refusal, match="waits for a second person"):
        saved(shop, found, text(name="Other"))
    found = step(decline_draft, shop, found, by=BEN, note="Not before spring")
    assert (found.state, found.note, found.submitted_by) == (DraftState.open, "Not before spring", None)

    # Whoever wrote a part of it approves nothing of it, also if somebody else submits it.
    found = saved(shop, found, text(name="Other"), by=BEN)
    found = step(submit_draft, shop, found, by="cem@example.org")
    refused(shop, "own_draft", approve_draft, found, by=BEN)
    found = step(approve_draft, shop, found, by="dan@example.org")
    # An approval is of this text: another text has none.
    changed = saved(shop, found, text(name="Third"))
    assert (changed.state, changed.decided_by) == (DraftState.open, None)
    refused(shop, "draft_needs_approval", publish_draft, changed)
    changed = step(withdraw_draft, shop, step(submit_draft, shop, changed))
    assert changed.state is DraftState.open
    approved = step(approve_draft, shop, step(submit_draft, shop, changed), by="dan@example.org")
    assert step(publish_draft, shop, approved).version == 2


def test_a_version_that_came_meanwhile_is_never_undone(shop: Shop) -> None:
    found = begun(shop, text(name="Spring Shop"))
    shop.publish(RULEBOOK | {"earn_rules": doubled()})
    told = refused(shop, "draft_out_of_date", publish_draft, found)
    assert "changes version 1, and 2 is the latest: “1 point per euro”: the rate rises" in told.detail
    refused(shop, "draft_out_of_date", submit_draft, found)
    found = step(renew_draft, shop, found)
    assert (found.based_on, found.text) == (2, text(name="Spring Shop", earn_rules=doubled()))
    assert step(renew_draft, shop, found) == found
    clashing = saved(shop, found, text(name="Spring Shop", earn_rules=doubled(3)))
    shop.publish(RULEBOOK | {"earn_rules": doubled(4)})
    refused(shop, "draft_conflict", renew_draft, clashing)


def test_a_scheduled_draft_begins_at_its_instant(shop: Shop) -> None:
    found = begun(shop, text(earn_rules=doubled()))
    refused(shop, "schedule_in_the_past", schedule_draft, found, at=shop.now)
    at = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    found = step(schedule_draft, shop, found, at=at)
    assert step(schedule_draft, shop, found, at=at) == found
    with pytest.raises(Refusal, match="scheduled"):
        saved(shop, found, text())
    refused(shop, "draft_state", publish_draft, found)
    refused(shop, "draft_scheduled", discard_draft, found)
    refused(shop, "draft_state", withdraw_draft, found)
    off = step(unschedule_draft, shop, found)
    assert (off.state, off.scheduled_for) == (DraftState.open, None)
    assert step(unschedule_draft, shop, off) == off
    step(schedule_draft, shop, off, at=at)

    member = shop.enrol()
    assert publish_due(shop.conn, programme_id=shop.programme.id, now=at - timedelta(minutes=3)) == 0
    # A little before its time, so that it is there when it begins.
    assert publish_due(shop.conn, programme_id=shop.programme.id, now=at - timedelta(minutes=1)) == 1
    assert publish_due(shop.conn, programme_id=shop.programme.id, now=at) == 0
    rules = shelf(shop.conn, programme_id=shop.programme.id)
    assert (rules.in_force(at - timedelta(seconds=1)).version, rules.in_force(at).version) == (1, 2)
    (published, *_) = rulebook_versions(shop.conn, programme_id=shop.programme.id)
    assert (published.effective_from, published.published_by) == (at, ADA)
    shop.now = at - timedelta(seconds=1)
    shop.buy(member, "10.00")
    shop.now = at
    shop.buy(member, "10.00")
    assert shop.points(member) == 30


def test_a_worker_that_was_away_publishes_for_the_promised_instant(shop: Shop) -> None:
    at = shop.now + DAY
    found = step(schedule_draft, shop, begun(shop, text(earn_rules=doubled())), at=at)
    nightly_work(shop.conn, programme_id=shop.programme.id, now=at + 3 * DAY)
    assert draft(shop.conn, programme_id=shop.programme.id, draft_id=found.id).version == 2
    assert shelf(shop.conn, programme_id=shop.programme.id).in_force(at).version == 2


def test_what_cannot_be_published_when_it_is_due_says_why(shop: Shop) -> None:
    at = shop.now + DAY
    found = step(schedule_draft, shop, begun(shop, text(name="Spring Shop")), at=at)
    shop.publish(RULEBOOK | {"earn_rules": doubled()})
    assert publish_due(shop.conn, programme_id=shop.programme.id, now=at) == 0
    stopped = draft(shop.conn, programme_id=shop.programme.id, draft_id=found.id)
    assert (stopped.state, stopped.scheduled_for) == (DraftState.open, None)
    assert stopped.problem is not None
    assert stopped.problem["code"] == "draft_out_of_date"
    assert draft_steps(shop.conn, draft_id=found.id)[-1].kind is StepKind.stopped
    assert shelf(shop.conn, programme_id=shop.programme.id).in_force(at).version == 2
    # It is tried once, and waits for a person then.
    with nothing_changes(shop):
        assert publish_due(shop.conn, programme_id=shop.programme.id, now=at + DAY) == 0
    renewed = step(renew_draft, shop, stopped)
    assert renewed.problem is None
    assert step(publish_draft, shop, renewed).version == 3


def test_nothing_is_published_below_a_version_that_is_planned(shop: Shop) -> None:
    shop.publish(RULEBOOK | {"earn_rules": doubled()}, effective_from=shop.now + 9 * DAY)
    found = begun(shop, text(name="Spring Shop", earn_rules=doubled()))
    refused(shop, "version_planned", publish_draft, found)
    refused(shop, "version_planned", schedule_draft, found, at=shop.now + DAY)
    assert step(schedule_draft, shop, found, at=shop.now + 10 * DAY).state is DraftState.scheduled


def test_a_draft_that_is_put_aside_stays_readable(shop: Shop) -> None:
    found = begun(shop, text(name="Never"))
    gone = step(discard_draft, shop, found)
    assert step(discard_draft, shop, gone) == gone
    assert "name: Never" in draft(shop.conn, programme_id=shop.programme.id, draft_id=found.id).text
    with pytest.raises(Refusal, match="Nobody works"):
        saved(shop, gone, text())
    for verb in (submit_draft, withdraw_draft, publish_draft, renew_draft):
        refused(shop, "draft_done", verb, gone)
    with pytest.raises(Refusal, match="no such draft"):
        draft(shop.conn, programme_id=shop.programme.id, draft_id=2**31 - 1)


def _at_once(shop: Shop, count: int, work: Any) -> list[Any]:
    """The same work on several connections in the same moment; what each came to."""
    barrier, found = threading.Barrier(count), [None] * count

    def run(number: int) -> None:
        with connection() as conn, scoped(conn, shop.programme.organisation_id):
            barrier.wait()
            try:
                found[number] = work(conn)
            except Refusal as refusal:
                found[number] = refusal.code  # type: ignore[call-overload]  # a list of whatever came

    threads = [threading.Thread(target=run, args=(each,)) for each in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return found


def test_two_publishers_at_once_make_one_version(shop: Shop) -> None:
    found = begun(shop, text(earn_rules=doubled()))
    told = _at_once(
        shop, 4, lambda conn: publish_draft(conn, found.id, of=shop.programme, by=ADA, now=shop.now).version
    )
    assert sorted(map(str, told)) == ["2", "draft_done", "draft_done", "draft_done"]
    assert versions(shop) == 2


def test_two_workers_publish_a_scheduled_draft_once(shop: Shop) -> None:
    at = shop.now + DAY
    step(schedule_draft, shop, begun(shop, text(earn_rules=doubled())), at=at)
    told = _at_once(shop, 4, lambda conn: publish_due(conn, programme_id=shop.programme.id, now=at))
    assert sorted(told) == [0, 0, 0, 1]
    assert versions(shop) == 2


def test_two_writers_at_once_lose_nothing(shop: Shop) -> None:
    found = begun(shop)
    texts = iter([text(name="Shop"), text(earn_rules=doubled())])
    told = _at_once(
        shop,
        2,
        lambda conn: (
            save_draft(
                conn, found.id, of=shop.programme, text=next(texts), revision=1, by=ADA, now=shop.now, merge=True
            ).revision
        ),
    )
    assert sorted(told) == [2, 3]
    after = draft(shop.conn, programme_id=shop.programme.id, draft_id=found.id)
    assert after.text == text(name="Shop", earn_rules=doubled())
