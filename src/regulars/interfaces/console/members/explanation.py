"""Why an event gave the points it gave: every rule that was asked, in words, by the rulebook version that was used."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext

from regulars.domain.earning.explain import explain
from regulars.domain.events.queries import event
from regulars.insight.verdicts import verdicts_of
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.members.reading import is_of_member
from regulars.interfaces.web import words
from regulars.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class RuleSaid:
    """One rule's verdict for a page."""

    name: str
    fired: bool
    points: int
    text: str


@operator_page("members")
def why(request: HttpRequest, desk: Desk, member: UUID, event_id: UUID) -> HttpResponse:
    """The explanation as a fragment for htmx, as a page for everybody else."""
    stored = event(desk.conn, event_id=event_id)
    if stored is None or not is_of_member(desk, member, stored.member_id) or stored.rulebook_id not in desk.shelf.by_id:
        raise NotFound(
            "event_not_found",
            gettext("There is no such entry"),
            detail=gettext("The address names nothing that this member did."),
            remedy=gettext("Go back to the member and open it from the list."),
        )
    rulebook = desk.shelf.by_id[stored.rulebook_id]
    rules = {rule.id: rule for rule in rulebook.rulebook.earn_rules}
    terms = rulebook.rulebook.terms()
    said = [
        RuleSaid(
            name=rules[verdict.rule].name,
            fired=verdict.fired,
            points=verdict.points,
            text=words.sentence_case(words.said(explain(verdict, rules[verdict.rule], terms))),
        )
        for verdict in verdicts_of(desk.conn, desk.shelf, stored)
    ]
    intro = ngettext(
        "Version %(version)s of the rulebook was in force. It has %(count)s rule for this:",
        "Version %(version)s of the rulebook was in force. It has %(count)s rules for this:",
        len(said),
    ) % {"version": rulebook.version, "count": words.number(len(said))}
    context = {"intro": intro, "rules": sorted(said, key=lambda rule: not rule.fired), "member_id": member}
    if request.headers.get("HX-Request"):
        return render(request, "console/members/why.html", context)
    return desk.page(request, "console/members/why_page.html", context)
