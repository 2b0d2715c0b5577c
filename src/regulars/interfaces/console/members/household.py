"""A member's household: who is in it and what they have, and what an operator can do for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from regulars.domain.households.contracts import Mode, NotInHousehold, Role
from regulars.domain.households.debit_order import debit_orders
from regulars.domain.households.queries import household_of
from regulars.flows.live_together import (
    Act,
    accept_invitation,
    found_household,
    invite,
    leave_household,
    set_household,
    set_member,
)
from regulars.insight.household_view import Housemate, household_view_of
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.members.reading import known_member, main_point_type
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.interfaces.web.amounts import read_amount, step_of
from regulars.kernel.errors import Refusal

MOST_A_MONTH = 1_000_000_000


@dataclass(frozen=True, slots=True)
class MateShown:
    """A member of the household in the card."""

    id: UUID
    name: str
    url: str
    role: str
    note: str
    points: int
    is_owner: bool
    is_child: bool
    limit: int | None


@dataclass(frozen=True, slots=True)
class HouseholdCard:
    """What the card needs. mates: empty where the member is in no household; codes: invitations that wait.

    limit_label, step: of the field for what a member may spend in a month.
    """

    name: str
    how: str
    total: int
    pools: bool
    mates: list[MateShown]
    codes: list[str]
    orders: list[tuple[str, str, bool]]
    limit_label: str
    step: str


def card_of(desk: Desk, member: UUID) -> HouseholdCard | None:
    """The card; None where the rulebook knows no households and the member is in none."""
    found = household_view_of(desk.conn, member_id=member, point_type=main_point_type(desk), now=desk.now)
    if found is None:
        offered = desk.shelf.latest.households.allowed
        return (
            HouseholdCard("", "", 0, pools=False, mates=[], codes=[], orders=[], limit_label="", step="")
            if offered
            else None
        )
    order = debit_orders()[found.household.debit]
    pools = found.household.mode is Mode.pool
    shares = gettext("Everybody sees the points of all, and spends their own.")
    return HouseholdCard(
        name=found.household.name or gettext("Household"),
        how=words.sentence_case(words.said(order.words())) if pools else shares,
        total=found.total,
        pools=pools,
        mates=[_mate(each) for each in found.mates],
        codes=[each.code for each in found.invitations],
        orders=[
            (name, words.sentence_case(words.said(each.words())), name == found.household.debit)
            for name, each in debit_orders().items()
        ]
        if pools
        else [],
        limit_label=_limit_label(desk.counted_in),
        step=step_of(desk.counted_in),
    )


def _limit_label(currency: str) -> str:
    return f"{gettext('Amount a month')} ({words.currency(currency)})" if currency else gettext("Points a month")


def _mate(each: Housemate) -> MateShown:
    mine = each.membership
    note = "" if each.is_active else gettext("not active")
    if mine.monthly_limit is not None:
        note = gettext("at most %(amount)s a month") % {"amount": words.amount(mine.monthly_limit)}
    roles = {Role.owner: gettext("Owner"), Role.adult: gettext("Adult"), Role.child: gettext("Child")}
    return MateShown(
        mine.member_id,
        each.name or gettext("Without a name"),
        reverse("console:member", args=[mine.member_id]),
        roles[mine.role],
        note,
        each.available,
        mine.role is Role.owner,
        mine.role is Role.child,
        mine.monthly_limit,
    )


@operator_page("members")
def change_household(request: HttpRequest, desk: Desk, member: UUID) -> HttpResponse:
    """Does what the pressed button of the card says, and goes back to the member."""
    known_member(desk, member)
    if request.method == "POST":
        try:
            said = _do(desk, member, request.POST)
        except Refusal as refusal:
            told = in_words(refusal)
            messages.error(request, f"{told.title}. {told.detail} {told.remedy}")
        else:
            messages.success(request, said)
    return redirect("console:member", member)


def _do(desk: Desk, member: UUID, posted: Any) -> str:
    """What is then said. Raises Refusal."""
    act, do = Act(desk.programme.id, desk.now, desk.by), posted.get("do", "")
    if do == "found":
        found_household(desk.conn, act, member_id=member)
        return gettext("The household is there. Invite somebody.")
    if do == "join":
        accept_invitation(desk.conn, act, member_id=member, code=posted.get("code", ""))
        return gettext("The member has joined the household.")
    found = household_of(desk.conn, member_id=member)
    if found is None:
        return gettext("The member is in no household.")
    role = Role.child if posted.get("role") == "child" else Role.adult
    monthly_limit = read_amount(posted.get("monthly_limit", ""))
    monthly_limit = None if monthly_limit is None or monthly_limit < 0 else min(monthly_limit, MOST_A_MONTH)
    if do == "member":
        set_member(
            desk.conn, act, household_id=found.id, member_id=_mate_of(posted.get("mate", "")), role=role,
            monthly_limit=monthly_limit,
        )  # fmt: skip
        return gettext("Saved. It holds for what is spent from now on.")
    if do == "invite":
        made = invite(desk.conn, act, household_id=found.id, role=role, monthly_limit=monthly_limit)
        return gettext("The code of the invitation is %(code)s; it lasts seven days.") % {"code": made.code}
    if do == "debit":
        set_household(desk.conn, act, household_id=found.id, debit=posted.get("debit", ""))
        return gettext("The household pays in another order from now on.")
    leave_household(desk.conn, act, household_id=found.id, member_id=member)
    return gettext("The member has left the household, with their own points.")


def _mate_of(text: str) -> UUID:
    """Who is meant. Raises NotInHousehold for what names nobody."""
    try:
        return UUID(hex=text)
    except ValueError:
        raise NotInHousehold from None
