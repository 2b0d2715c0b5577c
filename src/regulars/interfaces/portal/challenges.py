"""What a member can see growing: stamp cards, streaks, challenges and badges. It informs, and never urges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext

from regulars.domain.challenges.queries import wants_quiet
from regulars.domain.earning.progress import Goal
from regulars.flows.award_badge import choose_quiet
from regulars.insight.member_progress import Way, member_progress
from regulars.interfaces.portal.visit import Visit, member_page
from regulars.interfaces.web import words
from regulars.interfaces.web.goal_words import goal_text

MOST_STAMPS = 20
"""A card with more is shown as a bar."""


@dataclass(frozen=True, slots=True)
class GoalLine:
    """One goal as a bar. text: 3 of 10."""

    name: str
    text: str
    percent: int
    is_met: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A card, streak or challenge. stamps: for a drawn card, one True for each stamp that is there."""

    name: str
    gives: str
    goals: Sequence[GoalLine]
    stamps: Sequence[bool]
    note: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class BadgeCard:
    """A badge. day: since when; empty: not yet."""

    name: str
    text: str
    icon: str
    day: str


@member_page("challenges")
def challenges(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Everything under way; a POST hides it, or shows it again."""
    if request.method == "POST":
        quiet = request.POST.get("show") == "off"
        choose_quiet(visit.conn, programme_id=visit.programme.id, member_id=visit.person.id, quiet=quiet, now=visit.now)
        messages.success(request, gettext("Hidden. You earn as before.") if quiet else gettext("They are shown again."))
        return redirect("portal:challenges")
    if wants_quiet(visit.conn, member_id=visit.person.id):
        return visit.page(request, "portal/challenges.html", {"is_quiet": True})
    found = member_progress(visit.conn, visit.shelf, member_id=visit.person.id, now=visit.now)
    context = {
        "cards": [card_of(each, visit.programme.currency) for each in found.ways],
        "badges": [
            BadgeCard(
                each.badge.name, each.badge.text, each.badge.icon, words.day(each.awarded_at) if each.awarded_at else ""
            )
            for each in found.badges
        ],
    }
    return visit.page(request, "portal/challenges.html", context)


def card_of(way: Way, currency: str) -> Card:
    """A way in words."""
    progress = way.progress
    goals = [_line(each, currency) for each in progress.goals]
    first = progress.goals[0]
    drawn = progress.shape == "stamps" and first.need <= MOST_STAMPS
    return Card(
        name=way.rule.name,
        gives=words.sentence_case(words.said(way.gives)),
        goals=goals,
        stamps=[number < first.have for number in range(first.need)] if drawn else [],
        note=_note(way),
        is_over=progress.is_over,
    )


def _line(goal: Goal, currency: str) -> GoalLine:
    return GoalLine(words.said(goal.name), goal_text(goal, currency), goal.percent, goal.is_met)


def _note(way: Way) -> str:
    progress = way.progress
    said = []
    if progress.times:
        text = ngettext("Completed once.", "Completed %(count)s times.", progress.times)
        said.append(text % {"count": words.number(progress.times)})
    if progress.ends_on is not None and not progress.is_over:
        said.append(gettext("It counts until %(day)s.") % {"day": words.day(progress.ends_on)})
    return " ".join(said)
