"""What an event gives, read from its answer: effects and balances as an operator reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import msgspec
from django.utils.translation import gettext

from regulars.domain.events.contracts import BalanceOut, PendingOut
from regulars.domain.programmes.rulebook import Rulebook
from regulars.interfaces.web import words


class _Effect(msgspec.Struct):
    type: str
    points: int = 0
    point_type: str = ""
    name: str = ""
    last_day: str | None = None
    pending: PendingOut | None = None
    ladder: str = ""
    from_tier: str = ""
    to_tier: str = ""


class _Answer(msgspec.Struct):
    effects: list[_Effect]
    balances: Mapping[str, BalanceOut]
    tiers: Mapping[str, str]


_read = msgspec.json.Decoder(_Answer).decode


@dataclass(frozen=True, slots=True)
class Given:
    """One effect. points: None where it is not about points. hint: until when they last, or for what they wait."""

    text: str
    points: int | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class AllGiven:
    """balances: (name, value, hint), of points and of tiers afterwards."""

    effects: list[Given]
    balances: list[tuple[str, str, str]]


def given_by(answer: str, rulebook: Rulebook) -> AllGiven:
    """The answer by the rulebook that was asked."""
    read = _read(answer)
    return AllGiven(
        [each for effect in read.effects if (each := _given(effect, rulebook)) is not None],
        [*_balances(read, rulebook), *_tiers(read, rulebook)],
    )


def _given(effect: _Effect, rulebook: Rulebook) -> Given | None:
    if effect.type == "earn_points":
        return Given(effect.name, effect.points, _hint(effect))
    if effect.type == "pay_with_points":
        return Given(gettext("Paid with points"), -effect.points)
    if effect.type == "change_tier":
        tiers = {tier.id: tier.name for ladder in rulebook.ladders for tier in ladder.tiers}
        values = {
            "old": tiers.get(effect.from_tier, effect.from_tier),
            "new": tiers.get(effect.to_tier, effect.to_tier),
        }
        return Given(gettext("From %(old)s to %(new)s") % values)
    if effect.type == "award_badge":
        return Given(gettext("The badge “%(name)s”") % {"name": effect.name})
    return None


def _hint(effect: _Effect) -> str:
    waits = effect.pending
    if waits is not None and waits.activates_on:
        return gettext("Can be spent from %(day)s") % {"day": words.day(date.fromisoformat(waits.activates_on))}
    if waits is not None and waits.waits_for:
        return gettext("Wait for “%(event)s”") % {"event": waits.waits_for.replace("_", " ").replace(".", " ")}
    if effect.last_day:
        return gettext("Until %(day)s") % {"day": words.day(date.fromisoformat(effect.last_day))}
    return ""


def _balances(read: _Answer, rulebook: Rulebook) -> list[tuple[str, str, str]]:
    shown = []
    for each in rulebook.point_types:
        balance = read.balances.get(each.id, BalanceOut(0, 0))
        unit = rulebook.counted_in(each.id)
        hint = gettext("%(points)s on their way") % {"points": words.points(balance.pending, unit)}
        shown.append((each.name, words.points(balance.available, unit), hint if balance.pending else ""))
    return shown


def _tiers(read: _Answer, rulebook: Rulebook) -> list[tuple[str, str, str]]:
    return [
        (ladder.name, next((tier.name for tier in ladder.tiers if tier.id == read.tiers[ladder.id]), ""), "")
        for ladder in rulebook.ladders
        if ladder.id in read.tiers
    ]
