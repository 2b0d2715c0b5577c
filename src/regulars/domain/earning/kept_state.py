"""The member as the rules saw it, kept with every event as JSON, so that the rules can be asked again."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from regulars.domain.earning.contracts import BudgetKey, MemberState
from regulars.domain.earning.past import Past


class _Kept(msgspec.Struct):
    """past: of the tallies, and known: of the person, what the rules read.

    left: (key, first day of the period, what was left) of the budgets that mattered.
    """

    orders: int = 0
    tiers: dict[str, str] = {}
    past: dict[str, dict[date, int]] = {}
    known: dict[str, str | int | float | bool | None] = {}
    left: list[tuple[str, date, Decimal]] = []
    is_repeat: bool = False
    ahead: dict[str, list[tuple[int, str]]] = {}


_encoder = msgspec.json.Encoder(decimal_format="string")
_decoder = msgspec.json.Decoder(_Kept)


def kept_state(state: MemberState) -> bytes:
    """What is kept. Past, person and budgets are there only where they mattered."""
    kept: dict[str, Any] = {"orders": state.orders, "tiers": state.tiers}
    if state.past.rows:
        kept["past"] = state.past.rows
    if state.known:
        kept["known"] = state.known
    if state.is_repeat:
        kept["is_repeat"] = True
    if state.ahead:
        kept["ahead"] = state.ahead
    if state.left:
        kept["left"] = [(*budget, left) for budget, left in sorted(state.left.items())]
    return _encoder.encode(kept)


def state_again(kept: str | bytes, *, enrolled_at: datetime) -> MemberState:
    """The member as the rules saw it then."""
    read = _decoder.decode(kept)
    left = {BudgetKey(key, period): amount for key, period, amount in read.left}
    past, known = Past(read.past), dict(read.known)
    return MemberState(enrolled_at, read.orders, read.tiers, past, known, left, read.is_repeat, read.ahead)
