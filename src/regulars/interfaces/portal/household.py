"""The member's household: who is in it, what they have together, inviting, joining, leaving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from regulars.domain.households.contracts import Household, Invitation, Mode, Role
from regulars.domain.households.debit_order import debit_orders
from regulars.flows.live_together import (
    Act,
    accept_invitation,
    found_household,
    invite,
    leave_household,
    withdraw_invitation,
)
from regulars.insight.household_view import HouseholdView, Housemate, household_view_of
from regulars.interfaces.portal.labels import isolated
from regulars.interfaces.portal.refusals import in_members_words
from regulars.interfaces.portal.visit import BY_MEMBER, Visit, member_page
from regulars.interfaces.web import words
from regulars.interfaces.web.amounts import AmountField
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.errors import Refusal


@dataclass(frozen=True, slots=True)
class MateShown:
    """A member of the household on the page. remove: the id to remove by, where the reader may."""

    name: str
    role: str
    points: str
    note: str
    remove: str


@dataclass(frozen=True, slots=True)
class InvitationShown:
    """A code that waits. link: the address that opens it."""

    code: str
    role: str
    link: str
    until: str


class FoundForm(KitForm):
    """How the household is called."""

    name = forms.CharField(label=gettext_lazy("Name of the household"), max_length=60, required=False)


class JoinForm(KitForm):
    """The code that somebody sent."""

    code = forms.CharField(label=gettext_lazy("Code of your invitation"), max_length=40)


class InviteForm(KitForm):
    """As what somebody is invited."""

    role = forms.ChoiceField(
        label=gettext_lazy("Who joins"),
        choices=[("adult", gettext_lazy("An adult")), ("child", gettext_lazy("A child"))],
    )
    monthly_limit = AmountField(
        label=gettext_lazy("Points a month"),
        money_label=gettext_lazy("Amount a month"),
        required=False,
        least=0,
        most=1_000_000_000,
        help_text=gettext_lazy("How much they may spend together with you; empty: as much as there is."),
    )


def role_of(role: Role) -> str:
    """The role in words."""
    return {Role.owner: gettext("Owner"), Role.adult: gettext("Adult"), Role.child: gettext("Child")}[role]


def called(found: Household) -> str:
    """The household's name, or a word for one without."""
    return isolated(found.name) if found.name else gettext("Your household")


@member_page("household")
def household(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The household, or the ways into one. Each button sends what it does."""
    if request.method == "POST":
        return _do(request, visit)
    return _page(request, visit, code=request.GET.get("code", "")[:40])


def _do(request: HttpRequest, visit: Visit) -> HttpResponse:
    found = _found(visit)
    form = {"found": FoundForm, "join": JoinForm, "invite": InviteForm}.get(request.POST.get("do", ""))
    filled = None if form is None else form(request.POST)
    if filled is not None and not filled.is_valid():
        return _page(request, visit, failed=filled)
    try:
        said = _act(request, visit, found, filled.cleaned_data if filled else {})
    except Refusal as refusal:
        told = in_members_words(refusal)
        if filled is None:
            messages.error(request, f"{told.title}. {told.detail} {told.remedy}")
            return redirect("portal:household")
        filled.refuse(told)
        return _page(request, visit, failed=filled)
    if said:
        messages.success(request, said)
    return redirect("portal:household")


def _act(request: HttpRequest, visit: Visit, found: HouseholdView | None, filled: dict[str, Any]) -> str:
    """Does it; what is then said. Raises Refusal."""
    me, act = visit.person.id, Act(visit.programme.id, visit.now, BY_MEMBER, visit.person.id)
    do = request.POST.get("do", "")
    if do == "found":
        found_household(visit.conn, act, member_id=me, name=filled["name"])
        return gettext("Your household is there. Invite somebody.")
    if do == "join":
        joined = accept_invitation(visit.conn, act, member_id=me, code=filled["code"])
        return gettext("Welcome to %(household)s.") % {"household": called(joined)}
    if found is None:
        return ""
    if do == "invite":
        role = Role[filled["role"]]
        invite(visit.conn, act, household_id=found.household.id, role=role, monthly_limit=filled["monthly_limit"])
        return gettext("The invitation is ready. Send the code or the link.")
    if do == "withdraw":
        withdraw_invitation(visit.conn, act, code=request.POST.get("code", ""))
        return gettext("Nobody can join with that code any more.")
    leaving = me if do == "leave" else _member_named(request, found)
    if leaving is None:
        return ""
    leave_household(visit.conn, act, household_id=found.household.id, member_id=leaving)
    if leaving == me:
        return gettext("You have left the household. Your points came with you.")
    return gettext("They have left the household, with their own points.")


def _member_named(request: HttpRequest, found: HouseholdView) -> UUID | None:
    named = request.POST.get("member", "")
    ids = [each.membership.member_id for each in found.mates]
    return next((each for each in ids if request.POST.get("do") == "remove" and str(each) == named), None)


def _found(visit: Visit) -> HouseholdView | None:
    return household_view_of(visit.conn, member_id=visit.person.id, point_type=visit.main_point_type, now=visit.now)


def _page(request: HttpRequest, visit: Visit, *, code: str = "", failed: KitForm | None = None) -> HttpResponse:
    found = _found(visit)
    status = 422 if failed is not None else 200
    forms_shown: dict[str, Any] = {"found_form": FoundForm(), "join_form": JoinForm(initial={"code": code})}
    forms_shown["invite_form"] = InviteForm()
    for name, kind in (("found_form", FoundForm), ("join_form", JoinForm), ("invite_form", InviteForm)):
        if isinstance(failed, kind):
            forms_shown[name] = failed
    if found is None:
        terms = visit.shelf.in_force(visit.now).households
        said = [words.sentence_case(words.said(each)) for each in terms.words()]
        return visit.page(
            request, "portal/household/none.html", forms_shown | {"allowed": terms.allowed, "said": said}, status=status
        )
    mine = found.mate(visit.person.id)
    owns = mine is not None and mine.membership.role is Role.owner
    context = {
        "name": called(found.household),
        "total": found.total,
        "pools": found.household.mode is Mode.pool,
        "how": _how(found),
        "owns": owns,
        "mates": [_mate(visit, each, owns=owns) for each in found.mates],
        "invitations": [_invitation(request, each) for each in found.invitations] if owns else [],
    }
    return visit.page(request, "portal/household/page.html", forms_shown | context, status=status)


def _how(found: HouseholdView) -> str:
    if found.household.mode is Mode.share:
        return gettext("Everybody sees the points of all, and spends their own.")
    return words.sentence_case(words.said(debit_orders()[found.household.debit].words()))


def _mate(visit: Visit, each: Housemate, *, owns: bool) -> MateShown:
    mine = each.membership.member_id == visit.person.id
    name = isolated(each.name) if each.name else gettext("A member")
    note = ""
    if not each.is_active:
        note = gettext("paused: these points are not used")
    elif each.membership.monthly_limit is not None:
        note = gettext("may spend %(points)s a month") % {"points": words.amount(each.membership.monthly_limit)}
    return MateShown(
        gettext("%(name)s (you)") % {"name": name} if mine else name,
        role_of(each.membership.role),
        words.amount(each.available),
        note,
        str(each.membership.member_id) if owns and not mine else "",
    )


def _invitation(request: HttpRequest, each: Invitation) -> InvitationShown:
    link = request.build_absolute_uri(f"{reverse('portal:household')}?code={each.code}")
    return InvitationShown(each.code, role_of(each.role), link, words.day(each.expires_at))
