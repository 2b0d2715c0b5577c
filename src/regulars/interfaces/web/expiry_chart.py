"""What goes when, as bars: by day where all of it goes within a month, else by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext

from regulars.domain.ledger.contracts import Expiring
from regulars.interfaces.web import words
from regulars.interfaces.web.charts import Chart, Series, over_time
from regulars.kernel.money import from_minor

_SOON = timedelta(days=31)
MOST_MONTHS = 36
"""What goes after so many months is one bar."""


def expiry_chart(*, key: str, name: str, days: Sequence[Expiring], today: date, currency: str = "") -> Chart:
    """Of one point type. days: the earliest first, today or later. currency: what the points count; "" for points."""
    labels, sums = _by_day(days, today) if days and days[-1].last_day <= today + _SOON else _by_month(days, today)
    values = [float(from_minor(each, currency)) if currency else each for each in sums]
    return over_time(
        key=key,
        summary=_summary(name, days, currency),
        heading=gettext("Last day"),
        labels=labels,
        series=[Series(name, values, 1)],
        unit="number",
        currency=currency,
    )


def _by_day(days: Sequence[Expiring], today: date) -> tuple[list[str], list[int]]:
    span = [today + timedelta(days=at) for at in range((days[-1].last_day - today).days + 1)]
    points = {each.last_day: each.points for each in days}
    return [words.day_short(day) for day in span], [points.get(day, 0) for day in span]


def _by_month(days: Sequence[Expiring], today: date) -> tuple[list[str], list[int]]:
    if not days:
        return [], []
    first = _month(today)
    count = _month(days[-1].last_day) - first + 1
    sums = [0] * min(count, MOST_MONTHS + 1)
    for each in days:
        sums[min(_month(each.last_day) - first, MOST_MONTHS)] += each.points
    labels = [words.month_short(date((first + at) // 12, (first + at) % 12 + 1, 1)) for at in range(len(sums))]
    if count > MOST_MONTHS:
        labels[MOST_MONTHS] = gettext("later")
    return labels, sums


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _summary(name: str, days: Sequence[Expiring], currency: str) -> str:
    if not days:
        return ""
    values = {
        "name": name,
        "day": words.day(days[0].last_day),
        "first": words.amount(days[0].points, currency),
        "last": words.day(days[-1].last_day),
        "total": words.amount(sum(each.points for each in days), currency),
    }
    return gettext("%(name)s: %(first)s until %(day)s, and %(total)s in all until %(last)s.") % values
