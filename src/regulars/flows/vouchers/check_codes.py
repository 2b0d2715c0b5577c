"""What codes would give on an order: each of them, by line, and why one gives nothing. Writes nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

from regulars.domain.programmes.queries import shelf
from regulars.domain.vouchers.contracts import Checked
from regulars.domain.vouchers.judging import shown
from regulars.flows.vouchers.asking import CodesAsked, check_asked, read_codes, work_out_codes


def check_codes(conn: psycopg.Connection[Any], asked: CodesAsked, *, programme_id: int, now: datetime) -> Checked:
    """What redeeming these codes would give now; reservations of others count. Raises Refusal for too many codes.

    A code that is not the asker's is no refusal here: it gives nothing, and says `not_accepted`.
    """
    check_asked(asked)
    with conn.transaction():
        rules = shelf(conn, programme_id=programme_id)
        vouchers, pools = read_codes(conn, [each.form for each in shown(asked.codes)], programme_id=programme_id)
        return work_out_codes(conn, rules, asked, vouchers, pools, now=now)
