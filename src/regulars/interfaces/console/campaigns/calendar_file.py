"""The calendar of campaigns as a file that other calendars read: iCalendar, RFC 5545."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from regulars.domain.programmes.contracts import Programme
from regulars.insight.campaign_calendar import CampaignCalendar, OnDays
from regulars.interfaces.web import words
from regulars.kernel.clock import start_of_day

_LONGEST_LINE = 75
"""Bytes of a line; longer ones go on in the next, after a blank."""


def calendar_file(found: CampaignCalendar, *, programme: Programme, now: datetime) -> str:
    """All items as events. What has no end ends with the calendar."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Regulars//Campaigns//EN", "METHOD:PUBLISH"]
    lines.append(f"X-WR-CALNAME:{_text(programme.name)}")
    for each in found.items:
        lines += _event(found, each, programme=programme, now=now)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(found: CampaignCalendar, each: OnDays, *, programme: Programme, now: datetime) -> Iterator[str]:
    item = each.item
    yield "BEGIN:VEVENT"
    yield f"UID:{item.kind}-{item.id.replace(':', '-')}-{_instant(item.starts)}@{programme.code}.regulars"
    yield f"DTSTAMP:{_instant(now)}"
    yield f"DTSTART:{_instant(item.starts)}"
    if item.starts != item.ends:
        ends = start_of_day(found.until, programme.time_zone) if each.is_open else item.ends
        yield f"DTEND:{_instant(ends)}"
    yield f"SUMMARY:{_text(words.said(item.name))}"
    yield f"DESCRIPTION:{_text(words.sentence_case(words.said(item.words)))}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    for character in ("\\", ";", ","):
        text = text.replace(character, f"\\{character}")
    return " ".join(text.split())


def _folded(line: str) -> Iterator[str]:
    """No line is longer than allowed, and no letter is cut in two."""
    part, size = "", 0
    for letter in line:
        length = len(letter.encode())
        if size + length > _LONGEST_LINE:
            yield part
            part, size = " ", 1
        part, size = part + letter, size + length
    yield part
