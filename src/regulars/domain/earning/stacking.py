"""Groups of rules that exclude each other: which of the offers in a group counts.

Groups lie inside groups. What a group gives is what its chosen offers give together; with that it takes part in the
group around it. Rules without a group always count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

Choose = Literal["stack", "first", "highest", "lowest"]
TIE = "tie"


class StackingGroup(BaseModel):
    """One group. inside: the group around it. choose: `stack` all count, `first` the first one by priority and id,
    `highest` the one that gives most, `lowest` the one that gives least; of equal ones the first counts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,59}$", description="Stable short name")
    name: str = Field(min_length=1, max_length=120, description="How operators call the group")
    inside: str | None = Field(
        default=None, exclude_if=lambda value: value is None, description="The id of the group that it lies in"
    )
    choose: Choose = Field(description="Which of its rules and groups count when several could")


class Offer(NamedTuple):
    """A rule that would fire, or what a group has come to. order: the place of the first rule in it."""

    points: int
    order: int
    rules: tuple[str, ...]


class Lost(NamedTuple):
    """Why an offer does not count. to: the first rule of the offer that does; by: how it won, "tie" for equal ones."""

    to: str
    by: str


@dataclass(slots=True)
class _Open:
    """A group with the offers that were made in it so far."""

    offers: list[Offer]
    inner: list[str]


def around(inside: Mapping[str, str | None], group: str) -> list[str] | None:
    """The group and those around it, the innermost first; None where one is not there, or lies within itself.

    inside: by id, the group in which each lies.
    """
    path: list[str] = []
    here: str | None = group
    while here is not None:
        if here in path or here not in inside:
            return None
        path.append(here)
        here = inside[here]
    return path


def losers(groups: Mapping[str, StackingGroup], offers: Iterable[tuple[str, Offer]]) -> dict[str, Lost]:
    """Which rules do not count, by id. offers: (id of the group, a rule that would fire)."""
    found: dict[str, _Open] = {}
    tops: list[str] = []
    for group, offer in offers:
        _enter(groups, found, tops, group).offers.append(offer)
    lost: dict[str, Lost] = {}
    for group in tops:
        _settle(groups, found, group, lost)
    return lost


def _enter(groups: Mapping[str, StackingGroup], found: dict[str, _Open], tops: list[str], group: str) -> _Open:
    """The group, and those around it, as far as they were not met before."""
    if group not in found:
        found[group] = _Open([], [])
        outer = groups[group].inside
        if outer is None:
            tops.append(group)
        else:
            _enter(groups, found, tops, outer).inner.append(group)
    return found[group]


def _settle(groups: Mapping[str, StackingGroup], found: dict[str, _Open], group: str, lost: dict[str, Lost]) -> Offer:
    """What the group comes to, its inner groups first; whoever loses is noted."""
    inner = [_settle(groups, found, each, lost) for each in found[group].inner]
    offers = sorted([*found[group].offers, *inner], key=lambda offer: offer.order)
    choose = groups[group].choose
    if choose == "stack":
        return Offer(
            sum(offer.points for offer in offers),
            offers[0].order,
            tuple(rule for each in offers for rule in each.rules),
        )
    winner = _winner(choose, offers)
    for offer in offers:
        if offer is not winner:
            by = TIE if choose != "first" and offer.points == winner.points else choose
            # Who lost inside has its reason already, and is in no offer any more.
            lost.update(dict.fromkeys(offer.rules, Lost(winner.rules[0], by)))
    return winner


def _winner(choose: Choose, offers: list[Offer]) -> Offer:
    """Of equal offers the first: max and min keep the one that they met first."""
    if choose == "first":
        return offers[0]
    best = max if choose == "highest" else min
    return best(offers, key=lambda offer: offer.points)
