"""Giving and taking points by hand, with a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from regulars.domain.adjustments.contracts import Adjustment, AdjustmentState
from regulars.domain.adjustments.queries import used_on
from regulars.domain.ledger.queries import balances
from regulars.domain.members.queries import names_of
from regulars.domain.programmes.adjustment_policy import MOST_POINTS, AdjustmentPolicy
from regulars.flows.adjust_points import adjust_points
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.labels import adjustment_reason
from regulars.interfaces.console.members.reading import known_member, main_point_type
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.interfaces.web.amounts import AmountField
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Refusal
from regulars.kernel.ids import bucket_of, new_id
from regulars.kernel.money import decimals_of

PRESETS = (50, 100, 250, 500)


class PointsForm(KitForm):
    """points: how many; direction says which way. once: an id, so that a double click gives once."""

    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    direction = forms.ChoiceField(
        choices=[("give", gettext_lazy("Give")), ("take", gettext_lazy("Take"))],
        widget=forms.RadioSelect,
        initial="give",
    )
    points = AmountField(most=MOST_POINTS)
    reason = forms.ChoiceField(label=gettext_lazy("Reason"))
    message = forms.CharField(
        label=gettext_lazy("Message to the member"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Shown beside the entry in their account."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Only colleagues see it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def points_form(desk: Desk, member: UUID, data: QueryDict | None = None) -> PointsForm:
    """The form with the reasons of the rulebook; one that is sent unchanged again is recognised."""
    form = PointsForm(data, initial={"once": str(new_id(member.int & 0xFF))})
    reason = form.fields["reason"]
    assert isinstance(reason, forms.ChoiceField)
    reason.choices = reasons_of(desk)
    return form


def reasons_of(desk: Desk) -> list[tuple[str, str]]:
    """The reasons of the rulebook, for a choice."""
    return [(each.id, adjustment_reason(each.id, each.name)) for each in _policy(desk).reasons]


@operator_page("members")
def give_or_take(request: HttpRequest, desk: Desk, member: UUID) -> HttpResponse:
    """The form of the dialog; without scripts a page of its own."""
    known_member(desk, member)
    form = points_form(desk, member, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            done = _adjust(desk, member, form.cleaned_data)
        except Refusal as refusal:
            form.refuse(in_words(_at_points(refusal)))
        else:
            messages.success(request, _said(desk, member, done), extra_tags="undoable")
            return _to_member(request, member)
    status = 422 if form.is_bound else 200
    context = form_context(desk, member, form)
    if request.headers.get("HX-Request"):
        return render(request, "console/members/points_form.html", context | {"in_dialog": True}, status=status)
    page = {
        "back_url": context["member_url"],
        "back_label": names_of(desk.conn, member_ids=[member]).get(member) or gettext("Member"),
        "heading": gettext("Give or take points"),
        "form_template": "console/members/points_form.html",
    }
    return desk.page(request, "console/form_page.html", context | page, status=status)


def form_context(desk: Desk, member: UUID, form: PointsForm) -> dict[str, Any]:
    """What the form's template needs. limit_left: None where the rulebook has no limit of the day."""
    policy, limit = _policy(desk), _policy(desk).daily_limit
    left = None if limit is None else max(limit - _used_today(desk), 0)
    return {
        "points_form": form,
        "points_url": reverse("console:points", args=[member]),
        "member_url": reverse("console:member", args=[member]),
        "presets": _presets(desk.counted_in),
        "unit": desk.counted_in,
        "balance": _balance(desk, member),
        "daily_limit": limit,
        "limit_left": left,
        "approval_above": policy.approval_above,
    }


def _presets(currency: str) -> tuple[int, ...]:
    """Usual amounts: round numbers of points, or of euros, yen, dinars."""
    if not currency:
        return PRESETS
    places = decimals_of(currency)
    whole: int = 10**places if places else 100
    return tuple(each * whole for each in (1, 2, 5, 10))


def _policy(desk: Desk) -> AdjustmentPolicy:
    return desk.shelf.in_force(desk.now).rulebook.adjustments


def _used_today(desk: Desk) -> int:
    today = local_day(desk.now, desk.programme.time_zone)
    return used_on(desk.conn, programme_id=desk.programme.id, by=desk.by, day=today, point_type=main_point_type(desk))


def _balance(desk: Desk, member: UUID) -> int:
    held = balances(desk.conn, owners=[member]).get((member, main_point_type(desk)))
    return held.available if held else 0


def _adjust(desk: Desk, member: UUID, filled: dict[str, Any]) -> Adjustment:
    points = filled["points"]
    return adjust_points(
        desk.conn,
        programme_id=desk.programme.id,
        member_id=member,
        points=points if filled["direction"] == "give" else -points,
        reason=filled["reason"],
        now=desk.now,
        by=desk.by,
        note=filled["note"],
        message=filled["message"],
        point_type=desk.shelf.latest.rulebook.point_types[0].id,
        identifier=_identifier(filled["once"], member),
    )


def _identifier(once: str, member: UUID) -> UUID | None:
    """The id that the form was drawn with; None for anything that is no id of this member's bucket."""
    try:
        identifier = UUID(once)
    except ValueError:
        return None
    return identifier if bucket_of(identifier) == bucket_of(member) else None


def _at_points(refusal: Refusal) -> Refusal:
    """What is wrong with the balance is said under the number of points."""
    if refusal.code == "not_enough_points":
        refusal.field = "points"
    return refusal


def _said(desk: Desk, member: UUID, done: Adjustment) -> str:
    name = names_of(desk.conn, member_ids=[member]).get(member) or gettext("the member")
    values = {
        "amount": words.amount(abs(done.points)),
        "name": name,
        "balance": words.points(_balance(desk, member)),
    }
    if done.state is AdjustmentState.waiting:
        return gettext("A colleague has to approve %(amount)s for %(name)s; until then nothing moves.") % values
    if done.points > 0:
        text = gettext("%(amount)s given to %(name)s. New balance: %(balance)s.")
    else:
        text = gettext("%(amount)s taken from %(name)s. New balance: %(balance)s.")
    return text % values


def _to_member(request: HttpRequest, member: UUID) -> HttpResponse:
    """Back to the member: htmx is told to load the page, a browser is sent there."""
    if not request.headers.get("HX-Request"):
        return redirect("console:member", member)
    return HttpResponse(headers={"HX-Redirect": reverse("console:member", args=[member])})
