"""Who is in an audience is computed anew: in the night for all, on demand for one. One statement for each audience.

Audiences that others name come before them. A run that was stopped has done some of them; running it again does the
rest, and once more changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from graphlib import TopologicalSorter
from typing import Any

import psycopg

from regulars.domain.audiences.commands import make_members, mark_refreshed
from regulars.domain.audiences.contracts import CONDITIONS, Audience, AudienceNotFound, Kind, Moved, Reason
from regulars.domain.audiences.queries import audience, audiences, due_for_refresh
from regulars.domain.earning.conditions import Condition
from regulars.domain.earning.facts import AUDIENCE
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.flows.member_filter import selection_of
from regulars.flows.member_vocabulary import troubles_of, vocabulary_of
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Refusal

NIGHT = "nightly work"
"""By whom, where nobody asked."""
_log = logging.getLogger(__name__)


def refresh_audiences(conn: psycopg.Connection[Any], *, programme_id: int, now: datetime) -> int:
    """Refreshes the audiences whose members are of an earlier local day; how many members joined or left in all.

    An audience whose conditions no longer fit the rulebook keeps its members as they are.
    """
    rules = shelf(conn, programme_id=programme_id)
    today = local_day(now, rules.programme.time_zone)
    if not due_for_refresh(conn, programme_id=programme_id, today=today):
        return 0
    known = {each.code: each for each in audiences(conn, programme_id=programme_id) if not each.archived}
    moved = 0
    for code in _in_order(known, known):
        if known[code].refreshed_on is not None and known[code].refreshed_on == today:
            continue
        try:
            done = _refresh(conn, rules, code, now=now, by=NIGHT, reason=Reason.refresh)
        except Refusal as refusal:
            _log.warning("The audience %s of %s was not refreshed. %s", code, rules.programme.code, refusal)
            continue
        moved += done.joined + done.gone
    return moved


def refresh_audience(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    code: str,
    now: datetime,
    by: str,
    reason: Reason = Reason.refresh,
) -> Moved:
    """Refreshes one audience, and before it those that it names. Raises AudienceNotFound, and Refusal for one that is
    archived or whose conditions no longer fit the rulebook.
    """
    rules = shelf(conn, programme_id=programme_id)
    known = {each.code: each for each in audiences(conn, programme_id=programme_id)}
    if code not in known:
        raise AudienceNotFound(code)
    if known[code].archived:
        raise Refusal(
            "audience_archived",
            "This audience is archived",
            detail=f"{known[code].name} is archived, and its members do not change any more.",
            remedy="Take it out of the archive first.",
        )
    moved = Moved(0, 0, 0)
    for each in _in_order([code], known):
        if not known[each].archived:
            why = reason if each == code else Reason.refresh
            moved = _refresh(conn, rules, each, now=now, by=by, reason=why)
    return moved


def refresh_order(conn: psycopg.Connection[Any], *, programme_id: int, code: str) -> list[str]:
    """What a refresh of the audience refreshes: those that it names, each before the ones that name it, itself last."""
    known = {each.code: each for each in audiences(conn, programme_id=programme_id)}
    if code not in known:
        raise AudienceNotFound(code)
    return [each for each in _in_order([code], known) if not known[each].archived]


def refresh_one(conn: psycopg.Connection[Any], *, programme_id: int, code: str, now: datetime, by: str) -> Moved:
    """Refreshes this audience and no other: one step of `refresh_order`. Raises Refusal as refresh_audience does."""
    rules = shelf(conn, programme_id=programme_id)
    return _refresh(conn, rules, code, now=now, by=by, reason=Reason.refresh)


def _refresh(
    conn: psycopg.Connection[Any], rules: Shelf, code: str, *, now: datetime, by: str, reason: Reason
) -> Moved:
    programme = rules.programme
    with conn.transaction():
        found = audience(conn, programme_id=programme.id, code=code, lock=True)
        if found is None:
            raise AudienceNotFound(code)
        vocabulary = vocabulary_of(rules, audiences(conn, programme_id=programme.id), now=now)
        condition = members_fulfil(found)
        for each in troubles_of(condition, vocabulary):
            raise Refusal(
                "audience_unfit",
                "The conditions no longer fit the rulebook",
                detail=f"{found.name}: {each.problem}",
                remedy=f"{each.remedy} Then save the audience again.",
                field="conditions",
            )
        wanted = selection_of(condition, vocabulary, programme_id=programme.id)
        moved = make_members(
            conn, found, wanted, organisation_id=programme.organisation_id, now=now, reason=reason, by=by
        )
        mark_refreshed(conn, found, today=local_day(now, programme.time_zone))
    return moved


def members_fulfil(of: Audience) -> Condition:
    """What members of the audience fulfil: its conditions; of a list, that they are on it and have not left."""
    if of.conditions is not None and of.kind is Kind.dynamic:
        return of.conditions
    listed: Condition = CONDITIONS.validate_python({"field": f"{AUDIENCE}{of.code}", "is": True})
    return listed


def _in_order(codes: Iterable[str], known: Mapping[str, Audience]) -> list[str]:
    """The audiences and those that they name, each after those that it names."""
    graph: dict[str, set[str]] = {}
    waiting = sorted(codes)
    while waiting:
        code = waiting.pop()
        if code not in graph:
            graph[code] = {each for each in known[code].refers_to if each in known}
            waiting += sorted(graph[code])
    return list(TopologicalSorter({code: sorted(graph[code]) for code in sorted(graph)}).static_order())
