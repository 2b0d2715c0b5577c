"""What a redemption gave, as staff read it: '2 times Beans, 1 of 2 handed over'."""

from __future__ import annotations

from django.utils.translation import gettext

from regulars.domain.rewards.contracts import Due, GrantedPart
from regulars.interfaces.web import words


def part_said(part: GrantedPart, currency: str) -> str:
    """One thing in words, with how much of it was handed over."""
    what = words.said(part.gift.words(currency))
    if part.due is not Due.hand_over:
        return what
    if part.fulfilled == part.quantity:
        return gettext("%(what)s, handed over") % {"what": what}
    values = {"what": what, "count": words.number(part.fulfilled), "of": words.number(part.quantity)}
    return gettext("%(what)s, %(count)s of %(of)s handed over") % values
