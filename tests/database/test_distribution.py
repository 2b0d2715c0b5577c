"""The plan of distribution: pure, tables in and steps out."""

from __future__ import annotations

import pytest

from regulars.database.distribution import Kind, Step, Table, plan
from regulars.kernel.errors import Refusal


def table(name: str, wanted: Kind, *refers_to: str, now: Kind = Kind.local) -> Table:
    return Table(name, wanted, now, frozenset(refers_to))


HOUSE = [
    table("amounts", Kind.distributed, "members"),
    table("members", Kind.distributed, "programmes"),
    table("programmes", Kind.reference, "organisations"),
    table("organisations", Kind.reference),
    table("sessions", Kind.local),
    table("logins", Kind.local, "programmes"),
]


def test_shared_tables_come_first_and_the_referred_before_those_that_refer() -> None:
    assert plan(HOUSE, shards=8) == [
        Step("organisations", Kind.reference, None, 8),
        Step("programmes", Kind.reference, None, 8),
        Step("members", Kind.distributed, None, 8),
        Step("amounts", Kind.distributed, "members", 8),
    ]


def test_the_order_of_the_catalogue_does_not_matter() -> None:
    assert plan(HOUSE[::-1]) == plan(HOUSE)


def test_what_is_done_is_left_and_new_tables_lie_beside_it() -> None:
    done = [
        table("amounts", Kind.distributed, now=Kind.distributed),
        table("new", Kind.distributed),
        table("organisations", Kind.reference, now=Kind.reference),
    ]
    assert plan(done) == [Step("new", Kind.distributed, "amounts", 32)]
    assert plan([done[0], done[2]]) == []


def test_a_step_says_itself_in_words_and_to_the_server() -> None:
    shown = [(step.words, step.statement.as_string(None)) for step in plan(HOUSE, shards=8)[1:]]
    assert shown == [
        ("programmes: a copy on every node", "select create_reference_table('public.programmes')"),
        (
            "members: by bucket, in 8 shards",
            "select create_distributed_table('public.members', 'bucket', colocate_with => 'none', shard_count => 8)",
        ),
        (
            "amounts: by bucket, beside members",
            "select create_distributed_table('public.amounts', 'bucket', colocate_with => 'public.members')",
        ),
    ]


@pytest.mark.parametrize(
    ("tables", "code", "said"),
    [
        (
            [table("a", Kind.reference, now=Kind.distributed)],
            "distributed_otherwise",
            "a should be reference, and is d",
        ),
        ([table("a", Kind.local, now=Kind.reference)], "distributed_otherwise", "a should be local, and is reference"),
        ([table("a", Kind.reference, "s"), table("s", Kind.local)], "not_distributable", "a refers to s, which stays"),
        ([table("a", Kind.distributed, "b"), table("b", Kind.distributed, "a")], "not_distributable", "a and b refer"),
    ],
)
def test_what_cannot_be_is_refused(tables: list[Table], code: str, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        plan(tables)
    assert refused.value.code == code
    assert said in refused.value.detail
