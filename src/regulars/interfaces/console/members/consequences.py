"""What a return does, in words and numbers: of a preview before it is done, of the answer afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import msgspec
from django.utils.translation import gettext

from regulars.domain.events.contracts import BalanceOut, ReturnedOut
from regulars.flows.orders_on_file import OrderOnFile
from regulars.interfaces.console.desk import Desk
from regulars.interfaces.web import words


class _Effect(msgspec.Struct):
    """An effect of a return. points: taken or given back; due: what the rules ask for."""

    type: str
    points: int = 0
    due: int = 0
    name: str = ""
    ladder: str = ""
    from_tier: str = ""
    to_tier: str = ""


class _Answer(msgspec.Struct):
    effects: list[_Effect]
    balances: Mapping[str, BalanceOut]
    returned: ReturnedOut | None = None


_read = msgspec.json.Decoder(_Answer).decode


@dataclass(frozen=True, slots=True)
class Line:
    """One change. points: signed; None where it is not about points."""

    text: str
    points: int | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Consequences:
    """money: what goes back, and what is left. balance, pending: afterwards. summary: all of it in one line."""

    money: str
    lines: list[Line]
    balance: int
    pending: int
    summary: str


def consequences_of(desk: Desk, order: OrderOnFile, answer: bytes) -> Consequences:
    """The answer to a return, or to its preview."""
    read = _read(answer)
    main = desk.shelf.latest.rulebook.point_types[0].id
    balance = read.balances.get(main, BalanceOut(0, 0))
    taken = sum(each.points for each in read.effects if each.type == "revoke_points")
    back = sum(each.points for each in read.effects if each.type == "restore_points")
    return Consequences(
        money=_money(desk, read.returned),
        lines=[_line(desk, each) for each in read.effects if each.type != "nothing"],
        balance=balance.available,
        pending=balance.pending,
        summary=_summary(order.left.order.number, taken, back),
    )


def _money(desk: Desk, returned: ReturnedOut | None) -> str:
    if returned is None:
        return ""
    currency = desk.programme.currency
    values = {
        "amount": words.money(Decimal(returned.amount), currency),
        "left": words.money(Decimal(returned.left), currency),
    }
    if returned.whole:
        return gettext("%(amount)s go back, and nothing of the order is left.") % values
    return gettext("%(amount)s go back, and %(left)s of the order are left.") % values


def _line(desk: Desk, effect: _Effect) -> Line:
    if effect.type == "restore_points":
        return Line(gettext("Points that paid for it come back"), effect.points)
    if effect.type == "change_tier":
        values = {"old": _tier(desk, effect, effect.from_tier), "new": _tier(desk, effect, effect.to_tier)}
        return Line(gettext("The tier changes from %(old)s to %(new)s") % values)
    hint = ""
    if effect.points < effect.due:
        values = {"due": words.points(effect.due), "taken": words.points(effect.points)}
        hint = gettext("%(due)s are due, and %(taken)s are there to take.") % values
    return Line(gettext("“%(rule)s” is taken back") % {"rule": effect.name}, -effect.points, hint)


def _tier(desk: Desk, effect: _Effect, tier: str) -> str:
    names = {
        (ladder.id, each.id): each.name
        for book in desk.shelf.rulebooks
        for ladder in book.rulebook.ladders
        for each in ladder.tiers
    }
    return names.get((effect.ladder, tier), tier)


def _summary(number: str, taken: int, back: int) -> str:
    parts = [gettext("Order %(number)s is returned.") % {"number": number}]
    if taken:
        parts.append(gettext("Taken back: %(amount)s.") % {"amount": words.amount(taken)})
    if back:
        parts.append(gettext("Given back: %(amount)s.") % {"amount": words.amount(back)})
    return " ".join(parts)
