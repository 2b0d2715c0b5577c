"""The header Idempotency-Key: a retry of a write gets the first answer, and the write is done once."""

from __future__ import annotations

from collections.abc import Mapping

from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.wire.idempotency import HEADER, check_form
from regulars.kernel.errors import Refusal


def key_of(headers: Mapping[str, str]) -> str | None:
    """The key, or None. Raises Refusal for one that is too long or has other than visible ASCII characters."""
    key = headers.get(HEADER)
    if key is not None:
        check_form(key)
    return key


def require_key(request: ApiRequest) -> None:
    """For writes that move points or time and have no id of the sender's: without a key a retry would do them twice."""
    if key_of(request.headers) is None:
        raise Refusal(
            "idempotency_key_missing",
            "The Idempotency-Key is missing",
            detail="This call moves points or time, and nothing in it would tell a retry from a second wish.",
            remedy="Send the header Idempotency-Key with a new UUID, and the same one when you try again.",
            field=HEADER,
            status=400,
        )
