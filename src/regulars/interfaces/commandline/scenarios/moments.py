"""Moments as scenarios write them: local time of the programme, `2026-03-02 12:00`, or with an offset, `... 12:00Z`."""

from __future__ import annotations

from datetime import UTC, datetime

from regulars.kernel.clock import zone
from regulars.kernel.errors import Refusal


def read_moment(text: str, *, zone_name: str) -> datetime:
    """The instant in UTC. Raises Refusal for what is no moment, and for a local time that the clocks skip."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(
            "bad_moment",
            "The moment cannot be read",
            detail=f"{text!r} is no date and time",
            remedy="Write it as 2026-03-02 12:00.",
        ) from None
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    instant = moment.replace(tzinfo=zone(zone_name)).astimezone(UTC)
    if instant.astimezone(zone(zone_name)).replace(tzinfo=None) != moment:
        raise Refusal(
            "skipped_moment",
            "The clocks skip this moment",
            detail=f"{text} does not exist in {zone_name}, where the clocks go forward",
            remedy="Choose another time, or write it with its offset: 2026-03-29 01:30Z.",
        )
    return instant


def shown_moment(instant: datetime, *, zone_name: str) -> str:
    """The instant as a scenario writes it, with its offset: '2026-03-30 00:00+02:00'."""
    return instant.astimezone(zone(zone_name)).isoformat(sep=" ", timespec="minutes")
