"""The member answers an invitation to a tier."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from regulars.domain.tiers.contracts import Assignment
from regulars.flows.answer_invitation import accept_invitation_to_tier, decline_invitation_to_tier
from regulars.interfaces.portal.labels import isolated
from regulars.interfaces.portal.refusals import in_members_words
from regulars.interfaces.portal.visit import BY_MEMBER, Visit, member_page
from regulars.kernel.errors import Refusal


@member_page("tier")
def accept(request: HttpRequest, visit: Visit, ladder: str) -> HttpResponse:
    """Yes, thank you."""
    done = _answered(request, visit, ladder, accept_invitation_to_tier)
    if done is not None:
        tiers = {each.id: each.ladder.tiers for each in visit.shelf.in_force(visit.now).rungs}[ladder]
        name = next(each.name for each in tiers if each.id == done.tier)
        messages.success(request, gettext("Welcome to %(tier)s.") % {"tier": isolated(name)})
    return redirect("portal:tier")


@member_page("tier")
def decline(request: HttpRequest, visit: Visit, ladder: str) -> HttpResponse:
    """No, thank you: the member stands where their own activity puts them."""
    if _answered(request, visit, ladder, decline_invitation_to_tier) is not None:
        messages.success(request, gettext("You declined. Thank you for telling us."))
    return redirect("portal:tier")


def _answered(request: HttpRequest, visit: Visit, ladder: str, answer: Callable[..., Assignment]) -> Assignment | None:
    if request.method != "POST":
        return None
    who: dict[str, Any] = {"programme_id": visit.programme.id, "member_id": visit.person.id, "ladder": ladder}
    try:
        return answer(visit.conn, **who, now=visit.now, by=BY_MEMBER)
    except Refusal as refusal:
        told = in_members_words(refusal)
        messages.error(request, f"{told.title}. {told.detail} {told.remedy}")
        return None
