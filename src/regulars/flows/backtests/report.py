"""What a back-test found, as plain values that can be stored and shown: money, months, rules, tiers, members."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from regulars.domain.ledger.contracts import Account
from regulars.domain.programmes.queries import Shelf
from regulars.flows.backtests.figures import Spread, month_text, outstanding, sum_of, tier_mix
from regulars.flows.backtests.parts import Part, Side
from regulars.flows.backtests.segments import Segment
from regulars.flows.backtests.wish import Wish

Report = dict[str, Any]


def report(part: Part, rules: list[Shelf], wish: Wish, *, in_order: bool, backdated: Sequence[int] = ()) -> Report:
    """Live beside the draft. Money is decimal text in the programme's currency; points are whole numbers.

    Of a sample, totals are of the members that were drawn, and `estimates` say what all of them come to, with half the
    width of the 95 % interval; `change` says so of what the draft gives more, which a sample knows better, because each
    member is looked at twice. backdated: versions that were published after events that are played by them.
    """
    sides = {"live": _side(part.live, rules[0], part.all_members)}
    if wish.document is not None:
        sides["draft"] = _side(part.draft, rules[1], part.all_members)
    return {
        "members": part.all_members,
        "played": part.live.figures.members,
        "events": part.live.figures.events,
        "left_out": dict(part.left_out),
        "holes": _holes(part.live),
        "caveats": _caveats(rules, backdated),
        "backdated": list(backdated),
        "share": str(wish.share),
        "seed": wish.seed,
        "in_order": in_order,
        "redemptions": wish.redemptions.stated(),
        "currency": rules[0].programme.currency,
        "sides": sides,
        "change": _estimates(part.change, part.all_members),
        "segments": [_segment(rules[0], *each) for each in sorted(part.segments.items(), key=_in_order)],
    }


_KINDS = ("all", "tier", "joined", "activity", "audience")


def _in_order(each: tuple[tuple[str, str], Segment]) -> tuple[int, str, str]:
    kind, name = each[0]
    return _KINDS.index(kind.partition(":")[0]), kind, name


def _estimates(spread: Spread, all_members: int) -> Report:
    return {
        name: {"total": round(total), "half_width": round(half)}
        for name, (total, half) in spread.totals(of=all_members).items()
    }


def _segment(rules: Shelf, key: tuple[str, str], found: Segment) -> Report:
    kind, name = key
    return {
        "kind": kind,
        "name": _tier_name(rules, kind, name),
        "members": found.members,
        "winners": found.winners,
        "losers": found.losers,
        "winners_share": _share(found.winners, found.members),
        "losers_share": _share(found.losers, found.members),
        "live": found.live,
        "draft": found.draft,
        "average": str(round(Decimal(found.draft - found.live) / found.members, 1)),
    }


def _share(count: int, of: int) -> str:
    return str(round(Decimal(count) / of, 4)) if of else "0"


def _tier_name(rules: Shelf, kind: str, name: str) -> str:
    """A tier's name in the latest version that has it; anything else as it is."""
    ladder = kind.removeprefix("tier:")
    if ladder == kind:
        return name
    ladders = (each for book in reversed(rules.rulebooks) for each in book.rulebook.ladders if each.id == ladder)
    return next((tier.name for each in ladders for tier in each.tiers if tier.id == name), name)


def _caveats(rules: Sequence[Shelf], backdated: Sequence[int]) -> list[str]:
    """What a history under these versions had, or may have had, that is not played as it was."""
    asks_people = any(book.rules.asks_people for each in rules for book in each.rulebooks)
    caveats = {"people_as_now": asks_people, "versions_backdated": bool(backdated)}
    return [name for name, holds in caveats.items() if holds]


def _holes(side: Side) -> list[str]:
    """Months without a single event, between the first one and the last: a shop that was closed, or data that lacks."""
    seen = side.figures.seen
    return [month_text(month) for month in range(min(seen), max(seen)) if not seen[month]] if seen else []


def _side(side: Side, rules: Shelf, all_members: int) -> Report:
    rulebook = rules.rulebooks[-1].rulebook
    figures = side.figures
    return {
        "points": [_points(side, rules, each.id) for each in rulebook.point_types],
        "rules": [
            {"point_type": code, "rule": rule, "name": _rule_name(rules, rule), "points": points, "times": times}
            for (code, rule), (points, times) in _by_rule(side, rules).items()
        ],
        "tiers": {
            ladder.id: [
                {
                    "month": month_text(month),
                    "members": {_tier_name(rules, f"tier:{ladder.id}", tier): count for tier, count in mix.items()},
                }
                for month, mix in tier_mix(figures.tiers, ladder.id).items()
            ]
            for ladder in rulebook.ladders
        },
        "first_reward": _first_reward(side),
        "refused": dict(figures.refused),
        "short": figures.short,
        "estimates": _estimates(side.spread, all_members),
    }


def _points(side: Side, rules: Shelf, code: str) -> Report:
    number = rules.point_types[code]
    moved = side.figures.moved
    worth = rules.rulebooks[-1].rulebook.worth_of(
        next(each for each in rules.rulebooks[-1].rulebook.point_types if each.id == code)
    )
    earned = sum_of(moved, number, debit=Account.issued)
    redeemed = sum_of(moved, number, credit=Account.redeemed) - sum_of(moved, number, debit=Account.redeemed)
    return {
        "point_type": code,
        "earned": earned,
        "redeemed": redeemed,
        "expired": sum_of(moved, number, credit=Account.expired),
        "taken_back": sum_of(moved, number, credit=Account.reversed),
        "cost": _money(earned, worth),
        "redeemed_cost": _money(redeemed, worth),
        "months": [
            {"month": month_text(month), "outstanding": points, "liability": _money(points, worth)}
            for month, points in outstanding(moved, number).items()
        ],
    }


def _money(points: int, worth: Decimal | None) -> str | None:
    return None if worth is None else str(points * worth)


def _by_rule(side: Side, rules: Shelf) -> dict[tuple[str, str], tuple[int, int]]:
    codes = {number: code for code, number in rules.point_types.items()}
    fired = side.figures.fired
    return {
        (codes[number], rule): (points, fired[number, rule])
        for (number, rule), points in sorted(side.figures.rules.items(), key=lambda each: -each[1])
    }


def _rule_name(rules: Shelf, rule: str) -> str:
    """Its name in the latest version that has it."""
    return next((each.rule_names[rule] for each in reversed(rules.rulebooks) if rule in each.rule_names), rule)


def _first_reward(side: Side) -> Report:
    days = sorted(side.figures.days.items())
    reached = sum(count for _, count in days)
    members = side.figures.members
    return {
        "members": reached,
        "share": _share(reached, members),
        "within": {
            str(most): _share(sum(count for day, count in days if day <= most), members) for most in (30, 90, 365)
        },
        "median_days": _middle(days, reached),
    }


def _middle(days: list[tuple[int, int]], reached: int) -> int | None:
    so_far = 0
    for day, count in days:
        so_far += count
        if so_far * 2 >= reached:
            return day
    return None
