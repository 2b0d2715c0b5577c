"""One batch, worked off with one connection: whose keys, one call of the flow for each programme."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

import psycopg

from regulars.database.pool import Connection
from regulars.database.scope import scoped
from regulars.domain.access.contracts import ApiKey, Scope
from regulars.domain.access.queries import api_keys_of
from regulars.domain.events.contracts import Event
from regulars.domain.programmes.queries import programme_now
from regulars.flows.process_events import Outcome, process_events, refused
from regulars.interfaces.ingest import problems
from regulars.interfaces.ingest.batching import Answer, Submission
from regulars.interfaces.wire import refusals
from regulars.kernel.clock import utc_now
from regulars.kernel.errors import Refusal

Result = TypeVar("Result")

_log = logging.getLogger(__name__)

_PASSING = frozenset(("08", "40", "53", "55", "57", "58"))
"""Classes of SQLSTATE that are over some time: no connection, conflict, no room, locked, shutting down, disk."""
_READ_ONLY = "25006"
_PATIENCE = ("set lock_timeout = '10s'", "set statement_timeout = '30s'")
"""Somebody who holds a member for long must not hold up everybody who waits behind that batch."""


class _Home(NamedTuple):
    """Whose events they are."""

    organisation_id: int
    programme_id: int


class EventWorker:
    """Keeps one connection, and makes a new one when it broke."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._conn: Connection | None = None

    def work(self, batch: Sequence[Submission]) -> list[Answer]:
        """An answer for each request, in order, after the commit. Never raises."""
        answers: list[Answer | None] = [None] * len(batch)
        try:
            for home, indices in self._admit(batch, answers).items():
                self._work_programme(home, [(index, batch[index]) for index in indices], answers)
        except Exception as error:
            if isinstance(error, Refusal) or _passes(error):
                _log.warning("A batch was not confirmed by the database: %s", error)
                return [problems.database_unavailable() if answer is None else answer for answer in answers]
            _log.exception("A batch failed.")
        return [problems.defect() if answer is None else answer for answer in answers]

    def close(self) -> None:
        """Closes the connection."""
        if self._conn is not None:
            self._conn.close()
            self._conn = None

    def _admit(self, batch: Sequence[Submission], answers: list[Answer | None]) -> dict[_Home, list[int]]:
        """The requests whose keys may send events, by programme; the others get their refusal.

        Keys are read for every batch: a revoked one is refused from the next batch on.
        """
        digests = list({submission.key for submission in batch})
        keys = self._with_connection(lambda conn: api_keys_of(conn, digests=digests))
        programmes: dict[_Home, list[int]] = {}
        for index, submission in enumerate(batch):
            key = keys.get(submission.key)
            refusal = refusals.key_unknown() if key is None else _not_admitted(key)
            if key is None or refusal is not None:
                answers[index] = refusal
            elif submission.refusal is not None:
                answers[index] = submission.refusal
            else:
                programmes.setdefault(_Home(key.organisation_id, key.programme_id), []).append(index)
        return programmes

    def _work_programme(
        self, home: _Home, requests: list[tuple[int, Submission]], answers: list[Answer | None]
    ) -> None:
        events = [event for _, submission in requests for event in submission.events]
        outcomes = self._process(events, home) if events else []
        start = 0
        for index, submission in requests:
            end = start + len(submission.events)
            answers[index] = outcomes[start:end]
            start = end

    def _process(self, events: list[Event | Refusal], home: _Home) -> list[Outcome]:
        """An event that the database cannot take fails alone: the batch is halved until it is found."""

        def work(conn: Connection) -> list[Outcome]:
            with scoped(conn, home.organisation_id):
                now = programme_now(conn, programme_id=home.programme_id, at=utc_now())
                return process_events(conn, events, programme_id=home.programme_id, now=now)

        try:
            return self._with_connection(work)
        except Refusal as refusal:
            return [refused(refusal)] * len(events)
        except Exception as error:
            if _passes(error):
                raise
            if len(events) == 1:
                _log.exception("An event failed.")
                return [refused(problems.defect())]
            middle = len(events) // 2
            return self._process(events[:middle], home) + self._process(events[middle:], home)

    def _with_connection(self, action: Callable[[Connection], Result]) -> Result:
        """Once more on a new connection where the one at hand broke; harmless, for an event is counted once."""
        if self._conn is not None and not self._conn.closed:
            try:
                return action(self._conn)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                if not self._conn.closed:
                    raise
        self.close()
        self._conn = self._connect()
        self._conn.prepare_threshold = 0  # every statement of a batch comes again with the next one
        for setting in _PATIENCE:
            self._conn.execute(setting)
        return action(self._conn)


def _passes(error: Exception) -> bool:
    """Whether the database may take the same batch in a while: the sender is told to come again."""
    if isinstance(error, psycopg.InterfaceError):
        return True
    if not isinstance(error, psycopg.Error):
        return False
    state = error.sqlstate or ("08" if isinstance(error, psycopg.OperationalError) else "")
    return state[:2] in _PASSING or state == _READ_ONLY


def _not_admitted(key: ApiKey) -> Refusal | None:
    if key.revoked_at is not None:
        return refusals.key_revoked(key)
    if Scope.events_write not in key.scopes:
        return refusals.key_out_of_scope(key, Scope.events_write)
    return None
