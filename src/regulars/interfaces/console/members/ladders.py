"""A member's place on each ladder, with the way up in words."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext

from regulars.domain.tiers.contracts import MemberStanding
from regulars.domain.tiers.ladder import Rungs
from regulars.domain.tiers.queries import standings
from regulars.interfaces.console.desk import Desk
from regulars.interfaces.web import words
from regulars.kernel.money import from_minor


@dataclass(frozen=True, slots=True)
class LadderPlace:
    """What <c-tier_progress> needs. next: the tier above, empty at the top. value of max: the way there."""

    name: str
    tier: str
    next: str
    label: str
    value: int
    max: int
    text: str
    keep: str
    since: str


def places_of(desk: Desk, member: UUID) -> list[LadderPlace]:
    """One place per ladder of the latest rulebook."""
    found = {each.ladder: each for each in standings(desk.conn, member_ids=[member])}
    return [_place(desk, rungs, found.get(rungs.id)) for rungs in desk.shelf.latest.rungs]


def _place(desk: Desk, rungs: Rungs, standing: MemberStanding | None) -> LadderPlace:
    tiers = rungs.ladder.tiers
    score = standing.score if standing else 0
    position = rungs.ids.index(standing.tier) if standing and standing.tier in rungs.ids else 0
    top = position + 1 == len(tiers)
    goal = rungs.thresholds[position] if top else rungs.thresholds[position + 1]
    values = {
        "tier": tiers[position if top else position + 1].name,
        "amount": _measure(desk, rungs, max(goal - score, 0)),
    }
    if top:
        text = gettext("This is the top. It does not get better than %(tier)s.") % values
    elif rungs.ladder.metric == "spend":
        text = gettext("Spend %(amount)s more to reach %(tier)s.") % values
    else:
        text = gettext("Earn %(amount)s more points to reach %(tier)s.") % values
    return LadderPlace(
        name=rungs.ladder.name,
        tier=tiers[position].name,
        next="" if top else tiers[position + 1].name,
        label=gettext("Progress on %(ladder)s") % {"ladder": rungs.ladder.name},
        value=1 if top else max(min(score, goal), 0),
        max=1 if top else max(goal, 1),
        text=text,
        keep=_counted(desk, rungs, standing),
        since=words.day(standing.since) if standing else "",
    )


def _counted(desk: Desk, rungs: Rungs, standing: MemberStanding | None) -> str:
    """How much counts now, and since when."""
    if standing is None:
        return ""
    values = {"amount": _measure(desk, rungs, standing.score), "day": words.day(standing.counted_from)}
    if rungs.ladder.window is None:
        return gettext("%(amount)s counted so far.") % values
    return gettext("%(amount)s counted since %(day)s.") % values


def _measure(desk: Desk, rungs: Rungs, score: int) -> str:
    if rungs.ladder.metric == "points":
        return words.number(score)
    return words.money(from_minor(score, desk.programme.currency), desk.programme.currency)
