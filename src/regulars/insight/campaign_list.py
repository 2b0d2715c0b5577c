"""The campaigns of a programme: what each promises, what it gave so far, and what its budget has left. Read only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import psycopg

from regulars.domain.campaigns.queries import budget_uses
from regulars.domain.earning.campaigns import Campaign
from regulars.domain.earning.limits import Budget, period_start
from regulars.domain.programmes.queries import Shelf
from regulars.kernel.clock import local_day


class CampaignState(StrEnum):
    """used_up: within its dates, and its budget has nothing left in the present period."""

    planned = "planned"
    running = "running"
    used_up = "used_up"
    over = "over"


@dataclass(frozen=True, slots=True)
class BudgetLeft:
    """A budget in the present period. most, taken, left: in its own measure, points or money."""

    budget: Budget
    most: Decimal
    taken: Decimal
    left: Decimal


@dataclass(frozen=True, slots=True)
class CampaignView:
    """One campaign. points, worth: all it gave so far, net of what came back; worth in the programme's currency."""

    campaign: Campaign
    state: CampaignState
    points: int
    worth: Decimal
    budget: BudgetLeft | None


def campaign_list(conn: psycopg.Connection[Any], rules: Shelf, *, now: datetime) -> list[CampaignView]:
    """The campaigns of the version in force, in its order; of the first version before that is in force."""
    if not rules.rulebooks:
        return []
    rulebook = rules.in_force(max(now, rules.starts[0])).rulebook
    if not rulebook.campaigns:
        return []
    today = local_day(now, rules.programme.time_zone)
    uses = budget_uses(conn, programme_id=rules.programme.id)
    views = []
    for campaign in rulebook.campaigns:
        mine = [each for each in uses if each.key == f"campaign:{campaign.id}"]
        left = None
        if campaign.budget is not None:
            period = period_start(campaign.budget.each, today)
            left = _left(campaign.budget, sum((each.taken for each in mine if each.period == period), Decimal(0)))
        points, worth = sum(each.points for each in mine), sum((each.worth for each in mine), Decimal(0))
        views.append(CampaignView(campaign, _state(campaign, left, now), points, worth, left))
    return views


def _left(budget: Budget, taken: Decimal) -> BudgetLeft:
    most = Decimal(budget.points or 0) if budget.money is None else budget.money
    # A later version may have a smaller budget than was taken already.
    return BudgetLeft(budget, most, taken, max(most - taken, Decimal(0)))


def _state(campaign: Campaign, left: BudgetLeft | None, now: datetime) -> CampaignState:
    if campaign.valid_from is not None and now < campaign.valid_from:
        return CampaignState.planned
    if campaign.valid_until is not None and now >= campaign.valid_until:
        return CampaignState.over
    return CampaignState.used_up if left is not None and left.left == 0 else CampaignState.running
