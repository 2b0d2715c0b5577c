"""How far rewards are away for typical members, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, ngettext

from regulars.interfaces.web import words

Found = dict[str, Any]
_WEEKS, _MONTHS, _YEARS = 21, 92, 730
"""Days from which on weeks, months and years say it better."""


@dataclass(frozen=True, slots=True)
class Reach:
    """One reward. sentences: under the rules as they are; members: headings; rows: (combination, cells) of all."""

    title: str
    sentences: list[str]
    members: list[str]
    rows: list[tuple[str, list[str]]]


def reaches(result: Found, names: Sequence[str]) -> list[Reach]:
    """The cheapest reward and the one in the middle; nothing where nobody buys, or there are no rewards."""
    typical, candidates = result["typical"], result["candidates"]
    if not typical:
        return []
    found = []
    titles = (gettext("The cheapest reward"), gettext("A reward in the middle of the catalogue"))
    for place in range(len(candidates[0]["rewards"])):
        now = candidates[0]["rewards"][place]
        monthly = [words.money(Decimal(each["a_year"]) / 12, result["currency"]) for each in typical]
        found.append(
            Reach(
                title=titles[place],
                sentences=[
                    _sentence(month, now["name"], way, result["currency"])
                    for month, way in zip(monthly, now["ways"], strict=True)
                ],
                members=[gettext("%(money)s a month") % {"money": each} for each in monthly],
                rows=[
                    (
                        _called(names[at], row["rewards"][place], now),
                        [_cell(way, result["currency"]) for way in row["rewards"][place]["ways"]],
                    )
                    for at, row in enumerate(candidates)
                    if place < len(row["rewards"])
                ],
            )
        )  # fmt: skip
    return found


def _called(name: str, reward: Found, now: Found) -> str:
    """The combination, and the reward where it is another one, or at another price."""
    if (reward["code"], reward["price"]) == (now["code"], now["price"]):
        return name
    values = {"name": name, "reward": reward["name"], "points": words.amount(reward["price"])}
    return gettext("%(name)s (%(reward)s for %(points)s)") % values


def _sentence(month: str, reward: str, way: Found, currency: str) -> str:
    values = {"month": month, "reward": reward}
    if way["days"] is None:
        if way["expires"]:
            text = gettext("A member who spends %(month)s a month never reaches “%(reward)s”: points expire before.")
        else:
            text = gettext("A member who spends %(month)s a month never reaches “%(reward)s”.")
        return text % values
    if way["days"] == 0:
        return gettext("A member who spends %(month)s a month has “%(reward)s” on joining.") % values
    values |= {"time": _time(way["days"]), "orders": _orders(way["orders"])}
    values["money"] = words.money(Decimal(way["money"]), currency)
    return (
        gettext("A member who spends %(month)s a month reaches “%(reward)s” after %(time)s: %(orders)s, %(money)s.")
        % values
    )


def _cell(way: Found, currency: str) -> str:
    if way["days"] is None:
        return gettext("never: points expire before") if way["expires"] else gettext("never")
    if way["days"] == 0:
        return gettext("on joining")
    money = words.money(Decimal(way["money"]), currency)
    return gettext("%(time)s, %(orders)s, %(money)s") % {
        "time": _time(way["days"]), "orders": _orders(way["orders"]), "money": money,
    }  # fmt: skip


def _orders(count: int) -> str:
    return ngettext("%(count)s order", "%(count)s orders", count) % {"count": words.number(count)}


def _time(days: int) -> str:
    """In days, weeks, months or years, as one would say it."""
    if days < _WEEKS:
        return words.period(f"{days} days")
    if days < _MONTHS:
        return words.period(f"{round(days / 7)} weeks")
    if days < _YEARS:
        return words.period(f"{round(days / 30.44)} months")
    return words.period(f"{round(days / 365.25)} years")
