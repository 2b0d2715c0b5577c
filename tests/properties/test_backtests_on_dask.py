"""A dry run, the live run, a back-test here and one on a Dask cluster agree, entry by entry, on random rulebooks.

Workers of the cluster are processes of their own with connections of their own, so what they play is really committed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from regulars.database import server
from regulars.database.pool import Connection, connect
from regulars.database.roles import INSIGHT
from regulars.domain.ledger.queries import entries
from regulars.domain.programmes.queries import rulebook_versions, shelf
from regulars.flows.backtests.figures import Figures
from regulars.flows.backtests.on_dask import LOCAL, on_dask
from regulars.flows.backtests.parts import Part
from regulars.flows.backtests.playing import Life
from regulars.flows.backtests.reading import Reader, read_bucket
from regulars.flows.backtests.running import Cancelled, here, run
from regulars.flows.backtests.turning import turns_of
from regulars.flows.backtests.wish import Wish
from regulars.flows.budgets import Budgets
from regulars.flows.process_events import process_events
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import Shop, open_shop
from tests.properties.random_books import CARTS, rulebooks
from tests.properties.test_backtests import books_of, live, pass_days, total_of

pytestmark = [pytest.mark.database, pytest.mark.capability("I6")]

distributed: Any = import_module("distributed")  # of its functions only some have types
Books = list[tuple[Any, ...]]
STEP = st.one_of(
    st.tuples(st.just("buy"), CARTS),
    st.tuples(st.sampled_from(["buy", "buy and return"]), CARTS),
    st.tuples(st.just("redeem"), st.integers(1, 60)),
    st.tuples(st.just("days"), st.integers(20, 45)),
)


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of a real cluster: a scheduler and two processes that work, all on loopback."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None,
        scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
    ) as made:  # fmt: skip
        yield made.scheduler_address


@settings(
    max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(rulebooks(), st.lists(st.tuples(st.integers(0, 1), STEP), min_size=2, max_size=8))
def test_dry_live_here_and_dask_agree(
    conn: Connection, cluster: str, document: dict[str, Any], story: list[tuple[int, tuple[str, Any]]]
) -> None:
    conn.organisation_id = None
    shop = open_shop(conn, document)
    members = [shop.enrol(), shop.enrol()]
    for who, (step, value) in story:
        shop.later(minutes=1)
        if step == "days":
            pass_days(shop, value)
        elif step == "buy" and value:
            buy_dry_and_live(shop, members[who], value)
        else:
            live(shop, members[who], step, value)
    wish = Wish(shop.programme.id, shop.programme.organisation_id, shop.now, document=document)
    buckets = sorted({member.int & 0xFF for member in members})
    booked = {member: books(shop, member) for member in members}
    played = lives_at(server.database_url(), wish, buckets)
    with distributed.Client(cluster) as client:
        on_cluster = client.submit(lives_at, server.database_url(), wish, buckets, pure=False).result()
    assert played == on_cluster == booked
    event(f"{sum(map(len, booked.values()))} entries")
    assert part_of(shop, wish, on_dask(cluster), buckets) == part_of(shop, wish, here(conn), buckets)


def buy_dry_and_live(shop: Shop, member: UUID, lines: Any) -> None:
    order = shop.order(member, total_of(lines), lines=lines)
    (dry,) = process_events(shop.conn, [order], programme_id=shop.programme.id, now=shop.now, dry_run=True)
    ((status, answer),) = shop.send(order)
    assert (dry.status, status) == (201, 201)
    assert shown(json.loads(dry.body)) == shown(answer)


def shown(answer: dict[str, Any]) -> dict[str, Any]:
    """What the answer says, without the ids of what was really written."""
    effects = [{key: each[key] for key in each if key != "transfer"} for each in answer["effects"]]
    return {"effects": effects, "balances": answer["balances"], "tiers": answer["tiers"]}


def books(shop: Shop, member: UUID) -> Books:
    found = entries(shop.conn, owner=member, point_type=shop.point_type, limit=500)
    return books_of(sorted(found, key=lambda each: each.entry_no))


def lives_at(url: str, wish: Wish, buckets: Sequence[int]) -> dict[UUID, Books]:
    """The entries of every life in the buckets, as they are played wherever this is called."""
    server.use(url)
    with closing(connect(INSIGHT, organisation_id=wish.organisation_id)) as conn:
        rules = shelf(conn, programme_id=wish.programme_id)
        published = {each.id: each.published_at for each in rulebook_versions(conn, programme_id=wish.programme_id)}
        found: dict[UUID, Books] = {}
        for bucket in buckets:
            for past in read_bucket(
                conn, programme=rules.programme, bucket=bucket, point_types=list(rules.point_types.values()),
                with_persons=True,
            ):  # fmt: skip
                life = Life(
                    rules, past, Reader(rules.programme), Figures(), budgets=Budgets({}),
                    turns=turns_of(rules, published), wish=wish,
                )  # fmt: skip
                life.play(until=wish.until)
                found[UUID(bytes=past.member.id)] = books_of(life.book.entries)
        return found


def part_of(shop: Shop, wish: Wish, mapped: Any, buckets: Sequence[int]) -> Part:
    whole = Part()
    for part in mapped(wish, [[bucket] for bucket in buckets]):
        whole.add(part)
    return whole


def test_a_whole_back_test_on_a_cluster_is_the_same_as_here(shop: Shop, cluster: str) -> None:
    members = [shop.enrol() for _ in range(12)]
    for number, member in enumerate(members):
        shop.buy(member, f"{20 + number}.00")
    wish = Wish(shop.programme.id, shop.programme.organisation_id, shop.now)
    seen: list[int] = []

    def told(done: int, of: int) -> bool:
        seen.append(done)
        return True

    with nothing_changes(shop):
        on_cluster, _ = run(shop.conn, wish, told=told, mapped=on_dask(cluster))
    assert seen == list(range(1, 65)), "it is told how far it is, part by part"
    assert on_cluster == run(shop.conn, wish, told=told, mapped=here(shop.conn))[0]
    assert on_cluster.live.figures.events == 12 + 12, "everybody joined and bought once"


def test_it_can_be_stopped_and_the_cluster_goes_on(shop: Shop, cluster: str) -> None:
    shop.buy(shop.enrol(), "10.00")
    wish = Wish(shop.programme.id, shop.programme.organisation_id, shop.now)
    with pytest.raises(Cancelled):
        run(shop.conn, wish, told=lambda done, of: done < 3, mapped=on_dask(cluster))
    run(shop.conn, wish, told=lambda done, of: True, mapped=on_dask(cluster))


def test_a_cluster_of_this_machine(shop: Shop) -> None:
    shop.buy(shop.enrol(), "10.00")
    wish = Wish(shop.programme.id, shop.programme.organisation_id, shop.now)
    part, _ = run(shop.conn, wish, told=lambda done, of: True, mapped=on_dask(LOCAL))
    assert part == run(shop.conn, wish, told=lambda done, of: True, mapped=here(shop.conn))[0]


def test_where_nobody_answers(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("regulars.flows.backtests.on_dask._SECONDS_TO_ANSWER", 1)
    wish = Wish(shop.programme.id, shop.programme.organisation_id, shop.now)
    for address in ("tcp://127.0.0.1:1", "nonsense://", ""):
        with nothing_changes(shop), pytest.raises(Refusal, match="does not answer"):
            list(on_dask(address)(wish, [[1]]))


def test_without_dask_it_says_how_to_install_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with nothing_changes(shop), pytest.raises(Refusal, match=r"regulars\[dask\]") as refused:
        on_dask(LOCAL)
    assert refused.value.code == "dask_missing"
