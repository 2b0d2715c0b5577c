"""When my points go: by day, with what they are worth; and points that can be spent soon."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from regulars.insight.expiry_calendar import expiry_calendar
from regulars.interfaces.portal.visit import Visit, member_page
from regulars.interfaces.web.expiry_chart import expiry_chart
from regulars.kernel.clock import local_day


@member_page("activity")
def expiry(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The calendar, by kind of points."""
    calendars = expiry_calendar(visit.conn, visit.shelf, member_id=visit.person.id, now=visit.now)
    today = local_day(visit.now, visit.programme.time_zone)
    context = {
        "calendars": [
            {
                "name": visit.told(each.name),
                "chart": expiry_chart(
                    key=f"expiry-{each.point_type}",
                    name=visit.told(each.name),
                    days=each.days,
                    today=today,
                    currency=each.counted_in,
                ),
                "unit": each.counted_in,
                "days": [
                    {"day": lot.last_day, "points": lot.points, "worth": each.worth_of(lot.points)} for lot in each.days
                ],
                "for_ever": each.for_ever,
                "pending": each.pending,
            }
            for each in calendars
            if each.days or each.pending or each.for_ever
        ]
    }
    return visit.page(request, "portal/expiry.html", context)
