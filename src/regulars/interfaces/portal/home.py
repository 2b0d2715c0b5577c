"""The first page: what I have, what it is worth, what I can get, what is about to go."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from regulars.domain.messaging.queries import unread_messages
from regulars.insight.rewards_in_reach import Reach, within
from regulars.interfaces.portal.activity.statement import Statement
from regulars.interfaces.portal.labels import greeting, on_their_way, points_to_go, spaced
from regulars.interfaces.portal.qr import qr
from regulars.interfaces.portal.rewards.showing import offer_of
from regulars.interfaces.portal.sending.terms import sending_is_allowed
from regulars.interfaces.portal.tier import place_of
from regulars.interfaces.portal.visit import Visit, member_page

MOST_OFFERS = 6
MOST_DAYS = 3
LATEST = 5


@member_page("home")
def home(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Everything at a glance."""
    view = visit.view()
    rewards = visit.rewards()
    upcoming = next(iter(within(rewards, Reach.almost, Reach.later)), None)
    context = {
        "view": view,
        "greeting": greeting(visit.now, visit.person.name),
        "places": [place_of(visit, ladder) for ladder in view.ladders],
        "offers": [offer_of(each) for each in within(rewards, Reach.now)[:MOST_OFFERS]],
        "upcoming": None if upcoming is None else offer_of(upcoming),
        "upcoming_text": "" if upcoming is None else points_to_go(upcoming.missing),
        "soonest": view.expiring[0] if view.expiring else None,
        "expiring": view.expiring[:MOST_DAYS],
        "waiting": on_their_way(view.pending),
        "debt": max(-view.available, 0),
        "happenings": Statement(visit, view.point_type).page(before=None, limit=LATEST).happenings[:LATEST],
        "code": qr(visit.person.card_number),
        "unread": unread_messages(visit.conn, member_id=visit.person.id),
        "card": spaced(visit.person.card_number),
        "can_send": sending_is_allowed(visit),
    }
    return visit.page(request, "portal/home.html", context)
