"""The first page: figures and plots from the books, and what waits for someone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from regulars.database.pool import reading
from regulars.domain.rewards.queries import rewards
from regulars.insight.programme_health import (
    Month,
    SoonExpiring,
    Totals,
    by_month,
    expiring_between,
    members_by_tier,
    totals,
)
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.members.reading import main_point_type
from regulars.interfaces.console.objectives.showing import shown_objectives
from regulars.interfaces.web import words
from regulars.interfaces.web.charts import Chart, Series, over_time, shares
from regulars.kernel.clock import local_day, start_of_day
from regulars.kernel.money import from_minor

SPANS = (3, 12, 24)
USUAL_SPAN = 12
SOON_DAYS = 30
FEW_LEFT = 5
MOST_OBJECTIVES = 3


@dataclass(frozen=True, slots=True)
class Kpi:
    """A figure of the strip."""

    label: str
    value: str
    hint: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A choice of period."""

    months: int
    label: str
    current: bool


@dataclass(frozen=True, slots=True)
class Attention:
    """Something that waits for a person, with the way to it."""

    tone: str
    icon: str
    title: str
    detail: str
    href: str
    action: str


@operator_page("dashboard")
def dashboard(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The last months up to the latest movement of points."""
    asked = request.GET.get("months", "")
    span = int(asked) if asked in {str(each) for each in SPANS} else USUAL_SPAN
    zone, points = desk.programme.time_zone, main_point_type(desk)
    with reading(desk.programme.organisation_id) as conn:
        now = totals(conn, programme_id=desk.programme.id, point_type=points)
        until = min(now.latest or desk.now, desk.now) + timedelta(seconds=1)
        since = _first_of_month(until, span, zone)
        months = by_month(conn, point_type=points, time_zone=zone, since=since, until=until)
        today = local_day(desk.now, zone)
        soon = expiring_between(conn, point_type=points, first=today, last=today + timedelta(days=SOON_DAYS))
        tiers = _tier_chart(desk, members_by_tier(conn, programme_id=desk.programme.id, ladder=_ladder_id(desk)))
    context = {
        "subtitle": _subtitle(months),
        "periods": [
            Span(each, ngettext("%(count)s month", "%(count)s months", each) % {"count": each}, each == span)
            for each in SPANS
        ],
        "kpis": _kpis(desk, now, soon),
        "points_chart": _points_chart(months),
        "rate_chart": _rate_chart(months),
        "tier_chart": tiers,
        "attention": _attention(desk, soon),
        "objectives": [each for each in shown_objectives(desk) if not each.is_closed][:MOST_OBJECTIVES],
    }
    return desk.page(request, "console/dashboard/page.html", context)


def _first_of_month(until: datetime, span: int, zone: str) -> datetime:
    last = local_day(until, zone)
    position = last.year * 12 + last.month - span
    return start_of_day(date(position // 12, position % 12 + 1, 1), zone)


def _ladder_id(desk: Desk) -> str:
    ladders = desk.shelf.latest.rulebook.ladders
    return ladders[0].id if ladders else ""


def _subtitle(months: list[Month]) -> str:
    first, last = words.month(months[0].first), words.month(months[-1].first)
    if first == last:
        return first
    return gettext("%(first)s to %(last)s") % {"first": first, "last": last}


def _kpis(desk: Desk, now: Totals, soon: SoonExpiring) -> list[Kpi]:
    currency = desk.programme.currency
    point_type = desk.shelf.latest.rulebook.point_types[0]
    worth = ""
    if point_type.worth:
        worth = gettext("worth %(amount)s") % {"amount": words.money(point_type.worth * now.outstanding, currency)}
    sales = from_minor(now.spent_minor, currency)
    average = sales / max(now.orders, 1)
    rate = now.redemption_rate
    return [
        Kpi(gettext("Members"), words.number(now.members), "", reverse("console:members")),
        Kpi(gettext("Orders"), words.number(now.orders), _average(now, average.quantize(Decimal("0.01")), currency)),
        Kpi(gettext("Sales"), words.money_compact(sales, currency), words.money(sales, currency)),
        Kpi(gettext("Points outstanding"), words.points(now.outstanding), worth),
        Kpi(
            gettext("Redemption rate"), "–" if rate is None else words.percent(rate), gettext("redeemed of all issued")
        ),
        Kpi(
            gettext("Expire within 30 days"),
            words.points(soon.points),
            ngettext("%(count)s member", "%(count)s members", soon.members) % {"count": words.number(soon.members)},
        ),
    ]


def _average(now: Totals, average: Decimal, currency: str) -> str:
    if now.orders == 0:
        return ""
    return gettext("%(amount)s on average") % {"amount": words.money(average, currency)}


def _points_chart(months: list[Month]) -> Chart:
    return over_time(
        key="points",
        summary=gettext(
            "Bars of points issued, redeemed and expired, month by month; the table below has the figures."
        ),
        heading=gettext("Month"),
        labels=[words.month_short(month.first) for month in months],
        series=[
            Series(gettext("Issued"), [month.issued for month in months], 1),
            Series(gettext("Redeemed"), [month.redeemed for month in months], 2),
            Series(gettext("Expired"), [month.expired for month in months], 3),
        ],
        unit="number",
    )


def _rate_chart(months: list[Month]) -> Chart:
    rates = [month.redeemed / month.issued if month.issued > 0 else None for month in months]
    return over_time(
        key="rate",
        summary=gettext(
            "Line of points redeemed as a share of points issued, month by month; the table has the figures."
        ),
        heading=gettext("Month"),
        labels=[words.month_short(month.first) for month in months],
        series=[Series(gettext("Redemption rate"), rates, 1, kind="line")],
        unit="percent",
    )


def _tier_chart(desk: Desk, counts: dict[str, int]) -> Chart:
    ladders = desk.shelf.latest.rulebook.ladders
    tiers = ladders[0].tiers if ladders else ()
    return shares(
        key="tiers",
        summary=gettext("Ring of members by tier; the list below has the figures."),
        heading=gettext("Tier"),
        count_heading=gettext("Members"),
        share_heading=gettext("Share"),
        parts=[(tier.name, counts.get(tier.id, 0)) for tier in tiers],
    )


def _attention(desk: Desk, soon: SoonExpiring) -> list[Attention]:
    """Only what is so: rewards that run out, an empty catalogue, points that go soon."""
    found = []
    catalogue = rewards(desk.conn, programme_id=desk.programme.id)
    offered = [reward for reward in catalogue if reward.active]
    if not offered:
        found.append(
            Attention(
                "warning",
                "rewards",
                gettext("No reward is on offer"),
                gettext("Members collect points and cannot use them."),
                reverse("console:reward-new") if not catalogue else reverse("console:rewards"),
                gettext("Add a reward") if not catalogue else gettext("Open the catalogue"),
            )
        )
    for reward in offered:
        if reward.stock is not None and reward.stock <= FEW_LEFT:
            found.append(_running_out(reward.id, reward.name, reward.stock))
    if soon.points:
        values = {"amount": words.amount(soon.points), "count": words.number(soon.members)}
        found.append(
            Attention(
                "info",
                "clock",
                gettext("%(amount)s will expire within 30 days") % values,
                ngettext("%(count)s member holds them", "%(count)s members hold them", soon.members) % values,
                "",
                "",
            )
        )
    return found


def _running_out(reward: int, name: str, left: int) -> Attention:
    title = gettext("%(reward)s is sold out") if left == 0 else gettext("%(reward)s is nearly gone")
    return Attention(
        "error" if left == 0 else "warning",
        "rewards",
        title % {"reward": name},
        ngettext("%(count)s left", "%(count)s left", left) % {"count": words.number(left)},
        reverse("console:reward", args=[reward]),
        gettext("Add stock"),
    )
