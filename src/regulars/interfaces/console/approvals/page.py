"""Approvals: what a colleague wants to give or take, and a second person decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from regulars.domain.adjustments.contracts import Adjustment, AdjustmentState
from regulars.domain.adjustments.queries import adjustments_decided, adjustments_waiting, count_waiting
from regulars.domain.ledger.queries import balances
from regulars.domain.members.queries import names_of
from regulars.flows.approve_adjustment import approve_adjustment
from regulars.flows.decline_adjustment import decline_adjustment
from regulars.interfaces.console import cursors
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.labels import Label, adjustment_reason, who
from regulars.interfaces.console.paging import page_of
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.errors import Refusal

ROWS = 25
LATELY = 10


class DeclineForm(KitForm):
    """Why it should not happen."""

    why = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=200,
        help_text=gettext_lazy("Your colleague reads it; the member does not."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One thing that waits. is_own: the reader asked for it and may only withdraw it. form: why it is declined."""

    at: datetime
    by: str
    is_own: bool
    member: str
    member_url: str
    points: int
    point_type: str
    balance: int
    reason: str
    note: str
    message: str
    approve_url: str
    approve_text: str
    decline_url: str
    form: DeclineForm


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """Something that was decided. why: the reason of who declined, empty for what was approved."""

    outcome: Label
    points: int
    member: str
    member_url: str
    text: str
    why: str


@operator_page("approvals")
def approval_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What waits, the oldest first."""
    return desk.page(request, "console/approvals/list.html", _context(request, desk))


@operator_page("approvals")
def approve(request: HttpRequest, desk: Desk, adjustment: UUID) -> HttpResponse:
    """The points move; what cannot be approved says why."""
    if request.method == "POST":
        try:
            done = approve_adjustment(
                desk.conn, programme_id=desk.programme.id, adjustment_id=adjustment, now=desk.now, by=desk.by
            )
        except Refusal as refusal:
            _refuse(request, refusal)
        else:
            messages.success(request, _approved(desk, done))
    return redirect("console:approvals")


@operator_page("approvals")
def decline(request: HttpRequest, desk: Desk, adjustment: UUID) -> HttpResponse:
    """It never happens, and whoever asked can read why."""
    form = DeclineForm(request.POST, prefix=str(adjustment))
    if request.method != "POST":
        return redirect("console:approvals")
    if not form.is_valid():
        messages.error(request, gettext("Say in a few words why it is declined."))
        return redirect("console:approvals")
    try:
        decline_adjustment(
            desk.conn,
            programme_id=desk.programme.id,
            adjustment_id=adjustment,
            why=form.cleaned_data["why"],
            now=desk.now,
            by=desk.by,
        )
    except Refusal as refusal:
        _refuse(request, refusal)
    else:
        messages.success(request, gettext("Declined. No points have moved."))
    return redirect("console:approvals")


def _context(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    place = cursors.read(request.GET.get("after", ""))
    found = adjustments_waiting(desk.conn, programme_id=desk.programme.id, after=place, limit=ROWS + 1)
    shown = found[:ROWS]
    cursor = cursors.written(shown[-1].created_at, shown[-1].id) if len(found) > ROWS else ""
    waiting = count_waiting(desk.conn, programme_id=desk.programme.id)
    summary = gettext("%(count)s waiting") % {"count": words.number(waiting)}
    threshold = desk.shelf.in_force(desk.now).rulebook.adjustments.approval_above
    return {
        "rows": _rows(desk, shown),
        "page": page_of(request, summary=summary, cursor=cursor),
        "threshold": threshold,
        "decided": _decided(desk),
    }


def _rows(desk: Desk, waiting: list[Adjustment]) -> list[WaitingRow]:
    members = list({each.member_id for each in waiting})
    names = names_of(desk.conn, member_ids=members)
    held = balances(desk.conn, owners=members)
    types = desk.shelf.latest.rulebook.point_types
    named = {desk.shelf.point_types[each.id]: each.name for each in types}
    rows = []
    for each in waiting:
        name = names.get(each.member_id) or gettext("Without a name")
        balance = held.get((each.member_id, each.point_type))
        rows.append(
            WaitingRow(
                at=each.created_at,
                by=who(each.by),
                is_own=each.by == desk.by,
                member=name,
                member_url=reverse("console:member", args=[each.member_id]),
                points=each.points,
                point_type=named.get(each.point_type, "") if len(types) > 1 else "",
                balance=balance.available if balance else 0,
                reason=adjustment_reason(each.reason, each.reason_name),
                note=each.note,
                message=each.message,
                approve_url=reverse("console:approve", args=[each.id]),
                approve_text=_asked(each, name),
                decline_url=reverse("console:decline", args=[each.id]),
                form=DeclineForm(prefix=str(each.id)),
            )
        )
    return rows


def _decided(desk: Desk) -> list[DecidedRow]:
    found = adjustments_decided(desk.conn, programme_id=desk.programme.id, limit=LATELY)
    names = names_of(desk.conn, member_ids=list({each.member_id for each in found}))
    return [
        DecidedRow(
            outcome=_outcome(each),
            points=each.points,
            member=names.get(each.member_id) or gettext("Without a name"),
            member_url=reverse("console:member", args=[each.member_id]),
            text=gettext("asked by %(who)s, decided by %(second)s on %(when)s")
            % {
                "who": who(each.by),
                "second": who(each.decided_by or ""),
                "when": words.moment(each.decided_at or each.created_at),
            },
            why=each.decision,
        )
        for each in found
    ]


def _outcome(each: Adjustment) -> Label:
    if each.state is AdjustmentState.declined:
        return Label(gettext("Withdrawn") if each.decided_by == each.by else gettext("Declined"))
    if each.is_over:
        return Label(gettext("Taken back"), "info")
    return Label(gettext("Approved"), "success")


def _asked(each: Adjustment, name: str) -> str:
    values = {"amount": words.amount(abs(each.points)), "name": name}
    if each.points > 0:
        return gettext("%(name)s gets %(amount)s.") % values
    return gettext("%(name)s has %(amount)s less.") % values


def _approved(desk: Desk, done: Adjustment) -> str:
    name = names_of(desk.conn, member_ids=[done.member_id]).get(done.member_id) or gettext("the member")
    return gettext("Approved: %(text)s") % {"text": _asked(done, name)}


def _refuse(request: HttpRequest, refusal: Refusal) -> None:
    said = in_words(refusal)
    messages.error(request, f"{said.title}. {said.detail} {said.remedy}")
