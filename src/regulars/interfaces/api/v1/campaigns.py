"""Campaigns: what they promise, what they gave so far, and what their budgets have left."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

from ninja import Router
from pydantic import Field

from regulars.domain.access.contracts import Scope
from regulars.domain.earning.limits_words import campaign_words
from regulars.domain.earning.rounding import exact_text
from regulars.domain.programmes.queries import shelf
from regulars.insight.campaign_list import BudgetLeft, CampaignState, CampaignView, campaign_list
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.v1.shapes import Amount, Output
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
