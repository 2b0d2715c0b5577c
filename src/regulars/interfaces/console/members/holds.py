"""Points of a member that are set aside: for what, until when, and letting them go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from regulars.domain.ledger.contracts import CauseKind, Hold
from regulars.domain.ledger.holds import holds_of
from regulars.domain.rewards.queries import redemption
from regulars.flows.hold_points import release_hold
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.members.reading import known_member, main_point_type
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.kernel.errors import Refusal

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class HoldShown:
    """An open hold. until: it ends by itself then. release_url: empty where a redemption placed it."""

    points: int
    purpose: str
    until: datetime
    release_url: str


def open_holds(desk: Desk, member: UUID) -> list[HoldShown]:
    """What is set aside now, the latest first."""
    found = holds_of(desk.conn, owner=member, only_open=True, limit=MOST_SHOWN)
    return [_shown(desk, each) for each in found if each.point_type == main_point_type(desk)]


def _shown(desk: Desk, each: Hold) -> HoldShown:
    if each.cause_kind is not CauseKind.hold:
        taken = redemption(desk.conn, programme_id=desk.programme.id, redemption_id=each.cause)
        name = taken.reward_name if taken else gettext("A reward")
        return HoldShown(each.amount, name, each.expires_at, "")
    url = reverse("console:release-hold", args=[each.owner, each.id])
    return HoldShown(each.amount, each.purpose or gettext("At the till"), each.expires_at, url)


@operator_page("members")
def release(request: HttpRequest, desk: Desk, member: UUID, hold: UUID) -> HttpResponse:
    """Lets go of points that nobody needs any more; a second click changes nothing."""
    known_member(desk, member)
    if request.method == "POST":
        try:
            done = release_hold(
                desk.conn, programme_id=desk.programme.id, member_id=member, hold_id=hold, now=desk.now, by=desk.by
            )
        except Refusal as refusal:
            said = in_words(refusal)
            messages.error(request, f"{said.title}. {said.detail} {said.remedy}")
        else:
            values = {"points": words.points(done.amount)}
            messages.success(
                request, gettext("%(points)s points are let go; the member can spend them again.") % values
            )
    return redirect("console:member", member)
