"""Whose points pay for a reward, where a household pools them: shown before, or chosen."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext

from regulars.domain.members.queries import names_of
from regulars.domain.rewards.contracts import Quote, Redemption
from regulars.domain.rewards.queries import payments_of
from regulars.interfaces.portal.labels import isolated
from regulars.interfaces.portal.visit import Visit
from regulars.interfaces.web import words
from regulars.interfaces.web.sharing import SharesForm, own_first, shares_form

Shown = list[tuple[str, str]]
"""(name, points) of everybody who pays."""


def shares_shown(visit: Visit, quote: Quote) -> Shown:
    """Whose points would pay; nobody where the member pays alone, or says who does."""
    return [] if quote.asks else _shown(visit, quote.shares, unit_of(visit, quote.reward.point_type))


def shares_paid(visit: Visit, found: Redemption) -> Shown:
    """Whose points paid; nobody where the member paid alone."""
    payments = payments_of(visit.conn, redemption=found)
    return _shown(visit, {each.member_id: each.points for each in payments}, words.PAGE)


def shares_asked(visit: Visit, quote: Quote, posted: Mapping[str, str] | None = None) -> SharesForm | None:
    """The form in which the member says whose points pay; None where nobody asks, or nobody else is there."""
    if not quote.asks or len(quote.purses) < 2:
        return None
    plan = own_first(quote.price, visit.person.id, quote.purses)
    unit = unit_of(visit, quote.reward.point_type)
    return shares_form(
        _names(visit, list(quote.purses)), quote.purses, plan, price=quote.price, currency=unit, posted=posted
    )


def unit_of(visit: Visit, point_type: str) -> str:
    """The currency that points of this type count; "" where they are points."""
    return visit.shelf.latest.rulebook.counted_in(point_type)


def _shown(visit: Visit, shares: Mapping[UUID, int], unit: str) -> Shown:
    if set(shares) <= {visit.person.id}:
        return []
    names = _names(visit, list(shares))
    return [(names[member], words.amount(points, unit)) for member, points in shares.items()]


def _names(visit: Visit, members: list[UUID]) -> dict[UUID, str]:
    names = names_of(visit.conn, member_ids=members)
    return {
        each: gettext("You") if each == visit.person.id else isolated(names.get(each, "")) or gettext("A member")
        for each in members
    }
