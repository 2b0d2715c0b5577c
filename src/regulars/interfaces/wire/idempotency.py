"""The header Idempotency-Key, as every address that writes takes it."""

from __future__ import annotations

import re

from regulars.kernel.errors import Refusal

HEADER = "Idempotency-Key"
_FORM = re.compile(r"[\x21-\x7e]{1,128}")


def check_form(key: str) -> None:
    """Raises Refusal for a key that is empty, too long, or has other than visible ASCII characters."""
    if not _FORM.fullmatch(key):
        raise Refusal(
            "bad_idempotency_key",
            "The Idempotency-Key cannot be used",
            detail=f"It has {len(key)} characters; it takes 1 to 128 visible ASCII characters without blanks.",
            remedy="Use a new UUID for every write, and the same one for its retries.",
            field=HEADER,
            status=400,
        )
