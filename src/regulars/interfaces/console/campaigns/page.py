"""The campaigns: what they promise, what they gave and cost so far, and what their budgets have left."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from regulars.domain.earning.limits_words import campaign_words
from regulars.domain.earning.strategy import Terms
from regulars.insight.campaign_list import BudgetLeft, CampaignState, CampaignView, campaign_list
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.labels import Label
from regulars.interfaces.web import words


@dataclass(frozen=True, slots=True)
class BudgetShown:
    """A budget as a bar. value, largest: hundredths, for the bar alone; taken, left: in words."""

    value: int
    largest: int
    taken: str
    left: str


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """One campaign for the list."""

    id: str
    name: str
    text: str
    state: Label
    points: int
    cost: str
    budget: BudgetShown | None


@operator_page("campaigns")
def campaigns_page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The campaigns of the rulebook in force."""
    found = campaign_list(desk.conn, desk.shelf, now=desk.now)
    rows: list[CampaignRow] = []
    if found:
        terms = desk.shelf.in_force(max(desk.now, desk.shelf.starts[0])).rulebook.terms()
        rows = [_row(each, terms, desk.programme.currency) for each in found]
    return desk.page(request, "console/campaigns/list.html", {"campaigns": rows})


def _row(view: CampaignView, terms: Terms, currency: str) -> CampaignRow:
    return CampaignRow(
        id=view.campaign.id,
        name=view.campaign.name,
        text=words.said(campaign_words(view.campaign, terms)),
        state=_state(view.state),
        points=view.points,
        cost=words.money(view.worth, currency),
        budget=None if view.budget is None else budget_shown(view.budget, currency),
    )


def budget_shown(left: BudgetLeft, currency: str) -> BudgetShown:
    """How much of a budget is given, for a bar and in words."""

    def said(amount: Decimal) -> str:
        return words.number(amount) if left.budget.money is None else words.money(amount, currency)

    return BudgetShown(
        value=int(left.taken * 100),
        largest=int(max(left.most, left.taken) * 100),
        taken=gettext("%(taken)s of %(most)s given") % {"taken": said(left.taken), "most": said(left.most)},
        left=gettext("%(left)s left") % {"left": said(left.left)},
    )


def _state(state: CampaignState) -> Label:
    if state is CampaignState.running:
        return Label(gettext("Running"), "success")
    if state is CampaignState.planned:
        return Label(gettext("Planned"), "info")
    if state is CampaignState.used_up:
        return Label(gettext("Budget used up"), "warning")
    return Label(gettext("Over"), "neutral")
