"""Something goes wrong, and a rule has to stop now: rules, campaigns or everything rest until somebody resumes them.

A pause is a version like any other, from this instant on. Versions that are planned get it too, so that nothing starts
again by itself; and no draft is out of date because of it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import psycopg

from regulars.domain.programmes.commands import lock_versions
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.paused import Paused
from regulars.domain.programmes.queries import shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.publish_rulebook import record_version
from regulars.flows.versions import planned_after
from regulars.kernel.errors import NotFound, Refusal
from regulars.kernel.text import clean
from regulars.kernel.validation import instead

LONGEST_REASON = 500


def pause(
    conn: psycopg.Connection[Any],
    *,
    of: Programme,
    reason: str,
    by: str,
    now: datetime,
    rules: Collection[str] = (),
    campaigns: Collection[str] = (),
    everything: bool = False,
) -> int:
    """They give nothing from now on; the version that says so. What rests already goes on resting. Raises Refusal."""
    with conn.transaction():
        before = _named(conn, of=of, now=now, rules=rules, campaigns=campaigns, everything=everything)
        after = Paused(
            everything=everything or before.everything,
            rules=tuple(sorted({*before.rules, *rules})),
            campaigns=tuple(sorted({*before.campaigns, *campaigns})),
        )
        return _record(conn, before, after, of=of, action="rulebook.paused", reason=_reason(reason), by=by, now=now)


def resume(
    conn: psycopg.Connection[Any],
    *,
    of: Programme,
    reason: str,
    by: str,
    now: datetime,
    rules: Collection[str] = (),
    campaigns: Collection[str] = (),
    everything: bool = False,
) -> int:
    """They give again what they gave, from now on; `everything`: whatever rests. The version that says so."""
    with conn.transaction():
        before = _named(conn, of=of, now=now, rules=rules, campaigns=campaigns, everything=everything)
        after = Paused(
            everything=before.everything and not everything,
            rules=() if everything else tuple(sorted({*before.rules} - {*rules})),
            campaigns=() if everything else tuple(sorted({*before.campaigns} - {*campaigns})),
        )
        return _record(conn, before, after, of=of, action="rulebook.resumed", reason=_reason(reason), by=by, now=now)


def _named(
    conn: psycopg.Connection[Any],
    *,
    of: Programme,
    now: datetime,
    rules: Collection[str],
    campaigns: Collection[str],
    everything: bool,
) -> Paused:
    """What rests now. Raises Refusal for names that are not there, and for none at all."""
    lock_versions(conn, of=of)
    rulebook = shelf(conn, programme_id=of.id).in_force(now).rulebook
    if not (rules or campaigns or everything):
        raise Refusal(
            "field_missing",
            "Something is missing",
            detail="Neither rules nor campaigns were named, nor everything.",
            remedy="Name what should rest or go on.",
            field="rules",
        )
    for what, names, known in (
        ("rule", rules, {each.id for each in rulebook.earn_rules}),
        ("campaign", campaigns, {each.id for each in rulebook.campaigns}),
    ):
        for each in sorted(set(names) - known):
            raise NotFound(
                "pause_unknown",
                "There is nothing of that name to pause",
                detail=f"The rulebook in force has no {what} {each!r}.",
                remedy=instead(each, known),
                field=f"{what}s",
            )
    return rulebook.paused


def _reason(reason: str) -> str:
    tidy = clean(reason, longest=LONGEST_REASON, field="reason")
    if not tidy:
        raise Refusal(
            "field_missing",
            "Something is missing",
            detail="Why it is paused or resumed was not said.",
            remedy="Say why, for those who come after.",
            field="reason",
        )
    return tidy


def _record(
    conn: psycopg.Connection[Any],
    before: Paused,
    after: Paused,
    *,
    of: Programme,
    action: str,
    reason: str,
    by: str,
    now: datetime,
) -> int:
    """The versions of now and of each instant at which another begins; the first. Unchanged: the present one."""
    present = shelf(conn, programme_id=of.id).in_force(now)
    if after == before:
        return present.version
    made = 0
    for start, each in [(now, present), *planned_after(conn, now, of=of)]:
        number = record_version(
            conn, _resting(each.rulebook, after), [], of=of, effective_from=start, note=reason, by=by, now=now,
            action=action, repeat=True, **after.model_dump(mode="json"),
        )  # fmt: skip
        made = made or number
    return made


def _resting(rulebook: Rulebook, paused: Paused) -> Rulebook:
    return rulebook.model_copy(update={"paused": paused.among(rulebook.earn_rules, rulebook.campaigns)})
