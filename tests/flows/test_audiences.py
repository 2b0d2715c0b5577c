"""Audiences: who is in them, when that changes, what is refused; and every joining and leaving is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import yaml

from regulars.database.pool import owning
from regulars.domain.audiences.contracts import CONDITIONS, Audience, AudienceDraft, Kind, Mode, Moved, Reason
from regulars.domain.audiences.queries import audience, audiences, changes_of, members_of, runs_of
from regulars.domain.earning.conditions_words import condition_words
from regulars.domain.events.contracts import MemberReference
from regulars.domain.programmes.document import check_rulebook
from regulars.domain.programmes.queries import shelf
from regulars.flows.fill_audience import Filled, fill_audience
from regulars.flows.member_vocabulary import vocabulary_of
from regulars.flows.nightly_work import nightly_work
from regulars.flows.refresh_audiences import refresh_audience, refresh_audiences
from regulars.flows.save_audience import save_audience
from regulars.kernel.errors import Conflict, NotFound, Refusal
from tests.books import findings, nothing_changes
from tests.factories import RULEBOOK, Shop

BUYERS = {"field": "member.orders", "at_least": 1}
GOLD = {"field": "member.tier.status", "is": "gold"}


def save(shop: Shop, code: str, conditions: Any = None, **fields: Any) -> Audience:
    """A dynamic audience of these conditions, or a list without them."""
    kind = Kind.static if conditions is None else Kind.dynamic
    tree = None if conditions is None else CONDITIONS.validate_python(conditions)
    draft = AudienceDraft(code, fields.pop("name", code.title()), kind, tree, fields.pop("archived", False))
    return save_audience(shop.conn, draft, programme_id=shop.programme.id, now=shop.now, by="olga", **fields)


def fill(shop: Shop, code: str, *members: UUID, mode: Mode = Mode.add, dry_run: bool = False) -> Filled:
    return fill_audience(
        shop.conn, [MemberReference(id=each) for each in members], programme=shop.programme, code=code, mode=mode,
        now=shop.now, by="olga", dry_run=dry_run,
    )  # fmt: skip


def refresh(shop: Shop, code: str) -> Moved:
    return refresh_audience(shop.conn, programme_id=shop.programme.id, code=code, now=shop.now, by="olga")


def leaves(shop: Shop, member: UUID) -> None:
    shop.conn.execute("update members_member set status = 3 where id = %s", [member])


def night(shop: Shop) -> int:
    return refresh_audiences(shop.conn, programme_id=shop.programme.id, now=shop.now)


def members(shop: Shop, code: str) -> set[UUID]:
    found = audience(shop.conn, programme_id=shop.programme.id, code=code)
    assert found is not None
    listed = {each.member_id for each in members_of(shop.conn, audience_id=found.id)}
    assert found.members == len(listed)
    return listed


def test_a_new_audience_has_its_members_at_once(shop: Shop) -> None:
    ada, ben = shop.enrol(), shop.enrol()
    shop.buy(ada, "10.00")

    saved = save(shop, "buyers", BUYERS)

    assert (saved.members, saved.version) == (1, 1)
    assert members(shop, "buyers") == {ada}
    (change,) = changes_of(shop.conn, member_id=ada)
    assert (change.joined, change.reason, change.by) == (True, Reason.edit, "olga")
    assert changes_of(shop.conn, member_id=ben) == []


def test_the_night_moves_members_and_a_second_one_nobody(shop: Shop) -> None:
    ada, ben = shop.enrol(), shop.enrol()
    save(shop, "new", {"field": "member.days", "less_than": 3})
    assert members(shop, "new") == {ada, ben}

    shop.later(days=3)
    late = shop.enrol()
    done = nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now)

    assert done.audience_moves == 3
    assert members(shop, "new") == {late}
    assert [each.joined for each in changes_of(shop.conn, member_id=ada)] == [False, True]
    with nothing_changes(shop):
        assert night(shop) == 0
        assert refresh(shop, "new") == Moved(0, 0, 1)


def test_audiences_that_others_name_come_first(shop: Shop) -> None:
    ada = shop.enrol()
    save(shop, "z-gold", GOLD)
    save(shop, "m-both", {"all": [{"field": "member.audience.z-gold", "is": True}, BUYERS]})
    save(shop, "a-rest", {"not": {"field": "member.audience.m-both", "is": True}})
    assert members(shop, "a-rest") == {ada}

    shop.buy(ada, "500.00")
    shop.later(days=1)
    night(shop)

    assert (members(shop, "z-gold"), members(shop, "m-both"), members(shop, "a-rest")) == ({ada}, {ada}, set())


def test_a_refresh_on_demand_refreshes_what_it_names(shop: Shop) -> None:
    ada = shop.enrol()
    save(shop, "gold", GOLD)
    save(shop, "others", {"field": "member.audience.gold", "is": False})
    shop.buy(ada, "500.00")

    assert refresh(shop, "others") == Moved(0, 1, 0)
    assert members(shop, "gold") == {ada}


def test_other_conditions_move_members_at_once(shop: Shop) -> None:
    ada, ben = shop.enrol(), shop.enrol()
    shop.buy(ada, "10.00")
    save(shop, "some", BUYERS)

    saved = save(shop, "some", {"not": BUYERS}, replacing="some", version=1)

    assert saved.version == 2
    assert members(shop, "some") == {ben}
    runs = runs_of(shop.conn, audience_ids=[saved.id], since=shop.now - timedelta(days=1))[saved.id]
    assert [(run.joined, run.gone, run.members, run.reason) for run in runs] == [
        (1, 0, 1, Reason.edit), (1, 1, 1, Reason.edit),
    ]  # fmt: skip


def test_what_it_is_for_stays_until_somebody_says_otherwise(shop: Shop) -> None:
    at: dict[str, Any] = {"programme_id": shop.programme.id, "now": shop.now, "by": "olga"}
    draft = AudienceDraft("guests", "Guests", Kind.static, description=" The evening\x00 in May ")
    assert save_audience(shop.conn, draft, **at).description == "The evening in May"
    assert save(shop, "guests", name="Our guests", replacing="guests").description == "The evening in May"
    cleared = AudienceDraft("guests", "Guests", Kind.static, description="")
    assert save_audience(shop.conn, cleared, replacing="guests", **at).description == ""
    with nothing_changes(shop), pytest.raises(Refusal, match="description holds up to 500"):
        save_audience(
            shop.conn, AudienceDraft("guests", "G", Kind.static, description="x" * 501), replacing="guests", **at
        )


def test_who_has_left_is_in_no_audience(shop: Shop) -> None:
    ada, ben = shop.enrol(), shop.enrol()
    save(shop, "all", {"field": "member.days", "at_least": 0})
    save(shop, "listed")
    fill(shop, "listed", ada, ben)
    leaves(shop, ada)

    shop.later(days=1)
    night(shop)

    assert (members(shop, "all"), members(shop, "listed")) == ({ben}, {ben})


def test_a_list_is_added_to_removed_from_and_replaced(shop: Shop) -> None:
    ada, ben, cem = shop.enrol(), shop.enrol(), shop.enrol()
    save(shop, "listed")

    assert fill(shop, "listed", ada, ada).moved == Moved(1, 0, 1)
    assert fill(shop, "listed", ben).moved == Moved(1, 0, 2)
    with nothing_changes(shop):
        assert fill(shop, "listed", ada, ben).moved == Moved(0, 0, 2)
        assert fill(shop, "listed", ben, cem, mode=Mode.replace_, dry_run=True).moved == Moved(1, 1, 2)
    assert fill(shop, "listed", ben, cem, mode=Mode.replace_).moved == Moved(1, 1, 2)
    assert fill(shop, "listed", ben, ada, mode=Mode.remove).moved == Moved(0, 1, 1)
    assert members(shop, "listed") == {cem}
    assert fill(shop, "listed", mode=Mode.replace_).moved == Moved(0, 1, 0)
    assert [(each.joined, each.reason) for each in changes_of(shop.conn, member_id=ben)] == [
        (False, Reason.import_), (True, Reason.import_),
    ]  # fmt: skip


def test_references_that_name_nobody_are_told_and_left_out(shop: Shop) -> None:
    ada = shop.enrol("ada", email="ada@example.com")
    gone = shop.enrol("gone")
    leaves(shop, gone)
    save(shop, "listed")
    references = [
        MemberReference(email="nobody@example.com"), MemberReference(email="Ada@Example.com"),
        MemberReference(phone="12"), MemberReference(external_id="gone"),
    ]  # fmt: skip

    filled = fill_audience(
        shop.conn, references, programme=shop.programme, code="listed", mode=Mode.add, now=shop.now, by="olga"
    )

    assert (filled.found, members(shop, "listed")) == (1, {ada})
    assert {position: refusal.code for position, refusal in filled.refused.items()} == {
        0: "member_not_found", 2: "bad_phone", 3: "member_has_left",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("conditions", "code", "words"),
    [
        ({"field": "member.orders", "is": "many"}, "bad_conditions", "member.orders is a number"),
        ({"field": "member.orders", "starts_with": "1"}, "bad_conditions", "does not fit that"),
        ({"field": "member.tier.status", "at_least": 5}, "bad_conditions", "is a text"),
        ({"field": "member.tier.status", "is": "goldd"}, "bad_conditions", "never goldd"),
        ({"field": "member.tier.club", "is": "gold"}, "bad_conditions", "no field member.tier.club"),
        ({"field": "order.amount", "at_least": 5}, "bad_conditions", "belongs to a single event"),
        ({"field": "member.audience.nobodys", "is": True}, "bad_conditions", "no field member.audience.nobodys"),
        ({"field": "member.audience.listed", "is": "yes"}, "bad_conditions", "true or false"),
        ({"all": [BUYERS, {"field": "member.orders", "is": 0}]}, "bad_conditions", "contradict each other"),
        ({"field": "member.audience.old", "is": True}, "audience_archived", "Old is archived"),
        (None, "audience_form", "no conditions"),
    ],
)
def test_what_cannot_be_asked_is_refused(shop: Shop, conditions: Any, code: str, words: str) -> None:
    save(shop, "listed")
    save(shop, "old", archived=True)
    tree = None if conditions is None else CONDITIONS.validate_python(conditions)
    with nothing_changes(shop), pytest.raises(Refusal, match=words) as raised:
        save_audience(
            shop.conn, AudienceDraft("x", "X", Kind.dynamic, tree), programme_id=shop.programme.id, now=shop.now,
            by="olga",
        )  # fmt: skip
    assert raised.value.code == code


def test_a_circle_is_refused_with_its_way(shop: Shop) -> None:
    save(shop, "gold", GOLD, name="Gold")
    save(shop, "friends", {"field": "member.audience.gold", "is": True}, name="Friends")
    save(shop, "guests", {"not": {"field": "member.audience.friends", "is": True}}, name="Guests")

    way = "Gold → Guests → Friends → Gold"
    with nothing_changes(shop), pytest.raises(Refusal, match=way) as raised:
        save(
            shop,
            "gold",
            {"any": [GOLD, {"field": "member.audience.guests", "is": True}]},
            name="Gold",
            replacing="gold",
        )
    assert raised.value.code == "audience_circle"
    with nothing_changes(shop), pytest.raises(Refusal, match="Gold → Gold") as raised:
        save(shop, "gold", {"field": "member.audience.gold", "is": True}, name="Gold", replacing="gold")
    assert raised.value.code == "audience_circle"


@pytest.mark.parametrize(
    ("change", "error", "code"),
    [
        (lambda s: save(s, "listed"), Conflict, "audience_code_in_use"),
        (lambda s: save(s, "Listed!"), Refusal, "bad_audience_code"),
        (lambda s: save(s, "other", replacing="listed"), Conflict, "audience_fixed"),
        (lambda s: save(s, "listed", BUYERS, replacing="listed"), Conflict, "audience_fixed"),
        (lambda s: save(s, "listed", replacing="listed", version=7), Conflict, "audience_changed"),
        (lambda s: save(s, "nobodys", replacing="nobodys"), NotFound, "audience_not_found"),
        (lambda s: refresh(s, "nobodys"), NotFound, "audience_not_found"),
        (lambda s: refresh(s, "old"), Refusal, "audience_archived"),
        (lambda s: fill(s, "nobodys", UUID(int=1)), NotFound, "audience_not_found"),
        (lambda s: fill(s, "buyers", UUID(int=1)), Conflict, "audience_not_a_list"),
        (lambda s: fill(s, "old", UUID(int=1)), Conflict, "audience_archived"),
        (lambda s: fill(s, "listed", UUID(int=1), mode=Mode.replace_), Refusal, "list_names_nobody"),
    ],
)  # fmt: skip
def test_what_is_refused_changes_nothing(shop: Shop, change: Any, error: type[Refusal], code: str) -> None:
    save(shop, "listed")
    save(shop, "buyers", BUYERS)
    save(shop, "old", archived=True)
    with nothing_changes(shop), pytest.raises(error) as raised:
        change(shop)
    assert raised.value.code == code


def test_an_archived_audience_keeps_its_members_and_can_still_be_named(shop: Shop) -> None:
    ada = shop.enrol()
    shop.buy(ada, "500.00")
    save(shop, "gold", GOLD)
    named = {"field": "member.audience.gold", "is": True}
    save(shop, "friends", named)
    save(shop, "gold", GOLD, replacing="gold", archived=True)

    shop.later(days=800)
    night(shop)

    assert (members(shop, "gold"), members(shop, "friends")) == ({ada}, {ada})
    assert save(shop, "friends", {"all": [named]}, replacing="friends").version == 2


def test_a_rulebook_that_no_longer_fits_leaves_members_where_they_are(shop: Shop) -> None:
    ada = shop.enrol()
    shop.buy(ada, "500.00")
    save(shop, "gold", GOLD)
    save(shop, "buyers", BUYERS)
    shop.publish(RULEBOOK | {"ladders": []}, effective_from=shop.now + timedelta(hours=1))

    shop.later(days=1)
    ben = shop.enrol()
    shop.buy(ben, "1.00")
    night(shop)

    assert (members(shop, "gold"), members(shop, "buyers")) == ({ada}, {ada, ben})
    with nothing_changes(shop), pytest.raises(Refusal, match="Gold: There is no field") as raised:
        refresh(shop, "gold")
    assert raised.value.code == "audience_unfit"


EXTRA = {
    "id": "friends",
    "name": "Ten more for friends",
    "earn": {"strategy": "fixed_bonus", "points": 10},
    "when": {"field": "member.audience.friends", "is": True},
}


def test_a_rule_asks_whether_the_member_is_in_an_audience(shop: Shop) -> None:
    """Also when it is asked again: what the rule saw is kept with the event, and the audience has moved on."""
    ada, ben = shop.enrol(), shop.enrol()
    save(shop, "friends")
    save(shop, "others")
    fill(shop, "friends", ada)
    fill(shop, "others", ben)
    shop.publish(RULEBOOK | {"earn_rules": [*RULEBOOK["earn_rules"], EXTRA]}, effective_from=shop.now)

    assert [shop.buy(each, "5.00")["balances"]["points"]["available"] for each in (ada, ben)] == [15, 5]
    fill(shop, "friends", ada, mode=Mode.remove)
    fill(shop, "friends", ben)
    assert [shop.buy(each, "5.00")["balances"]["points"]["available"] for each in (ada, ben)] == [20, 20]
    with owning() as owner:
        assert findings(owner, shop.programme.organisation_id) == []


def test_a_rule_cannot_ask_what_only_audiences_ask() -> None:
    rule = EXTRA | {"when": {"field": "member.balance.points", "at_least": 5}}
    checked = check_rulebook(yaml.safe_dump(RULEBOOK | {"earn_rules": [rule]}))
    assert [each.problem for each in checked.errors] == [
        "member.balance.points changes as time goes by, and only audiences ask for it"
    ]


def test_conditions_in_words(shop: Shop) -> None:
    save(shop, "friends", name="Good friends")
    vocabulary = vocabulary_of(
        shelf(shop.conn, programme_id=shop.programme.id),
        audiences(shop.conn, programme_id=shop.programme.id),
        now=shop.now,
    )
    tree = CONDITIONS.validate_python(
        {
            "all": [
                {"field": "member.audience.friends", "is": True},
                {"not": {"field": "member.audience.friends", "is": True}},
                {"field": "member.balance.points", "at_least": 500},
                {"field": "member.days", "more_than": 90},
            ]
        }
    )
    assert str(condition_words(tree, vocabulary.terms)) == (
        "the member is in the audience “Good friends”, and the member is not in “Good friends”,"
        " and the balance of Points is at least 500, and the number of days since joining is more than 90"
    )
