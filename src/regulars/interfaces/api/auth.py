"""API keys at the door: `Authorization: Bearer rk_live_...`, and the scope that each endpoint asks for."""

from __future__ import annotations

import hashlib
import re
from typing import Any, cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from regulars.database.pool import Connection
from regulars.domain.access.contracts import ApiKey, Scope
from regulars.domain.access.queries import api_key
from regulars.interfaces.api.calls import ApiRequest
from regulars.kernel.errors import NotAllowed, Refusal

_FORM = re.compile(r"rk_live_[A-Za-z0-9_-]{43}")


def authenticate(conn: Connection, request: HttpRequest) -> ApiKey:
    """The key of the request. Raises Refusal (401) without one, for an unknown and for a revoked one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() != "bearer" or not token.strip():
        raise Refusal(
            "api_key_missing",
            "There is no API key",
            detail="The header Authorization does not hold a key.",
            remedy="Send it with every request: Authorization: Bearer rk_live_...",
            status=401,
        )
    key = (
        api_key(conn, digest=hashlib.sha256(token.strip().encode()).digest())
        if _FORM.fullmatch(token.strip())
        else None
    )
    if key is None:
        raise Refusal(
            "api_key_unknown",
            "This API key is not known",
            detail="The key in the header Authorization was never issued, or was cut off when it was copied.",
            remedy="Copy the whole key, or issue a new one: regulars keys create.",
            status=401,
        )
    if key.revoked_at is not None:
        raise Refusal(
            "api_key_revoked",
            "This API key was revoked",
            detail=f"The key {key.prefix}... ({key.name}) was revoked on {key.revoked_at:%-d %b %Y, %H:%M} UTC.",
            remedy="Use another key, or issue a new one: regulars keys create.",
            status=401,
        )
    return key


class ApiKeyAuth(HttpBearer):
    """Lets a call in whose key has the scope; the key itself was read at the door (door.py)."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> ApiKey:
        key = cast(ApiRequest, request).key
        if self.scope not in key.scopes:
            raise NotAllowed(
                "scope_missing",
                "The API key may not do this",
                detail=f"This call needs the scope {self.scope}, and the key {key.prefix}... ({key.name}) has "
                f"{', '.join(sorted(key.scopes))}.",
                remedy=f"Issue a key with the scope {self.scope}: regulars keys create --scopes {self.scope} ...",
            )
        return key

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The door has done it."""
        raise NotImplementedError
