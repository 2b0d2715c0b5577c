"""The audiences of a programme: whom they mean, how many they are, how that changed, who asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from regulars.domain.audiences.contracts import Audience, AudienceRun
from regulars.domain.audiences.queries import audiences, runs_of
from regulars.interfaces.console.audiences.reading import address_of, kind_of, said_of, uses, vocabulary
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.labels import Label
from regulars.interfaces.web import words

TREND_DAYS = 30


@dataclass(frozen=True, slots=True)
class AudienceRow:
    """An audience as the list shows one. trend: empty where nothing changed; used: where it is asked for, in words."""

    url: str
    name: str
    text: str
    kind: Label
    members: int
    trend: str
    refreshed: str
    used: str


@operator_page("audiences")
def audience_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All audiences by name, archived ones last."""
    found = audiences(desk.conn, programme_id=desk.programme.id)
    rows: list[AudienceRow] = []
    if found:
        asked, used = vocabulary(desk, found), uses(desk, found)
        since = desk.now - timedelta(days=TREND_DAYS)
        runs = runs_of(desk.conn, audience_ids=[each.id for each in found], since=since)
        for each in found:
            rows.append(
                AudienceRow(
                    url=reverse("console:audience", args=[each.code]),
                    name=each.name,
                    text=said_of(each, asked),
                    kind=kind_of(each),
                    members=each.members,
                    trend=trend(desk, each, runs[each.id]),
                    refreshed=refreshed(each, runs[each.id]),
                    used=_used(len(used.get(each.code, ()))),
                )
            )
    return desk.page(request, "console/audiences/list.html", {"audiences": rows, "new_url": address_of("audience_new")})


def trend(desk: Desk, of: Audience, runs: list[AudienceRun]) -> str:
    """How many more or fewer there are than 30 days ago; empty where that is the same."""
    since = desk.now - timedelta(days=TREND_DAYS)
    before = [run.members for run in runs if run.at < since]
    change = of.members - (before[-1] if before else 0)
    return gettext("%(change)s in 30 days") % {"change": words.signed(change)} if change else ""


def refreshed(of: Audience, runs: list[AudienceRun]) -> str:
    """Of which day its members are; of a list: when they changed last. runs: the last one among them, if any."""
    if of.conditions is None:
        return words.day(runs[-1].at) if runs else words.day(of.created_at)
    return words.day(of.refreshed_on) if of.refreshed_on else gettext("not yet")


def _used(places: int) -> str:
    if not places:
        return gettext("nowhere")
    return ngettext("in %(count)s place", "in %(count)s places", places) % {"count": words.number(places)}
