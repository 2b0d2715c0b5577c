"""The member card, large, for holding under a scanner; and what a phone needs to keep the portal as an app."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi

from regulars.database.pool import connection
from regulars.database.scope import scoped
from regulars.domain.programmes.queries import organisation_of, programme
from regulars.interfaces.portal.labels import spaced
from regulars.interfaces.portal.qr import qr
from regulars.interfaces.portal.session import signed_in
from regulars.interfaces.portal.visit import Visit, member_page

NAME, COLOUR, GROUND = "Regulars", "#5b3fd1", "#f7f7fb"


@member_page("card")
def card(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The code and the number."""
    number = visit.person.card_number
    return visit.page(request, "portal/card.html", {"code": qr(number), "card": spaced(number)})


def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest: the merchant's name and colour, our icons."""
    name, colour = NAME, COLOUR
    known = signed_in(request)
    if known is not None:
        with connection() as conn, scoped(conn, organisation_of(conn, programme_id=known[1])):
            found = programme(conn, programme_id=known[1])
        name, colour = found.name, found.accent
    start = reverse("portal:home")
    icons = [
        {"src": static("web/icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": static("web/icon-512.png"), "sizes": "512x512", "type": "image/png"},
        {"src": static("web/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
    ]
    content = {
        "id": start,
        "name": name,
        "short_name": name[:24],
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": colour,
        "icons": icons,
    }
    return JsonResponse(content, content_type="application/manifest+json")
