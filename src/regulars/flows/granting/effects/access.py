"""Something to read or to open: the portal shows it to the member while it lasts."""

from __future__ import annotations

from datetime import date

from regulars.domain.rewards.gifts import Access
from regulars.flows.granting.effect import Effect


class AccessOpened(Effect[Access]):
    """A recipe until 31 March: undone, it is closed at once."""

    name = "access"
    title = "Members-only content"

    def last_day(self, gift: Access) -> date | None:
        return gift.last_day
