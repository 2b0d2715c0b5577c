"""The ladder as a member climbs it: where I am, since and until when, what counted, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, pgettext

from regulars.domain.merges.queries import parts_of
from regulars.domain.tiers.contracts import AssignmentKind
from regulars.domain.tiers.ladder import Tier
from regulars.domain.tiers.queries import assignments_in_force, tier_changes
from regulars.insight.standing_view import LadderView
from regulars.interfaces.portal.labels import isolated, other_account
from regulars.interfaces.portal.visit import Visit, member_page
from regulars.interfaces.web import standings, words
from regulars.kernel.clock import local_day


@dataclass(frozen=True, slots=True)
class Rung:
    """A tier of the ladder. state: passed, held or ahead; missing: what is still needed, for tiers ahead."""

    name: str
    text: str
    benefits: Sequence[str]
    state: str
    missing: str


@dataclass(frozen=True, slots=True)
class Step:
    """A move up or down in the past."""

    day: str
    text: str


@dataclass(frozen=True, slots=True)
class Invited:
    """A tier by invitation. asks: whether the member has not answered yet."""

    text: str
    question: str
    asks: bool
    accept_url: str
    decline_url: str


@dataclass(frozen=True, slots=True)
class Place:
    """A ladder as pages show it. way_up to down: sentences, empty where there is nothing to say."""

    name: str
    tier: str
    next: str
    percent: int
    label: str
    way_up: str
    counted: str
    in_time: str
    since: str
    kept: str
    keeps: str
    projected: str
    measure: str
    up: str
    down: str
    rungs: Sequence[Rung]
    steps: Sequence[Step]
    invited: Invited | None


@member_page("tier")
def tier(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Every ladder of the programme."""
    view = visit.view()
    return visit.page(request, "portal/tier.html", {"places": [place_of(visit, each) for each in view.ladders]})


def place_of(visit: Visit, ladder: LadderView) -> Place:
    """The ladder in words."""
    currency = visit.programme.currency
    about, span = words.said(ladder.ladder.measure.about()), words.said(ladder.ladder.span.words())
    waits = ladder.rungs.waits_up
    return Place(
        name=ladder.ladder.name,
        tier=ladder.tier.name,
        next="" if ladder.next is None else ladder.next.name,
        percent=ladder.percent,
        label=gettext("Progress on %(ladder)s") % {"ladder": isolated(ladder.ladder.name)},
        way_up=standings.missing(ladder, currency)
        or gettext("You are at the top. Thank you for being such a good regular."),
        counted=standings.counted(ladder, currency),
        in_time=standings.in_time(ladder),
        since=gettext("Since %(day)s") % {"day": words.day(ladder.since)} if ladder.since and ladder.position else "",
        kept=f"{_kept(visit, ladder)} {standings.kept_by_change(ladder)}".strip(),
        keeps=standings.kept(ladder, currency),
        projected=standings.projected(ladder),
        measure=gettext("What counts: %(what)s, %(window)s.") % {"what": about, "window": span},
        up=gettext("You move up when the period is over.")
        if waits
        else gettext("You move up the moment you reach a tier."),
        down=standings.down(ladder.ladder) if len(ladder.ladder.tiers) > 1 else "",
        rungs=[_rung(visit, ladder, at, each) for at, each in enumerate(ladder.ladder.tiers)],
        steps=_steps(visit, ladder),
        invited=_invited(visit, ladder),
    )


def _invited(visit: Visit, ladder: LadderView) -> Invited | None:
    found = assignments_in_force(visit.conn, member_id=visit.person.id, ladder=ladder.ladder.id)
    for each in found:
        position = ladder.rungs.position(each.tier)
        if each.kind is not AssignmentKind.invited or position != ladder.position:
            continue
        values = {"tier": isolated(ladder.ladder.tiers[position].name)}
        asks = each.accepted_at is None
        text = gettext("%(tier)s is yours by invitation.")
        return Invited(
            text=(gettext("%(tier)s is yours by invitation. Would you like to have it?") if asks else text) % values,
            question=gettext("Decline %(tier)s?") % values,
            asks=asks,
            accept_url=reverse("portal:accept-tier", args=[ladder.ladder.id]),
            decline_url=reverse("portal:decline-tier", args=[ladder.ladder.id]),
        )
    return None


def _kept(visit: Visit, ladder: LadderView) -> str:
    if ladder.position == 0:
        return ""
    values = {"tier": isolated(ladder.tier.name)}
    if ladder.kept_until is None:
        return gettext("%(tier)s is yours to keep.") % values
    last = max(ladder.kept_until - timedelta(days=1), local_day(visit.now, visit.programme.time_zone))
    values["day"] = words.day(last)
    return gettext("%(tier)s is yours at least until %(day)s.") % values


def _rung(visit: Visit, ladder: LadderView, at: int, each: Tier) -> Rung:
    currency = visit.programme.currency
    threshold = ladder.thresholds[at]
    if each.from_score is None:
        text = gettext("by invitation")
    elif threshold == 0:
        text = gettext("from the first day")
    else:
        text = pgettext("tier threshold", "from %(amount)s") % {"amount": standings.figure(ladder, threshold, currency)}
    if each.for_life:
        text = gettext("%(text)s, for life") % {"text": text}
    state = "held" if at == ladder.position else "passed" if at < ladder.position else "ahead"
    missing = ""
    if state == "ahead" and each.from_score is not None:
        amount = standings.figure(ladder, max(threshold - ladder.score, 0), currency)
        missing = gettext("%(amount)s to go") % {"amount": amount}
    benefits = [words.said(benefit.words(currency=currency)) for benefit in each.offers]
    return Rung(each.name, text, benefits, state, missing)


def _steps(visit: Visit, ladder: LadderView) -> list[Step]:
    names = {each.id: each.name for each in ladder.ladder.tiers}
    order = list(names)
    steps = []
    parts = parts_of(visit.conn, member_id=visit.person.id)
    for change in tier_changes(visit.conn, member_ids=parts, limit=20):
        if change.ladder != ladder.ladder.id or change.to_tier not in names:
            continue
        up = change.from_tier not in order or order.index(change.to_tier) > order.index(change.from_tier)
        template = gettext("You reached %(tier)s") if up else gettext("You moved to %(tier)s")
        text, why = template % {"tier": isolated(names[change.to_tier])}, standings.why(change)
        if why:
            text = gettext("%(step)s: %(why)s") % {"step": text, "why": why}
        if change.member_id != visit.person.id:
            text = f"{text} · {other_account()}"
        steps.append(Step(words.day(change.changed_at), text))
    return steps
