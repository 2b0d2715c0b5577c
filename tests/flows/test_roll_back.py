"""Going back to an earlier version, pausing rules, and taking a rulebook from one programme to another."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import pytest

from regulars.database.pool import Connection
from regulars.domain.audiences.contracts import AudienceDraft, Kind
from regulars.domain.programmes.contracts import DraftState
from regulars.domain.programmes.document import check_rulebook
from regulars.domain.programmes.document_text import written
from regulars.domain.programmes.queries import drafts, programmes_of, rulebook_versions, shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.rewards.contracts import RewardDraft
from regulars.domain.tiers.queries import standings
from regulars.flows.change_ladders import begin_to_change
from regulars.flows.copy_rulebook import copy_rulebook, exported, import_rulebook
from regulars.flows.draft_rulebook import open_draft
from regulars.flows.found_programme import found_programme
from regulars.flows.nightly_work import nightly_work
from regulars.flows.pause_rules import pause, resume
from regulars.flows.propose_rulebook import propose_rulebook
from regulars.flows.publish_draft import approve_draft, publish_draft, submit_draft
from regulars.flows.publish_rulebook import publish_rulebook
from regulars.flows.roll_back import preview_roll_back, roll_back
from regulars.flows.save_audience import save_audience
from regulars.flows.save_reward import save_reward
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop

pytestmark = [pytest.mark.database, pytest.mark.capability("K2")]
DAY = timedelta(days=1)


def book(**fields: Any) -> dict[str, Any]:
    return copy.deepcopy(RULEBOOK) | fields


def doubled(points: int = 2) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = copy.deepcopy(RULEBOOK["earn_rules"])
    rules[0]["earn"]["points"] = points
    return rules


def publish_now(shop: Shop, document: dict[str, Any]) -> int:
    """As operators do: in force from this moment on."""
    shop.later(minutes=1)
    return shop.publish(document, effective_from=shop.now)


def from_a_file(shop: Shop, document: dict[str, Any]) -> int:
    """By the command line."""
    return publish_rulebook(
        shop.conn, Rulebook.model_validate(document), of=shop.programme, effective_from=shop.now, note="", by="ada",
        now=shop.now,
    )  # fmt: skip


def refused(shop: Shop, code: str, verb: Any, *given: Any, **fields: Any) -> Refusal:
    with pytest.raises(Refusal) as raised, nothing_changes(shop):
        verb(shop.conn, *given, of=shop.programme, by="ada", now=shop.now, **fields)
    assert raised.value.code == code
    return raised.value


def back(shop: Shop, version: int, **fields: Any) -> Any:
    shop.later(minutes=1)
    return roll_back(shop.conn, version, of=shop.programme, by="ada", now=shop.now, **fields)


def in_force(shop: Shop) -> Rulebook:
    return shelf(shop.conn, programme_id=shop.programme.id).in_force(shop.now).rulebook


def test_going_back_is_a_new_version_with_the_old_words(shop: Shop) -> None:
    publish_now(shop, book(earn_rules=doubled()))
    publish_now(shop, book(earn_rules=doubled(3), name="Third"))
    member = shop.enrol()
    shop.buy(member, "10.00")
    way = preview_roll_back(shop.conn, 1, of=shop.programme, now=shop.now)
    assert [str(each.words) for each in way.differences] == [
        "“Third” is now called “Corner Shop”",
        "“1 point per euro”: the rate falls from 3 to 1 points per 1.00 EUR",
    ]
    assert (way.losses, way.called_off, way.remarks, way.needs_second) == ([], [], [], False)

    done = back(shop, 1, latest=3)
    assert done == (4, None)
    assert in_force(shop) == Rulebook.model_validate(RULEBOOK)
    (newest, *older) = rulebook_versions(shop.conn, programme_id=shop.programme.id)
    assert (newest.note, newest.published_by, len(older)) == ("Back to version 1", "ada", 3)
    shop.buy(member, "10.00")
    assert shop.points(member) == 40  # what was earned stays earned
    refused(shop, "version_in_force", roll_back, 1)
    refused(shop, "version_in_force", roll_back, 4)
    refused(shop, "rulebook_version_not_found", roll_back, 9)
    refused(shop, "rulebook_changed", roll_back, 2, latest=3)


def test_what_is_planned_is_called_off(shop: Shop) -> None:
    publish_now(shop, book(earn_rules=doubled()))
    shop.publish(book(name="Summer"), effective_from=shop.now + 9 * DAY)
    assert preview_roll_back(shop.conn, 1, of=shop.programme, now=shop.now).called_off == [3]
    assert back(shop, 1).version == 4
    shop.later(days=20)
    assert in_force(shop) == Rulebook.model_validate(RULEBOOK)
    # What is in force already can still be gone back to, to call off what is planned.
    shop.publish(book(name="Autumn"), effective_from=shop.now + 9 * DAY)
    back(shop, 1)
    shop.later(days=20)
    assert in_force(shop).name == "Corner Shop"


def test_going_back_is_checked_against_today(shop: Shop) -> None:
    when = {"field": "member.audience.vips", "is": True}
    vips = AudienceDraft(code="vips", name="VIPs", kind=Kind.static)
    save_audience(shop.conn, vips, programme_id=shop.programme.id, now=shop.now, by="ada")
    asking = [doubled()[0] | {"when": when}]
    publish_now(shop, book(earn_rules=asking))
    stars = [*RULEBOOK["point_types"], {"id": "stars", "name": "Stars"}]
    publish_now(shop, book(point_types=stars))
    save_reward(
        shop.conn,
        RewardDraft(
            code="cup",
            type="discount_voucher",
            name="A cup",
            price=10,
            point_type="stars",
            parameters={"amount": "5.00"},
        ),
        programme_id=shop.programme.id,
        now=shop.now,
        by="ada",
    )
    way = preview_roll_back(shop.conn, 1, of=shop.programme, now=shop.now)
    assert [str(each) for each in way.remarks] == ["“A cup” costs Stars, which that version does not give"]
    shop.conn.execute("update audiences_audience set archived = true where code = 'vips'")
    refused(shop, "rule_audience_archived", roll_back, 2)


def test_a_second_person_sees_it_first_where_the_programme_says_so(conn: Connection) -> None:
    shop = open_shop(conn)
    publish_now(shop, book(publishing={"second_person": "always"}))
    done = back(shop, 1)
    assert done.version is None
    assert (done.draft.state, done.draft.name, done.draft.based_on) == (DraftState.open, "Back to version 1", 2)
    assert check_rulebook(done.draft.text).rulebook == Rulebook.model_validate(RULEBOOK)
    refused(shop, "draft_needs_approval", publish_draft, done.draft.id)
    assert in_force(shop).publishing.second_person == "always"


def test_a_pause_holds_from_this_instant_on_and_is_explained(shop: Shop) -> None:
    member = shop.enrol()
    shop.later(hours=1)
    made = pause(shop.conn, of=shop.programme, rules=["base"], reason="A wrong rate", by="ada", now=shop.now)
    assert made == 2
    with nothing_changes(shop):
        again = pause(shop.conn, of=shop.programme, rules=["base"], reason="Again", by="ada", now=shop.now)
    assert again == 2
    (answer,) = [body for _, body in shop.send(shop.order(member, "10.00"))]
    assert [(each["rule"], each["failed"]) for each in answer["rules"]][:1] == [("base", "paused")]
    # What happened before the pause, and comes late, is priced as on its day.
    shop.send(shop.order(member, "10.00", at=shop.now - timedelta(minutes=30)))
    assert shop.points(member) == 10
    shop.later(minutes=1)
    assert resume(shop.conn, of=shop.programme, rules=["base"], reason="Good again", by="ada", now=shop.now) == 3
    shop.buy(member, "10.00")
    assert shop.points(member) == 20
    assert in_force(shop) == Rulebook.model_validate(RULEBOOK)


def test_campaigns_and_everything_rest(shop: Shop) -> None:
    campaigns = [{"id": "spring", "name": "Spring"}]
    gift = {"id": "gift", "name": "Gift", "campaign": "spring", "earn": {"strategy": "fixed_bonus", "points": 5}}
    publish_now(shop, book(campaigns=campaigns, earn_rules=[*RULEBOOK["earn_rules"], gift]))
    member = shop.enrol()

    def stop(verb: Any, **what: Any) -> None:
        shop.later(minutes=1)
        verb(shop.conn, of=shop.programme, reason="Because", by="ada", now=shop.now, **what)

    stop(pause, campaigns=["spring"])
    shop.buy(member, "10.00")
    assert shop.points(member) == 10
    stop(pause, everything=True)
    shop.buy(member, "10.00")
    assert shop.points(member) == 10
    stop(resume, everything=True)
    shop.buy(member, "10.00")
    assert shop.points(member) == 25
    for code, what in (
        ("field_missing", {"reason": "Because"}),
        ("field_missing", {"rules": ["base"], "reason": " "}),
        ("pause_unknown", {"rules": ["bsae"], "reason": "Because"}),
        ("pause_unknown", {"campaigns": ["summer"], "reason": "Because"}),
    ):
        refused(shop, code, pause, **what)
        refused(shop, code, resume, **what)


def test_nobody_publishes_alone_where_two_are_asked_for(conn: Connection) -> None:
    shop = open_shop(conn, book(publishing={"second_person": "always"}))
    with pytest.raises(Refusal) as raised, nothing_changes(shop):
        from_a_file(shop, book(name="Alone"))
    assert raised.value.code == "version_needs_approval"
    done = propose_rulebook(
        shop.conn, Rulebook.model_validate(book(name="Alone")), of=shop.programme, effective_from=shop.now, note="",
        by="ada", now=shop.now,
    )  # fmt: skip
    assert done.version is None
    assert done.proposal is not None


def test_a_file_of_last_week_starts_nothing_that_was_stopped(shop: Shop) -> None:
    shop.later(minutes=1)
    pause(shop.conn, of=shop.programme, rules=["base"], reason="Wrong", by="ada", now=shop.now)
    shop.later(minutes=1)
    from_a_file(shop, book(name="From a file"))
    assert (in_force(shop).name, in_force(shop).paused.rules) == ("From a file", ("base",))


def test_a_pause_disturbs_no_draft_and_outlives_what_is_planned(shop: Shop) -> None:
    found = open_draft(shop.conn, of=shop.programme, name="Spring", by="ada", now=shop.now)
    shop.publish(book(name="Summer"), effective_from=shop.now + 9 * DAY)
    shop.later(minutes=1)
    pause(shop.conn, of=shop.programme, rules=["coffee"], reason="Wrong", by="ada", now=shop.now)
    assert in_force(shop).paused.rules == ("coffee",)
    shop.later(days=10)
    assert (in_force(shop).name, in_force(shop).paused.rules) == ("Summer", ("coffee",))

    # A draft of what is in force now goes on, and what rests goes on resting.
    found = open_draft(
        shop.conn, of=shop.programme, name="Spring", by="ada", now=shop.now,
        text=exported(shop.conn, 2, of=shop.programme).replace("Summer", "Spring"), based_on=2,
    )  # fmt: skip
    publish_draft(shop.conn, found.id, of=shop.programme, by="ada", now=shop.now)
    assert (in_force(shop).name, in_force(shop).paused.rules) == ("Spring", ("coffee",))
    # Going back does not start again what was stopped.
    shop.later(minutes=1)
    roll_back(shop.conn, 2, of=shop.programme, by="ada", now=shop.now)
    assert (in_force(shop).name, in_force(shop).paused.rules) == ("Summer", ("coffee",))


def test_what_is_exported_comes_back_as_the_same(shop: Shop) -> None:
    publish_now(shop, book(name="1e5", translations={"tr": {"Gold": "yes", "Silver": "12", "Bronze": "~"}}))
    text = exported(shop.conn, 2, of=shop.programme)
    assert text.startswith(f"programme: {shop.programme.code}\nversion: 2\nrulebook: 1\nname: '1e5'\n")
    found = import_rulebook(shop.conn, text, of=shop.programme, name="Back", by="ada", now=shop.now)
    assert found.based_on == 2
    assert check_rulebook(found.text).rulebook == in_force(shop)
    assert text == f"programme: {shop.programme.code}\nversion: 2\n{found.text}"


def test_files_of_elsewhere_are_told_apart(shop: Shop) -> None:
    text = exported(shop.conn, 1, of=shop.programme)
    foreign = text.replace(f"programme: {shop.programme.code}", "programme: coffee-bar")
    told = refused(shop, "file_of_another_programme", import_rulebook, foreign, name="Theirs")
    assert "It was exported from coffee-bar, version 1, and this is" in told.detail
    taken = import_rulebook(shop.conn, foreign, of=shop.programme, name="x", by="ada", now=shop.now, adopt=True)
    assert taken.based_on == 1
    for wrong in (
        text.replace("rulebook: 1", "rulebook: 2"),
        text.replace("rulebook: 1", "rulebook: 0"),
        text.replace("name: Corner Shop", "nmae: Corner Shop"),
        "",
    ):
        refused(shop, "rulebook_invalid", import_rulebook, wrong, name="Wrong")
    foreign_money = text.replace("currency: EUR", "currency: USD")
    refused(shop, "rulebook_of_another_programme", import_rulebook, foreign_money, name="Wrong")


def test_a_sandbox_goes_live_as_a_draft(shop: Shop) -> None:
    (organisation,) = {each.organisation_name for each in programmes_of(
        shop.conn, organisation_id=shop.programme.organisation_id
    )}  # fmt: skip
    sandbox = found_programme(
        shop.conn, Rulebook.model_validate(book(earn_rules=doubled())), organisation=organisation,
        code=f"{shop.programme.code}-try", now=shop.now, by="ada", sandbox=True,
    )  # fmt: skip
    assert [each.sandbox for each in programmes_of(shop.conn, organisation_id=shop.programme.organisation_id)] == [
        False, True,
    ]  # fmt: skip
    found = copy_rulebook(shop.conn, source=sandbox, of=shop.programme, name="From the sandbox", by="ada", now=shop.now)
    assert (found.based_on, found.state, found.name) == (1, DraftState.open, "From the sandbox")
    assert check_rulebook(found.text).rulebook == Rulebook.model_validate(book(earn_rules=doubled()))
    assert len(drafts(shop.conn, programme_id=shop.programme.id)) == 1
    refused(shop, "copy_from_elsewhere", copy_rulebook, source=shop.programme, name="Own")
    refused(shop, "rulebook_version_not_found", copy_rulebook, source=sandbox, name="Own", version=4)


def raised(**fields: Any) -> dict[str, Any]:
    """Silver needs 400 euros in place of 200."""
    document = book()
    document["ladders"][0]["tiers"][1]["from_score"] = "400.00"
    document["ladders"][0] |= fields
    return document


def test_a_ladder_that_comes_back_brings_the_tiers_of_then(conn: Connection) -> None:
    shop = open_shop(conn)
    ada = shop.enrol()
    shop.buy(ada, "250.00")
    publish_now(shop, raised(on_change="apply"))
    begin_to_change(shop.conn, programme_id=shop.programme.id, now=shop.now)
    assert standings(shop.conn, member_ids=[ada])[0].tier == "bronze"
    publish_planned = book(name="Corner Shop Anew") | {"ladders": raised(metric="orders")["ladders"]}
    shop.publish(publish_planned, effective_from=shop.now + 30 * DAY)
    made = back(shop, 1)
    assert made.version is not None
    assert standings(shop.conn, member_ids=[ada])[0].tier == "silver"
    shop.later(days=31)
    nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now)
    assert standings(shop.conn, member_ids=[ada])[0].tier == "silver"
    assert shelf(shop.conn, programme_id=shop.programme.id).in_force(shop.now).rulebook.name == "Corner Shop"


def test_a_draft_that_takes_tiers_waits_for_a_second_person(conn: Connection) -> None:
    shop = open_shop(conn, book(ladders=[RULEBOOK["ladders"][0] | {"second_person": True}]))
    ada = shop.enrol()
    shop.buy(ada, "250.00")
    shop.later(minutes=1)
    text = written(raised(on_change="apply", second_person=True))
    draft = open_draft(shop.conn, of=shop.programme, name="Higher", text=text, by="ada", now=shop.now)
    told = refused(shop, "draft_needs_approval", publish_draft, draft.id)
    assert "would take a tier from 1 member at once" in told.detail
    submit_draft(shop.conn, draft.id, of=shop.programme, by="ada", now=shop.now)
    approve_draft(shop.conn, draft.id, of=shop.programme, by="ben", now=shop.now)
    publish_draft(shop.conn, draft.id, of=shop.programme, by="ada", now=shop.now)
    assert standings(shop.conn, member_ids=[ada])[0].tier == "bronze"
