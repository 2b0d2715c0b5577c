"""Giving a member a tier, by hand, by invitation or for a match, and taking it back."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from regulars.domain.members.queries import names_of
from regulars.domain.tiers.contracts import Assignment, AssignmentKind
from regulars.domain.tiers.queries import assignments_in_force
from regulars.flows.assign_tier import assign_tier, end_assignment
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.members.reading import known_member
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.errors import NotFound, Refusal

_KINDS = [
    (AssignmentKind.manual.name, gettext_lazy("By hand")),
    (AssignmentKind.invited.name, gettext_lazy("By invitation")),
    (AssignmentKind.matched.name, gettext_lazy("To match another status")),
]


class GiveTierForm(KitForm):
    """tier: of the ladder that the page is about. proof, until: a match needs both."""

    tier = forms.ChoiceField(label=gettext_lazy("Tier"))
    kind = forms.ChoiceField(label=gettext_lazy("How"), choices=_KINDS, widget=forms.Select)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        help_text=gettext_lazy("Only colleagues see it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    proof = forms.CharField(
        label=gettext_lazy("What shows the other status"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Needed for a match only."),
    )
    until = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Leave it open for a tier without an end. A match needs a day."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )


@operator_page("members")
def give_tier(request: HttpRequest, desk: Desk, member: UUID, ladder: str) -> HttpResponse:
    """Asks which tier and why, then gives it."""
    known_member(desk, member)
    rungs = next((each for each in desk.shelf.in_force(desk.now).rungs if each.id == ladder), None)
    if rungs is None:
        raise NotFound(
            "unknown_tier",
            gettext("This tier does not exist"),
            detail=gettext("The rulebook in force has no such ladder."),
            remedy=gettext("Go back to the member."),
        )
    form = GiveTierForm(request.POST) if request.method == "POST" else GiveTierForm()
    names = {tier.id: tier.name for tier in rungs.ladder.tiers[1:]}
    form.fields["tier"].choices = list(names.items())  # type: ignore[attr-defined]  # a ChoiceField has choices
    name = names_of(desk.conn, member_ids=[member]).get(member) or gettext("Member")
    if form.is_bound and form.is_valid():
        try:
            assign_tier(
                desk.conn,
                programme_id=desk.programme.id,
                member_id=member,
                ladder=ladder,
                tier=form.cleaned_data["tier"],
                kind=AssignmentKind[form.cleaned_data["kind"]],
                reason=form.cleaned_data["reason"],
                proof=form.cleaned_data["proof"],
                until=form.cleaned_data["until"],
                now=desk.now,
                by=desk.by,
            )
        except Refusal as refusal:
            form.refuse(in_words(refusal))
        else:
            values = {"name": name, "tier": names[form.cleaned_data["tier"]]}
            messages.success(request, gettext("%(name)s is %(tier)s now.") % values)
            return redirect("console:member", member)
    context = {
        "back_url": reverse("console:member", args=[member]),
        "back_label": name,
        "heading": gettext("Give %(name)s a tier") % {"name": name},
        "subtitle": gettext("It lifts the member above the tier of their own, and lowers nobody."),
        "form_template": "console/members/tier_form.html",
        "form": form,
    }
    return desk.page(request, "console/form_page.html", context, status=422 if form.is_bound else 200)


@operator_page("members")
def take_tier(request: HttpRequest, desk: Desk, member: UUID, ladder: str) -> HttpResponse:
    """Ends what staff gave, for the reason that the operator writes."""
    if request.method == "POST":
        try:
            end_assignment(
                desk.conn,
                programme_id=desk.programme.id,
                member_id=member,
                ladder=ladder,
                reason=request.POST.get("reason", ""),
                now=desk.now,
                by=desk.by,
            )
        except Refusal as refusal:
            said = in_words(refusal)
            messages.error(request, f"{said.title}. {said.remedy}")
        else:
            messages.success(request, gettext("The member stands where they stand by themselves."))
    return redirect("console:member", member)


def given_to(desk: Desk, member: UUID) -> dict[str, str]:
    """What staff gave the member, by ladder, in words."""
    return {each.ladder: _said(each) for each in assignments_in_force(desk.conn, member_id=member)}


def _said(given: Assignment) -> str:
    values = {"who": given.given_by, "reason": given.reason, "proof": given.proof}
    if given.kind is AssignmentKind.matched:
        text = gettext("Matched by %(who)s: %(reason)s (%(proof)s).") % values
    elif given.kind is AssignmentKind.invited:
        text = f"{gettext('Given by invitation by %(who)s: %(reason)s.') % values} {_answer(given)}"
    else:
        text = gettext("Given by hand by %(who)s: %(reason)s.") % values
    if given.until is None:
        return text
    return f"{text} {gettext('Until %(day)s.') % {'day': words.day(given.until)}}"


def _answer(given: Assignment) -> str:
    if given.accepted_at is None:
        return gettext("Not answered yet.")
    return gettext("Accepted on %(day)s.") % {"day": words.day(given.accepted_at)}
