"""Where an operator works: who, for which programme, at what time, on which connection. Every view gets one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from regulars.database.pool import Connection, connection
from regulars.database.scope import scoped
from regulars.domain.adjustments.queries import count_waiting
from regulars.domain.notices.queries import count_unread
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import Shelf, organisation_of, programme_now, shelf
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.kernel.clock import utc_now
from regulars.kernel.errors import Refusal

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, "Desk", P], HttpResponse]


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A line of the side menu. count: what waits there; zero shows none."""

    label: str
    url: str
    icon: str
    current: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class Desk:
    """operator: the signed-in user. by: how writes name the operator.

    now: one instant of the programme's clock for the whole request.
    """

    conn: Connection
    shelf: Shelf
    operator: Any
    now: datetime
    place: str

    @property
    def programme(self) -> Programme:
        return self.shelf.programme

    @property
    def counted_in(self) -> str:
        """The currency in which the main points count; "" where they are points, or there is no rulebook yet."""
        if not self.shelf.rulebooks:
            return ""
        rulebook = self.shelf.latest.rulebook
        return rulebook.counted_in(rulebook.point_types[0].id)

    @property
    def by(self) -> str:
        return str(self.operator.email)

    def page(self, request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        """The page within the console's frame."""
        frame = {
            "operator": self.operator,
            "programme": self.programme,
            "now": self.now,
            "navigation": self._navigation(),
            "unread": count_unread(self.conn, programme_id=self.programme.id, recipient=self.by),
        }
        return render(request, template, frame | context, status=status)

    def _navigation(self) -> list[NavigationItem]:
        items = [
            ("dashboard", gettext("Dashboard"), "dashboard"),
            ("members", gettext("Members"), "members"),
            ("approvals", gettext("Approvals"), "check"),
            ("returns", gettext("Returns"), "undo"),
            ("audiences", gettext("Audiences"), "group"),
            ("rewards", gettext("Rewards"), "rewards"),
            ("campaigns", gettext("Campaigns"), "star"),
            ("tiers", gettext("Tiers and benefits"), "tier"),
            ("rulebook", gettext("Rulebook"), "rulebook"),
            ("objectives", gettext("Objectives"), "trophy"),
        ]
        stored = self.shelf.latest.rulebook.stored_value if self.shelf.rulebooks else None
        if stored is not None and stored.point_type and stored.cards:
            items.insert(6, ("gift-cards", gettext("Gift cards"), "card"))
        if self.programme.sandbox:
            items.append(("clock", gettext("Clock"), "clock"))
        counts = {"approvals": count_waiting(self.conn, programme_id=self.programme.id)}
        return [
            NavigationItem(label, reverse(f"console:{name}"), icon, self.place == name, counts.get(name, 0))
            for name, label, icon in items
        ]


def operator_page(place: str) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """Makes a view of the console: signed in, in the programme's time zone, never cached. place: the menu's line."""

    def wrap(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            operator: Any = request.user
            programme_id: int = operator.programme_id
            with connection() as conn, scoped(conn, organisation_of(conn, programme_id=programme_id)):
                found = shelf(conn, programme_id=programme_id)
                now = programme_now(conn, programme_id=programme_id, at=utc_now())
                desk = Desk(conn, found, operator, now, place)
                words.counted_in.set(desk.counted_in)
                with timezone.override(found.programme.time_zone):
                    try:
                        return view(request, desk, *args, **kwargs)
                    except Refusal as refusal:
                        said = {"refusal": in_words(refusal)}
                        return desk.page(request, "console/refused.html", said, status=refusal.status)

        update_wrapper(opened, view)
        return never_cache(login_required(opened))

    return wrap
