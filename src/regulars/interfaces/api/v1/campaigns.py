"""Campaigns: what they promise, what they gave so far, and what their budgets have left."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from ninja import Query, Router
from pydantic import Field

from regulars.domain.access.contracts import Scope
from regulars.domain.earning.limits_words import campaign_words
from regulars.domain.earning.rounding import exact_text
from regulars.domain.programmes.queries import draft, shelf
from regulars.flows.look_at_draft import shelf_with_draft
from regulars.insight.calendar_items import ItemKind
from regulars.insight.campaign_calendar import OnDays, OverlapOnDays, campaign_calendar
from regulars.insight.campaign_list import BudgetLeft, CampaignState, CampaignView, campaign_list
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.v1.shapes import Amount, Output
from regulars.kernel.clock import local_day
from regulars.kernel.money import decimals_of

router = Router()


class CampaignBudget(Output):
    """A budget in the present period. most, taken, left: points, or money in the programme's currency."""

    measure: Literal["points", "money"]
    each: Literal["total", "day", "month"] = Field(description="In total, or anew each day or month")
    most: Decimal
    taken: Decimal = Field(description="Net of what came back")
    left: Decimal


class CampaignShown(Output):
    """One campaign of the rulebook in force."""

    id: str
    name: str
    state: CampaignState = Field(description="used_up: the budget has nothing left in the present period")
    valid_from: datetime | None
    valid_until: datetime | None
    text: str = Field(description="The campaign in plain words")
    points: int = Field(description="All points given so far, net of what came back")
    cost: Amount = Field(description="What these points are worth")
    budget: CampaignBudget | None


class CampaignList(Output):
    """Every campaign of the rulebook in force."""

    items: list[CampaignShown]


@router.get(
    "/campaigns",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=CampaignList,
    summary="List campaigns",
    operation_id="list_campaigns",
)
def list_campaigns(request: ApiRequest) -> CampaignList:
    """The campaigns of the rulebook in force, with what they gave so far and what is left of their budgets."""
    rules = shelf(request.conn, programme_id=request.programme_id)
    found = campaign_list(request.conn, rules, now=request.now)
    terms = rules.in_force(max(request.now, rules.starts[0])).rulebook.terms() if found else None
    return CampaignList(
        items=[
            _shown(each, "" if terms is None else str(campaign_words(each.campaign, terms)), rules.programme.currency)
            for each in found
        ]
    )


class CalendarItem(Output):
    """Something that runs, rests or changes."""

    kind: ItemKind = Field(description="rule: with dates of its own; version, ladder: at one instant")
    id: str = Field(description="Of the campaign, rule or ladder; the number of the version; the event of the occasion")
    name: str
    text: str = Field(description="In plain words")
    starts_at: datetime
    ends_at: datetime | None = Field(description="Not included; null: no end. The same as starts_at: an instant")
    first_day: date = Field(description="Of those that were asked for, in the programme's time zone")
    last_day: date = Field(description="Included")
    budget: CampaignBudget | None = Field(description="Of a campaign, in the present period")


class CalendarOverlap(Output):
    """Two that can count for the same purchase, on these days."""

    first: str = Field(description="The id of a campaign, or of a rule with dates of its own")
    first_name: str
    second: str
    second_name: str
    first_day: date
    last_day: date = Field(description="Included")
    only_one_counts: bool = Field(description="Whether a stacking group lets only one of them count")


class CalendarShown(Output):
    """What runs on which days."""

    since: date
    until: date = Field(description="Not included")
    time_zone: str
    items: list[CalendarItem]
    overlaps: list[CalendarOverlap]


@router.get(
    "/campaigns/calendar",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=CalendarShown,
    summary="Get the calendar of campaigns",
    operation_id="get_campaign_calendar",
)
def get_calendar(
    request: ApiRequest,
    since: Annotated[
        date | None, Query(alias="from", description="The first local day; today where it is left out")
    ] = None,
    until: Annotated[
        date | None, Query(description="The day after the last one; 31 days on where it is left out")
    ] = None,
    draft_number: Annotated[
        int | None, Query(alias="draft", ge=1, le=2**31 - 1, description="As if this draft came into force at its time")
    ] = None,
) -> CalendarShown:
    """Campaigns, rules with dates, pauses, versions, ladders that change and occasions, day by day.

    Past days show what was in force then. Whatever can count for the same purchase on the same day is named.
    """
    rules = shelf(request.conn, programme_id=request.programme_id)
    programme = rules.programme
    if draft_number is not None:
        found = draft(request.conn, programme_id=request.programme_id, draft_id=draft_number)
        rules = shelf_with_draft(request.conn, found, of=programme, now=request.now)
    begins = since or local_day(request.now, programme.time_zone)
    ends = until or begins + min(timedelta(days=31), date.max - begins)
    calendar = campaign_calendar(
        request.conn, rules, since=begins, until=ends, now=request.now, planned=draft_number is None
    )
    return CalendarShown(
        since=calendar.since,
        until=calendar.until,
        time_zone=programme.time_zone,
        items=[_item(each) for each in calendar.items],
        overlaps=[_overlap(each) for each in calendar.overlaps],
    )


def _item(each: OnDays) -> CalendarItem:
    return CalendarItem(
        kind=each.item.kind,
        id=each.item.id,
        name=str(each.item.name),
        text=str(each.item.words),
        starts_at=each.item.starts,
        ends_at=None if each.is_open else each.item.ends,
        first_day=each.first,
        last_day=each.last,
        budget=None if each.budget is None else _budget(each.budget),
    )


def _overlap(each: OverlapOnDays) -> CalendarOverlap:
    return CalendarOverlap(
        first=each.overlap.first[0],
        first_name=each.overlap.first[1],
        second=each.overlap.second[0],
        second_name=each.overlap.second[1],
        first_day=each.first,
        last_day=each.last,
        only_one_counts=bool(each.overlap.group),
    )


def _shown(view: CampaignView, text: str, currency: str) -> CampaignShown:
    campaign = view.campaign
    return CampaignShown(
        id=campaign.id,
        name=campaign.name,
        state=view.state,
        valid_from=campaign.valid_from,
        valid_until=campaign.valid_until,
        text=text,
        points=view.points,
        cost=Amount(amount=_money(view.worth, currency), currency=currency),
        budget=None if view.budget is None else _budget(view.budget),
    )


def _budget(left: BudgetLeft) -> CampaignBudget:
    return CampaignBudget(
        measure="points" if left.budget.money is None else "money",
        each=left.budget.each,
        most=_plain(left.most),
        taken=_plain(left.taken),
        left=_plain(left.left),
    )


def _money(amount: Decimal, currency: str) -> Decimal:
    """With the decimals of the currency, and more only where a point is worth less than its smallest coin."""
    plain, coin = _plain(amount), Decimal(1).scaleb(-decimals_of(currency))
    return plain.quantize(coin) if plain == plain.quantize(coin) else plain


def _plain(number: Decimal) -> Decimal:
    """Without the zeros that the table keeps."""
    return Decimal(exact_text(number))
