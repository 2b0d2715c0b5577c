"""Reads of programmes and their rulebooks. Published versions never change, so compiled ones are kept in memory."""

from __future__ import annotations

import threading
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import psycopg

from regulars.database.scope import scoped
from regulars.domain.programmes.contracts import (
    Clock,
    Draft,
    DraftNotFound,
    DraftState,
    DraftStep,
    Programme,
    Proposal,
    ProposalState,
    RulebookVersion,
    StepKind,
)
from regulars.domain.programmes.ladder_line import line_up
from regulars.domain.programmes.rulebook import CompiledRulebook, Rulebook
from regulars.domain.tiers.metric import Ground
from regulars.domain.tiers.rungs import Rungs
from regulars.kernel.clock import EARLIEST
from regulars.kernel.errors import NotFound, Refusal
from regulars.kernel.money import decimals_of

DRAFT = 0
"""The number of a rulebook that is not published."""
_PROGRAMME = """
    select p.id, p.organisation_id, o.name, p.code, p.name, p.currency, p.time_zone, p.accent, p.created_at,
           p.sandbox
    from programmes_programme p join programmes_organisation o on o.id = p.organisation_id
"""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The rulebook versions of a programme, by the time from which they are in force."""

    programme: Programme
    stamp: int
    starts: list[datetime]
    rulebooks: list[CompiledRulebook]
    by_id: dict[int, CompiledRulebook]
    point_types: dict[str, int]
    awaited: frozenset[str] = frozenset()
    """Event types for which pending points may wait, under any version."""
    told: dict[str, Shelf] = field(default_factory=dict, compare=False, repr=False)
    """In other languages, kept once they were asked for."""

    @property
    def ground(self) -> Ground:
        """What the metrics of ladders have to know of the programme."""
        return Ground(self.point_types, self.programme.time_zone, decimals_of(self.programme.currency))

    def in_force(self, at: datetime) -> CompiledRulebook:
        """The version in force at an instant. Raises Refusal before the first one."""
        position = bisect_right(self.starts, at)
        if position == 0:
            first = f"the first is in force from {self.starts[0]:%-d %b %Y}" if self.starts else "none is published"
            raise Refusal(
                "no_rulebook_in_force",
                "No rulebook was in force then",
                detail=f"For {at:%-d %b %Y, %H:%M} UTC there is no rulebook of {self.programme.name}: {first}.",
                remedy="Publish a rulebook that is in force from an earlier day.",
                field="occurred_at",
            )
        return self.rulebooks[position - 1]

    def in_language(self, language: str) -> Shelf:
        """The shelf as members of that language read it: names of rules, tiers and points in their words."""
        if not any(each.rulebook.translations for each in self.rulebooks):
            return self
        told = self.told.get(language)
        if told is None:
            rulebooks = [each.in_language(language) for each in self.rulebooks]
            told = replace(self, rulebooks=rulebooks, by_id={each.id: each for each in rulebooks})
            self.told[language] = told
        return told

    def climbed(self, rulebook: CompiledRulebook, now: datetime) -> list[Rungs]:
        """The ladders on which an event of that version counts: those in force now, though it came late."""
        if rulebook is self.rulebooks[-1] and now >= self.starts[-1]:
            return rulebook.rungs
        current = self.in_force(max(now, self.starts[0]))
        if current is rulebook:
            return rulebook.rungs
        there = {each.id for each in current.rungs}
        return [*current.rungs, *(each for each in rulebook.rungs if each.id not in there)]

    def under(self, draft: Rulebook, *, since: datetime = EARLIEST) -> Shelf:
        """The shelf as if the draft alone had been in force since then: for asking what it would do.

        Its number is DRAFT, and point types that are new have numbers of their own below zero, which no table knows.
        Versions that priced something stay in `by_id`.
        """
        types = dict(self.point_types)
        for each in draft.point_types:
            types.setdefault(each.id, -1 - len(types))
        latest = max((each.version for each in self.rulebooks), default=0)
        compiled = CompiledRulebook(DRAFT, latest + 1, draft, types)
        by_id = self.by_id | {DRAFT: compiled}
        kept = bisect_right(self.starts, since) if since > EARLIEST else 0
        ladders = {rungs.id: rungs for each in self.rulebooks[:kept] for rungs in each.rungs}
        there = {rungs.id for each in self.rulebooks[kept - 1 : kept] for rungs in each.rungs}
        for rungs in compiled.rungs:
            rungs.follow(ladders.get(rungs.id), version=compiled.version, at=since, goes_on=rungs.id in there)
        return Shelf(
            self.programme, self.stamp, [*self.starts[:kept], since], [*self.rulebooks[:kept], compiled], by_id, types,
            self.awaited | compiled.awaited,
        )  # fmt: skip

    @property
    def draws(self) -> bool:
        """Whether any version has budgets or campaigns."""
        return any(each.rules.draws for each in self.rulebooks)

    @property
    def latest(self) -> CompiledRulebook:
        """The version that starts last. Raises Refusal when none is published."""
        if not self.rulebooks:
            raise Refusal(
                "no_rulebook",
                "There is no rulebook yet",
                detail=f"Nothing is published for {self.programme.name}.",
                remedy="Publish a rulebook first: regulars rulebook publish FILE.",
            )
        return self.rulebooks[-1]


_shelves: dict[tuple[str, int], Shelf] = {}
_filling = threading.Lock()
_organisations: dict[tuple[str, int], int] = {}


def shelf(conn: psycopg.Connection[Any], *, programme_id: int) -> Shelf:
    """Every published version of the programme, compiled. One small query tells whether the kept ones are all."""
    row = conn.execute(
        "select coalesce(max(id), 0) from programmes_rulebook where programme_id = %s", [programme_id]
    ).fetchone()
    stamp = row[0] if row else 0
    key = (conn.info.dbname, programme_id)
    kept = _shelves.get(key)
    if kept is None or kept.stamp != stamp:
        with _filling:
            kept = _shelves[key] = _read_shelf(conn, programme_id, stamp, kept)
    return kept


def _read_shelf(conn: psycopg.Connection[Any], programme_id: int, stamp: int, kept: Shelf | None) -> Shelf:
    """kept: the shelf before. Versions never change, so only those that it lacks are read and compiled."""
    known = {} if kept is None else kept.by_id
    found = programme(conn, programme_id=programme_id)
    types = dict(
        conn.execute("select code, id from programmes_point_type where programme_id = %s", [programme_id]).fetchall()
    )
    rows = conn.execute(
        "select id, version, effective_from, case when id = any(%s) then null else document end, published_at"
        " from programmes_rulebook where programme_id = %s order by effective_from, version",
        (list(known), programme_id),
    ).fetchall()
    compiled = [
        known[row[0]] if row[0] in known else CompiledRulebook(row[0], row[1], Rulebook.model_validate(row[3]), types)
        for row in rows
    ]
    for each in compiled:
        each.point_type_ids = types  # a version that is new may have brought one
    line_up(compiled, [max(row[2], row[4]) for row in rows])
    awaited = frozenset().union(*(each.awaited for each in compiled))
    by_id = {each.id: each for each in compiled}
    return Shelf(found, stamp, [row[2] for row in rows], compiled, by_id, types, awaited)


def programme(conn: psycopg.Connection[Any], *, programme_id: int) -> Programme:
    """One programme. Raises NotFound."""
    row = conn.execute(f"{_PROGRAMME} where p.id = %s", [programme_id]).fetchone()
    if row is None:
        raise _not_found(programme_id)
    return Programme(*row)


def clock(conn: psycopg.Connection[Any], *, programme_id: int) -> Clock:
    """The programme's clock as it is set. Raises NotFound."""
    row = conn.execute("select sandbox, clock_ahead from programmes_programme where id = %s", [programme_id]).fetchone()
    if row is None:
        raise _not_found(programme_id)
    return Clock(*row)


_live: set[tuple[str, int]] = set()
"""Programmes that go by the world's clock, by database: a programme never changes sides, so nobody asks twice."""


def programme_now(conn: psycopg.Connection[Any], *, programme_id: int, at: datetime) -> datetime:
    """The present instant of a programme: what its clock reads when the world's shows `at`. Raises NotFound.

    A live programme's is `at` itself. Doors ask it wherever a flow is about a programme.
    """
    key = (conn.info.dbname, programme_id)
    if key in _live:
        return at
    found = clock(conn, programme_id=programme_id)
    if not found.sandbox:
        _live.add(key)
    return found.reads(at)


def organisation_of(conn: psycopg.Connection[Any], *, programme_id: int) -> int:
    """Whose programme it is, for `scoped`; asked once in the life of a process. Raises NotFound."""
    key = (conn.info.dbname, programme_id)
    if key not in _organisations:
        _organisations.update({(key[0], each): organisation for each, organisation, _ in _directory(conn)})
    if key not in _organisations:
        raise _not_found(programme_id)
    return _organisations[key]


def programmes(conn: psycopg.Connection[Any]) -> list[Programme]:
    """All programmes of this installation, whosever they are, in the order in which they were made."""
    found = []
    for programme_id, organisation_id, _ in _directory(conn):
        with scoped(conn, organisation_id):
            found.append(programme(conn, programme_id=programme_id))
    return found


def programmes_of(conn: psycopg.Connection[Any], *, organisation_id: int) -> list[Programme]:
    """The programmes of one organisation, for which the connection works, in the order in which they were made."""
    rows = conn.execute(f"{_PROGRAMME} where p.organisation_id = %s order by p.id", [organisation_id])
    return [Programme(*row) for row in rows]


def programme_by_code(conn: psycopg.Connection[Any], *, code: str) -> Programme | None:
    """The programme of a code, whosever it is, or None; the oldest where several organisations use the same."""
    for programme_id, organisation_id, its_code in _directory(conn):
        if its_code == code:
            with scoped(conn, organisation_id):
                return programme(conn, programme_id=programme_id)
    return None


def rulebook_versions(conn: psycopg.Connection[Any], *, programme_id: int) -> list[RulebookVersion]:
    """The published versions, the latest first."""
    rows = conn.execute(
        "select id, version, effective_from, note, published_by, published_at from programmes_rulebook"
        " where programme_id = %s order by version desc",
        [programme_id],
    )
    return [RulebookVersion(*row) for row in rows]


_PROPOSAL = (
    "select id, document, effective_from, note, based_on, proposed_by, proposed_at, state, version, decided_by,"
    " decided_at from programmes_proposal"
)


def proposal(conn: psycopg.Connection[Any], *, programme_id: int, proposal_id: int) -> Proposal | None:
    """One proposal, decided or not, or None."""
    row = conn.execute(f"{_PROPOSAL} where programme_id = %s and id = %s", (programme_id, proposal_id)).fetchone()
    return None if row is None else _proposal(row)


def proposals_waiting(conn: psycopg.Connection[Any], *, programme_id: int) -> list[Proposal]:
    """Rulebooks that wait for a second person, the oldest first."""
    rows = conn.execute(
        f"{_PROPOSAL} where programme_id = %s and state = %s order by id", (programme_id, int(ProposalState.waiting))
    )
    return [_proposal(row) for row in rows]


def proposals_decided(conn: psycopg.Connection[Any], *, programme_id: int, since: datetime) -> list[Proposal]:
    """Rulebooks on which a second person decided since then."""
    rows = conn.execute(
        f"{_PROPOSAL} where programme_id = %s and state <> %s and decided_at >= %s order by id",
        (programme_id, int(ProposalState.waiting), since),
    )
    return [_proposal(row) for row in rows]


def _proposal(row: tuple[Any, ...]) -> Proposal:
    return Proposal(*(*row[:7], ProposalState(row[7]), *row[8:]))


_DRAFT = (
    "select id, name, text, based_on, revision, state, created_by, created_at, changed_by, changed_at, submitted_by,"
    " submitted_at, decided_by, decided_at, note, scheduled_for, scheduled_by, problem, version from programmes_draft"
)


def draft(conn: psycopg.Connection[Any], *, programme_id: int, draft_id: int, lock: bool = False) -> Draft:
    """One draft, done or not. lock: nobody else changes it until the transaction ends. Raises NotFound."""
    row = conn.execute(
        f"{_DRAFT} where programme_id = %s and id = %s{' for update' if lock else ''}", (programme_id, draft_id)
    ).fetchone()
    if row is None:
        raise DraftNotFound(draft_id)
    return _draft(row)


def drafts(conn: psycopg.Connection[Any], *, programme_id: int) -> list[Draft]:
    """Drafts that are not done, the one that was changed last first."""
    rows = conn.execute(
        f"{_DRAFT} where programme_id = %s and state < %s order by changed_at desc, id desc",
        (programme_id, int(DraftState.published)),
    )
    return [_draft(row) for row in rows]


def drafts_due(conn: psycopg.Connection[Any], *, programme_id: int, until: datetime) -> list[int]:
    """Numbers of the drafts whose time has come, the earliest first."""
    rows = conn.execute(
        "select id from programmes_draft where programme_id = %s and state = %s and scheduled_for <= %s"
        " order by scheduled_for, id",
        (programme_id, int(DraftState.scheduled), until),
    )
    return [row[0] for row in rows]


def draft_steps(conn: psycopg.Connection[Any], *, draft_id: int) -> list[DraftStep]:
    """Everything that was done to a draft, the first first."""
    rows = conn.execute(
        "select number, revision, kind, text, based_on, by_whom, at, note from programmes_draft_step"
        " where draft_id = %s order by number",
        [draft_id],
    )
    return [DraftStep(row[0], row[1], StepKind(row[2]), *row[3:]) for row in rows]


def drafts_touched(conn: psycopg.Connection[Any], *, programme_id: int, since: datetime) -> list[int]:
    """Numbers of the drafts to which something was done since then."""
    rows = conn.execute(
        "select id from programmes_draft d where programme_id = %s"
        " and exists (select from programmes_draft_step s where s.draft_id = d.id and s.at >= %s) order by id",
        (programme_id, since),
    )
    return [row[0] for row in rows]


def draft_of_version(conn: psycopg.Connection[Any], *, programme_id: int, version: int) -> Draft | None:
    """The draft that became a version; None where it came in another way."""
    row = conn.execute(
        f"{_DRAFT} where programme_id = %s and version = %s order by id desc limit 1", (programme_id, version)
    ).fetchone()
    return None if row is None else _draft(row)


def _draft(row: tuple[Any, ...]) -> Draft:
    return Draft(*(*row[:5], DraftState(row[5]), *row[6:]))


def finished_restarts(conn: psycopg.Connection[Any], *, programme_id: int) -> set[tuple[int, int]]:
    """(version's id, point type) of the restarts of older points' clocks that are done."""
    rows = conn.execute(
        "select rulebook_id, point_type from programmes_expiry_restart"
        " where programme_id = %s and finished_at is not null",
        [programme_id],
    )
    return {(row[0], row[1]) for row in rows}


def _directory(conn: psycopg.Connection[Any]) -> list[tuple[int, int, str]]:
    """(programme, organisation, code) of all: what one may know before one knows for whom to work."""
    return conn.execute("select programme_id, organisation_id, code from programmes_directory()").fetchall()


def _not_found(programme_id: int) -> NotFound:
    return NotFound(
        "programme_not_found",
        "There is no such programme",
        detail=f"No programme has the number {programme_id}.",
        remedy="Look up your programmes with `regulars programmes`.",
    )
