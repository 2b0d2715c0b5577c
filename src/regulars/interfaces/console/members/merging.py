"""Two members are one person: finding the duplicate, looking at both, merging, and taking them apart again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from regulars.domain.members.contracts import MemberStatus, Profile
from regulars.domain.members.queries import consents_of, names_of
from regulars.domain.merges.contracts import BroughtKind
from regulars.domain.merges.queries import merges_of_member
from regulars.flows.merge_members import LONGEST_NOTE, Merged, Side, merge_members, preview_merge
from regulars.flows.undo_merge import undo_merge
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.members.choosing import candidates, chosen_member
from regulars.interfaces.console.members.reading import known_member
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Refusal
from regulars.kernel.money import from_minor


class MergeForm(KitForm):
    """note: for colleagues."""

    note = forms.CharField(
        label=gettext_lazy("Why they are one person"),
        max_length=LONGEST_NOTE,
        required=False,
        help_text=gettext_lazy("Only colleagues see it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of both members, side by side, and what it is afterwards."""

    what: str
    kept: str
    duplicate: str
    after: str


@dataclass(frozen=True, slots=True)
class PartShown:
    """A member who is part of this one, while that can be undone."""

    name: str
    text: str
    undo_url: str
    dialog: str


@operator_page("members")
def merge(request: HttpRequest, desk: Desk, member: UUID) -> HttpResponse:
    """Finds the duplicate, shows both side by side, and merges when it is confirmed."""
    known_member(desk, member)
    other = chosen_member(request)
    if other is None:
        words_of_search = {
            "question": gettext("Who is the same person"),
            "ask": gettext("Look for the member who is the same person."),
        }
        return _page(request, desk, member, candidates(request, desk, member) | words_of_search)
    known_member(desk, other)
    form = MergeForm(request.POST) if request.method == "POST" else MergeForm()
    try:
        plan = preview_merge(desk.conn, programme_id=desk.programme.id, kept=member, duplicate=other, now=desk.now)
        if form.is_bound and form.is_valid():
            return _merge(request, desk, member, other, form.cleaned_data["note"])
    except Refusal as refused:
        told: dict[str, Any] = {"refusal": in_words(refused), "lines": []}
        return _page(request, desk, member, told, status=422 if form.is_bound else 200)
    names = {"kept": _name(desk, member), "duplicate": _name(desk, other)}
    context = {"form": form, "lines": _lines(desk, plan), "notes": _notes(desk, plan), **names}
    return _page(request, desk, member, context, status=422 if form.is_bound else 200)


@operator_page("members")
def undo(request: HttpRequest, desk: Desk, member: UUID, merge_id: UUID) -> HttpResponse:
    """Takes the two apart again."""
    if request.method == "POST":
        try:
            done = undo_merge(
                desk.conn, programme_id=desk.programme.id, member_id=member, merge_id=merge_id, now=desk.now, by=desk.by
            )  # fmt: skip
        except Refusal as refusal:
            said = in_words(refusal)
            messages.error(request, f"{said.title}. {said.detail} {said.remedy}")
        else:
            name = _name(desk, done.merge.duplicate)
            messages.success(request, gettext("%(name)s is a member of their own again.") % {"name": name})
    return redirect("console:member", member)


def merge_context(desk: Desk, found: Profile) -> dict[str, Any]:
    """What the member's page says about merges: who is part of the member, and the way to merge another."""
    today = local_day(desk.now, desk.programme.time_zone)
    merges = [each for each in merges_of_member(desk.conn, member_id=found.id) if each.is_open]
    names = names_of(desk.conn, member_ids=[each.duplicate for each in merges])
    parts = []
    for number, each in enumerate(merges):
        values = {"day": words.day(each.merged_at), "until": words.day(each.undo_until)}
        can_undo = number == 0 and today <= each.undo_until
        text = (
            gettext("Merged on %(day)s. Can be undone until %(until)s.") if can_undo else gettext("Merged on %(day)s.")
        )
        url = reverse("console:undo-merge", args=[found.id, each.id]) if can_undo else ""
        name = names.get(each.duplicate) or gettext("Member")
        parts.append(PartShown(name, text % values, url, f"unmerge-{number}"))
    may = found.status is MemberStatus.active
    return {"parts": parts, "merge_url": reverse("console:merge", args=[found.id]) if may else ""}


def to_kept(request: HttpRequest, desk: Desk, kept: UUID) -> HttpResponse:
    """The page of a merged member is that of the one who was kept."""
    messages.info(request, gettext("That member is part of this one: the two were one person."))
    return redirect("console:member", kept)


def _merge(request: HttpRequest, desk: Desk, member: UUID, other: UUID, note: str) -> HttpResponse:
    done = merge_members(
        desk.conn, programme_id=desk.programme.id, kept=member, duplicate=other, note=note, now=desk.now, by=desk.by
    )  # fmt: skip
    values = {"name": _name(desk, other), "day": words.day(done.merge.undo_until)}
    messages.success(request, gettext("%(name)s is part of this member now. You can undo it until %(day)s.") % values)
    return redirect("console:member", member)


def _page(
    request: HttpRequest, desk: Desk, member: UUID, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    frame = {
        "back_url": reverse("console:member", args=[member]),
        "back_label": _name(desk, member),
        "heading": gettext("Merge with another member"),
        "subtitle": gettext("The other member becomes part of this one. It can be undone for 30 days."),
        "form_template": "console/members/merge_form.html",
        "again_url": reverse("console:merge", args=[member]),
    }
    return desk.page(request, "console/form_page.html", frame | context, status=status)


def _lines(desk: Desk, plan: Merged) -> list[Line]:
    """Both members side by side: points of each type, tiers, orders."""
    book = desk.shelf.in_force(desk.now).rulebook
    sides = (plan.kept, plan.duplicate, plan.after)
    units = {each.id: book.counted_in(each.id) for each in book.point_types}
    found = [Line(each.name, *(_points(side, each.id, units[each.id]) for side in sides)) for each in book.point_types]
    for ladder in book.ladders:
        tiers = {tier.id: tier.name for tier in ladder.tiers}
        found.append(Line(ladder.name, *(tiers.get(side.tiers.get(ladder.id, ""), "–") for side in sides)))
    found.append(Line(gettext("Orders"), *(words.number(side.history.orders) for side in sides)))
    currency = desk.programme.currency
    spent = (words.money(from_minor(side.history.spent_minor, currency), currency) for side in sides)
    return [*found, Line(gettext("Spent"), *spent)]


def _points(side: Side, code: str, currency: str) -> str:
    balance = side.points[code]
    if not balance.pending:
        return words.points(balance.available, currency)
    values = {
        "points": words.points(balance.available, currency),
        "pending": words.points(balance.pending, currency),
    }
    return gettext("%(points)s, and %(pending)s on their way") % values


def _notes(desk: Desk, plan: Merged) -> list[str]:
    """What else the merge does."""
    names = {rule: name for version in desk.shelf.rulebooks for rule, name in version.rule_names.items()}
    said = []
    for each in plan.taken_back:
        values = {"bonus": names.get(each.rule, each.rule), "amount": words.amount(each.points)}
        text = gettext("Both had “%(bonus)s”. Of the newer one, what is left is taken back: %(amount)s.")
        said.append(text % values)
    text = ngettext(
        "%(count)s identity of the other member leads here afterwards: numbers, e-mail, phone or card.",
        "%(count)s identities of the other member lead here afterwards: numbers, e-mail, phone or card.",
        plan.identities,
    )
    return [*said, text % {"count": words.number(plan.identities)}, *_brought(desk, plan)]


def _brought(desk: Desk, plan: Merged) -> list[str]:
    """Consents and lists that change."""
    names = {each.id: each.name for each in desk.shelf.in_force(desk.now).rulebook.consents}
    theirs = consents_of(desk.conn, member_id=plan.merge.duplicate)
    said = []
    for each in plan.brought:
        if each.kind is not BroughtKind.consent:
            continue
        values = {"consent": words.named(names.get(each.subject, each.subject))}
        if theirs[each.subject].given:
            said.append(
                gettext("The other member allowed “%(consent)s”, and this one was never asked: it holds.") % values
            )
        else:
            said.append(gettext("The other member refused “%(consent)s”: that holds for both.") % values)
    lists = sum(each.kind is BroughtKind.left for each in plan.brought)
    if lists:
        text = ngettext(
            "This member takes the place of the other on %(count)s list.",
            "This member takes the place of the other on %(count)s lists.",
            lists,
        )
        said.append(text % {"count": words.number(lists)})
    return said


def _name(desk: Desk, member: UUID) -> str:
    return names_of(desk.conn, member_ids=[member]).get(member) or gettext("Member")
