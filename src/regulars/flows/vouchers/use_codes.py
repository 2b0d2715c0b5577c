"""Codes are reserved for an order, used on it, let go, or given back: all codes of the order together.

    the order's row    ->  the members  ->  the codes, in one order  ->  pools with a limit for all uses

is the order in which everything is held, so that two who are at the same codes are decided one after another and never
wait for each other in a circle. What was reserved for too long is let go on the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from regulars.domain.members.commands import lock_members
from regulars.domain.members.queries import member
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.rewards.commands import move_part, move_redemption
from regulars.domain.rewards.contracts import PartState, RedemptionState
from regulars.domain.rewards.gifts import IssueVoucher
from regulars.domain.rewards.queries import redemption
from regulars.domain.vouchers.contracts import (
    Checked,
    CodeNotAccepted,
    OrderOfCodes,
    OrderState,
    Pool,
    Voucher,
    VoucherState,
)
from regulars.domain.vouchers.judging import shown
from regulars.domain.vouchers.orders import bind_codes, claim_order, undo_order, write_order
from regulars.domain.vouchers.queries import order_of_codes, orders_due, vouchers_by_code
from regulars.flows.granting.parts import parts_of_redemption
from regulars.flows.open_profile import member_not_found
from regulars.flows.vouchers.asking import CodesAsked, OrderNamed, check_asked, read_codes, work_out_codes
from regulars.flows.vouchers.refusals import (
    check_usable,
    hold_too_long,
    nothing_reserved,
    order_has_codes,
    order_not_known,
    order_not_reserved,
)

LONGEST_HOLD = timedelta(days=1)
HOLD_LASTS = timedelta(minutes=15)
_DUE = 20
"""Reservations that are let go on the way."""


class _Held(NamedTuple):
    """Everything that is held until the transaction ends. own: the codes of the order itself; all codes by form."""

    rules: Shelf
    order: OrderOfCodes
    vouchers: dict[str, Voucher]
    pools: dict[int, Pool]


def reserve_codes(
    conn: psycopg.Connection[Any],
    named: OrderNamed,
    asked: CodesAsked,
    *,
    programme_id: int,
    now: datetime,
    by: str,
    lasts: timedelta = HOLD_LASTS,
) -> OrderOfCodes:
    """Nobody else can use these codes until the order is done, or for so long. Raises Refusal; nothing is written then.

    Reserving again for the same order puts the new wish in place of the old one, and begins the time anew.
    """
    check_asked(asked)
    if not timedelta(minutes=1) <= lasts <= LONGEST_HOLD:
        raise hold_too_long(lasts, LONGEST_HOLD)
    with conn.transaction():
        held = _hold(conn, named, asked, programme_id=programme_id, now=now, by=by)
        if held.order.state is OrderState.used:
            raise order_has_codes(held.order)
        return _take(conn, held, asked, OrderState.reserved, expires_at=now + lasts, now=now, by=by)


def redeem_codes(
    conn: psycopg.Connection[Any],
    named: OrderNamed,
    asked: CodesAsked,
    *,
    programme_id: int,
    now: datetime,
    by: str,
) -> OrderOfCodes:
    """Uses the codes that change something on this order, and leaves the others as they are. Raises Refusal.

    What was reserved for the order is decided anew with what the order is now. The same codes again get the first
    answer; other codes on an order that has used some are refused.
    """
    check_asked(asked)
    with conn.transaction():
        held = _hold(conn, named, asked, programme_id=programme_id, now=now, by=by)
        if held.order.state is OrderState.used:
            if [each.form for each in shown([each.code for each in held.order.checked.said])] == [
                each.form for each in shown(asked.codes)
            ]:
                return held.order
            raise order_has_codes(held.order)
        return _take(conn, held, asked, OrderState.used, expires_at=None, now=now, by=by)


def redeem_reserved(
    conn: psycopg.Connection[Any], named: OrderNamed, *, programme_id: int, now: datetime, by: str
) -> OrderOfCodes:
    """Uses what was reserved for the order, as it was worked out then. Raises Refusal where its time is over."""
    with conn.transaction():
        order = _known(conn, named, programme_id=programme_id)
        if order.state is OrderState.used:
            return order
        if order.state is not OrderState.reserved or order.expires_at is None or order.expires_at <= now:
            raise order_not_reserved(order)
        rules = shelf(conn, programme_id=programme_id)
        vouchers = _lock_codes(conn, order, programme_id=programme_id)
        if any(each.state is VoucherState.void for each in vouchers):
            raise CodeNotAccepted(field="order")
        undo_order(conn, order, vouchers, to=OrderState.released, programme_id=programme_id, now=now)
        _write(
            conn, rules, order, vouchers, order.checked, OrderState.used,
            member_id=order.member_id, expires_at=None, now=now, by=by,
        )  # fmt: skip
        return _known(conn, named, programme_id=programme_id)


def release_codes(
    conn: psycopg.Connection[Any], named: OrderNamed, *, programme_id: int, now: datetime
) -> OrderOfCodes:
    """Lets go of what was reserved for the order. Releasing again changes nothing. Raises Refusal."""
    with conn.transaction():
        order = _known(conn, named, programme_id=programme_id)
        if order.state is OrderState.released:
            return order
        if order.state is not OrderState.reserved:
            raise nothing_reserved(order)
        vouchers = _lock_codes(conn, order, programme_id=programme_id)
        undo_order(conn, order, vouchers, to=OrderState.released, programme_id=programme_id, now=now)
        return _known(conn, named, programme_id=programme_id)


def roll_back_codes(
    conn: psycopg.Connection[Any], named: OrderNamed, *, programme_id: int, now: datetime, by: str
) -> OrderOfCodes:
    """Gives back every code that the order used: it can be used again. Doing it again changes nothing. Raises Refusal.

    Only the whole order: of one that is partly returned, the codes stay used.
    """
    with conn.transaction():
        order = _known(conn, named, programme_id=programme_id)
        if order.state is OrderState.rolled_back:
            return order
        if order.state is not OrderState.used:
            raise order_not_known(named)
        rules = shelf(conn, programme_id=programme_id)
        vouchers = _lock_codes(conn, order, programme_id=programme_id)
        undo_order(conn, order, vouchers, to=OrderState.rolled_back, programme_id=programme_id, now=now)
        _move_redemptions(conn, rules, vouchers, to=RedemptionState.granted, now=now, by=by, note=named.number)
        return _known(conn, named, programme_id=programme_id)


def release_past_reservations(conn: psycopg.Connection[Any], *, programme_id: int, now: datetime) -> int:
    """Lets go of every reservation whose time is over; how many."""
    released = 0
    while True:
        with conn.transaction():
            due = orders_due(conn, programme_id=programme_id, now=now, limit=_DUE, lock=True)
            forms = [form for order in due for form in order.codes]
            vouchers, _ = read_codes(conn, forms, programme_id=programme_id, lock=True)
            _release_due(conn, due, vouchers, programme_id=programme_id, now=now)
        released += len(due)
        if len(due) < _DUE:
            return released


def _hold(
    conn: psycopg.Connection[Any],
    named: OrderNamed,
    asked: CodesAsked,
    *,
    programme_id: int,
    now: datetime,
    by: str,
) -> _Held:
    """Holds the order, the members, and the codes that are wanted, were reserved, or were reserved for too long."""
    rules = shelf(conn, programme_id=programme_id)
    if asked.member_id is not None and member(conn, programme_id=programme_id, member_id=asked.member_id) is None:
        raise member_not_found(asked.member_id)
    claim_order(
        conn, source=named.source, number=named.number, organisation_id=rules.programme.organisation_id,
        programme_id=programme_id, now=now, by=by,
    )  # fmt: skip
    order = _known(conn, named, programme_id=programme_id)
    due = [
        each
        for each in orders_due(conn, programme_id=programme_id, now=now, limit=_DUE, lock=True)
        if each.id != order.id
    ]
    wanted = [each.form for each in shown(asked.codes)]
    _lock_owners(conn, wanted, asked.member_id, programme_id=programme_id)
    own = list(order.codes) if order.state is OrderState.reserved else []
    forms = [*wanted, *own, *(form for each in due for form in each.codes)]
    vouchers, _ = read_codes(conn, forms, programme_id=programme_id, lock=True)
    _release_due(conn, due, vouchers, programme_id=programme_id, now=now)
    if own:
        mine = [vouchers[form] for form in own]
        undo_order(conn, order, mine, to=OrderState.released, programme_id=programme_id, now=now)
    if due or own:
        vouchers, _ = read_codes(conn, wanted, programme_id=programme_id)
    chosen = {form: vouchers[form] for form in wanted if form in vouchers}
    _, pools = read_codes(conn, list(chosen), programme_id=programme_id)
    return _Held(rules, _known(conn, named, programme_id=programme_id), chosen, pools)


def _take(
    conn: psycopg.Connection[Any],
    held: _Held,
    asked: CodesAsked,
    state: OrderState,
    *,
    expires_at: datetime | None,
    now: datetime,
    by: str,
) -> OrderOfCodes:
    """Takes the codes that give something. Raises Refusal for a code that cannot be used at all."""
    checked = work_out_codes(conn, held.rules, asked, held.vouchers, held.pools, now=now)
    check_usable(checked)
    gives = [
        held.vouchers[each.form] for each, said in zip(shown(asked.codes), checked.said, strict=True) if said.amount
    ]
    _write(
        conn, held.rules, held.order, gives, checked, state,
        member_id=asked.member_id, expires_at=expires_at, now=now, by=by,
    )  # fmt: skip
    bound = [each for each in gives if each.pool_id is not None and held.pools[each.pool_id].member_bound]
    if bound and asked.member_id is not None:
        bind_codes(conn, bound, member_id=asked.member_id, programme_id=held.rules.programme.id)
    named = OrderNamed(held.order.source, held.order.number)
    return _known(conn, named, programme_id=held.rules.programme.id)


def _write(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    order: OrderOfCodes,
    vouchers: Sequence[Voucher],
    checked: Checked,
    state: OrderState,
    *,
    member_id: UUID | None,
    expires_at: datetime | None,
    now: datetime,
    by: str,
) -> None:
    programme = rules.programme
    write_order(
        conn, order, member_id=member_id, vouchers=vouchers, checked=checked, state=state, expires_at=expires_at,
        organisation_id=programme.organisation_id, programme_id=programme.id, now=now, by=by,
    )  # fmt: skip
    if state is OrderState.used:
        _move_redemptions(conn, rules, vouchers, to=RedemptionState.fulfilled, now=now, by=by, note=order.number)


def _move_redemptions(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    vouchers: Sequence[Voucher],
    *,
    to: RedemptionState,
    now: datetime,
    by: str,
    note: str,
) -> None:
    """A code that was paid with points fulfils its part of the redemption; and no longer does when it is given back."""
    programme = rules.programme
    used = to is RedemptionState.fulfilled
    for each in vouchers:
        if each.redemption_id is None:
            continue
        found = redemption(conn, programme_id=programme.id, redemption_id=each.redemption_id)
        if found is None:
            continue
        for part in parts_of_redemption(conn, found):
            if part.gift.kind == IssueVoucher.kind:
                state = PartState.fulfilled if used else PartState.granted
                move_part(conn, part, state=state, fulfilled=part.quantity if used else 0, now=now)
        is_open = any(part.is_open for part in parts_of_redemption(conn, found))
        if is_open is (found.state is RedemptionState.fulfilled):
            move_redemption(
                conn, found, organisation_id=programme.organisation_id, to=to, now=now, by=by, note=note
            )  # fmt: skip


def _release_due(
    conn: psycopg.Connection[Any],
    due: Sequence[OrderOfCodes],
    vouchers: dict[str, Voucher],
    *,
    programme_id: int,
    now: datetime,
) -> None:
    for order in due:
        of_order = [vouchers[form] for form in order.codes]
        undo_order(conn, order, of_order, to=OrderState.released, programme_id=programme_id, now=now)


def _lock_owners(
    conn: psycopg.Connection[Any], forms: Sequence[str], member_id: UUID | None, *, programme_id: int
) -> None:
    """Whose codes these are, and who asks: their points and redemptions change one after another."""
    found = vouchers_by_code(conn, programme_id=programme_id, forms=[each for each in forms if each])
    owners = {each.member_id.bytes for each in found.values() if each.member_id is not None}
    if member_id is not None:
        owners.add(member_id.bytes)
    if owners:
        lock_members(conn, sorted(owners, key=lambda each: (each[15], each)))


def _lock_codes(conn: psycopg.Connection[Any], order: OrderOfCodes, *, programme_id: int) -> list[Voucher]:
    """The codes of an order, held with their members."""
    _lock_owners(conn, order.codes, order.member_id, programme_id=programme_id)
    vouchers, _ = read_codes(conn, order.codes, programme_id=programme_id, lock=True)
    return [vouchers[form] for form in order.codes]


def _known(conn: psycopg.Connection[Any], named: OrderNamed, *, programme_id: int) -> OrderOfCodes:
    """What codes gave on the order; held. Raises Refusal where nobody ever showed one."""
    found = order_of_codes(conn, programme_id=programme_id, source=named.source, number=named.number, lock=True)
    if found is None:
        raise order_not_known(named)
    return found
