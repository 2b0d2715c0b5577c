"""The demo's main job: members enrol, orders come day by day, nights pass, and members redeem along the way.

It goes through the same flows as the API. Every step is idempotent, so a run that was stopped is simply run again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from heapq import merge
from itertools import groupby, islice
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from rich.progress import Progress, TaskID

from regulars.database.pool import Connection
from regulars.database.scope import scoped
from regulars.domain.events.contracts import ORDER, Event
from regulars.domain.ledger.queries import owners_with_at_least
from regulars.domain.members.contracts import NewMember
from regulars.domain.members.queries import external_ids_of
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.document import require_valid
from regulars.domain.programmes.queries import programme_by_code, shelf
from regulars.domain.rewards.contracts import RewardDraft
from regulars.domain.rewards.queries import count_redemptions, reward_by_code
from regulars.flows.enrol_member import Enrolled, enrol_members
from regulars.flows.found_programme import found_programme
from regulars.flows.nightly_work import nightly_work
from regulars.flows.process_events import process_events
from regulars.flows.redeem_reward import redeem_reward
from regulars.flows.verify_books import verify_books
from regulars.insight.programme_health import members_by_tier, totals
from regulars.interfaces.commandline.completejourney import (
    read_coupon_redemptions,
    read_facts,
    read_members,
    read_orders,
)
from regulars.kernel.clock import local_day, start_of_day
from regulars.kernel.errors import Refusal
from regulars.kernel.money import from_minor

Item = TypeVar("Item")

CODE = "complete-journey"
RULEBOOK = Path(__file__).resolve().parents[4] / "programmes" / "complete-journey.yaml"
FIRST_INSTANT_AFTER = datetime(2018, 1, 1, 5, 0, tzinfo=UTC)
"""Midnight in New York after the last order of the data."""
_BATCH = 500
_REDEEMING_PERCENT = 80
_CATALOGUE = (
    RewardDraft(
        code="five-dollars",
        type="discount_voucher",
        name="$5 off your shopping",
        description="Show the code at the till or type it at check-out.",
        price=500,
        parameters={"amount": "5.00", "valid_for": "90 days"},
    ),
    RewardDraft(
        code="ten-dollars",
        type="discount_voucher",
        name="$10 off your shopping",
        description="For an order of $20 or more.",
        price=950,
        parameters={"amount": "10.00", "minimum_order": "20.00", "valid_for": "90 days"},
    ),
    RewardDraft(
        code="tenth-off",
        type="discount_voucher",
        name="10% off a big shop",
        description="For an order of $50 or more. One each.",
        price=1500,
        parameters={"percent": "10", "minimum_order": "50.00", "valid_for": "6 months"},
        limit_per_member=1,
    ),
)


@dataclass(frozen=True, slots=True)
class DemoRun:
    """What a run did. orders_new: orders that this run brought in; seconds_new: how long that took."""

    programme: Programme
    weeks_moved: int
    orders_new: int
    seconds_new: float


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What the demo's programme looks like now. findings: sentences of checks that did not pass."""

    programme: str
    currency: str
    members: int
    orders: int
    sales: Decimal
    points_issued: int
    points_redeemed: int
    points_expired: int
    points_outstanding: int
    members_by_tier: dict[str, int]
    redemptions: int
    orders_new: int
    orders_per_second: float | None
    weeks_moved: int
    checks: int
    findings: list[str]
    seconds: float


def demo_programme(conn: Connection) -> Programme | None:
    """The demo's programme, where it was founded."""
    return programme_by_code(conn, code=CODE)


def run_demo(conn: Connection, progress: Progress, *, now: datetime) -> DemoRun:
    """Brings in what is missing: nothing when the year is complete."""
    programme = demo_programme(conn) or _found(conn, now=now)
    with scoped(conn, programme.organisation_id):
        return _run(conn, programme, progress, now=now)


def _run(conn: Connection, programme: Programme, progress: Progress, *, now: datetime) -> DemoRun:
    weeks = (programme.founded_at - FIRST_INSTANT_AFTER) // timedelta(weeks=1)
    facts = read_facts()
    point_type = shelf(conn, programme_id=programme.id).point_types["points"]
    before = totals(conn, programme_id=programme.id, point_type=point_type)
    bar = progress.add_task("Orders of a year", total=facts.orders, completed=before.orders, note="")
    if before.orders >= facts.orders:
        return DemoRun(programme, weeks, 0, 0.0)
    started = progress.get_time()
    year = _Year(conn, programme, timedelta(weeks=weeks), progress, bar)
    year.live(since=before.latest, until=now)
    return DemoRun(programme, weeks, facts.orders - before.orders, progress.get_time() - started)


def summary_of(conn: Connection, run: DemoRun, *, seconds: float) -> DemoSummary:
    """The programme in figures, with the books checked."""
    rules = shelf(conn, programme_id=run.programme.id)
    found = totals(conn, programme_id=run.programme.id, point_type=rules.point_types["points"])
    ladder = rules.latest.rulebook.ladders[0]
    by_tier = members_by_tier(conn, programme_id=run.programme.id, ladder=ladder.id)
    # A year that was there already was checked when it came in; a second start should take a moment.
    results = verify_books(conn, organisation_id=run.programme.organisation_id).results if run.orders_new else ()
    currency = run.programme.currency
    return DemoSummary(
        programme=run.programme.name,
        currency=currency,
        members=found.members,
        orders=found.orders,
        sales=from_minor(found.spent_minor, currency),
        points_issued=found.issued,
        points_redeemed=found.redeemed,
        points_expired=found.expired,
        points_outstanding=found.outstanding,
        members_by_tier={tier.name: by_tier.get(tier.id, 0) for tier in ladder.tiers},
        redemptions=count_redemptions(conn, programme_id=run.programme.id),
        orders_new=run.orders_new,
        orders_per_second=run.orders_new / run.seconds_new if run.orders_new else None,
        weeks_moved=run.weeks_moved,
        checks=len(results),
        findings=[f"{result.title}: {result.count}" for result in results if result.count],
        seconds=round(seconds, 1),
    )


class _Year:
    """The data's year, moved forward by whole weeks so that it ends now; weekdays and hours stay."""

    def __init__(
        self, conn: Connection, programme: Programme, moved: timedelta, progress: Progress, bar: TaskID
    ) -> None:
        self._conn = conn
        self._programme = programme
        self._moved = moved
        self._progress = progress
        self._bar = bar
        self._redeemers: dict[bytes, str] = {}
        self._rewards = {
            draft.code: reward_by_code(conn, programme_id=programme.id, code=draft.code) for draft in _CATALOGUE
        }

    def live(self, *, since: datetime | None, until: datetime) -> None:
        """Every day from the one of `since` (which may be half done) to the one of `until`."""
        zone = self._programme.time_zone
        first = None if since is None else local_day(since, zone)
        joining = groupby(self._members(), key=lambda member: local_day(member.enrolled_at or until, zone))
        newcomers = {day: list(members) for day, members in joining}
        if first is not None:
            self._remember_redeemers()
        for day, happened in groupby(self._events(), key=lambda event: local_day(event.occurred_at, zone)):
            if first is not None and day < first:
                continue
            self._day(day, newcomers.get(day, []), happened)
        nightly_work(self._conn, programme_id=self._programme.id, now=until)

    def _day(self, day: date, newcomers: list[NewMember], happened: Iterator[Event]) -> None:
        programme = self._programme
        midnight = start_of_day(day + timedelta(days=1), programme.time_zone)
        for batch in _batches(iter(newcomers)):
            joined = enrol_members(self._conn, batch, programme_id=programme.id, via="demo", now=midnight)
            for new, result in zip(batch, joined, strict=True):
                if not isinstance(result, Enrolled):
                    raise result
                self._note_redeemer(result.member_id, str(new.external_id))
        for events in _batches(happened):
            outcomes = process_events(self._conn, events, programme_id=programme.id, now=midnight)
            wrong = [outcome for outcome in outcomes if outcome.status not in (200, 201)]
            if wrong:
                raise RuntimeError(f"an order of the demo was refused: {wrong[0].body.decode()}")
            orders = sum(event.type == ORDER for event in events)
            self._progress.update(self._bar, advance=orders, note=f"{day:%b %Y}")
        nightly_work(self._conn, programme_id=programme.id, now=midnight)
        self._redeem(midnight)

    def _redeem(self, now: datetime) -> None:
        point_type = shelf(self._conn, programme_id=self._programme.id).point_types["points"]
        for owner, available in owners_with_at_least(self._conn, point_type=point_type, points=500):
            reward = self._rewards.get(self._redeemers.get(owner, ""))
            if reward is None or available < reward.price:
                continue
            try:
                redeem_reward(
                    self._conn,
                    programme_id=self._programme.id,
                    member_id=UUID(bytes=owner),
                    reward_id=reward.id,
                    now=now,
                    by="member",
                )
            except Refusal as refusal:
                if refusal.code != "limit_reached":
                    raise
                self._redeemers[owner] = "five-dollars"

    def _note_redeemer(self, member: UUID, household: str) -> None:
        """Four in five households redeem, each as soon as its favourite reward can be had."""
        drawn = sha256(f"redeems {household}".encode()).digest()
        if drawn[0] * 100 < _REDEEMING_PERCENT * 256:
            favourite = ("five-dollars",) * 6 + ("ten-dollars",) * 3 + ("tenth-off",)
            self._redeemers[member.bytes] = favourite[drawn[1] % len(favourite)]

    def _remember_redeemers(self) -> None:
        for household, member in external_ids_of(self._conn, programme_id=self._programme.id):
            self._note_redeemer(member, household)

    def _members(self) -> Iterator[NewMember]:
        for member in read_members():
            if member.enrolled_at is not None:
                yield replace(member, enrolled_at=member.enrolled_at + self._moved)

    def _events(self) -> Iterator[Event]:
        """Orders and, between them, the coupons that were handed in."""
        for event in merge(read_orders(), read_coupon_redemptions(), key=lambda event: event.occurred_at):
            event.occurred_at += self._moved
            yield event


def _batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    while batch := list(islice(items, _BATCH)):
        yield batch


def _found(conn: Connection, *, now: datetime) -> Programme:
    rulebook = require_valid(RULEBOOK.read_bytes())
    return found_programme(
        conn, rulebook, organisation="Complete Journey Grocery", code=CODE, now=now, by="demo", rewards=_CATALOGUE
    )
