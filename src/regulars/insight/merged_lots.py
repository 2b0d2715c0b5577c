"""Where points that a merge brought had been granted: the lots that they were before. Read only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.ledger.contracts import CauseKind, LotOnFile
from regulars.domain.ledger.queries import lots_as_granted
from regulars.domain.merges.queries import lots_of_moves


def as_granted(conn: psycopg.Connection[Any], lots: Sequence[LotOnFile]) -> dict[UUID, LotOnFile]:
    """By lot: itself, or the lot of the duplicate from which merges brought it, directly or in several steps.

    Costs nothing where no merge brought any of them.
    """
    found = {lot.id: lot for lot in lots}
    while moved := {lot: each.cause for lot, each in found.items() if each.cause_kind is CauseKind.merge}:
        before = lots_of_moves(conn, moves=[cause.bytes for cause in moved.values()])
        granted = lots_as_granted(conn, ids=list(before.values())) if before else {}
        steps = {lot: granted[UUID(bytes=before[cause.bytes])] for lot, cause in moved.items() if cause.bytes in before}
        if not steps:
            break
        found |= steps
    return found
