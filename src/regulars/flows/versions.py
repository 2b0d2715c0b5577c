"""Versions as flows about drafts see them: which is the latest, and what each of them says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.paused import Paused
from regulars.domain.programmes.queries import shelf
from regulars.domain.programmes.rulebook import CompiledRulebook, Rulebook
from regulars.kernel.errors import NotFound


def latest_version(conn: psycopg.Connection[Any], *, of: Programme) -> int:
    """The number of the version that was published last; 0 before the first."""
    return max((each.version for each in shelf(conn, programme_id=of.id).rulebooks), default=0)


def version_of(conn: psycopg.Connection[Any], version: int, *, of: Programme) -> CompiledRulebook:
    """A published version. Raises NotFound."""
    for each in shelf(conn, programme_id=of.id).rulebooks:
        if each.version == version:
            return each
    raise NotFound(
        "rulebook_version_not_found",
        "There is no such version",
        detail=f"Version {version} of the rulebook was never published.",
        remedy="Choose one from the list of versions.",
        field="version",
    )


def document_of(conn: psycopg.Connection[Any], version: int, *, of: Programme) -> dict[str, Any]:
    """What a version says. Raises NotFound."""
    return version_of(conn, version, of=of).rulebook.document()


def planned_after(
    conn: psycopg.Connection[Any], at: datetime, *, of: Programme
) -> list[tuple[datetime, CompiledRulebook]]:
    """The versions that begin later than that, each with its instant; of several at one instant the last alone."""
    rules = shelf(conn, programme_id=of.id)
    return sorted(
        {start: each for start, each in zip(rules.starts, rules.rulebooks, strict=True) if start > at}.items(),
        key=lambda each: each[0],
    )


def with_pauses(rulebook: Rulebook, of: Rulebook) -> Rulebook:
    """The rulebook, in which those of its rules and campaigns rest that rest in the other one."""
    return rulebook.model_copy(update={"paused": of.paused.among(rulebook.earn_rules, rulebook.campaigns)})


def still_resting(conn: psycopg.Connection[Any], rulebook: Rulebook, *, of: Programme) -> Rulebook:
    """The rulebook; what rests in the latest version rests in it too, where it says nothing about pauses itself.

    A file from last week must not start what was stopped this morning.
    """
    latest = latest_version(conn, of=of)
    if rulebook.paused != Paused() or not latest:
        return rulebook
    return with_pauses(rulebook, version_of(conn, latest, of=of).rulebook)
