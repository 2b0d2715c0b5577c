"""Something that staff hand over or send: it waits in their queue until they did."""

from __future__ import annotations

from datetime import date

from regulars.domain.rewards.contracts import Due
from regulars.domain.rewards.gifts import ItemToHandOver
from regulars.flows.granting.effect import Effect


class ItemWaits(Effect[ItemToHandOver]):
    """Three bags of beans: they wait for staff; one is handed over today, and two on Friday."""

    name = "item"
    title = "Something to hand over"
    due = Due.hand_over

    def quantity(self, gift: ItemToHandOver) -> int:
        return gift.quantity

    def last_day(self, gift: ItemToHandOver) -> date | None:
        return gift.last_day
