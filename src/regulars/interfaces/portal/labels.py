"""Short words around figures, as members read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import get_language_bidi, gettext, ngettext

from regulars.domain.ledger.contracts import PendingLot
from regulars.domain.rewards.contracts import Redemption, RedemptionState
from regulars.domain.vouchers.contracts import VoucherState
from regulars.interfaces.web import words

_NOON, _EVENING, _MORNING = 12, 18, 5


@dataclass(frozen=True, slots=True)
class Label:
    """Words of a badge, and its tone: the words alone must say it all."""

    label: str
    tone: str = "neutral"


def greeting(now: datetime, name: str) -> str:
    """By the time of day where the programme is at home; with the first name, if there is one."""
    hour = timezone.localtime(now).hour
    first = name.split()[0] if name.split() else ""
    if not first:
        if _MORNING <= hour < _NOON:
            return gettext("Good morning")
        return gettext("Good afternoon") if _NOON <= hour < _EVENING else gettext("Good evening")
    if _MORNING <= hour < _NOON:
        return gettext("Good morning, %(name)s") % {"name": isolated(first)}
    if _NOON <= hour < _EVENING:
        return gettext("Good afternoon, %(name)s") % {"name": isolated(first)}
    return gettext("Good evening, %(name)s") % {"name": isolated(first)}


def isolated(name: str) -> str:
    """A name for the middle of a sentence: right-to-left pages must not turn the order of its parts round."""
    return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}" if get_language_bidi() else name


def other_account() -> str:
    """What a line says that belongs to another account of the person, which is part of this one by now."""
    return gettext("from your other account")


def on_their_way(lots: Sequence[PendingLot]) -> list[str]:
    """120 points are on their way: 15 March. Those of one day, or one event, are one line."""
    together: dict[tuple[date | None, str, date | None], int] = {}
    for lot in lots:
        key = lot.activates_on, lot.waits_for, lot.cancels_after
        together[key] = together.get(key, 0) + lot.waiting
    return [_on_its_way(count, *key) for key, count in together.items()]


def _on_its_way(count: int, activates_on: date | None, waits_for: str, cancels_after: date | None) -> str:
    if words.is_money():
        return _money_on_its_way(words.points(count), activates_on)
    values = {"count": words.number(count), "event": waits_for.replace("_", " ").replace(".", " ")}
    if activates_on is not None:
        text = ngettext(
            "%(count)s point is on its way: you can use it from %(day)s",
            "%(count)s points are on their way: you can use them from %(day)s",
            count,
        )
        return text % (values | {"day": words.day(activates_on)})
    if cancels_after is not None:
        text = ngettext(
            "%(count)s point is on its way and waits for “%(event)s”, until %(day)s at the latest",
            "%(count)s points are on their way and wait for “%(event)s”, until %(day)s at the latest",
            count,
        )
        return text % (values | {"day": words.day(cancels_after)})
    text = ngettext(
        "%(count)s point is on its way and waits for “%(event)s”",
        "%(count)s points are on their way and wait for “%(event)s”",
        count,
    )
    return text % values


def _money_on_its_way(amount: str, activates_on: date | None) -> str:
    if activates_on is None:
        return gettext("%(amount)s on its way") % {"amount": amount}
    return gettext("%(amount)s on its way: you can use it from %(day)s") % {
        "amount": amount,
        "day": words.day(activates_on),
    }


def points_to_go(count: int, currency: str = words.PAGE) -> str:
    """How far it still is."""
    if words.is_money(currency):
        return gettext("%(amount)s to go") % {"amount": words.points(count, currency)}
    return ngettext("%(count)s point to go", "%(count)s points to go", count) % {"count": words.number(count)}


def redemption_label(redemption: Redemption, today: date) -> Label:
    """What has become of a reward."""
    if redemption.voucher_state is VoucherState.used or redemption.state is RedemptionState.fulfilled:
        return Label(gettext("Used"))
    if redemption.state is RedemptionState.granted:
        if has_expired(redemption, today):
            return Label(gettext("Expired"), "warning")
        return Label(gettext("Ready to use"), "success")
    if redemption.state is RedemptionState.held:
        return Label(gettext("Set aside"), "info")
    return Label(gettext("Undone"))


def has_expired(redemption: Redemption, today: date) -> bool:
    """Whether the code's last day is over."""
    return redemption.voucher_last_day is not None and redemption.voucher_last_day < today


def spaced(number: str) -> str:
    """Groups of four, as people read card numbers aloud."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))
