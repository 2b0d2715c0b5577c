"""A move of the clock as its operator's session remembers it, from the wish to the words about what happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import ngettext

from regulars.flows.move_clock import ClockMove
from regulars.interfaces.web import words
from regulars.kernel.clock import local_day

_KEY = "clock_journey"


@dataclass(slots=True)
class Journey:
    """began, reads, to: where the clock started, stands, shall go (ISO 8601). done: nightly work so far by kind."""

    programme: int
    began: str
    reads: str
    to: str
    done: dict[str, int] = field(default_factory=dict)

    def add(self, moved: ClockMove) -> None:
        """One more part of the way."""
        self.reads, self.to = moved.reads.isoformat(), moved.to.isoformat()
        for name, count in moved.done._asdict().items():
            self.done[name] = self.done.get(name, 0) + count

    @property
    def is_complete(self) -> bool:
        return self.reads == self.to

    @property
    def destination(self) -> datetime:
        return datetime.fromisoformat(self.to)

    def days(self, time_zone: str) -> tuple[int, int]:
        """Local days that have passed, and days of the whole way."""
        began, reads, to = (
            local_day(datetime.fromisoformat(each), time_zone) for each in (self.began, self.reads, self.to)
        )
        return (reads - began).days, (to - began).days

    def happened(self) -> list[str]:
        """What happened on the way, in the reader's language; nothing that did not happen."""
        return [HAPPENED[name](count) for name, count in self.done.items() if count and name in HAPPENED]


def begin(programme: int, moved: ClockMove) -> Journey:
    """A journey with its first part behind it."""
    journey = Journey(programme, moved.began.isoformat(), "", "")
    journey.add(moved)
    return journey


def keep(request: HttpRequest, journey: Journey | None) -> None:
    """Remembers the journey; None forgets it."""
    if journey is not None:
        request.session[_KEY] = asdict(journey)
    else:
        request.session.pop(_KEY, None)


def kept(request: HttpRequest, *, programme: int) -> Journey | None:
    """The journey of this programme that the session remembers."""
    found: dict[str, Any] | None = request.session.get(_KEY)
    return Journey(**found) if found and found["programme"] == programme else None


def _holds(count: int) -> str:
    text = ngettext(
        "%(count)s reservation ran out and gave its points back.",
        "%(count)s reservations ran out and gave their points back.",
        count,
    )
    return text % {"count": words.number(count)}


def _moves(count: int) -> str:
    return ngettext("%(count)s change of tier.", "%(count)s changes of tier.", count) % {"count": words.number(count)}


def _points(count: int) -> str:
    return ngettext("%(count)s point expired.", "%(count)s points expired.", count) % {"count": words.number(count)}


def _activated(count: int) -> str:
    text = ngettext("%(count)s point can be spent now.", "%(count)s points can be spent now.", count)
    return text % {"count": words.number(count)}


def _cancelled(count: int) -> str:
    text = ngettext(
        "%(count)s pending point was cancelled: what it waited for did not come in time.",
        "%(count)s pending points were cancelled: what they waited for did not come in time.",
        count,
    )
    return text % {"count": words.number(count)}


def _restarted(count: int) -> str:
    text = ngettext(
        "%(count)s grant of points got another last day.", "%(count)s grants of points got another last day.", count
    )
    return text % {"count": words.number(count)}


def _told(count: int) -> str:
    text = ngettext("%(count)s reminder was written.", "%(count)s reminders were written.", count)
    return text % {"count": words.number(count)}


def _occasions(count: int) -> str:
    text = ngettext(
        "%(count)s birthday, anniversary or silence was noticed.",
        "%(count)s birthdays, anniversaries or silences were noticed.",
        count,
    )
    return text % {"count": words.number(count)}


def _audiences(count: int) -> str:
    text = ngettext("%(count)s move in or out of audiences.", "%(count)s moves in and out of audiences.", count)
    return text % {"count": words.number(count)}


HAPPENED: dict[str, Callable[[int], str]] = {
    "holds_released": _holds,
    "members_moved": _moves,
    "points_expired": _points,
    "points_activated": _activated,
    "points_cancelled": _cancelled,
    "lots_restarted": _restarted,
    "messages": _told,
    "occasions": _occasions,
    "audience_moves": _audiences,
}
"""For every field of NightlyResult the sentence that tells it."""
