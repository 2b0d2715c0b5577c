"""Which candidates no other one beats on two figures. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from regulars.flows.tuning.estimates import Estimate
from regulars.flows.tuning.goal import Better


class Place(StrEnum):
    """on: no other candidate beats it. near: one does, but the intervals leave it open. behind: one surely does.

    unknown: one of its figures could not be taken.
    """

    on = "on"
    near = "near"
    behind = "behind"
    unknown = "unknown"


class Point(NamedTuple):
    """A candidate by its two figures."""

    x: Estimate
    y: Estimate


def places(points: Sequence[Point | None], better: tuple[Better, Better]) -> list[Place]:
    """Where each candidate stands.

    A candidate beats another one when it is at least as good in both figures and better in one. It surely does so when
    even the bad ends of its intervals beat the good ends of the other's.
    """
    known = [each for each in points if each is not None]
    found = []
    for point in points:
        if point is None:
            found.append(Place.unknown)
        elif not any(_beats(_values(other), _values(point), better) for other in known):
            found.append(Place.on)
        else:
            surely = any(_beats(_ends(other, better, good=False), _ends(point, better, good=True), better)
                         for other in known)  # fmt: skip
            found.append(Place.behind if surely else Place.near)
    return found


def alike(points: Sequence[Point | None], at: int) -> list[int]:
    """Which others cannot be told apart from that one: both intervals overlap."""
    point = points[at]
    if point is None:
        return []
    return [
        index
        for index, other in enumerate(points)
        if other is not None and index != at and other.x.overlaps(point.x) and other.y.overlaps(point.y)
    ]


def _values(point: Point) -> tuple[float, float]:
    return float(point.x.value), float(point.y.value)


def _ends(point: Point, better: tuple[Better, Better], *, good: bool) -> tuple[float, float]:
    x, y = (
        float(each.low if (side is Better.less) is good else each.high)
        for each, side in zip(point, better, strict=True)
    )
    return x, y


def _beats(one: tuple[float, float], other: tuple[float, float], better: tuple[Better, Better]) -> bool:
    gains = [
        (theirs - mine) if side is Better.less else (mine - theirs)
        for mine, theirs, side in zip(one, other, better, strict=True)
    ]
    return min(gains) >= 0 and max(gains) > 0
