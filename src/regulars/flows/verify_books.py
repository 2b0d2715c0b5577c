"""Proves the books: every check asks its question, all of the same moment. `regulars verify` shows what they find."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import psycopg

from regulars.database.check import Check
from regulars.domain.adjustments import checks as of_adjustments
from regulars.domain.audiences import checks as of_audiences
from regulars.domain.events import checks as of_events
from regulars.domain.households import checks as of_households
from regulars.domain.ledger import checks as of_ledger
from regulars.domain.members import checks as of_members
from regulars.domain.rewards import checks as of_rewards
from regulars.domain.stored_value import checks as of_stored_value
from regulars.domain.tiers import checks as of_tiers
from regulars.domain.vouchers import checks as of_vouchers
from regulars.flows import checks as between_rooms
from regulars.kernel.registry import variants_in

_FOLDERS = (
    of_ledger, of_events, of_members, of_households, of_rewards, of_vouchers, of_tiers, of_audiences,
    of_adjustments, of_stored_value, between_rooms,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """What one check found. count: rows that break the promise; examples: a few of them in words.

    note: what could not be asked here; empty in most places.
    """

    name: str
    title: str
    sentence: str
    invariant: str
    count: int
    examples: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Report:
    """The results of all checks, in the order of the invariants."""

    results: tuple[Result, ...]

    @property
    def findings(self) -> int:
        """How many rows break a promise; 0: the books are right."""
        return sum(result.count for result in self.results)


@cache
def all_checks() -> dict[str, Check]:
    """Every check of the house, by name, in the order of the invariants that they prove."""
    found = [kind() for folder in _FOLDERS for kind in variants_in(folder, Check).values()]
    return {check.name: check for check in sorted(found, key=lambda check: (int(check.invariant[1:]), check.name))}


def verify_books(
    conn: psycopg.Connection[Any],
    *,
    organisation_id: int | None = None,
    names: Sequence[str] = (),
    announce: Callable[[Check], None] | None = None,
) -> Report:
    """Runs the checks on one snapshot; writes nothing and locks nobody out.

    organisation_id: None proves everybody's books. names: only these checks; empty: all. announce: told of each check
    before it runs. `conn` must be outside a transaction.
    """
    results = []
    with conn.transaction():
        conn.execute("set transaction isolation level repeatable read, read only")
        # These are sums over everything; the memory for one sort is otherwise sized for small questions.
        conn.execute("set local work_mem = '64MB'")
        # Right after a large import the planner's statistics are old: one nested loop over everything takes hours.
        conn.execute("set local enable_nestloop = off")
        for check in all_checks().values():
            if names and check.name not in names:
                continue
            if announce is not None:
                announce(check)
            found = check.find(conn, organisation_id=organisation_id)
            results.append(
                Result(
                    check.name, check.title, check.sentence, check.invariant, found.count, found.examples, found.note
                )
            )
    return Report(tuple(results))
