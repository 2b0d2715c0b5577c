"""One tree, two engines: whom SQL selects of all members is whom Python, asked member by member, says yes to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.database.pool import connect, owning
from regulars.domain.audiences.contracts import CONDITIONS, AudienceDraft, Kind, Mode
from regulars.domain.audiences.queries import audiences, audiences_of
from regulars.domain.earning.compiled import compile_test
from regulars.domain.earning.contracts import MemberState, Occurrence
from regulars.domain.earning.measures import by_id
from regulars.domain.earning.past import Past
from regulars.domain.earning.personal import known_of
from regulars.domain.events.contracts import MemberReference, OrderLine
from regulars.domain.events.queries import history
from regulars.domain.ledger.queries import balances
from regulars.domain.members.commands import record_consent
from regulars.domain.members.contracts import ConsentState
from regulars.domain.members.queries import member, persons_of
from regulars.domain.programmes.queries import shelf
from regulars.domain.tallies.queries import tallies
from regulars.domain.tiers.queries import standings
from regulars.flows.block_member import block_member
from regulars.flows.fill_audience import fill_audience
from regulars.flows.member_filter import preview, selection_of
from regulars.flows.member_vocabulary import vocabulary_of
from regulars.flows.save_audience import save_audience
from tests.factories import NOON, RULEBOOK, Shop, open_shop

MANY = settings(max_examples=150, deadline=None)
NOW = NOON + timedelta(days=400, hours=1, seconds=1)
_MILKS = [{"id": "oat", "name": "Oat"}, {"id": "cow", "name": "Cow"}]
_DECLARED: dict[str, Any] = {
    "member_fields": [
        {"id": "size", "name": "Size", "kind": "number"},
        {
            "id": "milk",
            "name": "Milk",
            "kind": "choice",
            "options": [{"id": "oat", "name": "Oat"}, {"id": "cow", "name": "Cow"}],
        },
        {"id": "moved", "name": "Moved", "kind": "date"},
        {"id": "dog", "name": "Dog", "kind": "flag"},
        {"id": "note", "name": "Note", "kind": "text"},
    ],
    "consents": [{"id": "email", "name": "News", "text_version": "1"}],
    "measures": [
        {"id": "year", "name": "Spent in a year", "count": "amount", "window": "365 days"},
        {"id": "often", "name": "Orders ever", "count": "events", "window": "lifetime"},
        {"id": "weight", "name": "Pieces", "count": "quantity", "window": "lifetime"},
    ],
}
_LEAP = date(2000, 2, 29)
_PEOPLE: dict[int, dict[str, Any]] = {
    0: {"attributes": {"size": 42, "milk": "oat", "dog": True, "moved": "2020-02-29"}, "language": "tr"},
    1: {
        "attributes": {"size": 41.5, "milk": "cow", "dog": False, "note": "oat, please"},
        "birth_date": date(2000, 2, 29),
    },
    2: {"attributes": {"note": "100%_"}, "birth_date": date(1990, 4, 6), "language": "ar"},
    3: {"birth_date": date(1990, 4, 7)},
    4: {"birth_date": date(1990, 4, 8), "attributes": {"moved": "2026-01-01", "size": 0}},
}
Town = tuple[Shop, dict[UUID, MemberState]]
_LADDERS: list[dict[str, Any]] = [
    *RULEBOOK["ladders"],
    {
        "id": "club",
        "name": "Club",
        "metric": "points",
        "point_type": "points",
        "down": "never",
        "tiers": [{"id": "guest", "name": "Guest", "from_score": 0}, {"id": "regular", "name": "R", "from_score": 300}],
    },
]


def numbers(*values: float) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


def leaves(fields: list[str], operators: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.sampled_from(fields).flatmap(
        lambda field: st.sampled_from(sorted(operators)).flatmap(
            lambda operator: operators[operator].map(lambda value: {"field": field, operator: value})
        )
    )


def equal(values: st.SearchStrategy[Any]) -> dict[str, st.SearchStrategy[Any]]:
    some = st.lists(values, min_size=1, max_size=3)
    return {"is": values, "is_not": values, "one_of": some, "none_of": some}


def ordered(values: st.SearchStrategy[Any]) -> dict[str, st.SearchStrategy[Any]]:
    return equal(values) | dict.fromkeys(("at_least", "more_than", "at_most", "less_than"), values)


_BITS = st.sampled_from(["b", "si", "g", "%", "_", "o", "t"])
_TEXTS: dict[str, st.SearchStrategy[Any]] = {"starts_with": _BITS, "contains": _BITS}
_KNOWN: dict[str, st.SearchStrategy[Any]] = {"is_known": st.booleans()}
_DAYS = st.sampled_from([(NOON - timedelta(days=back)).date().isoformat() for back in (0, 1, 30, 31, -100)])
LEAVES = st.one_of(
    leaves(["member.days"], ordered(numbers(0, 1, 399, 400, 401, 430, 400.5))),
    leaves(["member.days_since_order"], ordered(numbers(0, 1, 399, 400, 2, 1.5))),
    leaves(["member.orders"], ordered(numbers(0, 1, 2, 3, 1.5, -1))),
    leaves(["member.spent"], ordered(numbers(0, 19.99, 20.00, 250, 600, 0.005))),
    leaves(["member.balance.points"], ordered(numbers(0, 20, 250, 40, 0.5))),
    leaves(["member.balance.stars"], ordered(numbers(0, 1))),
    leaves(["member.tier.status"], equal(st.sampled_from(["bronze", "silver", "gold"])) | _TEXTS),
    leaves(["member.tier.club"], equal(st.sampled_from(["guest", "regular"])) | _TEXTS),
    leaves(["member.status"], equal(st.sampled_from(["active", "blocked"])) | _TEXTS),
    leaves(["member.language", "member.channel"], equal(st.sampled_from(["tr", "en", "tests"])) | _TEXTS | _KNOWN),
    leaves(["member.age"], ordered(numbers(26, 27, 36, 37)) | _KNOWN),
    leaves(["member.birth_month"], ordered(numbers(2, 4)) | _KNOWN),
    leaves(["member.field.size"], ordered(numbers(0, 41.5, 42)) | _KNOWN),
    leaves(["member.field.milk"], equal(st.sampled_from(["oat", "cow"])) | _TEXTS | _KNOWN),
    leaves(["member.field.note"], equal(st.sampled_from(["oat", "100%_"])) | _TEXTS | _KNOWN),
    leaves(["member.field.moved"], ordered(st.sampled_from(["2020-02-29", "2026-01-01", "2021-01-01"])) | _KNOWN),
    leaves(["member.field.dog"], {"is": st.booleans(), "is_not": st.booleans()}),
    leaves(["member.consent.email"], {"is": st.booleans(), "is_not": st.booleans()}),
    leaves(["history.year"], ordered(numbers(0, 200, 250, 250.01, 600))),
    leaves(["history.often"], ordered(numbers(0, 1, 2, 3))),
    leaves(["history.weight"], ordered(numbers(0, 1.5, 3))),
    leaves(["member.days_since_order", "member.status"], _KNOWN),
    leaves(["member.joined"], ordered(_DAYS)),
    leaves(["member.audience.listed", "member.audience.buyers"], {"is": st.booleans(), "is_not": st.booleans()}),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=7,
)


@pytest.fixture(scope="module")
def town(database_url: str) -> Iterator[Town]:
    """A programme with members of every kind: new and old, with and without orders, blocked, on lists, at midnight."""

    conn = connect()
    document = RULEBOOK | {"ladders": _LADDERS} | _DECLARED
    document["point_types"] = [*RULEBOOK["point_types"], {"id": "stars", "name": "Stars"}]
    shop = open_shop(conn, document, now=NOON)
    members = [
        shop.enrol(f"t{number}", enrolled_at=NOON - back, **_PEOPLE.get(number, {}))
        for number, back in enumerate(
            (
                timedelta(0), timedelta(seconds=1), timedelta(days=30), timedelta(days=30, hours=13),
                timedelta(days=1), timedelta(days=30, seconds=-1), timedelta(days=31), timedelta(0), timedelta(0),
            )
        )
    ]  # fmt: skip
    shop.buy(members[1], "20.00")
    shop.buy(members[2], "250.00", lines=[OrderLine(name="Rye", quantity=Decimal("1.5"), amount=Decimal("250.00"))])
    shop.later(days=399)
    shop.buy(members[2], "0.01", at=shop.now)
    for _ in range(3):
        shop.buy(members[3], "200.00", at=shop.now)
    shop.later(days=1)
    shop.buy(members[4], "19.99", at=shop.now)
    shop.now = NOW
    with owning() as owner:  # as after an import of members alone: nothing is known of what they did
        for table in ("events_history", "tiers_standing"):
            owner.execute(f"delete from {table} where member_id = %s", [members[7]])
    block_member(conn, programme_id=shop.programme.id, member_id=members[4], reason="looked at", now=NOW, by="tests")
    at: dict[str, Any] = {"programme_id": shop.programme.id, "now": NOW, "by": "tests"}
    save_audience(conn, AudienceDraft("listed", "Listed", Kind.static), **at)
    fill_audience(
        conn, [MemberReference(id=each) for each in members[:3]], programme=shop.programme, code="listed",
        mode=Mode.add, now=NOW, by="tests",
    )  # fmt: skip
    said = ConsentState("email", True, "1", NOW, "tests", "tests")
    with conn.transaction():
        record_consent(
            conn, members[5], said, organisation_id=shop.programme.organisation_id, programme_id=shop.programme.id
        )
    bought = CONDITIONS.validate_python({"field": "member.orders", "at_least": 1})
    save_audience(conn, AudienceDraft("buyers", "Buyers", Kind.dynamic, bought), **at)
    yield shop, {each: state_of(shop, each) for each in members}
    conn.close()


def state_of(shop: Shop, member_id: UUID) -> MemberState:
    """The member as Python sees it, by other queries than those that SQL is made of."""
    conn = shop.conn
    found = member(conn, programme_id=shop.programme.id, member_id=member_id)
    assert found is not None
    past = history(conn, member_id=member_id)
    rules = shelf(conn, programme_id=shop.programme.id)
    lowest = {ladder.id: ladder.tiers[0].id for ladder in rules.latest.rulebook.ladders}
    held = balances(conn, owners=[member_id])
    codes = {each.id: each.code for each in audiences(conn, programme_id=shop.programme.id)}
    mine = {codes[each.audience_id] for each in audiences_of(conn, member_id=member_id)}
    known: dict[str, Any] = {
        "member.spent": past.spent_minor,
        "member.days_since_order": None if past.last_order_at is None else (NOW - past.last_order_at).days,
        "member.status": found.status.name,
    }
    known |= {f"member.audience.{code}": code in mine for code in codes.values()}
    person = persons_of(conn, [member_id.bytes], with_consents=True)[member_id.bytes]
    facts = [f"member.field.{each['id']}" for each in _DECLARED["member_fields"]]
    facts += ["member.consent.email", "member.language", "member.channel", "member.age", "member.birth_month"]
    known |= known_of(facts, person, day=NOW.astimezone(ZoneInfo("Europe/Berlin")).date())
    for code, number in rules.point_types.items():
        balance = held.get((member_id, number))
        known[f"member.balance.{code}"] = 0 if balance is None else balance.available
    tiers = lowest | {each.ladder: each.tier for each in standings(conn, member_ids=[member_id])}
    return MemberState(found.enrolled_at, past.orders, tiers, Past(tallies(conn, member_ids=[member_id])), known)


def occurrence(now: datetime, zone: str) -> Occurrence:
    local = now.astimezone(ZoneInfo(zone))
    return Occurrence("asked", now.astimezone(UTC), local, "EUR", 2, 0, [], "", "", {})


@MANY
@given(document=TREES)
def test_python_and_sql_agree(town: Town, document: dict[str, Any]) -> None:
    shop, members = town
    condition = CONDITIONS.validate_python(document)
    rules = shelf(shop.conn, programme_id=shop.programme.id)
    vocabulary = vocabulary_of(rules, audiences(shop.conn, programme_id=shop.programme.id), now=NOW)
    test = compile_test(condition, places=vocabulary.places, measures=by_id(rules.latest.rulebook.measures))
    asked = occurrence(NOW, shop.programme.time_zone)

    by_python = {each for each, state in members.items() if test(asked, state, None)}
    wanted = selection_of(condition, vocabulary, programme_id=shop.programme.id)
    by_sql = {row[1] for row in shop.conn.execute(wanted.sql, wanted.parameters)}

    assert by_sql == by_python
    seen = preview(shop.conn, condition, vocabulary, programme_id=shop.programme.id)
    assert seen.members == len(by_python)
    assert set(seen.sample) <= by_python


def test_the_members_differ(town: Town) -> None:
    """The property would be worth little among members who are all alike."""
    _, members = town
    states = list(members.values())
    assert len({repr(sorted(each.known.items())) for each in states}) >= 6
    assert {each.tiers["status"] for each in states} == {"bronze", "silver", "gold"}
    assert {each.tiers["club"] for each in states} == {"guest", "regular"}
    assert len({each.enrolled_at for each in states}) >= 6
    assert date(2026, 1, 31) in {each.enrolled_at.astimezone(ZoneInfo("Europe/Berlin")).date() for each in states}
