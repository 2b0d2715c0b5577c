"""How far a member is, and badges, on the member's page; staff give and take badges with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from regulars.domain.members.queries import member as member_by_id
from regulars.flows.award_badge import award_badge
from regulars.flows.open_profile import member_not_found
from regulars.insight.member_progress import member_progress
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.interfaces.web.forms import KitForm
from regulars.interfaces.web.goal_words import goal_text
from regulars.kernel.errors import Refusal


@dataclass(frozen=True, slots=True)
class WayLine:
    """A card, streak or challenge: its name, and how far each goal is."""

    name: str
    goals: Sequence[tuple[str, str, int]]
    note: str


@dataclass(frozen=True, slots=True)
class BadgeLine:
    """A badge that the member has."""

    name: str
    icon: str
    day: str
    reason: str


@dataclass(frozen=True, slots=True)
class ProgressCard:
    """The panel; None of it is shown where there is nothing to collect."""

    ways: Sequence[WayLine]
    badges: Sequence[BadgeLine]
    can_give: bool


class BadgeForm(KitForm):
    """Which badge, and why."""

    badge = forms.ChoiceField(label=gettext_lazy("Badge"))
    act = forms.ChoiceField(
        label=gettext_lazy("What to do"),
        choices=[("give", gettext_lazy("Give it")), ("take", gettext_lazy("Take it back"))],
    )
    reason = forms.CharField(label=gettext_lazy("Reason, for colleagues"), max_length=500)


def progress_card(desk: Desk, member: UUID) -> ProgressCard | None:
    """What the page shows; None where the programme has nothing to collect."""
    found = member_progress(desk.conn, desk.shelf, member_id=member, now=desk.now)
    if not found.ways and not found.badges:
        return None
    ways = [
        WayLine(
            way.rule.name,
            [
                (words.said(goal.name), goal_text(goal, desk.programme.currency), goal.percent)
                for goal in way.progress.goals
            ],
            gettext("until %(day)s") % {"day": words.day(way.progress.ends_on)} if way.progress.ends_on else "",
        )
        for way in found.ways
    ]
    held = [
        BadgeLine(each.badge.name, each.badge.icon, words.day(each.awarded_at), each.reason)
        for each in found.badges
        if each.awarded_at is not None
    ]
    return ProgressCard(ways, held, can_give=bool(found.badges))


@operator_page("members")
def change_badge(request: HttpRequest, desk: Desk, member: UUID) -> HttpResponse:
    """Asks which badge and why; a POST gives or takes it."""
    if member_by_id(desk.conn, programme_id=desk.programme.id, member_id=member) is None:
        raise member_not_found(member)
    form = BadgeForm(request.POST if request.method == "POST" else None)
    badges = desk.shelf.in_force(desk.now).rulebook.badges
    form.fields["badge"].choices = [(each.id, each.name) for each in badges]  # type: ignore[attr-defined]  # Django's types know no choices of a field
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            changed = award_badge(
                desk.conn, programme_id=desk.programme.id, member_id=member, badge=data["badge"],
                reason=data["reason"], now=desk.now, by=desk.by, taken=data["act"] == "take",
            )  # fmt: skip
        except Refusal as refusal:
            if refusal.field not in form.fields:
                raise
            form.refuse(in_words(refusal))
        else:
            said = gettext("The badge is changed.") if changed else gettext("That was so already.")
            messages.success(request, said)
            return redirect("console:member", member)
    context = {
        "heading": gettext("A badge"),
        "subtitle": gettext("The member sees the badge; the reason is for colleagues."),
        "back_url": reverse("console:member", args=[member]),
        "back_label": gettext("Back to the member"),
        "form_template": "console/members/badge_form.html",
        "form": form,
    }
    return desk.page(request, "console/form_page.html", context, status=422 if form.is_bound else 200)
