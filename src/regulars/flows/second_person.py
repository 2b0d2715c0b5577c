"""When a version waits for a second person: where members would lose something, or where the rulebook always asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from regulars.domain.programmes.contracts import Programme
from regulars.flows.preview_expiry_change import ExpiryChange
from regulars.flows.versions import latest_version, version_of
from regulars.kernel.errors import Conflict


def always_two(conn: psycopg.Connection[Any], *, of: Programme) -> bool:
    """Whether the latest version asks for a second person for every one after it."""
    latest = latest_version(conn, of=of)
    return bool(latest) and version_of(conn, latest, of=of).rulebook.publishing.second_person == "always"


def needs_second_person(conn: psycopg.Connection[Any], changes: Sequence[ExpiryChange], *, of: Programme) -> bool:
    """Whether points would expire at once, or the rulebook always asks. Tiers are asked about in ladder_approval."""
    return any(each.lots.at_once for each in changes) or always_two(conn, of=of)


def check_alone(conn: psycopg.Connection[Any], *, of: Programme) -> None:
    """Raises Conflict where nobody publishes alone."""
    if always_two(conn, of=of):
        raise Conflict(
            "version_needs_approval",
            "A second person has to approve it",
            detail=f"The rulebook of {of.name} lets no version into force that one person alone has seen.",
            remedy="Name the operator who approves it, or write it as a draft and submit that.",
            field="approved_by",
        )
