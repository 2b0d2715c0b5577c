"""The audiences of a member: in which ones since when, which ones they left, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from regulars.domain.audiences.contracts import Audience
from regulars.domain.audiences.queries import audiences, audiences_of, changes_of
from regulars.domain.earning.conditions_words import condition_words
from regulars.flows.member_vocabulary import Vocabulary
from regulars.flows.why_in_audience import parts_for
from regulars.interfaces.console.audiences.reading import by_whom, reason_of, vocabulary
from regulars.interfaces.console.desk import Desk
from regulars.interfaces.console.labels import Label
from regulars.interfaces.web import words

EXPLAINED = 20
"""Audiences whose conditions are looked at for the page."""


@dataclass(frozen=True, slots=True)
class PartShown:
    """A part of the conditions, and whether the member fulfils it now."""

    text: str
    state: Label


@dataclass(frozen=True, slots=True)
class InAudience:
    """An audience that the member is in. parts: none for a list."""

    name: str
    url: str
    since: str
    parts: Sequence[PartShown]


@dataclass(frozen=True, slots=True)
class Moved:
    """A joining or a leaving."""

    name: str
    url: str
    state: Label
    day: str
    note: str


def audiences_tab(request: HttpRequest, desk: Desk, member: UUID) -> dict[str, Any]:
    """What the tab shows."""
    known = {each.id: each for each in audiences(desk.conn, programme_id=desk.programme.id)}
    asked = vocabulary(desk, known.values()) if known else None
    current = [each for each in audiences_of(desk.conn, member_id=member) if each.audience_id in known]
    shown = [
        _current(desk, known[each.audience_id], words.day(each.since), member, asked if at < EXPLAINED else None)
        for at, each in enumerate(current)
    ]
    states = {True: Label(gettext("joined"), "success"), False: Label(gettext("left"))}
    moves = [
        Moved(
            known[each.audience_id].name, _url(known[each.audience_id]), states[each.joined], words.day(each.at),
            f"{reason_of(each.reason)} · {by_whom(each.by)}",
        )
        for each in changes_of(desk.conn, member_id=member)
        if each.audience_id in known
    ]  # fmt: skip
    return {"tab_template": "console/members/audiences.html", "in_audiences": shown, "moves": moves}


def _current(desk: Desk, found: Audience, since: str, member: UUID, asked: Vocabulary | None) -> InAudience:
    parts: list[PartShown] = []
    if asked is not None:
        told = {
            True: Label(gettext("so it is"), "success"),
            False: Label(gettext("no longer so"), "warning"),
            None: Label(gettext("cannot be asked now")),
        }
        found_parts = parts_for(desk.conn, found, asked, programme_id=desk.programme.id, member_id=member)
        parts = [
            PartShown(words.sentence_case(words.said(condition_words(each.condition, asked.terms))), told[each.holds])
            for each in found_parts
        ]
    return InAudience(found.name, _url(found), since, parts)


def _url(found: Audience) -> str:
    return reverse("console:audience", args=[found.code])
