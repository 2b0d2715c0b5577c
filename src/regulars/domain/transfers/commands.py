"""Writes of transfers between members. The points themselves are moved by the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import psycopg

from regulars.domain.transfers.contracts import Arrival, Transfer, TransferState


def record_transfer(
    conn: psycopg.Connection[Any],
    transfer: Transfer,
    arrivals: Sequence[Arrival],
    *,
    organisation_id: int,
    sent_on: date,
) -> None:
    """Writes a transfer with what arrived. sent_on: the local day whose limit it counts towards."""
    assert sum(each.points for each in arrivals) == transfer.points, "what arrives is what was sent"
    conn.execute(
        "insert into transfers_transfer (bucket, id, organisation_id, programme_id, sender, receiver, point_type,"
        " points, fee, state, message, entry_id, fee_entry_id, sent_on, cancel_until, created_at, by_whom)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            transfer.id.int & 0xFF, transfer.id, organisation_id, transfer.programme_id, transfer.sender,
            transfer.receiver, transfer.point_type, transfer.points, transfer.fee, int(transfer.state),
            transfer.message, transfer.entry_id, transfer.fee_entry_id, sent_on, transfer.cancel_until,
            transfer.created_at, transfer.by,
        ),
    )  # fmt: skip
    conn.execute(
        "insert into transfers_arrival (bucket, id, organisation_id, programme_id, transfer_id, receiver, sender,"
        " lot_id, points, last_day, created_at)"
        " select %s, k.id, %s, %s, %s, %s, %s, k.lot_id, k.points, k.last_day, %s"
        " from unnest(%s::uuid[], %s::uuid[], %s::bigint[], %s::date[]) k(id, lot_id, points, last_day)",
        (
            transfer.receiver.int & 0xFF, organisation_id, transfer.programme_id, transfer.id, transfer.receiver,
            transfer.sender, transfer.created_at, [each.id for each in arrivals], [each.lot_id for each in arrivals],
            [each.points for each in arrivals], [each.last_day for each in arrivals],
        ),
    )  # fmt: skip


def end_transfer(conn: psycopg.Connection[Any], transfer: Transfer, *, now: datetime, by: str) -> None:
    """The transfer is taken back. The caller holds both members, so nobody else ends it meanwhile."""
    done = conn.execute(
        "update transfers_transfer set state = %s, ended_at = %s, ended_by = %s"
        " where bucket = %s and id = %s and state = %s",
        (
            int(TransferState.taken_back), now, by, transfer.id.int & 0xFF, transfer.id, int(TransferState.sent),
        ),
    )  # fmt: skip
    if done.rowcount != 1:
        raise RuntimeError(f"transfer {transfer.id} was ended without holding its members")
