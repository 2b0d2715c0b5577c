"""Fields of members and their consents: what fits, who may change them, what is kept for ever, what rules read."""

from __future__ import annotations

import copy
import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.database.pool import Connection, owning
from regulars.domain.audit.queries import acts_about
from regulars.domain.members.contracts import ConsentState, NewMember, Profile
from regulars.domain.members.queries import consent_changes, consents_of, profile
from regulars.flows.change_member import MemberChange, change_member
from regulars.flows.enrol_member import enrol_members
from regulars.flows.set_consent import set_consent
from regulars.kernel.errors import Refusal
from tests.books import findings, nothing_changes
from tests.factories import NOON, RULEBOOK, Shop, open_shop

FIELDS: list[dict[str, Any]] = [
    {
        "id": "milk",
        "name": "Milk",
        "kind": "choice",
        "member_may_edit": True,
        "options": [{"id": "cow", "name": "Cow"}, {"id": "oat", "name": "Oat"}],
    },
    {"id": "cups", "name": "Cups a day", "kind": "number"},
    {"id": "staff", "name": "Works here", "kind": "flag"},
    {"id": "first_visit", "name": "First visit", "kind": "date"},
    {"id": "nickname", "name": "Nickname", "kind": "text"},
]
CONSENTS = [{"id": "email", "name": "News by e-mail", "text_version": "1"}]


def rulebook(**more: Any) -> dict[str, Any]:
    return copy.deepcopy(RULEBOOK) | {"member_fields": FIELDS, "consents": CONSENTS} | more


@pytest.fixture
def club(conn: Connection) -> Shop:
    return open_shop(conn, rulebook())


def change(shop: Shop, who: UUID, *, by_member: bool = False, **fields: Any) -> list[str]:
    wish = MemberChange(**fields)
    return change_member(
        shop.conn, wish, programme_id=shop.programme.id, member_id=who, now=shop.now, by="tests", by_member=by_member
    )


def say(shop: Shop, who: UUID, given: bool, consent: str = "email") -> ConsentState:
    return set_consent(
        shop.conn, programme_id=shop.programme.id, member_id=who, consent=consent, given=given, now=shop.now,
        by="tests", via="tests",
    )  # fmt: skip


def known(shop: Shop, who: UUID) -> Profile:
    found = profile(shop.conn, programme_id=shop.programme.id, member_id=who)
    assert found is not None
    return found


def test_a_change_keeps_the_rest_and_is_in_the_audit_trail_without_values(club: Shop) -> None:
    ada = club.enrol(attributes={"milk": "oat", "cups": 2}, birth_date=date(1990, 5, 1))
    changed = change(club, ada, attributes={"cups": 2.5, "milk": None, "staff": True}, language="tr")
    assert changed == ["language", "cups", "milk", "staff"]
    after = known(club, ada)
    assert after.attributes == {"cups": 2.5, "staff": True}
    assert (after.language, after.birth_date) == ("tr", date(1990, 5, 1))
    (act,) = acts_about(club.conn, subject=ada)
    assert (act.action, act.details) == ("member.changed", {"fields": changed})
    with nothing_changes(club):
        assert change(club, ada, attributes={"cups": 2.5}, language="tr") == []
    assert change(club, ada, forget_birth_date=True) == ["birth_date"]
    assert known(club, ada).birth_date is None


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"milk": "goat"}, "bad_member_field", "attributes.milk"),
        ({"milk": 1}, "bad_member_field", "attributes.milk"),
        ({"cups": "2"}, "bad_member_field", "attributes.cups"),
        ({"cups": "two"}, "bad_member_field", "attributes.cups"),
        ({"cups": True}, "bad_member_field", "attributes.cups"),
        ({"cups": 1e300}, "bad_member_field", "attributes.cups"),
        ({"cups": 1.2345678901234567}, "bad_member_field", "attributes.cups"),
        ({"staff": 1}, "bad_member_field", "attributes.staff"),
        ({"staff": "yes"}, "bad_member_field", "attributes.staff"),
        ({"first_visit": "01.02.2026"}, "bad_member_field", "attributes.first_visit"),
        ({"first_visit": 20260201}, "bad_member_field", "attributes.first_visit"),
        ({"nickname": 5}, "bad_member_field", "attributes.nickname"),
        ({"nickname": "x" * 501}, "text_too_long", "attributes.nickname"),
        ({"shoe": 38}, "unknown_member_field", "attributes.shoe"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_changes(
    club: Shop, given: dict[str, Any], code: str, field: str
) -> None:
    ada = club.enrol(attributes={"milk": "oat"})
    with nothing_changes(club), pytest.raises(Refusal) as refused:
        change(club, ada, attributes=given)
    assert (refused.value.code, refused.value.field) == (code, field)
    with nothing_changes(club), pytest.raises(Refusal) as refused:
        club.enrol(attributes=given)
    assert refused.value.code == code


def test_members_change_what_is_open_to_them(club: Shop) -> None:
    ada = club.enrol(attributes={"milk": "oat"})
    assert change(club, ada, by_member=True, attributes={"milk": "cow"}) == ["milk"]
    with nothing_changes(club), pytest.raises(Refusal) as refused:
        change(club, ada, by_member=True, attributes={"staff": True})
    assert (refused.value.code, refused.value.status) == ("member_field_not_yours", 403)
    assert change(club, ada, by_member=True, birth_date=date(1990, 5, 1)) == ["birth_date"]
    for wish in ({"birth_date": date(1990, 5, 2)}, {"forget_birth_date": True}):
        with nothing_changes(club), pytest.raises(Refusal) as refused:
            change(club, ada, by_member=True, **wish)
        assert (refused.value.code, refused.value.field) == ("member_field_not_yours", "birth_date")


def test_nobody_and_who_has_left_cannot_be_changed(club: Shop) -> None:
    gone = club.enrol()
    club.conn.execute("update members_member set status = 3 where id = %s", [gone])
    for who, code in ((uuid4(), "member_not_found"), (gone, "member_not_active")):
        with nothing_changes(club), pytest.raises(Refusal) as refused:
            change(club, who, language="tr")
        assert refused.value.code == code
        with nothing_changes(club), pytest.raises(Refusal) as refused:
            say(club, who, True)
        assert refused.value.code == code


def test_a_field_that_goes_damages_nothing(club: Shop) -> None:
    ada = club.enrol(attributes={"milk": "oat", "cups": 2})
    club.publish(rulebook(member_fields=FIELDS[2:]), effective_from=club.now)
    assert change(club, ada, attributes={"staff": True, "milk": "oat"}) == ["staff"]
    assert known(club, ada).attributes == {"milk": "oat", "cups": 2, "staff": True}
    with nothing_changes(club), pytest.raises(Refusal) as refused:
        change(club, ada, attributes={"milk": "cow"})
    assert refused.value.code == "unknown_member_field"
    # It can be taken away.
    assert change(club, ada, attributes={"milk": None}) == ["milk"]


def test_a_programme_that_declares_nothing_keeps_what_is_sent(shop: Shop) -> None:
    ada = shop.enrol(attributes={"anything": "goes"})
    assert change(shop, ada, attributes={"more": 1}) == ["more"]
    assert known(shop, ada).attributes == {"anything": "goes", "more": 1}


def test_every_yes_and_no_is_kept_with_its_text(club: Shop) -> None:
    ada = club.enrol()
    assert consents_of(club.conn, member_id=ada) == {}
    say(club, ada, True)
    with nothing_changes(club):
        say(club, ada, True)
    club.later(days=1)
    say(club, ada, False)
    with nothing_changes(club):
        say(club, ada, False)
    newer = [{"id": "email", "name": "News by e-mail", "text_version": "2"}]
    club.publish(rulebook(consents=newer), effective_from=club.now)
    # What was said to the old text stays; a new yes is to the new one.
    say(club, ada, True)
    told = [(each.given, each.text_version, each.at) for each in consent_changes(club.conn, member_id=ada)]
    day = club.now
    assert told == [(True, "2", day), (False, "1", day), (True, "1", NOON)]
    now = consents_of(club.conn, member_id=ada)["email"]
    assert (now.given, now.text_version, now.by, now.via) == (True, "2", "tests", "tests")
    with nothing_changes(club), pytest.raises(Refusal) as refused:
        say(club, ada, True, "fax")
    assert refused.value.code == "unknown_consent"
    with owning() as owner, pytest.raises(psycopg.Error):
        owner.execute("update members_consent_change set given = true")


def test_what_is_no_longer_asked_can_be_withdrawn_and_not_given(club: Shop) -> None:
    ada = club.enrol()
    say(club, ada, True)
    club.publish(rulebook(consents=[]), effective_from=club.now)
    assert say(club, ada, False).text_version == "1"
    with nothing_changes(club), pytest.raises(Refusal) as refused:
        say(club, ada, True)
    assert refused.value.code == "unknown_consent"


def test_a_programme_that_asks_nothing_keeps_nothing_about_people(club: Shop) -> None:
    ada = club.enrol(attributes={"milk": "oat"}, birth_date=date(1990, 5, 1))
    club.buy(ada, "10.00")
    states = club.conn.execute("select state from events_event where member_id = %s", [ada]).fetchall()
    assert [sorted(json.loads(state)) for (state,) in states] == [["orders", "tiers"]] * 2


def test_the_event_keeps_what_was_read_and_nothing_else(conn: Connection) -> None:
    rules = [
        *RULEBOOK["earn_rules"],
        {
            "id": "milk",
            "name": "Milk",
            "earn": {"strategy": "fixed_bonus", "points": 5},
            "when": {"any": [{"field": "member.field.milk", "is": "oat"}, {"field": "member.age", "at_least": 60}]},
        },
        {
            "id": "review",
            "name": "Reviews",
            "on": "review.written",
            "earn": {"strategy": "fixed_bonus", "points": 5},
            "when": {"field": "member.consent.email", "is": True},
        },
    ]
    shop = open_shop(conn, rulebook(earn_rules=rules))
    ada = shop.enrol(attributes={"milk": "oat", "cups": 2}, birth_date=date(1990, 5, 1))
    bought = shop.buy(ada, "10.00")
    row = shop.conn.execute("select state from events_event where member_id = %s and type = 'order'", [ada]).fetchone()
    assert row is not None
    assert json.loads(row[0])["known"] == {"member.age": 35, "member.field.milk": "oat"}
    # A return asks the rules with what they saw then, and so does the check.
    change(shop, ada, attributes={"milk": "cow"})
    assert shop.give_back(ada, bought, amount="5.00")["balances"]["points"]["available"] == 10
    with owning() as owner:
        assert findings(owner, shop.programme.organisation_id) == []


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20),
    st.sampled_from(["oat", "cow", "2026-02-28", "yes"]),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wishes=st.lists(st.dictionaries(st.sampled_from([each["id"] for each in FIELDS]), VALUES, max_size=3), max_size=4)
)
def test_whatever_is_accepted_is_read_back_and_fits_again(club: Shop, wishes: list[dict[str, Any]]) -> None:
    ada = club.enrol()
    for wish in wishes:
        wish = {name: value for name, value in wish.items() if "\0" not in str(value)}
        before = known(club, ada).attributes
        try:
            change(club, ada, attributes=wish)
        except Refusal:
            assert known(club, ada).attributes == before
            continue
        after = known(club, ada).attributes
        assert set(after) == {
            *(before.keys() - wish.keys()),
            *(name for name, each in wish.items() if each is not None),
        }
        assert change(club, ada, attributes=after) == []
        club.enrol(attributes=after)


def test_the_local_day_of_the_event_says_how_old_somebody_is(conn: Connection) -> None:
    rules = [
        {
            "id": "adult",
            "name": "Adults",
            "earn": {"strategy": "fixed_bonus", "points": 5},
            "when": {"field": "member.age", "at_least": 18},
        }
    ]
    shop = open_shop(conn, rulebook(earn_rules=rules, ladders=[]), now=datetime(2026, 3, 2, 12, 0, tzinfo=UTC))
    ada = shop.enrol(birth_date=date(2008, 2, 29))
    # In a common year who was born on 29 February is a year older on the 28th; the day begins in Berlin.
    assert shop.buy(ada, "1.00", at=datetime(2026, 2, 27, 22, 59, tzinfo=UTC))["effects"] == []
    assert len(shop.buy(ada, "1.00", at=datetime(2026, 2, 27, 23, 0, tzinfo=UTC))["effects"]) == 1


def enrolled(shop: Shop, external_id: str, **consents: bool) -> Any:
    new = NewMember(external_id=external_id, consents=consents)
    (result,) = enrol_members(
        shop.conn, [new], programme_id=shop.programme.id, via="api", now=shop.now, by="key:till"
    )  # fmt: skip
    return result


def test_who_joins_may_bring_consents_which_are_kept_with_the_version_of_their_text(club: Shop) -> None:
    ada = enrolled(club, "ada", email=True).member_id

    (change,) = consent_changes(club.conn, member_id=ada)
    assert (change.consent, change.given, change.text_version) == ("email", True, "1")
    assert (change.by, change.via) == ("key:till", "api")
    # Who is there already is left as they are.
    with nothing_changes(club):
        assert enrolled(club, "ada", email=False).answer is None


def test_a_consent_that_nobody_asks_for_refuses_the_enrolment(club: Shop) -> None:
    with nothing_changes(club):
        refusal = enrolled(club, "ben", fax=True)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.field) == ("unknown_consent", "consent")
    assert "'fax'" in refusal.detail
