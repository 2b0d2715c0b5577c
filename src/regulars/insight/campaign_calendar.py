"""The calendar of campaigns: what runs on which days, what it has of its budget, and what meets. Read only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import psycopg

from regulars.domain.programmes.contracts import DraftState
from regulars.domain.programmes.queries import Shelf, drafts
from regulars.insight.calendar_items import FOREVER, Item, ItemKind, items_of, reigns
from regulars.insight.calendar_overlaps import Overlap, overlaps_in
from regulars.insight.campaign_list import BudgetLeft, campaign_list
from regulars.kernel.clock import local_day, start_of_day
from regulars.kernel.errors import Refusal
from regulars.kernel.words import Sentence

LONGEST = timedelta(days=400)
"""A year and a bit: what one call shows."""
FIRST, LAST = date(1995, 1, 1), date(2999, 12, 31)
"""Days that a calendar shows: what a programme can have lived, and whatever it can plan."""
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class OnDays:
    """An item and the local days of the calendar on which it runs, both included. budget: in the present period."""

    item: Item
    first: date
    last: date
    budget: BudgetLeft | None

    @property
    def is_open(self) -> bool:
        """Whether it has no end."""
        return self.item.ends == FOREVER


@dataclass(frozen=True, slots=True)
class OverlapOnDays:
    """An overlap and its local days, both included."""

    overlap: Overlap
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class CampaignCalendar:
    """since, until: local days, the second one not included."""

    since: date
    until: date
    items: list[OnDays]
    overlaps: list[OverlapOnDays]


def campaign_calendar(
    conn: psycopg.Connection[Any], rules: Shelf, *, since: date, until: date, now: datetime, planned: bool = True
) -> CampaignCalendar:
    """What runs between two local days. planned: drafts that are scheduled are named on their days. Raises Refusal."""
    _check(since, until)
    time_zone = rules.programme.time_zone
    opens, closes = start_of_day(since, time_zone), start_of_day(until, time_zone)
    budgets = {each.campaign.id: each.budget for each in campaign_list(conn, rules, now=now)}

    def days(starts: datetime, ends: datetime) -> tuple[date, date]:
        last = starts if starts == ends else min(ends, closes) - _INSTANT
        return local_day(max(starts, opens), time_zone), local_day(last, time_zone)

    found = [*items_of(rules), *(_scheduled(conn, rules) if planned else [])]
    items = [
        OnDays(each, *days(each.starts, each.ends), budgets.get(each.id) if each.kind is ItemKind.campaign else None)
        for each in found
        if each.meets(opens, closes)
    ]
    overlaps = [
        OverlapOnDays(each, *days(each.starts, each.ends)) for each in overlaps_in(reigns(rules), opens, closes)
    ]
    order = list(ItemKind)
    items.sort(key=lambda each: (each.first, order.index(each.item.kind), each.item.starts, each.item.id))
    return CampaignCalendar(since, until, items, overlaps)


def _scheduled(conn: psycopg.Connection[Any], rules: Shelf) -> list[Item]:
    found = []
    for each in drafts(conn, programme_id=rules.programme.id):
        if each.state is DraftState.scheduled and each.scheduled_for is not None:
            name = Sentence("Draft “{name}”", {"name": each.name})
            text = Sentence("It comes into force as a new version")
            at = each.scheduled_for
            found.append(Item(ItemKind.version, f"draft:{each.id}", name, text, at, at))
    return found


def _check(since: date, until: date) -> None:
    if since >= until:
        raise Refusal(
            "window_empty",
            "The window has no time in it",
            detail=f"It begins on {since:%-d %b %Y} and ends on {until:%-d %b %Y}.",
            remedy="Let it begin before it ends.",
            field="until",
        )
    if since < FIRST or until > LAST:
        raise Refusal(
            "window_out_of_reach",
            "No calendar goes that far",
            detail=f"{since.isoformat()} until {until.isoformat()} is not between {FIRST.year} and {LAST.year}.",
            remedy="Ask for days that a programme can have.",
            field="since" if since < FIRST else "until",
        )
    if until - since > LONGEST:
        raise Refusal(
            "window_too_long",
            "The window is too long",
            detail=f"{(until - since).days} days were asked for; a calendar shows at most {LONGEST.days}.",
            remedy=f"Ask for {LONGEST.days} days or fewer, and for the next ones after that.",
            field="until",
        )
