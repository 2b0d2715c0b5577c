"""The pages of audiences that the form leads to, for tests: the real ones where they are there, otherwise stand-ins."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import clear_url_caches, path

from regulars.interfaces.console import urls


def _stand_in(request: HttpRequest, audience: str = "") -> HttpResponse:
    return HttpResponse(f"the page of {audience}" if audience else "the list of audiences")


def stand_in_where_missing() -> None:
    """Makes the addresses `console:audiences` and `console:audience` lead somewhere."""
    known = {each.name for each in urls.urlpatterns}
    for name, address in (("audiences", "audiences/"), ("audience", "audiences/<slug:audience>/")):
        if name not in known:
            urls.urlpatterns.append(path(address, _stand_in, name=name))
    clear_url_caches()
