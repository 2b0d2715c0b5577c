"""Early access: the portal and the API say when the member may come."""

from __future__ import annotations

from datetime import date

from regulars.domain.rewards.gifts import Window
from regulars.flows.granting.effect import Effect


class WindowOpened(Effect[Window]):
    """The summer collection from 1 to 3 June: undone, the member waits like others."""

    name = "window"
    title = "Early access"

    def last_day(self, gift: Window) -> date | None:
        return gift.last_day
