"""Proves the books: every check asks its question, all of the same moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import psycopg

from regulars.database.check import Check, Findings
from regulars.domain.events import checks as of_events
from regulars.domain.ledger import checks as of_ledger
from regulars.domain.rewards import checks as of_rewards
from regulars.domain.tiers import checks as of_tiers
from regulars.flows import checks as between_rooms
from regulars.kernel.registry import variants_in

_FOLDERS = (of_ledger, of_events, of_rewards, of_tiers, between_rooms)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A check and what it found."""

    check: Check
    findings: Findings


@cache
def all_checks() -> dict[str, Check]:
    """Every check of the house, by name, in the order of the invariants that they prove."""
    found = [kind() for folder in _FOLDERS for kind in variants_in(folder, Check).values()]
    return {check.name: check for check in sorted(found, key=lambda check: (int(check.invariant[1:]), check.name))}


def verify_books(
    conn: psycopg.Connection[Any], *, organisation_id: int | None = None, names: Sequence[str] = ()
) -> Iterator[Verdict]:
    """Runs the checks and gives each verdict as it is found; reads one snapshot, writes nothing, locks nobody out.

    names: only these checks; empty: all of them. Takes the connection until the last verdict is fetched.
    """
    with conn.transaction():
        conn.execute("set transaction isolation level repeatable read, read only")
        # Sums over everything: without this, memory for one sort is sized for small questions.
        conn.execute("set local work_mem = '64MB'")
        for name, check in all_checks().items():
            if not names or name in names:
                yield Verdict(check, check.find(conn, organisation_id=organisation_id))
