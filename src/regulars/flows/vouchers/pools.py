"""Pools of vouchers: defined, filled with codes that are drawn or imported, given out, and made void."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.members.commands import lock_members
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.members.queries import member
from regulars.domain.programmes.contracts import Programme
from regulars.domain.vouchers import commands
from regulars.domain.vouchers.contracts import Batch, Pool, PoolDraft, RowProblem, Voucher, VoucherState
from regulars.domain.vouchers.queries import known_forms, pool_by_code, vouchers_by_code
from regulars.domain.vouchers.terms import terms_of
from regulars.flows.open_profile import member_not_found
from regulars.kernel.clock import local_day
from regulars.kernel.codes import code_form, grouped
from regulars.kernel.errors import Conflict, NotFound, Refusal
from regulars.kernel.ids import new_id
from regulars.kernel.periods import parse_period
from regulars.kernel.text import clean

MOST_CODES = 100_000
"""Codes that are drawn or imported at once."""
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_LARGEST = 1_000_000_000


class Imported(NamedTuple):
    """What is in a list of codes. good: how many can be taken; batch: what was written, None: nothing."""

    good: int
    problems: list[RowProblem]
    batch: Batch | None


def save_pool(
    conn: psycopg.Connection[Any],
    draft: PoolDraft,
    *,
    programme: Programme,
    now: datetime,
    by: str,
    replacing: str | None = None,
) -> Pool:
    """Adds the pool, or changes the one whose code is `replacing`. Raises Refusal; nothing is written then."""
    checked = _checked(draft, programme)
    with conn.transaction():
        before = None if replacing is None else pool_by_code(conn, programme_id=programme.id, code=replacing)
        if before is not None and before.code != draft.code:
            raise Refusal(
                "voucher_pool_code_fixed",
                "The code of a pool cannot change",
                detail=f"The pool is {before.code!r}, and {draft.code!r} was given.",
                remedy="Leave it as it is; only the name is for people.",
                field="code",
            )
        saved = commands.save_pool(
            conn, checked, organisation_id=programme.organisation_id, programme_id=programme.id, now=now,
            pool_id=None if before is None else before.id,
        )  # fmt: skip
        details = {"pool": saved.code, "name": saved.name, "terms": saved.terms, "archived": saved.archived}
        _record(conn, programme, "vouchers.pool_added" if before is None else "vouchers.pool_changed", details, now, by)
        return saved


def _checked(draft: PoolDraft, programme: Programme) -> PoolDraft:
    if not _CODE.fullmatch(draft.code):
        raise Refusal(
            "bad_voucher_pool_code",
            "This cannot be the code of a pool",
            detail=f"{draft.code[:60]!r} has other characters than a-z, 0-9, - and _, or more than 60.",
            remedy="Choose a short one, such as spring-2026.",
            field="code",
        )
    name = clean(draft.name, longest=120, field="name")
    if not name:
        raise Refusal(
            "field_missing", "Something is missing", detail="The pool has no name.",
            remedy="Give it the name by which colleagues know it.", field="name",
        )  # fmt: skip
    for field in ("most_uses", "uses_per_member", "total_uses"):
        value: int | None = getattr(draft, field)
        if value is not None and not 1 <= value <= _LARGEST:
            raise Refusal(
                "bad_voucher_number", "The number is out of range",
                detail=f"{field} is {value}; it must be from 1 to 1,000,000,000.",
                remedy="Correct it, or leave it out for no limit.", field=field,
            )  # fmt: skip
    if draft.valid_for:
        parse_period(draft.valid_for, field="valid_for")
    if draft.first_day and draft.last_day and draft.first_day > draft.last_day:
        raise Refusal(
            "bad_voucher_days", "The codes would never work",
            detail=f"The last day, {draft.last_day}, is before the first, {draft.first_day}.",
            remedy="Correct one of them.", field="last_day",
        )  # fmt: skip
    terms = terms_of(draft.terms, currency=programme.currency)
    return replace(draft, name=name, terms=terms.stored(), valid_for=draft.valid_for.strip())


def generate_codes(
    conn: psycopg.Connection[Any],
    pool_code: str,
    *,
    count: int,
    short: bool = False,
    programme: Programme,
    now: datetime,
    by: str,
) -> Batch:
    """Draws so many codes for the pool, 80 bits each; short ones have 40, for the till. Raises Refusal."""
    if not 1 <= count <= MOST_CODES:
        raise Refusal(
            "bad_code_count", "So many codes cannot be made at once",
            detail=f"{count} codes were asked for; it may be from 1 to {MOST_CODES:,}.",
            remedy="Ask for fewer, several times.", field="count",
        )  # fmt: skip
    with conn.transaction():
        pool = _open_pool(conn, pool_code, programme)
        if pool.terms.get("elsewhere"):
            raise Conflict(
                "codes_of_a_partner", "Codes of a partner are imported",
                detail=f"The codes of {pool.name!r} are used at a partner, who would not know ours.",
                remedy="Import the partner's list.", field="pool",
            )  # fmt: skip
        batch = commands.generate_codes(
            conn, pool, count=count, short=short,
            last_day=_last_day(pool, local_day(now, programme.time_zone), is_given=False),
            organisation_id=programme.organisation_id, now=now, by=by,
        )  # fmt: skip
        _record(conn, programme, "vouchers.generated", {"pool": pool.code, "codes": count, "short": short}, now, by)
        return batch


def import_codes(
    conn: psycopg.Connection[Any],
    pool_code: str,
    rows: Sequence[str],
    *,
    write: Literal["nothing", "all", "good"],
    programme: Programme,
    now: datetime,
    by: str,
) -> Imported:
    """Takes a list of codes, one a row. write: `all` writes only a list without problems, `good` what is good.

    Raises Refusal for a list that is too long; what is wrong with rows is told with each.
    """
    if len(rows) > MOST_CODES:
        raise Refusal(
            "bad_code_count", "So many codes cannot be taken at once",
            detail=f"The list has {len(rows):,} rows, and it may have {MOST_CODES:,}.",
            remedy="Import it in parts.", field="codes",
        )  # fmt: skip
    with conn.transaction():
        pool = _open_pool(conn, pool_code, programme)
        good, problems = _read(conn, rows, programme_id=programme.id)
        if write == "nothing" or not good or (write == "all" and problems):
            return Imported(len(good), problems, None)
        batch = commands.import_codes(
            conn, pool, good, last_day=_last_day(pool, local_day(now, programme.time_zone), is_given=False),
            organisation_id=programme.organisation_id, now=now, by=by,
        )  # fmt: skip
        details = {"pool": pool.code, "codes": len(good), "problems": len(problems)}
        _record(conn, programme, "vouchers.imported", details, now, by)
        return Imported(len(good), problems, batch)


def _read(
    conn: psycopg.Connection[Any], rows: Sequence[str], *, programme_id: int
) -> tuple[list[tuple[str, str | None]], list[RowProblem]]:
    """The codes that can be taken, in the form in which they are kept and as written; and what is wrong with others."""
    problems: list[RowProblem] = []
    found: dict[str, tuple[int, str]] = {}
    for number, row in enumerate(rows, 1):
        text = row.strip()
        if not text:
            problems.append(RowProblem(number, "", "blank"))
            continue
        try:
            form = code_form(text)
        except Refusal:
            problems.append(RowProblem(number, text[:60], "characters"))
            continue
        if form in found:
            problems.append(RowProblem(number, text, "double"))
        else:
            found[form] = number, text
    known = known_forms(conn, programme_id=programme_id, forms=list(found))
    problems += [RowProblem(*found[form], "known") for form in known]
    good = [(form, None if text == grouped(form) else text) for form, (_, text) in found.items() if form not in known]
    return good, sorted(problems)


def give_code(
    conn: psycopg.Connection[Any],
    pool_code: str,
    *,
    member_id: UUID,
    programme: Programme,
    now: datetime,
    by: str,
) -> Voucher:
    """One code of the pool becomes the member's. Raises Refusal: nobody gets a code twice, and none is left over."""
    with conn.transaction():
        pool = _open_pool(conn, pool_code, programme)
        if member(conn, programme_id=programme.id, member_id=member_id) is None:
            raise member_not_found(member_id)
        locked = lock_members(conn, [member_id.bytes])
        if locked[member_id.bytes].status != MemberStatus.active:
            raise Conflict(
                "member_not_active", "The member is not active", detail="Only an active member gets codes.",
                remedy="Make the member active again first.", field="member",
            )  # fmt: skip
        today = local_day(now, programme.time_zone)
        return commands.give_code(
            conn, pool, member_id=member_id, last_day=_last_day(pool, today, is_given=True), today=today
        )


def void_code(conn: psycopg.Connection[Any], code: str, *, programme: Programme, now: datetime, by: str) -> Voucher:
    """Makes one code void, for ever. Making it void again changes nothing. Raises Refusal."""
    form = code_form(code)
    with conn.transaction():
        found = vouchers_by_code(conn, programme_id=programme.id, forms=[form], lock=True).get(form)
        if found is None:
            raise voucher_not_found(code)
        if found.redemption_id is not None:
            raise Conflict(
                "voucher_of_redemption", "The code was paid with points",
                detail="Making it void would leave the member without points and without the code.",
                remedy="Reverse the redemption: that makes the code void, and gives the points back.", field="code",
            )  # fmt: skip
        if found.state is VoucherState.used:
            raise Conflict(
                "voucher_used_up", "The code was used", detail=f"{found.text} was used as often as it works.",
                remedy="There is nothing to do; a used code cannot be used again.", field="code",
            )  # fmt: skip
        if commands.void_code(conn, found, programme_id=programme.id, now=now):
            _record(conn, programme, "vouchers.voided", {"code": found.text}, now, by)
        return vouchers_by_code(conn, programme_id=programme.id, forms=[form])[form]


def void_unused(
    conn: psycopg.Connection[Any],
    pool_code: str,
    *,
    batch_id: int | None = None,
    programme: Programme,
    now: datetime,
    by: str,
) -> int:
    """Makes every code of the pool void that nobody used or reserved, or only those of one batch; how many."""
    with conn.transaction():
        pool = pool_by_code(conn, programme_id=programme.id, code=pool_code)
        done = commands.void_unused(conn, pool, batch_id=batch_id, now=now)
        if done:
            _record(conn, programme, "vouchers.voided", {"pool": pool.code, "codes": done}, now, by)
        return done


def voucher_not_found(code: str) -> NotFound:
    """For those who look after codes; who shows one at a till learns nothing."""
    return NotFound(
        "voucher_not_found", "There is no such code",
        detail=f"No voucher of this programme has the code {code[:60]!r}.",
        remedy="Check it letter by letter.", field="code",
    )  # fmt: skip


def _open_pool(conn: psycopg.Connection[Any], code: str, programme: Programme) -> Pool:
    pool = pool_by_code(conn, programme_id=programme.id, code=code)
    if pool.archived:
        raise Conflict(
            "voucher_pool_archived", "The pool has ended", detail=f"{pool.name!r} is archived.",
            remedy="Open it again first, or choose another one.", field="pool",
        )  # fmt: skip
    return pool


def _last_day(pool: Pool, today: date, *, is_given: bool) -> date | None:
    """Of a code that is made, or given to a member, today: so long after it, and never beyond the pool's last day.

    Of codes that are for one member, or for a partner, the time begins when they are given.
    """
    days = [pool.last_day] if pool.last_day else []
    waits = pool.member_bound or bool(pool.terms.get("elsewhere"))
    if pool.valid_for and (is_given or not waits):
        days.append(parse_period(pool.valid_for).after(today))
    return min(days, default=None)


def _record(
    conn: psycopg.Connection[Any], programme: Programme, action: str, details: dict[str, Any], now: datetime, by: str
) -> None:
    record_act(
        conn, entry_id=new_id(0), organisation_id=programme.organisation_id, programme_id=programme.id, now=now, by=by,
        action=action, subject=programme_subject(programme.id), details=details,
    )  # fmt: skip
