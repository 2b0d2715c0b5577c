"""Writes of programmes: founding one, publishing a version of its rulebook."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from regulars.database.scope import scoped
from regulars.domain.programmes.contracts import Clock, Draft, Programme, ProposalState, StepKind
from regulars.domain.programmes.queries import draft, programme
from regulars.domain.programmes.rulebook import Rulebook
from regulars.kernel.clock import zone
from regulars.kernel.errors import Conflict, Refusal
from regulars.kernel.money import decimals_of


def found_programme(
    conn: psycopg.Connection[Any],
    *,
    organisation: str,
    code: str,
    name: str,
    currency: str,
    time_zone: str,
    now: datetime,
    accent: str = "#5b3fd1",
    sandbox: bool = False,
) -> Programme:
    """Creates an organisation (by its name, unless it is there) and a programme. Raises Conflict for a code in use.

    sandbox: with a clock of its own; this is never changed later.
    """
    decimals_of(currency)
    zone(time_zone)
    organisation_code = organisation.casefold().replace(" ", "-")
    row = conn.execute(
        "select programmes_found_organisation(%s, %s, %s)", (organisation_code, organisation, now)
    ).fetchone()
    if row is None:
        raise RuntimeError("a function gave no row")
    with scoped(conn, row[0]):
        made = conn.execute(
            "insert into programmes_programme"
            " (organisation_id, code, name, currency, time_zone, accent, created_at, sandbox)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing returning id",
            (row[0], code, name, currency, time_zone, accent, now, sandbox),
        ).fetchone()
        if made is None:
            raise Conflict(
                "programme_exists",
                "There is a programme of that code",
                detail=f"{organisation} already has a programme {code!r}.",
                remedy="Choose another code, or use the one that is there.",
                field="code",
            )
        return programme(conn, programme_id=made[0])


def check_belongs(rulebook: Rulebook, *, of: Programme) -> None:
    """Raises Refusal when the rulebook counts another currency or lives in another time zone than the programme."""
    for field, theirs, ours in (
        ("currency", rulebook.currency, of.currency),
        ("time_zone", rulebook.time_zone, of.time_zone),
    ):
        if theirs != ours:
            raise Refusal(
                "rulebook_of_another_programme",
                "This rulebook belongs to another programme",
                detail=f"Its {field} is {theirs}, and {of.name} has {ours}.",
                remedy=f"Set {field} to {ours}, or publish it to the programme that it was written for.",
                field=field,
            )


def publish_rulebook(
    conn: psycopg.Connection[Any],
    rulebook: Rulebook,
    *,
    of: Programme,
    effective_from: datetime,
    note: str,
    by: str,
    now: datetime,
    repeat: bool = False,
) -> int:
    """Publishes the next version; its number. The same document as the latest version publishes nothing new.

    repeat: it does, because it begins at another instant.
    Raises Refusal when the rulebook counts another currency or lives in another time zone than the programme.
    """
    check_belongs(rulebook, of=of)
    document = rulebook.document()
    digest = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
    conn.execute("select 1 from programmes_programme where id = %s for no key update", [of.id])
    latest = conn.execute(
        "select version, digest, effective_from from programmes_rulebook where programme_id = %s"
        " order by version desc limit 1",
        [of.id],
    ).fetchone()
    if latest is not None and latest[1] == digest and not repeat:
        return int(latest[0])
    version = 1 if latest is None else latest[0] + 1
    for point_type in rulebook.point_types:
        conn.execute(
            "insert into programmes_point_type (programme_id, code) values (%s, %s) on conflict do nothing",
            (of.id, point_type.id),
        )
    conn.execute(
        "insert into programmes_rulebook"
        " (programme_id, version, effective_from, document, digest, note, published_by, published_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (of.id, version, effective_from, Jsonb(document), digest, note, by, now),
    )
    return version


def lock_versions(conn: psycopg.Connection[Any], *, of: Programme) -> int:
    """The number of the latest version, 0 before the first; nobody publishes another until the transaction ends."""
    conn.execute("select 1 from programmes_programme where id = %s for no key update", [of.id])
    row = conn.execute(
        "select coalesce(max(version), 0) from programmes_rulebook where programme_id = %s", [of.id]
    ).fetchone()
    return int(row[0]) if row else 0


def record_proposal(
    conn: psycopg.Connection[Any],
    rulebook: Rulebook,
    *,
    of: Programme,
    effective_from: datetime,
    note: str,
    based_on: int,
    by: str,
    now: datetime,
) -> int:
    """Keeps a rulebook that waits for a second person; the number of the proposal. based_on: the latest version."""
    row = conn.execute(
        "insert into programmes_proposal (programme_id, organisation_id, document, effective_from, note, based_on,"
        " proposed_by, proposed_at) values (%s, %s, %s, %s, %s, %s, %s, %s) returning id",
        (of.id, of.organisation_id, Jsonb(rulebook.document()), effective_from, note, based_on, by, now),
    ).fetchone()
    if row is None:
        raise RuntimeError("an insert gave no row")
    return int(row[0])


def decide_proposal(
    conn: psycopg.Connection[Any],
    proposal_id: int,
    *,
    of: Programme,
    state: ProposalState,
    version: int | None,
    by: str,
    now: datetime,
) -> None:
    """What became of a proposal that waits. The caller holds the versions, so nobody else decides meanwhile."""
    done = conn.execute(
        "update programmes_proposal set state = %s, version = %s, decided_by = %s, decided_at = %s"
        " where programme_id = %s and id = %s and state = %s",
        (int(state), version, by, now, of.id, proposal_id, int(ProposalState.waiting)),
    )
    if done.rowcount != 1:
        raise RuntimeError(f"proposal {proposal_id} was decided without holding the versions")


def create_draft(
    conn: psycopg.Connection[Any], *, of: Programme, name: str, text: str, based_on: int, by: str, now: datetime
) -> int:
    """A draft to work on; its number."""
    row = conn.execute(
        "insert into programmes_draft (programme_id, organisation_id, name, text, based_on, created_by, created_at,"
        " changed_by, changed_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s) returning id",
        (of.id, of.organisation_id, name, text, based_on, by, now, by, now),
    ).fetchone()
    if row is None:
        raise RuntimeError("an insert gave no row")
    return int(row[0])


_DRAFT_FIELDS = frozenset({
    "name", "text", "based_on", "revision", "state", "changed_by", "changed_at", "submitted_by", "submitted_at",
    "decided_by", "decided_at", "note", "scheduled_for", "scheduled_by", "problem", "version",
})  # fmt: skip


def change_draft(conn: psycopg.Connection[Any], draft_id: int, *, of: Programme, **fields: Any) -> Draft:
    """The draft with other values. The caller holds it (`queries.draft(lock=True)`)."""
    if not fields.keys() <= _DRAFT_FIELDS:
        raise RuntimeError(f"a draft has no {sorted(fields.keys() - _DRAFT_FIELDS)}")
    values = [Jsonb(each) if isinstance(each, dict) else each for each in fields.values()]
    assignments = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(each)) for each in fields)
    conn.execute(
        sql.SQL("update programmes_draft set {} where programme_id = %s and id = %s").format(assignments),
        (*values, of.id, draft_id),
    )
    return draft(conn, programme_id=of.id, draft_id=draft_id)


def record_step(
    conn: psycopg.Connection[Any],
    found: Draft,
    *,
    of: Programme,
    kind: StepKind,
    by: str,
    now: datetime,
    note: str = "",
    text: str | None = None,
) -> None:
    """Appends what was done. The caller holds the draft, so that numbers follow each other."""
    conn.execute(
        "insert into programmes_draft_step (draft_id, number, organisation_id, programme_id, revision, kind, text,"
        " based_on, by_whom, at, note) select %s, coalesce(max(number), 0) + 1, %s, %s, %s, %s, %s, %s, %s, %s, %s"
        " from programmes_draft_step where draft_id = %s",
        (found.id, of.organisation_id, of.id, found.revision, int(kind), text, found.based_on, by, now, note, found.id),
    )


def begin_restart(
    conn: psycopg.Connection[Any], *, of: Programme, rulebook_id: int, point_type: int
) -> tuple[bytes | None, bool]:
    """How far the restart has come: (the last owner that was done, whether it is finished).

    Held until the transaction ends: another worker waits, and goes on from where this one came to.
    """
    key = (of.id, rulebook_id, point_type)
    conn.execute(
        "insert into programmes_expiry_restart (programme_id, rulebook_id, point_type, organisation_id)"
        " values (%s, %s, %s, %s) on conflict do nothing",
        (*key, of.organisation_id),
    )
    row = conn.execute(
        "select uuid_send(after_owner), finished_at is not null from programmes_expiry_restart"
        " where programme_id = %s and rulebook_id = %s and point_type = %s for update",
        key,
    ).fetchone()
    return (None, True) if row is None else (row[0], row[1])


def record_restart(
    conn: psycopg.Connection[Any],
    *,
    of: Programme,
    rulebook_id: int,
    point_type: int,
    after: bytes | None,
    lots: int,
    finished_at: datetime | None,
) -> None:
    """The restart has come to this owner, and changed so many lots more."""
    conn.execute(
        "update programmes_expiry_restart set after_owner = coalesce(%s::uuid, after_owner), lots = lots + %s,"
        " finished_at = %s where programme_id = %s and rulebook_id = %s and point_type = %s",
        (None if after is None else after.hex(), lots, finished_at, of.id, rulebook_id, point_type),
    )


_CLOCKS = 0x434C4B
"""The first half of the advisory locks that movers of a clock hold; the second is the programme."""


@contextmanager
def one_mover(conn: psycopg.Connection[Any], *, programme_id: int) -> Iterator[None]:
    """Whoever moves the clock of a programme does so alone, over several transactions; the next one waits."""
    conn.execute("select pg_advisory_lock(%s, %s)", (_CLOCKS, programme_id))
    try:
        yield
    finally:
        conn.execute("select pg_advisory_unlock(%s, %s)", (_CLOCKS, programme_id))


def lock_clock(conn: psycopg.Connection[Any], *, programme_id: int) -> Clock:
    """The clock, which nobody else moves until the transaction ends."""
    row = conn.execute(
        "select sandbox, clock_ahead from programmes_programme where id = %s for no key update", [programme_id]
    ).fetchone()
    if row is None:
        raise RuntimeError(f"there is no programme {programme_id} whose clock could move")
    return Clock(*row)


def set_clock(conn: psycopg.Connection[Any], *, programme_id: int, reads: datetime, at: datetime) -> None:
    """From now on the clock reads `reads` where the world's shows `at`, and ticks on. None goes back."""
    conn.execute("update programmes_programme set clock_ahead = %s where id = %s", (reads - at, programme_id))
