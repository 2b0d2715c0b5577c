"""Can this condition ever hold? Finds what contradicts itself: is A and is B, at least 10 and at most 5, hour 25.

It proves impossibility and never guesses: where it does not understand a field, or a tree has too many branches, it
answers that the condition may hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from regulars.domain.earning.compiled import clock_text, minutes_of
from regulars.domain.earning.conditions import AllOf, AnyOf, Comparison, Condition, Not, Operator, children_of
from regulars.domain.earning.facts import WEEKDAYS, Fact, fact_of
from regulars.domain.earning.fitting import as_date, misfit
from regulars.domain.earning.measures import NO_MEASURES, Measures

_BRANCHES = 256
"""More ways to fulfil a tree than a person would write; beyond them nothing is proved."""

_OPPOSITE: dict[Operator, Operator] = {
    "is": "is_not",
    "is_not": "is",
    "one_of": "none_of",
    "none_of": "one_of",
    "at_least": "less_than",
    "less_than": "at_least",
    "more_than": "at_most",
    "at_most": "more_than",
    "is_known": "is_known",
}

Bound = Decimal | date


@dataclass(frozen=True, slots=True)
class Impossible:
    """A condition that never holds. path: where it stands in the tree; field: the field that contradicts itself."""

    path: str
    field: str
    why: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """One comparison of a branch, perhaps turned into its opposite by a `not`."""

    fact: Fact
    operator: Operator
    operands: tuple[object, ...]


def impossible_parts(condition: Condition, path: str, measures: Measures = NO_MEASURES) -> list[Impossible]:
    """The smallest parts of the tree that never hold; the tree itself never holds when `never_holds` says so too."""
    inside = [
        found for rest, child in children_of(condition) for found in impossible_parts(child, path + rest, measures)
    ]
    if inside:
        return inside
    found = never_holds(condition, path, measures)
    return [] if found is None else [found]


def never_holds(condition: Condition, path: str, measures: Measures = NO_MEASURES) -> Impossible | None:
    """Why the whole condition can never hold, or None when it may."""
    branches = _branches(condition, measures, holds=True)
    if branches is None:
        return None
    first: Impossible | None = None
    for branch in branches:
        found = _contradiction(branch)
        if found is None:
            return None
        first = first or Impossible(path, *found)
    return first


def _branches(condition: Condition, measures: Measures, *, holds: bool) -> list[list[_Asked]] | None:
    """Every way to fulfil the tree, as comparisons that must hold together; None: too many to look at."""
    if isinstance(condition, Comparison):
        return [_asked(condition, measures, holds=holds)]
    if isinstance(condition, Not):
        return _branches(condition.not_, measures, holds=not holds)
    parts = [_branches(child, measures, holds=holds) for _, child in children_of(condition)]
    together = isinstance(condition, AllOf) is holds
    assert isinstance(condition, AllOf | AnyOf)
    ways: list[list[_Asked]] = [[]] if together else []
    for part in parts:
        if part is None:
            return None
        ways = [one + other for one in ways for other in part] if together else ways + part
        if len(ways) > _BRANCHES:
            return None
    return ways


def _asked(comparison: Comparison, measures: Measures, *, holds: bool) -> list[_Asked]:
    fact = fact_of(comparison.field, measures)
    if fact is None or misfit(fact, comparison) is not None:
        return []
    operator = comparison.operator
    if not holds:
        if operator not in _OPPOSITE:
            return []
        # What may be missing is neither at least 5 nor less than 5, so the opposite of an ordering says nothing.
        if operator not in ("is", "is_not", "one_of", "none_of", "is_known") and not fact.always:
            return []
        if operator == "is_known":
            return [_Asked(fact, operator, (not comparison.is_known,))]
        operator = _OPPOSITE[operator]
    return [_Asked(fact, operator, tuple(_value(fact, operand) for operand in comparison.operands))]


def _value(fact: Fact, operand: object) -> object:
    if isinstance(operand, bool):
        return ("flag", operand)
    if fact.kind == "weekday":
        return str(operand).casefold()
    if fact.kind == "date" and isinstance(operand, str | date):
        return as_date(operand)
    return Decimal(minutes_of(operand)) if isinstance(operand, time) else operand


@dataclass(slots=True)
class _Room:
    """What is left for one field: values it may have, values it may not, bounds, beginnings, parts of it.

    known: whether there has to be a value, or must not be one.
    """

    fact: Fact
    allowed: frozenset[object] | None = None
    excluded: set[object] = field(default_factory=set)
    low: tuple[Bound, bool] | None = None
    high: tuple[Bound, bool] | None = None
    starts: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    known: set[object] = field(default_factory=set)


def _contradiction(branch: Iterable[_Asked]) -> tuple[str, str] | None:
    """(field, why) when the comparisons cannot hold together."""
    rooms: dict[str, _Room] = {}
    for asked in branch:
        room = rooms.setdefault(asked.fact.name, _room(asked.fact))
        _narrow(room, asked)
    for name, room in rooms.items():
        why = _empty(room)
        if why is not None:
            return name, why
    return None


def _room(fact: Fact) -> _Room:
    return _Room(
        fact,
        allowed=frozenset(WEEKDAYS) if fact.kind == "weekday" else None,
        low=None if fact.least is None else (Decimal(fact.least), True),
        high=None if fact.most is None else (Decimal(fact.most), True),
    )


def _narrow(room: _Room, asked: _Asked) -> None:
    """Takes from the room what one comparison rules out. A bound is (value, whether the value itself is inside)."""
    if asked.operator in ("is", "one_of"):
        given = frozenset(asked.operands)
        room.allowed = given if room.allowed is None else room.allowed & given
    elif asked.operator in ("is_not", "none_of"):
        room.excluded.update(asked.operands)
    elif asked.operator == "starts_with":
        room.starts.append(str(asked.operands[0]))
    elif asked.operator == "contains":
        room.parts.append(str(asked.operands[0]))
    elif asked.operator == "is_known":
        room.known.add(asked.operands[0] == ("flag", True) or asked.operands[0] is True)
    else:
        bound = asked.operands[0]
        assert isinstance(bound, Decimal | date)
        inside = asked.operator in ("at_least", "at_most")
        if asked.operator in ("at_least", "more_than"):
            room.low = _tighter(room.low, (bound, inside), upper=False)
        else:
            room.high = _tighter(room.high, (bound, inside), upper=True)


def _tighter(old: tuple[Bound, bool] | None, new: tuple[Bound, bool], *, upper: bool) -> tuple[Bound, bool]:
    if old is None or type(old[0]) is not type(new[0]):
        return new
    if old[0] == new[0]:
        return (old[0], old[1] and new[1])
    new_is_larger = _crossed((new[0], True), (old[0], True))
    return new if new_is_larger is not upper else old


def _empty(room: _Room) -> str | None:
    """Why nothing is left, or None."""
    missing = _missing(room)
    if missing is not None:
        return missing
    if room.fact.whole:
        room = _whole(room)
    if room.allowed is not None:
        left = [value for value in room.allowed - room.excluded if _within(room, value)]
        return None if left else "no value fulfils all that is asked of it"
    if room.low is not None and room.high is not None and _crossed(room.low, room.high):
        return f"it would have to be {_from(room)} and {_to(room)}"
    if _used_up(room):
        return "every value that is left is ruled out"
    for one in room.starts:
        for other in room.starts:
            if not one.startswith(other) and not other.startswith(one):
                return f"it cannot start with “{one}” and with “{other}”"
    return None


def _missing(room: _Room) -> str | None:
    """Why it cannot be that there is no value, where that is asked."""
    if False not in room.known:
        return None
    if True in room.known:
        return "it cannot be known and not known"
    if room.fact.always and room.fact.kind != "text":
        return "it is always known"
    values = None if room.allowed is None else room.allowed - {""}
    natural = _room(room.fact)
    bounded = (room.low, room.high) != (natural.low, natural.high)
    if values or room.starts or room.parts or (not room.fact.always and bounded):
        return "a value is asked of it, and that there is none"
    return None


def _whole(room: _Room) -> _Room:
    """The bounds of a field that counts: more than 3 is at least 4, at least 2.5 is at least 3."""
    low, high = room.low, room.high
    if low is not None and isinstance(low[0], Decimal):
        up = low[0].to_integral_value(ROUND_CEILING)
        low = (up + 1 if not low[1] and up == low[0] else up, True)
    if high is not None and isinstance(high[0], Decimal):
        down = high[0].to_integral_value(ROUND_FLOOR)
        high = (down - 1 if not high[1] and down == high[0] else down, True)
    return replace(room, low=low, high=high)


def _within(room: _Room, value: object) -> bool:
    if isinstance(value, Decimal | date):
        if room.fact.whole and isinstance(value, Decimal) and value != value.to_integral_value():
            return False
        only = (value, True)
        if room.low is not None and _crossed(room.low, only):
            return False
        return room.high is None or not _crossed(only, room.high)
    if isinstance(value, str):
        # Words are never larger or smaller than a number; what a rulebook declares may be a date.
        bounds = [bound[0] for bound in (room.low, room.high) if bound is not None]
        kind = room.fact.kind
        numbers = any(isinstance(each, Decimal) for each in bounds)
        ordered = bool(bounds) if kind == "any" else kind == "declared" and numbers
        fits = all(value.startswith(start) for start in room.starts) and all(part in value for part in room.parts)
        return fits and not ordered
    return True


def _crossed(low: tuple[Bound, bool], high: tuple[Bound, bool]) -> bool:
    if isinstance(low[0], Decimal) and isinstance(high[0], Decimal):
        return low[0] > high[0] or (low[0] == high[0] and not (low[1] and high[1]))
    if isinstance(low[0], date) and isinstance(high[0], date):
        # Days are whole: after Monday and before Tuesday there is none.
        first = low[0].toordinal() + (0 if low[1] else 1)
        last = high[0].toordinal() - (0 if high[1] else 1)
        return first > last
    return False


def _used_up(room: _Room) -> bool:
    """Whether the values that are ruled out are all that the bounds leave."""
    if room.low is None or room.high is None or not room.excluded:
        return False
    low, high = room.low[0], room.high[0]
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        if not room.fact.whole:
            return low == high and low in room.excluded
        return high - low <= len(room.excluded) and all(
            Decimal(number) in room.excluded for number in range(int(low), int(high) + 1)
        )
    return False


def _from(room: _Room) -> str:
    assert room.low is not None
    return f"{'at least' if room.low[1] else 'more than'} {_shown(room, room.low[0])}"


def _to(room: _Room) -> str:
    assert room.high is not None
    return f"{'at most' if room.high[1] else 'less than'} {_shown(room, room.high[0])}"


def _shown(room: _Room, bound: Bound) -> str:
    return clock_text(int(bound)) if room.fact.kind == "clock" and isinstance(bound, Decimal) else str(bound)
