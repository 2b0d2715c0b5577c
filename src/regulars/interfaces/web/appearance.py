"""Light, dark or as the system says: kept in a cookie so that the first byte of a page already knows."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

THEME_COOKIE = "theme"
THEMES = ("system", "light", "dark")
ONE_YEAR_SECONDS = 365 * 24 * 3600


def appearance(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `theme` is `system`, `light` or `dark`."""
    chosen = request.COOKIES.get(THEME_COOKIE, "system")
    return {"theme": chosen if chosen in THEMES else "system"}


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Remembers the theme and goes back to where the person was. Works without scripts."""
    chosen = request.POST.get("theme", "")
    came_from = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(
        came_from, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = HttpResponseRedirect(came_from if safe else "/")
    if chosen in THEMES:
        # Readable by the page's own script, which switches at once without a round trip.
        response.set_cookie(THEME_COOKIE, chosen, max_age=ONE_YEAR_SECONDS, samesite="Lax", secure=request.is_secure())
    return response
