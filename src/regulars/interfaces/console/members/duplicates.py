"""Likely duplicates: pairs of members with what they have in common, to be merged or told apart by somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from regulars.domain.members.contracts import AlikeKind, MemberListed
from regulars.domain.members.queries import names_of
from regulars.domain.merges.queries import distinctions
from regulars.flows.find_duplicates import Place, Strength, Twins, find_duplicates
from regulars.flows.tell_apart import tell_apart, undo_distinction
from regulars.insight.likeness_words import likeness_words
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.labels import Label, who
from regulars.interfaces.console.members.listing import Row, rows_of
from regulars.interfaces.console.paging import page_of
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.kernel.errors import Refusal

ROWS = 20


@dataclass(frozen=True, slots=True)
class PairShown:
    """Two members side by side. reasons: what they have in common, in words; url: to the preview of their merge."""

    first: Row
    second: Row
    reasons: list[str]
    strength: Label
    url: str
    apart_url: str


@dataclass(frozen=True, slots=True)
class ToldApart:
    """Two members who were told apart, and the way back."""

    first: str
    second: str
    text: str
    note: str
    at: datetime
    undo_url: str


@operator_page("members")
def duplicates(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The likeliest first; nothing is merged here."""
    found = find_duplicates(
        desk.conn, programme=desk.programme, now=desk.now, by=desk.by, place=_place(request), limit=ROWS
    )  # fmt: skip
    following = found.following
    cursor = "" if following is None else f"{following.kind.value}-{following.after.hex}"
    summary = ngettext("%(count)s pair on this page", "%(count)s pairs on this page", len(found.pairs))
    page = page_of(request, summary=summary % {"count": words.number(len(found.pairs))}, cursor=cursor)
    return desk.page(request, "console/members/duplicates.html", {"pairs": _pairs(desk, found.pairs), "page": page})


@operator_page("members")
def told_apart(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Who was told apart, the latest first."""
    before = _identifier(request.GET.get("after", ""))
    found = distinctions(desk.conn, programme_id=desk.programme.id, before=before, limit=ROWS + 1)
    shown = found[:ROWS]
    names = names_of(desk.conn, member_ids=list({each for pair in shown for each in (pair.first, pair.second)}))
    rows = [
        ToldApart(
            first=names.get(each.first) or gettext("Without a name"),
            second=names.get(each.second) or gettext("Without a name"),
            text=gettext("by %(who)s") % {"who": who(each.by)},
            note=each.note,
            at=each.decided_at,
            undo_url=reverse("console:undo-apart", args=[each.id]),
        )
        for each in shown
    ]
    summary = ngettext("%(count)s pair on this page", "%(count)s pairs on this page", len(rows))
    cursor = shown[-1].id.hex if len(found) > ROWS else ""
    page = page_of(request, summary=summary % {"count": words.number(len(rows))}, cursor=cursor)
    return desk.page(request, "console/members/told_apart.html", {"rows": rows, "page": page})


@operator_page("members")
def tell_two_apart(request: HttpRequest, desk: Desk, member: UUID, other: UUID) -> HttpResponse:
    """Remembers that the two are not one person."""
    if request.method == "POST":
        try:
            tell_apart(
                desk.conn, programme=desk.programme, member_id=member, other_id=other, note="", now=desk.now, by=desk.by
            )
        except Refusal as refusal:
            _say(request, refusal)
        else:
            messages.success(request, gettext("The two are not shown as one person any more."))
    return redirect("console:duplicates")


@operator_page("members")
def undo_apart(request: HttpRequest, desk: Desk, distinction: UUID) -> HttpResponse:
    """They may be one person after all."""
    if request.method == "POST":
        try:
            undo_distinction(
                desk.conn, programme=desk.programme, distinction_id=distinction, now=desk.now, by=desk.by
            )  # fmt: skip
        except Refusal as refusal:
            _say(request, refusal)
        else:
            messages.success(request, gettext("The two are among the likely duplicates again."))
    return redirect("console:told-apart")


def _pairs(desk: Desk, pairs: list[Twins]) -> list[PairShown]:
    everybody: dict[UUID, MemberListed] = {each.id: each for pair in pairs for each in (pair.first, pair.second)}
    rows = dict(zip(everybody, rows_of(desk, list(everybody.values())), strict=True))
    return [
        PairShown(
            first=rows[pair.first.id],
            second=rows[pair.second.id],
            reasons=[words.sentence_case(words.said(likeness_words(each))) for each in pair.likenesses],
            strength=_strength(pair.strength),
            url=f"{reverse('console:merge', args=[pair.first.id])}?to={pair.second.id}",
            apart_url=reverse("console:tell-apart", args=[pair.first.id, pair.second.id]),
        )
        for pair in pairs
    ]


def _strength(strength: Strength) -> Label:
    if strength is Strength.very_likely:
        return Label(gettext("Very likely"), "success")
    return Label(gettext("Likely"), "info") if strength is Strength.likely else Label(gettext("Possible"))


def _place(request: HttpRequest) -> Place | None:
    """Where the page begins; None for the first one, and for anything that is no place."""
    kind, _, identifier = request.GET.get("after", "").partition("-")
    after = _identifier(identifier)
    return Place(AlikeKind(kind), after) if after is not None and kind in list(AlikeKind) else None


def _identifier(text: str) -> UUID | None:
    try:
        return UUID(hex=text)
    except ValueError:
        return None


def _say(request: HttpRequest, refusal: Refusal) -> None:
    said = in_words(refusal)
    messages.error(request, f"{said.title}. {said.detail} {said.remedy}")
