"""A draft as one looks at it before it goes on: what is wrong with it, what it changes, what it would mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from regulars.domain.programmes.change_words import Difference, differences
from regulars.domain.programmes.commands import check_belongs
from regulars.domain.programmes.contracts import Draft, Programme
from regulars.domain.programmes.document import Checked, check_rulebook, require_valid
from regulars.domain.programmes.findings import Finding
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.programmes.reach import reach_findings
from regulars.flows.audiences_in_rulebooks import findings_of_audiences
from regulars.flows.publish_draft import ready
from regulars.flows.versions import latest_version, still_resting, version_of
from regulars.kernel.errors import Refusal


@dataclass(frozen=True, slots=True)
class Look:
    """findings: of its text, errors and warnings, with what time says. changes: from what is in force to it.

    keeps: the refusal that it would meet if it were published now, or None. needs_second: a second person approves.
    behind: versions that were published since it was begun.
    """

    checked: Checked
    findings: tuple[Finding, ...]
    changes: list[Difference]
    keeps: Refusal | None
    needs_second: bool
    behind: int


def look_at_draft(conn: psycopg.Connection[Any], found: Draft, *, of: Programme, now: datetime) -> Look:
    """Reads only. The findings of a draft that cannot be read at all are one."""
    checked = check_rulebook(found.text)
    findings = tuple(
        sorted((*checked.findings, *findings_of_time(conn, found.text, checked, of=of, now=now)), key=_by_line)
    )
    keeps, needs_second = None, False
    try:
        needs_second = ready(conn, found, of=of, effective_from=found.scheduled_for or now, now=now).needs_second
    except Refusal as refusal:
        keeps = refusal
    behind = latest_version(conn, of=of) - found.based_on
    return Look(checked, findings, _changes(conn, found, checked, of=of, now=now), keeps, needs_second, behind)


def findings_of_time(
    conn: psycopg.Connection[Any], text: str, checked: Checked, *, of: Programme, now: datetime
) -> list[Finding]:
    """What a text does not say by itself: audiences that are not there, and what is over or never begins."""
    over = [] if checked.rulebook is None else reach_findings(text, checked.rulebook, now=now)
    return [*findings_of_audiences(conn, text, programme_id=of.id), *over]


def shelf_with_draft(conn: psycopg.Connection[Any], found: Draft, *, of: Programme, now: datetime) -> Shelf:
    """The versions as they will be if the draft comes into force at its time, or now where it has none.

    Raises RulebookRefused for a text that is no rulebook.
    """
    rulebook = still_resting(conn, require_valid(found.text), of=of)
    check_belongs(rulebook, of=of)
    return shelf(conn, programme_id=of.id).under(rulebook, since=found.scheduled_for or now)


def _changes(
    conn: psycopg.Connection[Any], found: Draft, checked: Checked, *, of: Programme, now: datetime
) -> list[Difference]:
    """To the version that it was begun from; the very first draft is compared with nothing."""
    if checked.values is None:
        return []
    after = checked.rulebook or checked.values
    rules = shelf(conn, programme_id=of.id)
    if not found.based_on or not rules.rulebooks:
        return differences({}, after)
    return differences(version_of(conn, found.based_on, of=of).rulebook, after)


def _by_line(finding: Finding) -> tuple[int, str]:
    return finding.line, finding.path
