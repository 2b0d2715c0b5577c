"""The ladder as a member climbs it: where I am, since and until when, what counted, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, ngettext, pgettext

from regulars.domain.tiers.ladder import Tier
from regulars.domain.tiers.queries import tier_changes
from regulars.insight.member_view import LadderView
from regulars.interfaces.portal.labels import isolated
from regulars.interfaces.portal.visit import Visit, member_page
from regulars.interfaces.web import words
from regulars.kernel.clock import local_day
from regulars.kernel.money import from_minor


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
class Place:
    """A ladder as pages show it. way_up, counted, kept, down: sentences, empty where there is nothing to say."""

    name: str
    tier: str
    next: str
    percent: int
    label: str
    way_up: str
    counted: str
    since: str
    kept: str
    measure: str
    down: str
    rungs: Sequence[Rung]
    steps: Sequence[Step]


@member_page("tier")
def tier(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Every ladder of the programme."""
    view = visit.view()
    return visit.page(request, "portal/tier.html", {"places": [place_of(visit, each) for each in view.ladders]})


def place_of(visit: Visit, ladder: LadderView) -> Place:
    """The ladder in words."""
    return Place(
        name=ladder.ladder.name,
        tier=ladder.tier.name,
        next="" if ladder.next is None else ladder.next.name,
        percent=ladder.percent,
        label=gettext("Progress on %(ladder)s") % {"ladder": isolated(ladder.ladder.name)},
        way_up=_way_up(visit, ladder),
        counted=_counted(visit, ladder),
        since=gettext("Since %(day)s") % {"day": words.day(ladder.since)} if ladder.since and ladder.position else "",
        kept=_kept(visit, ladder),
        measure=_measured_by(ladder),
        down=_down(ladder),
        rungs=[_rung(visit, ladder, at, each) for at, each in enumerate(ladder.ladder.tiers)],
        steps=_steps(visit, ladder),
    )


def _way_up(visit: Visit, ladder: LadderView) -> str:
    if ladder.next is None:
        return gettext("You are at the top. Thank you for being such a good regular.")
    values = {"amount": _figure(visit, ladder, ladder.missing), "tier": isolated(ladder.next.name)}
    if ladder.ladder.metric == "spend":
        return gettext("Spend %(amount)s more to reach %(tier)s.") % values
    text = ngettext(
        "Earn %(amount)s more point to reach %(tier)s.",
        "Earn %(amount)s more points to reach %(tier)s.",
        ladder.missing,
    )
    return text % values


def _down(ladder: LadderView) -> str:
    if len(ladder.ladder.tiers) == 1:
        return ""
    return gettext("When less counts again, %(what)s.") % {"what": words.said(ladder.ladder.policy.words())}


def _counted(visit: Visit, ladder: LadderView) -> str:
    values = {"amount": _figure(visit, ladder, ladder.score)}
    if ladder.counted_from is None:
        if ladder.ladder.metric == "spend":
            return gettext("%(amount)s spent so far counts.") % values
        return gettext("%(amount)s points earned so far count.") % values
    values["day"] = words.day(ladder.counted_from)
    if ladder.ladder.metric == "spend":
        return gettext("%(amount)s spent since %(day)s counts.") % values
    return gettext("%(amount)s points earned since %(day)s count.") % values


def _kept(visit: Visit, ladder: LadderView) -> str:
    if ladder.position == 0:
        return ""
    values = {"tier": isolated(ladder.tier.name)}
    if ladder.kept_until is None:
        return gettext("%(tier)s is yours to keep.") % values
    last = max(ladder.kept_until - timedelta(days=1), local_day(visit.now, visit.programme.time_zone))
    values["day"] = words.day(last)
    return gettext("%(tier)s is yours at least until %(day)s.") % values


def _measured_by(ladder: LadderView) -> str:
    window = words.period(ladder.ladder.window) if ladder.ladder.window else ""
    if ladder.ladder.metric == "spend":
        if window:
            return gettext("What counts is what you spend within %(window)s.") % {"window": window}
        return gettext("What counts is all that you ever spend.")
    if window:
        return gettext("What counts are the points you earn within %(window)s.") % {"window": window}
    return gettext("What counts are all the points you ever earn. Spending points takes nothing away.")


def _rung(visit: Visit, ladder: LadderView, at: int, each: Tier) -> Rung:
    threshold = ladder.thresholds[at]
    values = {"amount": _figure(visit, ladder, threshold)}
    if threshold == 0:
        text = gettext("from the first day")
    elif ladder.ladder.metric == "spend":
        text = pgettext("tier threshold", "from %(amount)s") % values
    else:
        text = pgettext("tier threshold", "from %(amount)s points") % values
    state = "held" if at == ladder.position else "passed" if at < ladder.position else "ahead"
    missing = ""
    if state == "ahead":
        amount = _figure(visit, ladder, max(threshold - ladder.score, 0))
        missing = gettext("%(amount)s to go") % {"amount": amount}
    return Rung(each.name, text, each.benefits, state, missing)


def _steps(visit: Visit, ladder: LadderView) -> list[Step]:
    names = {each.id: each.name for each in ladder.ladder.tiers}
    order = list(names)
    steps = []
    for change in tier_changes(visit.conn, member_id=visit.person.id, limit=20):
        if change.ladder != ladder.ladder.id or change.to_tier not in names:
            continue
        up = change.from_tier not in order or order.index(change.to_tier) > order.index(change.from_tier)
        template = gettext("You reached %(tier)s") if up else gettext("You moved to %(tier)s")
        steps.append(Step(words.day(change.changed_at), template % {"tier": isolated(names[change.to_tier])}))
    return steps


def _figure(visit: Visit, ladder: LadderView, amount: int) -> str:
    if ladder.ladder.metric == "points":
        return words.number(amount)
    currency = visit.programme.currency
    return words.money(from_minor(amount, currency), currency)
