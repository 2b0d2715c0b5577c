"""Somebody who writes conditions does not wait for long, and is told honestly what is known of the number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from regulars.database.pool import owning
from regulars.domain.audiences.contracts import CONDITIONS
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.audit.queries import acts_about
from regulars.domain.earning.conditions_sql import Column
from regulars.domain.members.contracts import NewMember
from regulars.domain.programmes.queries import shelf
from regulars.flows.enrol_member import enrol_members
from regulars.flows.look_at_members import Looked, look_at_members
from regulars.flows.member_filter import SAMPLE, Counted
from regulars.flows.member_vocabulary import Vocabulary, vocabulary_of
from tests.books import nothing_changes
from tests.factories import Shop

pytestmark = pytest.mark.capability("B3")
EVERYBODY = CONDITIONS.validate_python({"field": "member.orders", "at_least": 0})
SLOW_OUTSIDE = "(case when m.bucket < 8 then 1 else (select 1 from (select pg_sleep(0.2)) s) end)"
"""Of a member outside the first buckets it takes a while to know."""


def vocabulary(shop: Shop, orders: str = "") -> Vocabulary:
    """orders: what stands for the number of orders in SQL."""
    found = vocabulary_of(shelf(shop.conn, programme_id=shop.programme.id), [], now=shop.now)
    if not orders:
        return found
    slow = replace(found.fields["member.orders"], column=Column(orders))
    return found._replace(fields=found.fields | {"member.orders": slow})


def look(shop: Shop, orders: str = "", *, patience_ms: int = 1_000) -> Looked:
    return look_at_members(
        shop.conn, EVERYBODY, vocabulary(shop, orders), programme=shop.programme, now=shop.now, by="olga",
        patience_ms=patience_ms,
    )  # fmt: skip


def crowd(shop: Shop, size: int) -> int:
    """Enrols so many; how many of them lie in the first eight buckets."""
    new = [NewMember(external_id=f"c{number}", name=f"Member {number}") for number in range(size)]
    made = enrol_members(shop.conn, new, programme_id=shop.programme.id, via="tests", now=shop.now)
    return sum(not isinstance(each, Exception) and each.member_id.int & 0xFF < 8 for each in made)


def test_all_are_counted_where_there_is_time(shop: Shop) -> None:
    crowd(shop, 20)
    looked = look(shop)
    assert (looked.counted.members, looked.counted.of, looked.counted.exact) == (20, 20, True)
    assert len(looked.sample) == SAMPLE
    assert all(each.name.startswith("Member ") and each.enrolled_at == shop.now for each in looked.sample)
    (act, *_) = acts_about(shop.conn, subject=programme_subject(shop.programme.id))
    assert (act.action, act.by) == ("members.listed", "olga")
    assert act.details == {"members": [str(each.id) for each in looked.sample]}


def test_where_there_is_no_time_for_all_a_part_stands_for_them(shop: Shop) -> None:
    inside = crowd(shop, 300)
    with nothing_changes(shop):
        looked = look(shop, SLOW_OUTSIDE, patience_ms=150)
    assert looked == Looked(Counted(inside * 32, inside * 32, False, []), [])
    assert shop.conn.execute("show statement_timeout").fetchone() == ("0",)


def test_where_nothing_can_be_read_in_time_that_is_said(shop: Shop) -> None:
    crowd(shop, 3)
    with owning() as other, other.transaction():
        other.execute("lock table members_member in access exclusive mode")
        looked = look(shop, patience_ms=50)
    assert looked == Looked(Counted(None, None, False, []), [])
    assert look(shop).counted.members == 3
