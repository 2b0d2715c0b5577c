"""What the book answers where an account was stopped."""

from __future__ import annotations

from regulars.kernel.errors import Conflict


class AccountFrozen(Conflict):
    """Somebody stopped the account: nothing goes out of it."""

    def __init__(self) -> None:
        super().__init__(
            "account_frozen",
            "The account is frozen",
            detail="Somebody stopped this account, so nothing can be spent from it, sent or paid out.",
            remedy="Let staff unfreeze it first.",
        )
