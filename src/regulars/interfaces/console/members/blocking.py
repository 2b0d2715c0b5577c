"""Blocking a member, and the release."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from regulars.domain.ledger.queries import balances
from regulars.domain.members.contracts import Block, MemberStatus, Profile
from regulars.domain.members.queries import block_of, names_of
from regulars.flows.block_member import block_member
from regulars.flows.unblock_member import unblock_member
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.members.reading import known_member, main_point_type
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.errors import Refusal


class BlockForm(KitForm):
    """reason: for colleagues."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        help_text=gettext_lazy("Only colleagues see it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@operator_page("members")
def block(request: HttpRequest, desk: Desk, member: UUID) -> HttpResponse:
    """Asks why, then blocks."""
    known_member(desk, member)
    form = BlockForm(request.POST) if request.method == "POST" else BlockForm()
    if form.is_bound and form.is_valid():
        try:
            block_member(
                desk.conn,
                programme_id=desk.programme.id,
                member_id=member,
                reason=form.cleaned_data["reason"],
                now=desk.now,
                by=desk.by,
            )
        except Refusal as refusal:
            form.refuse(in_words(refusal))
        else:
            messages.success(request, gettext("%(name)s is blocked.") % {"name": _name(desk, member)})
            return redirect("console:member", member)
    context = {
        "back_url": reverse("console:member", args=[member]),
        "back_label": _name(desk, member),
        "heading": gettext("Block %(name)s?") % {"name": _name(desk, member)},
        "subtitle": gettext("New points will wait until you release the member, and none can be spent."),
        "form_template": "console/members/block_form.html",
        "form": form,
    }
    return desk.page(request, "console/form_page.html", context, status=422 if form.is_bound else 200)


@operator_page("members")
def unblock(request: HttpRequest, desk: Desk, member: UUID) -> HttpResponse:
    """Releases the member; what waited can be spent."""
    if request.method == "POST":
        released = unblock_member(desk.conn, programme_id=desk.programme.id, member_id=member, now=desk.now, by=desk.by)
        if released:
            messages.success(request, gettext("%(name)s is active again.") % {"name": _name(desk, member)})
    return redirect("console:member", member)


def block_context(desk: Desk, found: Profile) -> dict[str, Any]:
    """What the member's page says about a block, and which way it can go."""
    standing: Block | None = None
    if found.status is MemberStatus.blocked:
        standing = block_of(desk.conn, member_id=found.id)
    return {
        "standing_block": standing,
        "waiting": _waiting(desk, found.id) if standing else "",
        "block_url": reverse("console:block", args=[found.id]) if found.status is MemberStatus.active else "",
        "unblock_url": reverse("console:unblock", args=[found.id]),
    }


def _waiting(desk: Desk, member: UUID) -> str:
    """How much waits for the release; empty for nothing."""
    held = balances(desk.conn, owners=[member]).get((member, main_point_type(desk)))
    if held is None or not held.pending:
        return ""
    return gettext("Waiting: %(amount)s.") % {"amount": words.amount(held.pending)}


def _name(desk: Desk, member: UUID) -> str:
    return names_of(desk.conn, member_ids=[member]).get(member) or gettext("Member")
