"""Wrong codes at the API: who tried them, counted once the call is over, and refused where they are too many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from regulars.domain.programmes.queries import programme
from regulars.domain.vouchers.attempts import Trier
from regulars.domain.vouchers.contracts import CodeNotAccepted
from regulars.flows.vouchers.wrong_codes import check_triers, count_wrong
from regulars.interfaces.api.calls import ApiRequest


def triers_of(request: ApiRequest, *, till: str = "", shopper: str = "", member: str = "") -> list[Trier]:
    """Who tries codes, by all that the call says about it."""
    triers = [Trier("key", str(request.key.id), request.key.name)]
    if till:
        triers.append(Trier("till", till, till))
    if shopper:
        triers.append(Trier("origin", shopper))
    if member:
        triers.append(Trier("member", member))
    return triers


@contextmanager
def counted(request: ApiRequest, codes: Sequence[str], triers: list[Trier]) -> Iterator[list[str]]:
    """Refuses who tried too many wrong codes. Gives a list for wrong codes that are found within; one that is refused
    there is counted as well. They are written when the call is over: a refusal leaves no other trace."""
    work_for = programme(request.conn, programme_id=request.programme_id)
    check_triers(request.conn, codes, triers, programme=work_for, now=request.now)
    wrong: list[str] = []
    try:
        yield wrong
    except CodeNotAccepted as refusal:
        wrong.append(codes[refusal.place] if codes else "")
        raise
    finally:
        if wrong:
            request.afterwards.append(
                partial(count_wrong, request.conn, wrong, triers, programme=work_for, now=request.now)
            )
