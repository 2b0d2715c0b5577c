"""What a tuning found, as plain values that can be stored and shown. Decimals are texts; shares are parts of 1."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.tuning.attainability import Typical, Way, lifetime, typical_members, way_to
from regulars.flows.tuning.break_even import BreakEven, break_even
from regulars.flows.tuning.candidates import Candidate, require_something
from regulars.flows.tuning.estimates import Estimate, ratio
from regulars.flows.tuning.frontier import Point, alike, places
from regulars.flows.tuning.goal import Goal, Met, goals_by_name, stated_goal
from regulars.flows.tuning.lever import Ground, Priced
from regulars.flows.tuning.outcome import Lives
from regulars.flows.tuning.playing import Bench, Part
from regulars.flows.tuning.terms import Terms
from regulars.kernel.clock import local_day

Report = dict[str, Any]
_PLACES = Decimal("0.00000001")
_ALWAYS = ("cost_per_order", "cost_of_sales", "points_expired", "liability_at_end")


def report(part: Part, bench: Bench, terms: Terms, *, margin: Decimal) -> Report:
    """Every candidate with its figures, where it stands, whether it meets the goals, and what it asks of members."""
    found = require_something(terms.ground, terms.turns)
    lives, of = part.lives, part.all_members
    points = _points(terms, lives, len(found), of=of)
    standing = places(points, terms.better)
    typical = typical_members(lives)
    scarce = set(bench.ran_out(part))
    costs = [_cost(lives, at, of=of) for at in range(len(found))]
    rows = []
    for at, candidate in enumerate(found):
        point = points[at]
        goals = [(goal, goal.figure(lives, at, of=of)) for goal in terms.goals]
        rows.append(
            {
                "values": list(candidate.values),
                "as_it_is": candidate.as_it_is,
                "x": None if point is None else _shown(point.x),
                "y": None if point is None else _shown(point.y),
                "place": standing[at].value,
                "alike": alike(points, at),
                "figures": _figures(lives, at, of=of),
                "goals": [{"met": goal.met_by(each).value, "figure": _shown(each)} for goal, each in goals],
                "met": _met([goal.met_by(each) for goal, each in goals]),
                "budget_runs_out": at in scarce,
                "cost_after_breakage": _shown(costs[at]),
                "break_even": _needed(costs[at], costs[0], margin),
                "rewards": _rewards(candidate, typical, lives, at, terms),
            }
        )
    return {
        "members": of,
        "played": len(lives),
        "events": part.events,
        "left_out": dict(part.left_out),
        "caveats": ["people_as_now"] if bench.asks_people else [],
        "currency": terms.ground.document["currency"],
        "axes": [stated_goal(each) for each in terms.axes],
        "candidates": rows,
        "typical": [_typical(each) for each in typical],
        "nearest": _nearest(terms.goals, lives, rows, of=of),
        "measured_uplift": None,
    }


def _points(terms: Terms, lives: Sequence[Lives], count: int, *, of: int) -> list[Point | None]:
    found: list[Point | None] = []
    for at in range(count):
        x, y = (each.figure(lives, at, of=of) for each in terms.axes)
        found.append(None if x is None or y is None else Point(x, y))
    return found


def _figures(lives: Sequence[Lives], at: int, *, of: int) -> Report:
    kinds = goals_by_name()
    return {name: _shown(kinds[name].model_validate({}).figure(lives, at, of=of)) for name in _ALWAYS}


def _cost(lives: Sequence[Lives], at: int, *, of: int) -> Estimate | None:
    """Of points given for sales of 1, less those that expired: what is still open counts as if it were all used."""
    pairs = [(each.outcomes[at].earned - each.outcomes[at].expired, each.member.sales) for each in lives]
    return ratio(pairs, of=of)


def _needed(cost: Estimate | None, now: Estimate | None, margin: Decimal) -> Report | None:
    if cost is None or now is None:
        return None
    found = break_even(cost, now, margin)
    return {name: _text(getattr(found, name)) for name in BreakEven._fields}


def _met(each: Sequence[Met]) -> str | None:
    """Of all goals together: surely where all are, no where one is not; None where nothing was asked."""
    if not each:
        return None
    return next((met.value for met in (Met.no, Met.perhaps) if met in each), Met.surely.value)


def _nearest(goals: Sequence[Goal], lives: Sequence[Lives], rows: Sequence[Report], *, of: int) -> int | None:
    """Which candidate misses the goals by the least, where none meets them."""
    if not goals or any(row["met"] != Met.no for row in rows):
        return None
    missed = [sum(goal.missed_by(goal.figure(lives, at, of=of)) for goal in goals) for at in range(len(rows))]
    return missed.index(min(missed))


def rewards_compared(ground: Ground) -> list[Priced]:
    """The cheapest reward and the one in the middle of those that cost the same kind of points; one where both are."""
    kind = ground.rewards[0].point_type if ground.rewards else ""
    same = [each for each in ground.rewards if each.point_type == kind]
    return list(dict.fromkeys([*same[:1], *same[(len(same) - 1) // 2 :][:1]]))


def _rewards(
    candidate: Candidate, typical: Sequence[Typical], lives: Sequence[Lives], at: int, terms: Terms
) -> list[Report]:
    rulebook = Rulebook.model_validate(candidate.ground.document)
    policies = {each.id: each.policy() for each in rulebook.point_types}
    today = local_day(terms.until, rulebook.time_zone)
    return [
        {
            "code": reward.code,
            "name": reward.name,
            "price": reward.price,
            "ways": [
                _way(way_to(reward.price, each, lives, at, lasts=lifetime(policies[reward.point_type], today)))
                for each in typical
            ],
        }
        for reward in rewards_compared(candidate.ground)
        if reward.point_type in policies
    ]


def _way(way: Way) -> Report:
    return {"orders": way.orders, "days": way.days, "money": _text(way.money), "expires": way.expires}


def _typical(each: Typical) -> Report:
    return {
        "quartile": each.quartile,
        "a_year": _text(each.a_year),
        "orders_a_year": _text(each.orders_a_year),
        "an_order": _text(each.an_order),
        "members": len(each.members),
    }


def _shown(estimate: Estimate | None) -> Report | None:
    if estimate is None:
        return None
    return {name: _text(getattr(estimate, name)) for name in Estimate._fields}


def _text(value: Decimal | None) -> str | None:
    if value is None:
        return None
    rounded = value.quantize(_PLACES).normalize()
    return f"{rounded + 0:f}"
