"""Tiers and benefits: every ladder with its members, who is about to lose a tier, and who to reach one."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, pgettext

from regulars.domain.programmes.words import down_words
from regulars.domain.tiers.contracts import Changeover
from regulars.domain.tiers.rungs import Rungs
from regulars.insight.ladder_overview import LadderOverview, Losing, Reaching, ladder_overviews
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.web import words
from regulars.interfaces.web.charts import Chart, Series, over_time


@dataclass(frozen=True, slots=True)
class TierShown:
    """A tier with how many hold it."""

    name: str
    text: str
    members: int
    benefits: list[str]


@dataclass(frozen=True, slots=True)
class MemberShown:
    """A member who is about to move."""

    name: str
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class LadderShown:
    """One ladder. change: how far the last change has come, empty where there was none."""

    title: str
    text: str
    down: str
    tiers: list[TierShown]
    chart: Chart
    losing: list[MemberShown]
    reaching: list[MemberShown]
    change: str
    is_changing: bool
    done: int
    total: int
    change_url: str
    undo_url: str


@operator_page("tiers")
def tiers_page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The ladders of the rulebook in force."""
    found = ladder_overviews(desk.conn, desk.shelf, now=desk.now)
    context = {"ladders": [_ladder(desk, each) for each in found]}
    return desk.page(request, "console/tiers/page.html", context)


def _ladder(desk: Desk, view: LadderOverview) -> LadderShown:
    rungs, currency = view.rungs, desk.programme.currency
    ladder = rungs.ladder
    about, span = words.said(ladder.measure.about()), words.said(ladder.span.words())
    down = " ".join(words.sentence_case(words.said(each)) for each in down_words(ladder))
    tiers = [_tier(view, at, currency) for at in range(len(ladder.tiers))]
    change = view.change
    return LadderShown(
        title=ladder.name,
        text=gettext("Counts %(what)s, %(window)s") % {"what": about, "window": span},
        down=down if len(ladder.tiers) > 1 else "",
        tiers=tiers,
        chart=over_time(
            key=ladder.id,
            summary=gettext("How many members hold each tier of %(ladder)s") % {"ladder": ladder.name},
            heading=gettext("Tier"),
            labels=[each.name for each in tiers],
            series=[Series(gettext("Members"), [each.members for each in tiers], 1)],
            unit="number",
        ),
        losing=[_member(each.member_id, each.name, _loses(rungs, each)) for each in view.losing],
        reaching=[_member(each.member_id, each.name, _reaches(rungs, each, currency)) for each in view.reaching],
        change="" if change is None else _change(change),
        is_changing=change is not None and change.finished_at is None,
        done=0 if change is None else change.done,
        total=1 if change is None else max(change.total, change.done, 1),
        change_url=reverse("console:change-ladder", args=[ladder.id]),
        undo_url=reverse("console:undo-ladder", args=[ladder.id]) if view.can_go_back else "",
    )


def _tier(view: LadderOverview, at: int, currency: str) -> TierShown:
    tier = view.rungs.ladder.tiers[at]
    if tier.from_score is None:
        text = gettext("by invitation")
    elif tier.from_score == 0:
        text = gettext("from the first day")
    else:
        amount = words.said(view.rungs.metric.amount(tier.from_score, currency=currency))
        text = pgettext("tier threshold", "from %(amount)s") % {"amount": amount}
    if tier.for_life:
        text = gettext("%(text)s, for life") % {"text": text}
    benefits = [words.said(each.words(currency=currency)) for each in tier.offers]
    return TierShown(tier.name, text, view.members[at], benefits)


def _member(member: object, name: str, text: str) -> MemberShown:
    return MemberShown(name or gettext("Member"), reverse("console:member", args=[member]), text)


def _loses(rungs: Rungs, each: Losing) -> str:
    tier, lower = (words.named(rungs.ladder.tiers[at].name) for at in (each.tier, each.lower))
    values = {"tier": tier, "lower": lower, "day": words.day(each.on)}
    return gettext("%(tier)s becomes %(lower)s on %(day)s") % values


def _reaches(rungs: Rungs, each: Reaching, currency: str) -> str:
    amount = rungs.metric.amount(rungs.in_units(each.missing), currency=currency)
    values = {"amount": words.said(amount), "tier": words.named(rungs.ladder.tiers[each.next].name)}
    return gettext("%(tier)s is %(amount)s away.") % values


def _change(change: Changeover) -> str:
    values = {
        "version": change.version,
        "up": words.number(change.up),
        "down": words.number(change.down),
        "kept": words.number(change.kept),
        "done": words.number(change.done),
        "total": words.number(max(change.total, change.done)),
    }
    if change.finished_at is None:
        text = gettext("Version %(version)s changes this ladder: %(done)s of %(total)s members are brought over.")
    else:
        text = gettext(
            "Version %(version)s changed this ladder: %(up)s went up, %(down)s went down, %(kept)s were kept."
        )
    return text % values
