"""A ladder changes while members stand on it: who rises, who is kept, who falls, and everybody back where they were."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.database.pool import Connection
from regulars.domain.programmes.queries import shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.tiers.contracts import AssignmentKind
from regulars.domain.tiers.queries import changeovers, standings_of, tier_changes
from regulars.domain.tiers.standing import NEVER, Standing
from regulars.flows import change_ladders as flow
from regulars.flows.assign_tier import assign_tier
from regulars.flows.change_ladders import change_ladders
from regulars.flows.nightly_work import nightly_work
from regulars.flows.preview_ladder_change import preview_ladder_change
from regulars.flows.propose_rulebook import approve_rulebook, propose_rulebook
from regulars.flows.publish_rulebook import publish_rulebook
from regulars.flows.undo_ladder_change import preview_undo, undo_ladder_change
from regulars.insight.standing_view import ladder_views
from regulars.kernel.errors import Refusal
from tests.books import findings, nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def ladder(*starts: Any, **fields: Any) -> dict[str, Any]:
    """The rulebook with other thresholds: of silver and gold, or of more tiers, or by id."""
    document = copy.deepcopy(RULEBOOK)
    if starts:
        names = ["bronze", "silver", "gold", "platinum"][: len(starts) + 1]
        document["ladders"][0]["tiers"] = [
            {"id": name, "name": name.title(), "from_score": start}
            for name, start in zip(names, ["0", *starts], strict=True)
        ]
    document["ladders"][0] |= fields
    return document


def stands(shop: Shop, member: UUID) -> Standing:
    return standings_of(shop.conn, [member.bytes])[member.bytes, "status"]


def change(shop: Shop, document: dict[str, Any]) -> None:
    shop.publish(document, effective_from=shop.now)
    change_ladders(shop.conn, programme_id=shop.programme.id, now=shop.now)


def night(shop: Shop) -> None:
    nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now)


def members_with(shop: Shop, *totals: str) -> list[UUID]:
    members = [shop.enrol() for _ in totals]
    for member, total in zip(members, totals, strict=True):
        if total:
            shop.buy(member, total)
    return members


def test_nobody_loses_today_and_keeps_it_as_long_as_before(shop: Shop) -> None:
    gold, silver, bronze, nothing = members_with(shop, "600.00", "250.00", "150.00", "")
    shop.later(days=10)
    change(shop, ladder("100.00", "700.00"))
    kept, same, rose = stands(shop, gold), stands(shop, silver), stands(shop, bronze)
    assert (kept.tier, kept.kept_until) == ("gold", date(2027, 3, 1))
    assert same.tier == "silver"
    assert (rose.tier, rose.since) == ("silver", shop.now)
    assert stands(shop, nothing).tier == "bronze"
    (done,) = changeovers(shop.conn, programme_id=shop.programme.id)
    assert (done.total, done.done, done.up, done.down, done.kept) == (4, 4, 1, 0, 1)
    (step,) = [each for each in tier_changes(shop.conn, member_ids=[bronze]) if each.cause.name == "ladder"]
    assert (step.from_tier, step.to_tier) == ("bronze", "silver")
    # On the day after the last one that the old ladder had promised, the new one decides.
    shop.now = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
    night(shop)
    assert stands(shop, gold).tier == "gold"
    shop.later(days=1)
    night(shop)
    assert stands(shop, gold).tier == "bronze"
    assert findings(shop.conn, shop.programme.organisation_id) == []


def test_apply_gives_tiers_anew_at_once(shop: Shop) -> None:
    gold, silver, bronze = members_with(shop, "600.00", "250.00", "150.00")
    shop.later(days=10)
    change(shop, ladder("300.00", "700.00", on_change="apply"))
    assert [stands(shop, each).tier for each in (gold, silver, bronze)] == ["silver", "bronze", "bronze"]
    (done,) = changeovers(shop.conn, programme_id=shop.programme.id)
    assert (done.up, done.down, done.kept) == (0, 2, 0)
    assert findings(shop.conn, shop.programme.organisation_id) == []


def test_it_is_the_same_whoever_meets_the_member_first(shop: Shop) -> None:
    """An order meets one, an operator another, the night the third."""
    bought, given_tier, waited = members_with(shop, "600.00", "600.00", "600.00")
    shop.later(days=10)
    shop.publish(ladder("300.00", "700.00", on_change="apply"), effective_from=shop.now)
    shop.buy(bought, "1.00")
    assign_tier(
        shop.conn, programme_id=shop.programme.id, member_id=given_tier, ladder="status", tier="gold",
        kind=AssignmentKind.manual, reason="goodwill", now=shop.now, by="tests",
    )  # fmt: skip
    assert (stands(shop, bought).tier, stands(shop, given_tier).earned) == ("silver", "silver")
    night(shop)
    assert stands(shop, waited).tier == "silver"
    assert {stands(shop, each).form for each in (bought, given_tier, waited)} == {2}
    with nothing_changes(shop):
        change_ladders(shop.conn, programme_id=shop.programme.id, now=shop.now)
    assert findings(shop.conn, shop.programme.organisation_id) == []


def test_another_metric_is_counted_from_what_happened(shop: Shop) -> None:
    often, once = members_with(shop, "30.00", "600.00")
    for _ in range(5):
        shop.later(days=1)
        shop.buy(often, "1.00")
    change(shop, ladder(3, 6, metric="visits", on_change="apply"))
    assert (stands(shop, often).tier, stands(shop, often).score) == ("gold", 6)
    assert (stands(shop, once).tier, stands(shop, once).score) == ("bronze", 1)
    # An order of before the change that comes late counts on the ladder that is there by now.
    shop.buy(once, "9.00", at=shop.now - timedelta(days=3))
    assert stands(shop, once).score == 2
    assert findings(shop.conn, shop.programme.organisation_id) == []


def test_a_year_that_is_over_is_judged_by_its_own_ladder(conn: Connection) -> None:
    """Thresholds of next year begin at the midnight at which this one is judged."""
    yearly: dict[str, Any] = {"window": {"by": "calendar", "unit": "year"}, "down": "at_period_end"}
    shop = open_shop(conn, ladder("200.00", "500.00", **yearly), now=START)
    (ada,) = members_with(shop, "250.00")
    shop.publish(
        ladder("400.00", "800.00", **yearly), effective_from=datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
    )  # midnight in Berlin
    shop.now = datetime(2027, 1, 1, 2, 0, tzinfo=UTC)
    night(shop)
    assert (stands(shop, ada).tier, stands(shop, ada).kept_until) == ("silver", date(2027, 12, 31))
    shop.now = datetime(2028, 1, 1, 2, 0, tzinfo=UTC)
    night(shop)
    assert stands(shop, ada).tier == "bronze"


@pytest.mark.parametrize(("on_change", "tier"), [("no_downgrade", "gold"), ("apply", "bronze")])
def test_a_tier_that_is_gone(shop: Shop, on_change: str, tier: str) -> None:
    (ada,) = members_with(shop, "250.00")
    document = ladder(on_change=on_change)
    del document["ladders"][0]["tiers"][1]
    change(shop, document)
    assert stands(shop, ada).tier == tier


def test_whoever_was_falling_keeps_the_time_that_was_left(conn: Connection) -> None:
    shop = open_shop(conn, ladder(window="1 month", grace="2 months"), now=START)
    (ada,) = members_with(shop, "250.00")
    shop.now = datetime(2026, 4, 3, 12, 0, tzinfo=UTC)
    night(shop)
    assert stands(shop, ada).fell_on == date(2026, 4, 2)
    change(shop, ladder("300.00", "600.00", window="1 month", on_change="apply"))
    assert (stands(shop, ada).tier, stands(shop, ada).kept_until) == ("silver", date(2026, 6, 2))


def test_a_return_does_not_cost_what_was_promised(conn: Connection) -> None:
    shop = open_shop(conn, ladder(downgrade_on_return=True), now=START)
    ada, ben = shop.enrol(), shop.enrol()
    small = shop.buy(ada, "20.00")
    shop.buy(ada, "250.00")
    large = shop.buy(ben, "450.00")
    change(shop, ladder("400.00", "800.00", downgrade_on_return=True))
    shop.give_back(ada, small)
    assert stands(shop, ada).tier == "silver"
    shop.give_back(ben, large, amount="100.00")
    assert stands(shop, ben).tier == "bronze"


def test_the_member_sees_no_earlier_day_than_before(shop: Shop) -> None:
    members = members_with(shop, "600.00", "250.00", "450.00")
    shop.later(days=30)

    def safe_until(who: UUID) -> date | None:
        rules = shelf(shop.conn, programme_id=shop.programme.id)
        (view,) = ladder_views(shop.conn, rules, member_id=who, now=shop.now)
        return view.kept_until

    before = [safe_until(each) for each in members]
    change(shop, ladder("440.00", "900.00", window="6 months"))
    assert [safe_until(each) for each in members] == before


CHANGES: list[dict[str, Any]] = [
    ladder("100.00", "300.00"),
    ladder("300.00", "900.00", on_change="apply"),
    ladder("400.00", "450.00", window="2 months", on_change="apply"),
    ladder(2, 4, metric="visits", on_change="apply"),
    ladder("150.00", "300.00", "350.00", window={"by": "calendar", "unit": "quarter"}, down="at_period_end"),
    ladder("300.00", window=None, down="never"),
]
LADDERS: list[dict[str, Any]] = [
    {"window": "3 months"},
    {"window": "2 months", "down": "one_step", "grace": "20 days"},
    {"window": {"by": "calendar", "unit": "quarter"}, "down": "at_period_end"},
    {"window": {"by": "anniversary", "of": "joining"}, "down": "at_period_end"},
]
BUYS = st.lists(st.tuples(st.integers(0, 250), st.sampled_from(["40.00", "110.00", "260.00"])), max_size=8)


@pytest.mark.parametrize("form", range(len(LADDERS)))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(buys=BUYS, which=st.integers(0, len(CHANGES) - 1), changed=st.integers(0, 200), back=st.integers(0, 60))
def test_going_back_is_as_if_nothing_had_changed(
    conn: Connection, form: int, buys: list[tuple[int, str]], which: int, changed: int, back: int
) -> None:
    """Two shops with the same orders; in one the ladder changes, and goes back. Nights come every day in both."""
    here = open_shop(conn, ladder(**LADDERS[form]), now=START)
    there = open_shop(here.conn, ladder(**LADDERS[form]), now=START)
    try:
        ada, eve = here.enrol(), there.enrol()
        for day in range(changed + back + 1):
            for shop, who in ((here, ada), (there, eve)):
                shop.now = START + timedelta(days=day)
                night(shop)
                if day == changed and shop is there:
                    change(shop, CHANGES[which])
                if day == changed + back and shop is there:
                    change(shop, ladder(**LADDERS[form], on_change="restore"))
                    night(shop)
                for _, total in [each for each in buys if each[0] == day]:
                    shop.buy(who, total, at=shop.now + timedelta(minutes=1))
        for shop, who in ((here, ada), (there, eve)):
            shop.later(minutes=5)
            shop.buy(who, "1.00")
        assert seen(stands(there, eve)) == seen(stands(here, ada))
        assert findings(there.conn, there.programme.organisation_id) == []
    finally:
        there.conn.close()


def seen(standing: Standing) -> tuple[Any, ...]:
    own = standing.own, standing.tier, standing.score, standing.counted_from
    return (*own, standing.fell_on, standing.kept_until, standing.assigned, standing.assigned_until == NEVER)


def refused(shop: Shop, verb: Any, *args: Any, code: str, **terms: Any) -> None:
    with nothing_changes(shop), pytest.raises(Refusal) as told:
        verb(shop.conn, *args, of=shop.programme, by="ada@example.org", now=shop.now, **terms)
    assert told.value.code == code


def test_what_cannot_be_changed_or_taken_back(shop: Shop) -> None:
    members_with(shop, "250.00")
    shop.later(days=1)
    terms: dict[str, Any] = {"effective_from": shop.now, "note": ""}
    restores = Rulebook.model_validate(ladder("300.00", "600.00", on_change="restore"))
    refused(shop, publish_rulebook, restores, code="ladder_not_the_one_before", **terms)
    refused(shop, propose_rulebook, restores, code="ladder_not_the_one_before", **terms)
    refused(shop, undo_ladder_change, ladder="status", code="ladder_never_changed")
    refused(shop, undo_ladder_change, ladder="club", code="ladder_not_found")
    change(shop, ladder(second_person=True))
    takes = Rulebook.model_validate(ladder("300.00", "600.00", on_change="apply"))
    refused(shop, publish_rulebook, takes, code="ladder_change_needs_approval", **terms)
    # Who gives a tier to everybody needs nobody else, and nor does who takes nothing at once.
    kind = Rulebook.model_validate(ladder("300.00", "600.00"))
    assert publish_rulebook(shop.conn, kind, of=shop.programme, by="ada@example.org", now=shop.now, **terms) == 3


def test_a_second_person_agrees_that_tiers_go(shop: Shop) -> None:
    (ada,) = members_with(shop, "250.00")
    change(shop, ladder(second_person=True))
    takes = Rulebook.model_validate(ladder("300.00", "600.00", on_change="apply"))
    terms: dict[str, Any] = {"of": shop.programme, "now": shop.now}
    done = propose_rulebook(shop.conn, takes, effective_from=shop.now, note="", by="ada@example.org", **terms)
    assert done.version is None
    assert done.proposal is not None
    assert stands(shop, ada).tier == "silver"
    approve: dict[str, Any] = {"proposal_id": done.proposal.id}
    refused(shop, approve_rulebook, code="own_rulebook", **approve)
    approve_rulebook(shop.conn, by="eve@example.org", **approve, **terms)
    assert stands(shop, ada).tier == "bronze"


def test_the_preview_is_what_happens(shop: Shop) -> None:
    """Also of going back, and of going back again."""
    members = members_with(shop, "600.00", "250.00", "150.00", "450.00", "")
    shop.later(days=40)
    for on_change in ("no_downgrade", "apply"):
        document = ladder("300.00", "400.00", window="6 months", on_change=on_change)
        terms: dict[str, Any] = {"of": shop.programme, "effective_from": shop.now, "now": shop.now}
        with nothing_changes(shop):
            (told,) = preview_ladder_change(shop.conn, Rulebook.model_validate(document), **terms)
        change(shop, document)
        done = changeovers(shop.conn, programme_id=shop.programme.id)[0]
        assert (told.up, told.down, told.kept, told.members) == (done.up, done.down, done.kept, len(members))
        was = [stands(shop, each).tier for each in members]
        for _ in range(2):
            shop.later(days=1)
            back: dict[str, Any] = {"of": shop.programme, "ladder": "status", "now": shop.now}
            with nothing_changes(shop):
                told = preview_undo(shop.conn, **back)
            undo_ladder_change(shop.conn, by="ada@example.org", **back)
            done = changeovers(shop.conn, programme_id=shop.programme.id)[0]
            assert (told.up, told.down, told.kept) == (done.up, done.down, done.kept)
        assert [stands(shop, each).tier for each in members] == was
        shop.later(days=1)
        undo_ladder_change(shop.conn, of=shop.programme, ladder="status", by="ada@example.org", now=shop.now)
        shop.later(days=1)
    assert [stands(shop, each).tier for each in members] == ["gold", "silver", "bronze", "silver", "bronze"]
    assert findings(shop.conn, shop.programme.organisation_id) == []


def test_a_change_that_was_stopped_goes_on(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    members = members_with(shop, *["250.00"] * 5)
    monkeypatch.setattr(flow, "_BATCH", 2)
    shop.later(days=1)
    shop.publish(ladder("300.00", "600.00", on_change="apply"), effective_from=shop.now)
    change_ladders(shop.conn, programme_id=shop.programme.id, now=shop.now, most_batches=1)
    (done,) = changeovers(shop.conn, programme_id=shop.programme.id)
    assert (done.total, done.done, done.finished_at) == (5, 2, None)
    assert findings(shop.conn, shop.programme.organisation_id) == []
    # Whom the change has not reached yet is shown on the ladder that was there before.
    rules = shelf(shop.conn, programme_id=shop.programme.id)
    tiers = [ladder_views(shop.conn, rules, member_id=each, now=shop.now)[0].tier.id for each in members]
    assert sorted(tiers) == ["bronze"] * 2 + ["silver"] * 3
    assert change_ladders(shop.conn, programme_id=shop.programme.id, now=shop.now) == 3
    (done,) = changeovers(shop.conn, programme_id=shop.programme.id)
    assert (done.done, done.down) == (5, 5)
    assert done.finished_at is not None


def test_what_staff_gave_stays_through_all_of_it(shop: Shop) -> None:
    (ada,) = members_with(shop, "250.00")
    assign_tier(
        shop.conn, programme_id=shop.programme.id, member_id=ada, ladder="status", tier="gold",
        kind=AssignmentKind.manual, reason="goodwill", now=shop.now, by="tests",
    )  # fmt: skip
    shop.later(days=1)
    change(shop, ladder("300.00", "600.00", on_change="apply"))
    assert (stands(shop, ada).tier, stands(shop, ada).own) == ("gold", "bronze")
    shop.later(days=1)
    undo_ladder_change(shop.conn, of=shop.programme, ladder="status", by="tests", now=shop.now)
    assert (stands(shop, ada).tier, stands(shop, ada).own, stands(shop, ada).since) == ("gold", "silver", START)
    assert findings(shop.conn, shop.programme.organisation_id) == []
