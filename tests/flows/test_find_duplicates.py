"""Likely duplicates are found by what is the same in another way of writing, once each, and stay decided."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from regulars.database.pool import Connection
from regulars.domain.audit.queries import acts_about
from regulars.domain.merges.contracts import DistinctionNotFound
from regulars.domain.merges.queries import distinctions
from regulars.flows.find_duplicates import Place, Strength, Twins, find_duplicates
from regulars.flows.merge_members import merge_members
from regulars.flows.tell_apart import tell_apart, undo_distinction
from regulars.kernel.errors import Refusal
from regulars.kernel.ids import new_id
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop

pytestmark = [pytest.mark.database, pytest.mark.capability("E3")]


def every(shop: Shop, *, limit: int = 20) -> list[Twins]:
    """All pairs, page by page."""
    pairs: list[Twins] = []
    place: Place | None = Place()
    while place is not None:
        found = find_duplicates(
            shop.conn, programme=shop.programme, now=shop.now, by="olga", place=place, limit=limit
        )  # fmt: skip
        pairs, place = pairs + found.pairs, found.following
    return pairs


def told(pairs: list[Twins]) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    return [
        (each.first.name, each.second.name, each.strength.name, [(a.kind, a.other_kind) for a in each.likenesses])
        for each in pairs
    ]


def apart(shop: Shop, one: UUID, other: UUID, **fields: Any) -> bool:
    wish: dict[str, Any] = {"note": "Twins indeed", "now": shop.now, "by": "olga"} | fields
    return tell_apart(shop.conn, programme=shop.programme, member_id=one, other_id=other, **wish)


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({"email": "ada.byron@gmail.com"}, {"email": "adabyron+shop@googlemail.com"}, ("email", "email")),
        ({"email": "ada@example.com"}, {"external_id": "Ada@Example.com"}, ("email", "external_id")),
        ({"phone": "+49 176 1234567"}, {"external_id": "0049 176 123 4567"}, ("phone", "external_id")),
        ({"external_id": "C-00421"}, {"external_id": "c 00421"}, ("external_id", "external_id")),
        ({"external_id": "000734455"}, {"external_id": "734455"}, ("external_id", "external_id")),
    ],
)
def test_what_is_written_otherwise_is_found(
    shop: Shop, one: dict[str, str], other: dict[str, str], found: tuple[str, str]
) -> None:
    shop.enrol(**({"external_id": "first-one"} | one), name="One")
    shop.later(hours=1)
    shop.enrol(**({"external_id": "second-one"} | other), name="Other")
    strength = "possible" if found == ("external_id", "external_id") else "very_likely"

    assert told(every(shop)) == [("One", "Other", strength, [found])]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"email": "ada.byron@example.com"}, {"email": "adabyron@example.com"}),
        ({"email": "ada+shop@example.com"}, {"email": "ada@example.com"}),
        ({"external_id": "07"}, {"external_id": "7"}),
        ({"external_id": "C-1"}, {"external_id": "c1"}),
        ({"external_id": "Ç-12345"}, {"external_id": "12345"}),
        ({"name": "Ada Byron"}, {"name": "Ada Byron"}),
        ({"birth_date": date(1990, 5, 1)}, {"birth_date": date(1990, 5, 1)}),
        ({"name": "Ada", "birth_date": date(1990, 5, 1)}, {"name": "Ada", "birth_date": date(1991, 5, 1)}),
    ],
)
def test_what_only_looks_alike_is_not_found(shop: Shop, one: dict[str, Any], other: dict[str, Any]) -> None:
    for fields in (one, other):
        shop.enrol(**fields)

    assert every(shop) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada Byron", "ADA  byron"),
        ("Ada Byron", "Byron, Ada"),
        ("Çağla Öz", "cagla oz"),
        ("Işık", "ışik"),
        ("O’Hara", "O'Hara"),
    ],
)
def test_the_same_name_and_birthday_are_likely(shop: Shop, one: str, other: str) -> None:
    for name in (one, other):
        shop.enrol(name=name, birth_date=date(1990, 5, 1))
        shop.later(hours=1)

    assert told(every(shop)) == [(one, other, "likely", [("birthday", "name")])]


def test_a_pair_is_found_once_with_all_that_it_has_in_common(shop: Shop) -> None:
    shop.enrol("A-10001", name="Ada Byron", email="ada.byron@gmail.com", birth_date=date(1990, 5, 1))
    shop.later(hours=1)
    shop.enrol("a10001", name="Ada Byron", email="adabyron@gmail.com", birth_date=date(1990, 5, 1))

    (pair,) = every(shop)

    assert [each.kind for each in pair.likenesses] == ["email", "external_id", "birthday"]
    assert pair.strength is Strength.very_likely


@pytest.mark.parametrize("limit", [1, 2, 20])
def test_pages_hold_every_pair_once(shop: Shop, limit: int) -> None:
    for number in range(7):
        shop.enrol(f"1000{number}")
        shop.enrol(f"0001000{number}")
    for number in range(3):
        for name in ("Ada Byron", "Byron Ada"):
            shop.enrol(name=name, birth_date=date(1990, 5, 1 + number))

    pairs = every(shop, limit=limit)

    assert len(pairs) == len({(each.first.id, each.second.id) for each in pairs}) == 10


def test_the_earliest_is_paired_with_each_of_the_others_until_they_are_one(shop: Shop) -> None:
    first, second, third = (shop.enrol(name="Ada Byron", birth_date=date(1990, 5, 1)) for _ in range(3))
    assert {(each.first.id, each.second.id) for each in every(shop)} == {(first, second), (first, third)}

    merge_members(
        shop.conn, programme_id=shop.programme.id, kept=first, duplicate=second, note="", now=shop.now, by="olga"
    )  # fmt: skip

    assert [(each.first.id, each.second.id) for each in every(shop)] == [(first, third)]
    shop.conn.execute("update members_member set status = 3 where id = %s", [third])
    assert every(shop) == []


def test_who_was_told_apart_is_shown_no_more_until_it_is_undone(shop: Shop) -> None:
    one, other = (shop.enrol(name="Ada Byron", birth_date=date(1990, 5, 1)) for _ in range(2))

    assert apart(shop, other, one)
    assert not apart(shop, one, other)

    assert every(shop) == []
    (decided,) = distinctions(shop.conn, programme_id=shop.programme.id)
    assert ({decided.first, decided.second}, decided.note, decided.by) == ({one, other}, "Twins indeed", "olga")
    for member in (one, other):
        assert acts_about(shop.conn, subject=member, limit=1)[0].action == "member.told_apart"
    place: dict[str, Any] = {"programme": shop.programme, "now": shop.now, "by": "olga"}
    undo_distinction(shop.conn, distinction_id=decided.id, **place)
    assert len(every(shop)) == 1
    with nothing_changes(shop), pytest.raises(Refusal, match="taken back before"):
        undo_distinction(shop.conn, distinction_id=decided.id, **place)
    assert apart(shop, one, other)


def test_what_cannot_be_told_apart_changes_nothing(shop: Shop) -> None:
    one, nobody = shop.enrol(), new_id(3)
    for pair, code in (((one, one), "merge_with_itself"), ((one, nobody), "member_not_found")):
        with nothing_changes(shop), pytest.raises(Refusal) as caught:
            apart(shop, *pair)
        assert (caught.value.code, caught.value.field) == (code, "other")
    with nothing_changes(shop), pytest.raises(DistinctionNotFound):
        undo_distinction(shop.conn, programme=shop.programme, distinction_id=nobody, now=shop.now, by="olga")


def test_looking_is_recorded_by_ids_alone(shop: Shop) -> None:
    pair = [shop.enrol(name="Ada Byron", birth_date=date(1990, 5, 1)) for _ in range(2)]
    every(shop)

    rows = shop.conn.execute("select details from audit_entry where action = 'members.listed'").fetchall()

    assert [row[0] for row in rows] == [{"members": sorted(map(str, pair))}]


def test_other_organisations_are_never_compared(shop: Shop, conn: Connection) -> None:
    other = open_shop(conn, RULEBOOK)
    for each in (shop, other):
        each.enrol(name="Ada Byron", birth_date=date(1990, 5, 1), email="ada@gmail.com")

    assert (every(shop), every(other)) == ([], [])
