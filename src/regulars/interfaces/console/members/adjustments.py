"""Taking back what staff gave or took: for seconds from the toast, and for ever from the entry."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from regulars.domain.adjustments.contracts import UNDO_FOR, Adjustment
from regulars.domain.adjustments.queries import adjustment as adjustment_by_id
from regulars.domain.adjustments.queries import adjustments_of_member
from regulars.flows.reverse_adjustment import reverse_adjustment, undo_adjustment
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.kernel.errors import Refusal

_READ_FOR = 3
"""Seconds that the toast stays when its button is gone."""


@dataclass(frozen=True, slots=True)
class UndoOffer:
    """The way to take back what was just done. seconds: how long it is open; stays: how long the toast stays."""

    url: str
    seconds: int

    @property
    def stays(self) -> int:
        return self.seconds + _READ_FOR


def undo_offer(desk: Desk, member: UUID) -> UndoOffer | None:
    """What this operator can still undo for the member: the latest adjustment, or nothing."""
    for latest in adjustments_of_member(desk.conn, member_id=member, limit=1):
        if latest.posted_at is not None and latest.can_undo(by=desk.by, now=desk.now):
            left = int((UNDO_FOR - (desk.now - latest.posted_at)).total_seconds())
            return UndoOffer(reverse("console:undo-adjustment", args=[member, latest.id]), max(left, 1))
    return None


@operator_page("members")
def undo_adjusted(request: HttpRequest, desk: Desk, member: UUID, adjustment: UUID) -> HttpResponse:
    """Undoes it; when it is too late, says how it is reversed."""
    if request.method == "POST" and _is_theirs(desk, member, adjustment):
        try:
            done = undo_adjustment(
                desk.conn, programme_id=desk.programme.id, adjustment_id=adjustment, now=desk.now, by=desk.by
            )
        except Refusal as refusal:
            _refuse(request, refusal)
        else:
            messages.success(request, _undone(done))
    return redirect("console:member", member)


@operator_page("members")
def reverse_adjusted(request: HttpRequest, desk: Desk, member: UUID, adjustment: UUID) -> HttpResponse:
    """Reverses it by an entry of its own; what cannot be reversed says why."""
    if request.method == "POST" and _is_theirs(desk, member, adjustment):
        try:
            done = reverse_adjustment(
                desk.conn, programme_id=desk.programme.id, adjustment_id=adjustment, now=desk.now, by=desk.by
            )
        except Refusal as refusal:
            _refuse(request, refusal)
        else:
            messages.success(request, _reversed(done))
    return redirect("console:member", member)


def _is_theirs(desk: Desk, member: UUID, adjustment: UUID) -> bool:
    found = adjustment_by_id(desk.conn, programme_id=desk.programme.id, adjustment_id=adjustment)
    return found is not None and found.member_id == member


def _refuse(request: HttpRequest, refusal: Refusal) -> None:
    said = in_words(refusal)
    messages.error(request, f"{said.title}. {said.detail} {said.remedy}")


def _undone(done: Adjustment) -> str:
    values = {"amount": words.amount(done.reversed_points)}
    if done.points > 0:
        return gettext("Undone: %(amount)s taken back.") % values
    return gettext("Undone: %(amount)s given back.") % values


def _reversed(done: Adjustment) -> str:
    values = {"amount": words.amount(done.reversed_points), "all": words.points(abs(done.points))}
    if done.points < 0:
        return gettext("Reversed: %(amount)s given back.") % values
    if done.reversed_points < done.points:
        return gettext("Reversed: %(amount)s of %(all)s taken back; the rest was used.") % values
    return gettext("Reversed: %(amount)s taken back.") % values
