"""What blocked members may not do, in the words of a refusal."""

from __future__ import annotations

from regulars.kernel.errors import Conflict


def blocked_refusal(*, field: str) -> Conflict:
    """Whoever is blocked spends nothing: neither on rewards nor on orders."""
    return Conflict(
        "member_blocked",
        "The member is blocked",
        detail="While a member is blocked, points come in and wait, and none can be spent.",
        remedy="Unblock the member first.",
        field=field,
    )
