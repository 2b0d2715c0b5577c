"""A member's visit: who, of which programme, at what time, on which connection. Every page of the portal gets one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, pgettext
from django.views.decorators.cache import never_cache

from regulars.database.pool import Connection, connection
from regulars.database.scope import scoped
from regulars.domain.households.queries import household_of
from regulars.domain.members.contracts import MemberStatus, Profile
from regulars.domain.members.queries import profile
from regulars.domain.merges.queries import kept_instead, parts_of
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import Shelf, organisation_of, programme_now, shelf
from regulars.domain.programmes.stored_value import StoredValue
from regulars.flows.quote_reward import quote_rewards
from regulars.insight.member_view import MemberView, member_view
from regulars.insight.rewards_in_reach import RewardInReach, rewards_in_reach
from regulars.interfaces.portal.refusals import in_members_words
from regulars.interfaces.portal.session import sign_out, signed_in
from regulars.interfaces.web import words
from regulars.kernel.clock import utc_now
from regulars.kernel.errors import Refusal

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, "Visit", P], HttpResponse]

BY_MEMBER = "the member"
"""How writes name a member who acts for themselves."""


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A way to another page. docked: also at the bottom of a phone's screen."""

    label: str
    url: str
    icon: str
    current: bool
    docked: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """person: the signed-in member, with what is stored about them.

    now: one instant of the programme's clock for the whole request.
    """

    conn: Connection
    shelf: Shelf
    person: Profile
    now: datetime
    place: str

    @property
    def programme(self) -> Programme:
        return self.shelf.programme

    @property
    def main_point_type(self) -> int:
        """The ledger's number of the points that members see first."""
        return self.shelf.point_types[self.shelf.in_force(self.now).rulebook.point_types[0].id]

    @property
    def counted_in(self) -> str:
        """The currency in which the main points count; "" where they are points, or no rules are in force."""
        if not self.shelf.rulebooks or self.shelf.starts[0] > self.now:
            return ""
        rulebook = self.shelf.in_force(self.now).rulebook
        return rulebook.counted_in(rulebook.point_types[0].id)

    def view(self) -> MemberView:
        """What the member has."""
        return member_view(self.conn, self.shelf, member_id=self.person.id, now=self.now)

    def rewards(self) -> list[RewardInReach]:
        """What is on offer today, the cheapest first, as redeeming would answer now."""
        quotes = quote_rewards(self.conn, programme_id=self.programme.id, member_id=self.person.id, now=self.now)
        return [self._told_reward(each) for each in rewards_in_reach(quotes, self.shelf)]

    def told(self, text: str) -> str:
        """What the programme calls something, in the member's language where its rulebook has the words."""
        if not self.shelf.rulebooks or self.shelf.starts[0] > self.now:
            return text
        return self.shelf.in_force(self.now).rulebook.texts_in(get_language() or "en").get(text, text)

    def _told_reward(self, each: RewardInReach) -> RewardInReach:
        reward = each.reward
        name, description = self.told(reward.name), self.told(reward.description)
        return replace(each, reward=replace(reward, name=name, description=description))

    def page(
        self, request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
    ) -> HttpResponse:
        """The page within the portal's frame."""
        frame = {
            "programme": self.programme,
            "person": self.person,
            "navigation": self._navigation(),
            "counts_money": bool(self.counted_in),
            "is_blocked": self.person.status is MemberStatus.blocked,
        }
        return render(request, template, frame | (context or {}), status=status)

    def refuse(self, request: HttpRequest, refusal: Refusal) -> HttpResponse:
        """A page of its own for what cannot be done, in words for a member."""
        return self.page(request, "portal/refused.html", {"refusal": in_members_words(refusal)}, status=refusal.status)

    def _may_share(self) -> bool:
        """Whether there are households, by the rulebook in force or by the member's own."""
        in_force = self.shelf.rulebooks and self.shelf.starts[0] <= self.now
        if in_force and self.shelf.in_force(self.now).households.allowed:
            return True
        return household_of(self.conn, member_id=self.person.id) is not None

    @property
    def stored_value(self) -> StoredValue:
        """What the rulebook in force says of money that members pay in."""
        in_force = self.shelf.rulebooks and self.shelf.starts[0] <= self.now
        return self.shelf.in_force(self.now).rulebook.stored_value if in_force else StoredValue()

    def _has_challenges(self) -> bool:
        """Whether the rulebook in force has anything to collect."""
        if not self.shelf.rulebooks or self.shelf.starts[0] > self.now:
            return False
        rulebook = self.shelf.in_force(self.now)
        return bool(rulebook.badges) or rulebook.rules.collects

    def is_own(self, whose: UUID) -> bool:
        """Whether something is the member's, of whichever account that is part of this one."""
        return whose == self.person.id or whose in parts_of(self.conn, member_id=self.person.id)

    def _navigation(self) -> list[NavigationItem]:
        items = [
            ("home", gettext("Home"), "home", True),
            ("rewards", gettext("Rewards"), "rewards", True),
            ("card", pgettext("of a member", "Card"), "qr", True),
            ("activity", gettext("Activity"), "activity", True),
            ("tier", gettext("Tier"), "tier", False),
            ("earn", gettext("Earn"), "star", False),
            *([("challenges", gettext("Challenges"), "trophy", False)] if self._has_challenges() else []),
            ("profile", gettext("You"), "members", True),
        ]
        if self.stored_value.point_type:
            items.insert(-1, ("purse", gettext("Your money here"), "card", False))
        if self._may_share():
            items.insert(-1, ("household", gettext("Household"), "members", False))
        return [
            NavigationItem(label, reverse(f"portal:{name}"), icon, self.place == name, docked)
            for name, label, icon, docked in items
        ]


def member_page(place: str) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """Makes a page of the portal: signed in, in the programme's time zone, never cached. place: the menu's line."""

    def wrap(page: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @never_cache
        @wraps(page)
        def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            known = signed_in(request)
            if known is None:
                return redirect("portal:sign-in")
            member_id, programme_id = known
            with connection() as conn, scoped(conn, organisation_of(conn, programme_id=programme_id)):
                person = profile(conn, programme_id=programme_id, member_id=member_id)
                if person is not None and person.status is MemberStatus.merged:
                    member_id = kept_instead(conn, member_id=member_id) or member_id
                    person = profile(conn, programme_id=programme_id, member_id=member_id)
                if person is None or person.status is MemberStatus.closed:
                    sign_out(request)
                    return redirect("portal:sign-in")
                now = programme_now(conn, programme_id=programme_id, at=utc_now())
                told = shelf(conn, programme_id=programme_id).in_language(get_language() or "en")
                visit = Visit(conn, told, person, now, place)
                words.counted_in.set(visit.counted_in)
                with timezone.override(visit.programme.time_zone):
                    try:
                        return page(request, visit, *args, **kwargs)
                    except Refusal as refusal:
                        return visit.refuse(request, refusal)

        return opened

    return wrap
