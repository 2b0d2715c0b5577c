"""What a redemption gave, as its member reads it: what it is, where it stands, and what there is to read or to open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from regulars.domain.rewards.contracts import Due, GrantedPart, PartState, Redemption, RedemptionState
from regulars.domain.rewards.gifts import Access, Donation, EarnMoney, Gift, ItemToHandOver, LoadValue, Window
from regulars.interfaces.portal.labels import Label, redemption_label
from regulars.interfaces.web import words

_ICONS = {
    "voucher": "qr",
    "money": "card",
    "stored_value": "card",
    "item": "gift",
    "donation": "heart",
    "access": "eye",
    "window": "calendar",
}


@dataclass(frozen=True, slots=True)
class GiftLine:
    """One thing. state: where it stands, in words; text, link: what can be read or opened now."""

    icon: str
    what: str
    state: str
    text: str
    link: str


def gift_lines(parts: Sequence[GrantedPart], *, currency: str, today: date) -> list[GiftLine]:
    """All that a redemption gave besides its code, which the page shows by itself."""
    return [_line(each, currency, today) for each in parts if each.due is not Due.use]


def state_of(redemption: Redemption, parts: Sequence[GrantedPart], today: date) -> Label:
    """What has become of the reward, in a word or two."""
    waiting = [each for each in parts if each.is_open]
    if redemption.state is not RedemptionState.granted or any(each.due is Due.use for each in waiting):
        return redemption_label(redemption, today)
    if not waiting:
        return Label(gettext("Yours"), "success")
    if all(_is_sent(each.gift) for each in waiting):
        return Label(gettext("Will be sent"), "info")
    return Label(gettext("Ready to collect"), "success")


def is_ready(redemption: Redemption, parts: Sequence[GrantedPart], today: date) -> bool:
    """Whether something of it is still to come or to be used."""
    if redemption.state is not RedemptionState.granted:
        return False
    return any(each.last_day is None or each.last_day >= today for each in parts if _lasts(each))


def can_be_undone(redemption: Redemption, parts: Sequence[GrantedPart], today: date) -> bool:
    """Whether the member may give it back: nothing of it was had, or is over. What can be read was had."""
    return redemption.state is RedemptionState.granted and not any(
        each.fulfilled or isinstance(each.gift, Access) or (each.last_day is not None and each.last_day < today)
        for each in parts
    )


def _lasts(part: GrantedPart) -> bool:
    """Whether there is something to do with it after the day on which it was given."""
    return part.is_open or isinstance(part.gift, Access | Window)


def _line(part: GrantedPart, currency: str, today: date) -> GiftLine:
    gift = part.gift
    is_open = part.state is not PartState.reversed and (part.last_day is None or part.last_day >= today)
    return GiftLine(
        icon=_ICONS.get(gift.kind, "gift"),
        what=words.said(gift.words(currency)),
        state=_state(part, gift),
        text=gift.text if is_open and isinstance(gift, Access) else "",
        link=gift.link if is_open and isinstance(gift, Access | Window) else "",
    )


def _is_sent(gift: Gift) -> bool:
    return isinstance(gift, ItemToHandOver) and gift.is_sent


def _state(part: GrantedPart, gift: Gift) -> str:
    if part.state is PartState.reversed:
        return gettext("Undone")
    if isinstance(gift, ItemToHandOver):
        return _item_state(part, gift)
    if isinstance(gift, EarnMoney | LoadValue):
        return gettext("It is in your account.")
    if isinstance(gift, Donation):
        return gettext("Thank you. We pass it on.")
    if part.last_day is None:
        return gettext("Yours for good")
    return gettext("Last day: %(day)s") % {"day": words.day(part.last_day)}


def _item_state(part: GrantedPart, gift: ItemToHandOver) -> str:
    if part.state is PartState.fulfilled:
        return gettext("Sent to you") if gift.is_sent else gettext("You have it")
    if part.fulfilled:
        values = {"count": words.number(part.fulfilled), "of": words.number(part.quantity)}
        return gettext("You have %(count)s of %(of)s") % values
    if gift.is_sent:
        return gettext("We will send it to you.")
    if part.last_day is None:
        return gettext("Ask for it at the counter.")
    return gettext("Ask for it at the counter, until %(day)s.") % {"day": words.day(part.last_day)}
