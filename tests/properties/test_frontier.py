"""A frontier is what its definition says, of whatever candidates."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from regulars.flows.tuning.estimates import Estimate
from regulars.flows.tuning.frontier import Place, Point, alike, places
from regulars.flows.tuning.goal import Better

_rows = st.lists(
    st.one_of(st.none(), st.tuples(*[st.integers(0, 8), st.integers(0, 2), st.integers(0, 2)] * 2)),
    min_size=1,
    max_size=10,
)


def points_of(rows: list[tuple[int, ...] | None]) -> list[Point | None]:
    """(value, how much below, how much above) of both figures."""
    return [
        None
        if each is None
        else Point(*(Estimate(*map(Decimal, (v, v - low, v + high))) for v, low, high in (each[:3], each[3:])))
        for each in rows
    ]


points = _rows.map(points_of)
sides = st.tuples(st.sampled_from(Better), st.sampled_from(Better))


def beats(one: tuple[Decimal, Decimal], other: tuple[Decimal, Decimal], better: tuple[Better, Better]) -> bool:
    """Written anew: as good in both, better in one."""
    as_good = better_in_one = 0
    for mine, theirs, side in zip(one, other, better, strict=True):
        as_good += mine <= theirs if side is Better.less else mine >= theirs
        better_in_one += mine != theirs
    return as_good == len(better) and better_in_one > 0


def end(point: Point, better: tuple[Better, Better], *, good: bool) -> tuple[Decimal, Decimal]:
    """The good or the bad end of both intervals."""
    x, y = (
        (each.high, each.low) if side is Better.more else each[1:] for each, side in zip(point, better, strict=True)
    )
    return (x[0], y[0]) if good else (x[1], y[1])


@given(points, sides)
def test_nothing_on_the_frontier_is_beaten_and_everything_else_is(
    found: list[Point | None], better: tuple[Better, Better]
) -> None:
    known = [(each.x.value, each.y.value) for each in found if each is not None]
    for point, place in zip(found, places(found, better), strict=True):
        if point is None:
            assert place is Place.unknown
            continue
        beaten = any(beats(other, (point.x.value, point.y.value), better) for other in known)
        assert (place is Place.on) is not beaten
    assert not known or Place.on in places(found, better)


@given(points, sides)
def test_what_is_surely_beaten_is_so_wherever_in_the_intervals_the_truth_lies(
    found: list[Point | None], better: tuple[Better, Better]
) -> None:
    for point, place in zip(found, places(found, better), strict=True):
        if point is None or place is Place.on:
            continue
        best = end(point, better, good=True)
        worst = [end(other, better, good=False) for other in found if other is not None]
        assert (place is Place.behind) is any(beats(each, best, better) for each in worst)


@given(points)
def test_what_overlaps_does_so_both_ways(found: list[Point | None]) -> None:
    for at in range(len(found)):
        assert all(at in alike(found, other) for other in alike(found, at))
