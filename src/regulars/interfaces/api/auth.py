"""API keys at the door: `Authorization: Bearer rk_live_...`, and the scope that each endpoint asks for."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from regulars.database.pool import Connection
from regulars.domain.access.contracts import ApiKey, Scope
from regulars.domain.access.queries import api_key
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.wire import refusals
from regulars.interfaces.wire.keys import key_digest


def authenticate(conn: Connection, request: HttpRequest) -> ApiKey:
    """The key of the request. Raises Refusal (401) without one, for an unknown and for a revoked one."""
    key = api_key(conn, digest=key_digest(request.headers.get("Authorization", "")))
    if key is None:
        raise refusals.key_unknown()
    if key.revoked_at is not None:
        raise refusals.key_revoked(key)
    return key


class ApiKeyAuth(HttpBearer):
    """Lets a call in whose key has the scope; the key itself was read at the door (door.py)."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> ApiKey:
        key = cast(ApiRequest, request).key
        if self.scope not in key.scopes:
            raise refusals.key_out_of_scope(key, self.scope)
        return key

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The door has done it."""
        raise NotImplementedError
