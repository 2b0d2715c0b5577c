"""Time: instants are aware and in UTC; days belong to a programme's time zone.

`utc_now` is for doors alone. Everything inside takes `now` as an argument.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from regulars.kernel.errors import Refusal

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
"""Older than any loyalty record one would import; a time before it is a clock that was never set."""
AHEAD = timedelta(hours=24)
"""How far ahead of our clock an event may be: a sender's clock may be wrong, not by more than a day."""


def utc_now() -> datetime:
    """The present instant. Only doors call it; they pass it on."""
    return datetime.now(UTC)


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name. Raises Refusal when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refusal(
            "unknown_time_zone",
            "This time zone does not exist",
            detail=f"{name!r} is not an IANA time zone name.",
            remedy="Use a name such as Europe/Istanbul or America/New_York.",
            field="time_zone",
        ) from None


def parse_instant(text: str, *, field: str = "occurred_at") -> datetime:
    """An ISO 8601 instant with its offset, as UTC. Raises Refusal for anything else, naive times included."""
    try:
        instant = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        raise Refusal(
            "bad_time",
            "The time cannot be read",
            detail=f"{str(text)[:40]!r} is not an ISO 8601 date and time.",
            remedy="Send it as 2026-11-22T09:30:00+03:00 or 2026-11-22T06:30:00Z.",
            field=field,
        ) from None
    return as_instant(instant, field=field)


def as_instant(instant: datetime, *, field: str = "occurred_at") -> datetime:
    """The instant in UTC. Raises Refusal for a naive time, which could mean any of 38 instants."""
    if instant.tzinfo is None:
        raise Refusal(
            "naive_time",
            "The time has no time zone",
            detail=f"{instant.isoformat()} does not say in which time zone it is.",
            remedy=f"Add the offset, for example {instant.isoformat()}+03:00, or Z for UTC.",
            field=field,
        )
    try:
        return instant.astimezone(UTC)
    except OverflowError:  # an hour before the year 1 or after the year 9999
        raise Refusal(
            "bad_time",
            "The time cannot be read",
            detail=f"{instant.isoformat()} is outside the years that a calendar of UTC has.",
            remedy="Send the time at which it happened.",
            field=field,
        ) from None


def within_reach(instant: datetime, *, now: datetime, field: str = "occurred_at") -> datetime:
    """The instant itself, if it can be a real one. Raises Refusal before 1995 or over a day ahead of `now`."""
    if instant < EARLIEST:
        raise Refusal(
            "time_too_early",
            "The time is too long ago",
            detail=f"{instant.isoformat()} is before 1995, which usually means a clock or a field that was never set.",
            remedy="Send the time at which it happened.",
            field=field,
        )
    if instant > now + AHEAD:
        raise Refusal(
            "time_in_future",
            "The time is in the future",
            detail=f"{instant.isoformat()} is more than 24 hours ahead of our clock ({now.isoformat()}).",
            remedy="Check the clock and the time zone of the system that sent it.",
            field=field,
        )
    return instant


@lru_cache(maxsize=4096)
def start_of_day(day: date, zone_name: str) -> datetime:
    """The first instant of the local day, in UTC; right on days of 23 and 25 hours, and where there is no midnight."""
    local = datetime(day.year, day.month, day.day, tzinfo=zone(zone_name))
    return local.astimezone(UTC)


def local_day(instant: datetime, zone_name: str) -> date:
    """The calendar day of an instant in the zone."""
    return instant.astimezone(zone(zone_name)).date()
