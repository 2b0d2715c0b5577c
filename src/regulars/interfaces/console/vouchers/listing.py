"""All pools, one code that is looked for, and who tried wrong ones."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from regulars.domain.members.queries import profile
from regulars.domain.vouchers.contracts import PoolCounts, UseState, VoucherState
from regulars.domain.vouchers.queries import (
    counts_of,
    orders_with_code,
    pools,
    vouchers_by_code,
    wrong_codes,
)
from regulars.flows.vouchers.pools import void_code
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.console.vouchers.showing import Badge, code_state, pool_row, tried
from regulars.interfaces.web import words
from regulars.kernel.codes import code_form
from regulars.kernel.errors import Refusal
from regulars.kernel.money import from_minor

MOST_TRIED = 8


@operator_page("vouchers")
def pool_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every pool, the latest first. ?code= looks for a code."""
    place = {"programme_id": desk.programme.id}
    counts = counts_of(desk.conn, **place)
    asked = request.GET.get("code", "").strip()
    context = {
        "pools": [pool_row(desk, each, counts.get(each.id, PoolCounts())) for each in pools(desk.conn, **place)],
        "asked": asked,
        "found": _found(desk, asked) if asked else None,
        "tried": [tried(each) for each in wrong_codes(desk.conn, **place, now=desk.now, limit=MOST_TRIED)],
    }
    return desk.page(request, "console/vouchers/list.html", context)


@require_POST
@operator_page("vouchers")
def void(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One code becomes void."""
    code = request.POST.get("code", "")
    try:
        done = void_code(desk.conn, code, programme=desk.programme, now=desk.now, by=desk.by)
    except Refusal as refusal:
        said = in_words(refusal)
        messages.error(request, f"{said.title}. {said.detail} {said.remedy}")
    else:
        messages.success(request, gettext("The code %(code)s is void.") % {"code": done.text})
    return redirect(f"{reverse('console:vouchers')}?code={code}")


def _found(desk: Desk, asked: str) -> dict[str, Any] | None:
    """What is known of a code; None: there is no such code."""
    try:
        form = code_form(asked)
    except Refusal:
        return None
    found = vouchers_by_code(desk.conn, programme_id=desk.programme.id, forms=[form]).get(form)
    if found is None:
        return None
    pool = next((each for each in pools(desk.conn, programme_id=desk.programme.id) if each.id == found.pool_id), None)
    holder = None
    if found.member_id is not None:
        holder = profile(desk.conn, programme_id=desk.programme.id, member_id=found.member_id)
    return {
        "code": found.text,
        "state": code_state(found),
        "pool": None if pool is None else pool_row(desk, pool, PoolCounts()),
        "member": "" if holder is None else holder.name or holder.card_number,
        "member_url": "" if found.member_id is None else reverse("console:member", args=[found.member_id]),
        "last_day": found.last_day,
        "uses": found.uses,
        "can_void": found.pool_id is not None and found.state is VoucherState.valid,
        "orders": [
            _use(desk, *each) for each in orders_with_code(desk.conn, programme_id=desk.programme.id, code=form)
        ],
    }


def _use(desk: Desk, at: Any, state: int, amount: int, number: str) -> dict[str, Any]:
    states = {
        UseState.reserved: Badge(gettext("Reserved"), "warning"),
        UseState.used: Badge(gettext("Used"), "success"),
        UseState.undone: Badge(gettext("Undone"), "neutral"),
    }
    currency = desk.programme.currency
    return {
        "at": at,
        "state": states[UseState(state)],
        "amount": words.money(from_minor(amount, currency), currency),
        "order": number or gettext("by hand"),
    }
