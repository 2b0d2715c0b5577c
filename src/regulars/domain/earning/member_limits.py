"""What one member may still get from a rule: points or times in a period, and the pause between two times.

Both live in the member's tallies, so returns give them back. A pause is kept as the minutes in which the rule fired:
one row for each day and hour, with a bit for each minute. Two firings are never closer than the pause, whichever of
the events arrives first.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from regulars.domain.earning.contracts import MemberState, Occurrence
from regulars.domain.earning.limits import Limits, MemberLimit, pause_of
from regulars.domain.earning.past import Count, Recall, recall_of
from regulars.domain.earning.strategy import rule_key
from regulars.domain.earning.windows import LIFETIME, Window

PER_MEMBER = "limits.per_member."
COOLDOWN = "limits.cooldown"
_DAY = Window("day")
_HOUR = timedelta(hours=1)
_HOURS = 24


class MemberLimits:
    """The limits of a rule that one member can reach."""

    __slots__ = ("_limits", "_pause", "_rule")

    def __init__(self, rule: str, limits: Limits) -> None:
        self._rule = rule
        self._limits = [
            (_key(rule, each, window), window, each) for each in limits.per_member for window in (_window(each),)
        ]
        self._pause = None if limits.cooldown is None else pause_of(limits.cooldown)

    def recalls(self, occurrence: Occurrence) -> Iterator[Recall]:
        """The tallies that an event reads."""
        day = occurrence.local.date()
        for key, window, _ in self._limits:
            yield recall_of(key, window, day)
        if self._pause is not None:
            start, end = occurrence.occurred_at - self._pause, occurrence.occurred_at + self._pause
            for hour in _hours(start, end):
                yield Recall(self._hour_key(hour), _utc_day(start), _utc_day(end), True)

    def left(self, points: int, member: MemberState, occurrence: Occurrence) -> tuple[int, str, str]:
        """How many of the points the member may get; the limit that leaves fewer, and what was used of it."""
        if self._pause is not None and self._is_pausing(self._pause, member, occurrence.occurred_at):
            return 0, COOLDOWN, ""
        found = (points, "", "")
        day = occurrence.local.date()
        for number, (key, window, limit) in enumerate(self._limits):
            used = member.past.total(key, *window.span(day))
            if limit.points is not None:
                rest = max(limit.points - used, 0)
            else:
                rest = points if limit.times is not None and used < limit.times else 0
            if rest < found[0]:
                found = (rest, f"{PER_MEMBER}{number}", str(used))
        return found

    def counts(self, points: int, occurrence: Occurrence) -> Iterator[Count]:
        """What the event adds once the rule has given points."""
        day = occurrence.local.date()
        for key, window, limit in self._limits:
            yield Count(key, window.row(day), points if limit.points is not None else 1)
        if self._pause is not None:
            at = occurrence.occurred_at.astimezone(UTC)
            yield Count(self._hour_key(at.hour), at.date(), 1 << at.minute)

    def _is_pausing(self, pause: timedelta, member: MemberState, at: datetime) -> bool:
        minute = at.astimezone(UTC).replace(second=0, microsecond=0)
        start, end = at - pause, at + pause
        for hour in _hours(start, end):
            rows = member.past.between(self._hour_key(hour), _utc_day(start), _utc_day(end))
            for day, bits in rows.items():
                for n in range(60):
                    fired = datetime(day.year, day.month, day.day, hour, n, tzinfo=UTC)
                    if bits >> n & 1 and abs(fired - minute) < pause:
                        return True
        return False

    def _hour_key(self, hour: int) -> str:
        return rule_key(self._rule, f"fired{hour:02}", _DAY)


def _window(limit: MemberLimit) -> Window:
    return LIFETIME if limit.each == "lifetime" else Window(limit.each)


def _key(rule: str, limit: MemberLimit, window: Window) -> str:
    return rule_key(rule, "limit-times" if limit.points is None else "limit-points", window)


def _hours(start: datetime, end: datetime) -> list[int]:
    """The hours of the day, in UTC, that lie in the span."""
    first = start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    found: list[int] = []
    while first <= end and len(found) < _HOURS:
        found.append(first.hour)
        first += _HOUR
    return found


def _utc_day(at: datetime) -> date:
    return at.astimezone(UTC).date()
