"""A member's place on each ladder, with the way up in words."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext

from regulars.insight.standing_view import LadderView, ladder_views
from regulars.interfaces.console.desk import Desk
from regulars.interfaces.console.members.giving_tiers import given_to
from regulars.interfaces.web import standings, words


@dataclass(frozen=True, slots=True)
class LadderPlace:
    """What <c-tier_progress> needs. next: the tier above, empty at the top. value of max: the way there.

    keep, lost, given: sentences, empty where there is nothing to say. give_url, take_url: for staff.
    """

    name: str
    tier: str
    next: str
    label: str
    value: int
    max: int
    text: str
    keep: str
    lost: str
    since: str
    given: str
    give_url: str
    take_url: str


def places_of(desk: Desk, member: UUID) -> list[LadderPlace]:
    """One place per ladder of the rulebook in force."""
    views = ladder_views(desk.conn, desk.shelf, member_id=member, now=desk.now)
    given = given_to(desk, member)
    return [_place(desk, each, member, given.get(each.ladder.id, "")) for each in views]


def _place(desk: Desk, view: LadderView, member: UUID, given: str) -> LadderPlace:
    top, currency = view.next is None, desk.programme.currency
    text = gettext("This is the top. It does not get better than %(tier)s.") % {"tier": view.tier.name}
    return LadderPlace(
        name=view.ladder.name,
        tier=view.tier.name,
        next="" if view.next is None else view.next.name,
        label=gettext("Progress on %(ladder)s") % {"ladder": view.ladder.name},
        value=1 if top else max(min(view.score, view.goal), 0),
        max=1 if top else max(view.goal, 1),
        text=text if top else standings.missing(view, currency),
        keep=f"{standings.counted(view, currency)} {standings.in_time(view)}".strip(),
        lost=" ".join(
            each
            for each in (standings.kept_by_change(view), standings.projected(view), standings.kept(view, currency))
            if each
        ),
        since=words.day(view.since) if view.since else "",
        given=given,
        give_url=reverse("console:give-tier", args=[member, view.ladder.id]) if len(view.ladder.tiers) > 1 else "",
        take_url=reverse("console:take-tier", args=[member, view.ladder.id]),
    )
