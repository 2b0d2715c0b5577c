"""The refusal for a redemption of which the member had something already."""

from __future__ import annotations

from regulars.domain.rewards.contracts import GrantedPart, Redemption
from regulars.kernel.errors import Conflict


def already_had(redemption: Redemption, part: GrantedPart) -> Conflict:
    """The refusal for a redemption of which something was used or handed over."""
    if part.gift.kind == "voucher":
        return Conflict(
            "voucher_used",
            "The voucher was used",
            detail=f"The code of {redemption.reward_name!r} was used, so the points stay spent.",
            remedy="Give goodwill points instead, if the member should have them back.",
        )
    return Conflict(
        "already_handed_over",
        "The member has it already",
        detail=f"{part.fulfilled} of {part.quantity} of {redemption.reward_name!r} were handed over.",
        remedy="Give goodwill points instead, if the member should have them back.",
    )
