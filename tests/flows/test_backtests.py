"""A back-test of the live version gives the live books; drafts, budgets, samples, windows, cancelling."""

from __future__ import annotations

import copy
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from regulars.domain.events.contracts import OrderLine
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.tiers.queries import standings_of
from regulars.flows.backtests.figures import Figures, month_of, tier_mix
from regulars.flows.backtests.parts import Part, shelves
from regulars.flows.backtests.redemption_model import redemption_model
from regulars.flows.backtests.report import report
from regulars.flows.backtests.running import Cancelled, here, on_cores, run
from regulars.flows.backtests.wish import Wish
from regulars.flows.merge_members import merge_members
from regulars.flows.nightly_work import nightly_work
from regulars.flows.undo_merge import undo_merge
from regulars.kernel.clock import local_day, start_of_day
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop
from tests.properties.test_returns import redeem

pytestmark = [pytest.mark.database, pytest.mark.capability("I6")]

BUDGETED: dict[str, Any] = copy.deepcopy(RULEBOOK)
BUDGETED["campaigns"] = [{"id": "spring", "name": "Spring", "budget": {"points": 60}}]
BUDGETED["earn_rules"].append(
    {"id": "gift", "name": "Gift", "campaign": "spring", "earn": {"strategy": "fixed_bonus", "points": 25}}
)


def live_a_quarter(shop: Shop) -> list[UUID]:
    """Five members buy, return, redeem; points expire and tiers fall on the way."""
    members = [shop.enrol() for _ in range(5)]
    for week in range(13):
        for number, member in enumerate(members):
            if number == 4 and week > 6:
                continue
            shop.later(minutes=7)
            coffee = [OrderLine(Decimal(20 + 13 * number), category="coffee"), OrderLine(Decimal(week))]
            bought = shop.buy(member, str(20 + 13 * number + week), lines=coffee)
            if (week + number) % 4 == 0:
                shop.later(minutes=1)
                shop.give_back(member, bought, amount="10.00")
        if week == 6:
            redeem(shop, members[3], 90)
        for _ in range(7):
            midnight = start_of_day(shop.now.date() + timedelta(days=1), shop.programme.time_zone)
            nightly_work(shop.conn, programme_id=shop.programme.id, now=midnight)
            shop.now = midnight + timedelta(hours=10)
    return members


def short_lived() -> dict[str, Any]:
    """Points and tiers that last for weeks, so that a quarter sees them come and go."""
    document = copy.deepcopy(RULEBOOK)
    document["point_types"][0]["expiry"] = {"policy": "after", "period": "1 month"}
    document["ladders"][0]["window"] = "1 month"
    return document


def wish_of(shop: Shop, **fields: Any) -> Wish:
    return Wish(shop.programme.id, shop.programme.organisation_id, shop.now, **fields)


def played(shop: Shop, wish: Wish) -> tuple[Part, bool]:
    return run(shop.conn, wish, told=lambda done, of: True, mapped=here(shop.conn))


def books(shop: Shop) -> Counter[tuple[int, int, int, int]]:
    """What really moved, by month and accounts."""
    found: Counter[tuple[int, int, int, int]] = Counter()
    rows = shop.conn.execute(
        "select posted_at, point_type, debit, credit, amount from ledger_transfer where point_type = %s",
        [shop.point_type],
    )
    for posted_at, *accounts, amount in rows:
        found[month_of(local_day(posted_at, shop.programme.time_zone)), *accounts] += amount
    return found


def moves(shop: Shop, members: list[UUID]) -> dict[tuple[int, str, str], int]:
    """Who came to which tier, less who left it, by month: everybody began in March on the lowest."""
    found = Counter({(month_of(date(2026, 3, 1)), "status", "bronze"): len(members)})
    rows = shop.conn.execute(
        "select from_tier, to_tier, changed_at from tiers_change where programme_id = %s", [shop.programme.id]
    ).fetchall()
    assert {row[:2] for row in rows} == {("bronze", "silver"), ("silver", "bronze")}
    for from_tier, to_tier, at in rows:
        month = month_of(local_day(at, shop.programme.time_zone))
        found[month, "status", from_tier] -= 1
        found[month, "status", to_tier] += 1
    return {key: count for key, count in found.items() if count}


def test_the_live_version_reproduces_the_live_books_to_the_point(shop: Shop) -> None:
    shop.publish(short_lived())
    members = live_a_quarter(shop)
    with nothing_changes(shop):
        part, in_order = played(shop, wish_of(shop))
    assert not in_order
    assert part.left_out == Counter()
    assert part.live.figures.moved == books(shop)
    kinds = {(debit, credit) for _, _, debit, credit in part.live.figures.moved}
    assert kinds == {(11, 1), (1, 12), (1, 13), (1, 15)}, "earned, redeemed, expired, taken back"
    assert {key: count for key, count in part.live.figures.tiers.items() if count} == moves(shop, members)
    mix = tier_mix(part.live.figures.tiers, "status")
    tiers = Counter(each.tier for each in standings_of(shop.conn, [member.bytes for member in members]).values())
    assert Counter(mix[max(mix)]) == tiers


def test_as_a_draft_the_live_version_gives_the_same_once_more(shop: Shop) -> None:
    shop.publish(short_lived())
    live_a_quarter(shop)
    part, _ = played(shop, wish_of(shop, document=short_lived()))
    assert part.draft.figures.moved == part.live.figures.moved
    assert part.draft.figures.tiers == part.live.figures.tiers
    assert {(each.winners, each.losers) for each in part.segments.values()} == {(0, 0)}


def test_a_draft_beside_the_live_version(shop: Shop) -> None:
    live_a_quarter(shop)
    draft = copy.deepcopy(RULEBOOK)
    draft["earn_rules"][0]["earn"]["points"] = 2
    draft["earn_rules"][1] |= {"name": "No coffee", "lines": {"field": "line.category", "is": "tea"}}
    wish = wish_of(shop, document=Rulebook.model_validate(draft).document(), reward=("points", 100))
    part, in_order = played(shop, wish)
    told = report(part, shelves(shop.conn, wish), wish, in_order=in_order)
    live, tried = told["sides"]["live"], told["sides"]["draft"]
    assert {each["rule"] for each in live["rules"]} == {"base", "coffee"}
    (base,) = tried["rules"]
    live_base = next(each for each in live["rules"] if each["rule"] == "base")
    assert (base["times"], base["points"]) == (59, 2 * live_base["points"])
    assert Decimal(tried["points"][0]["cost"]) == Decimal("0.01") * base["points"]
    assert tried["points"][0]["redeemed"] == live["points"][0]["redeemed"] == 90
    assert tried["first_reward"]["members"] == 5
    everybody = [each for each in told["segments"] if each["kind"] == "joined"]
    assert (everybody[0]["members"], everybody[0]["live"]) == (5, live["estimates"]["earned"]["total"])


def test_where_a_budget_runs_out_who_came_first_matters(shop: Shop) -> None:
    shop.publish(BUDGETED)
    live_a_quarter(shop)
    part, in_order = played(shop, wish_of(shop, document=BUDGETED))
    assert in_order
    gifts = (shop.point_type, "gift")
    assert part.live.figures.rules[gifts] == part.draft.figures.rules[gifts] == 60
    assert part.live.figures.moved == books(shop)
    # Where it does not run out, nobody has to wait for anybody.
    plenty = copy.deepcopy(BUDGETED)
    plenty["campaigns"][0]["budget"]["points"] = 100_000
    shop.publish(plenty)
    part, in_order = played(shop, wish_of(shop, document=plenty))
    assert part.draft.figures.rules[gifts] == 59 * 25


def test_from_a_day_on_the_draft_is_in_force(shop: Shop) -> None:
    live_a_quarter(shop)
    draft = copy.deepcopy(RULEBOOK)
    draft["earn_rules"] = [
        draft["earn_rules"][0] | {"id": "double", "earn": {"strategy": "points_per_amount", "points": 2}}
    ]
    since = shop.now - timedelta(days=30)
    part, _ = played(shop, wish_of(shop, document=draft, since=since))
    rules = {rule: times for (_, rule), times in part.draft.figures.fired.items()}
    assert rules == {"base": 43, "coffee": 43, "double": 16}


def test_what_came_after_the_end_is_left_out(shop: Shop) -> None:
    live_a_quarter(shop)
    early, _ = played(shop, Wish(shop.programme.id, shop.programme.organisation_id, datetime(2026, 3, 10, tzinfo=UTC)))
    assert early.live.figures.events == 5 + 10 + 3, "five joined and bought twice, three orders came back"


def test_members_who_became_one_are_left_out_and_counted(shop: Shop) -> None:
    kept, duplicate, other, undone, twin = [shop.enrol() for _ in range(5)]
    for member in (kept, duplicate, other, undone, twin):
        shop.buy(member, "10.00")
    place: dict[str, Any] = {"programme_id": shop.programme.id, "now": shop.now, "by": "tests"}
    merge_members(shop.conn, kept=kept, duplicate=duplicate, note="", **place)
    merged = merge_members(shop.conn, kept=undone, duplicate=twin, note="", **place)
    undo_merge(shop.conn, member_id=undone, merge_id=merged.merge.id, **place)
    part, in_order = played(shop, wish_of(shop, document=RULEBOOK))
    assert not in_order
    assert (part.left_out, part.live.figures.members, part.all_members) == ({"merged": 4}, 1, 5)
    assert part.live.figures.events == 2, "one member joined and bought"
    # Where a budget runs out they are left out as well, and counted once.
    scarce = copy.deepcopy(BUDGETED)
    scarce["campaigns"][0]["budget"]["points"] = 1
    part, in_order = played(shop, wish_of(shop, document=scarce))
    assert in_order
    assert (part.left_out, part.draft.figures.members) == ({"merged": 4}, 1)


def test_nobody_redeems(shop: Shop) -> None:
    live_a_quarter(shop)
    part, _ = played(shop, wish_of(shop, redemptions=redemption_model("none")))
    assert not [key for key in part.live.figures.moved if key[3] == 12]


def test_a_sample_is_the_same_for_a_seed_and_covers_the_whole(shop: Shop) -> None:
    for number in range(60):
        shop.buy(shop.enrol(), f"{30 + number % 20}.00")
    wish = wish_of(shop, share=Decimal("0.5"), seed=7)
    part, _ = played(shop, wish)
    again, _ = played(shop, wish)
    other, _ = played(shop, wish_of(shop, share=Decimal("0.5"), seed=8))
    assert part.live.figures == again.live.figures != other.live.figures
    assert 0 < part.live.figures.members < part.all_members == 60
    whole, _ = played(shop, wish_of(shop))
    total, half = part.live.spread.totals(of=60)["earned"]
    assert abs(total - whole.live.spread.sums[0]) <= 2 * half
    assert whole.live.spread.totals(of=60)["earned"] == (whole.live.spread.sums[0], 0.0)


def test_it_can_be_stopped(shop: Shop) -> None:
    shop.buy(shop.enrol(), "10.00")
    seen = []

    def told(done: int, of: int) -> bool:
        seen.append((done, of))
        return done < 3

    with pytest.raises(Cancelled):
        run(shop.conn, wish_of(shop), told=told, mapped=here(shop.conn))
    assert seen == [(1, 64), (2, 64), (3, 64)]


def test_several_processes_give_what_one_gives(shop: Shop) -> None:
    live_a_quarter(shop)
    wish = wish_of(shop, document=BUDGETED)
    one, _ = run(shop.conn, wish_of(shop), told=lambda done, of: True, mapped=here(shop.conn))
    several, _ = run(shop.conn, wish_of(shop), told=lambda done, of: True, mapped=on_cores)
    assert several == one
    assert wish.document is not None


def test_figures_add_up() -> None:
    one, other = Figures(events=1, members=1), Figures(events=2, short=3)
    one.moved[1, 2, 3, 4] = 5
    other.moved[1, 2, 3, 4] = 6
    one.add(other)
    assert (one.events, one.members, one.short, one.moved[1, 2, 3, 4]) == (3, 1, 3, 11)
