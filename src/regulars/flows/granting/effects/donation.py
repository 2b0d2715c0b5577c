"""Money for a charity: it is counted with what others gave, and the merchant passes it on."""

from __future__ import annotations

from regulars.domain.rewards.gifts import Donation
from regulars.flows.granting.effect import Effect


class DonationPromised(Effect[Donation]):
    """2.00 for the animal shelter: undone, they no longer count."""

    name = "donation"
    title = "A donation"
