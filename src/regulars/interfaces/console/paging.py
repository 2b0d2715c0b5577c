"""Pages of a list by cursor: the address of the next page, and of the first."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Page:
    """What <c-pager> needs. summary: what is shown, in words."""

    summary: str
    first: str = ""
    next: str = ""


def page_of(request: HttpRequest, *, summary: str, cursor: str) -> Page:
    """Addresses that keep every other filter of the request. cursor: place of the last row shown, empty at the end."""
    query = request.GET.copy()
    on_first = "after" not in query
    query.pop("after", None)
    first = "" if on_first else f"{request.path}?{query.urlencode()}"
    if cursor:
        query["after"] = cursor
    return Page(summary, first, f"{request.path}?{query.urlencode()}" if cursor else "")
