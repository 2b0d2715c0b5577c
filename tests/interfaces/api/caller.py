"""A program that calls the API of one shop, and a look at everything that the shop's tables hold."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.test import Client
from psycopg import sql

from regulars.domain.access.contracts import Scope
from regulars.domain.rewards.contracts import Reward, RewardDraft
from regulars.flows.issue_api_key import issue_api_key
from regulars.flows.save_reward import save_reward
from regulars.kernel.clock import utc_now
from tests.factories import Shop

ALL = frozenset(str(scope) for scope in Scope)
WHOLE: dict[str, Any] = {
    "code": "five-off",
    "type": "discount_voucher",
    "name": "Five off",
    "description": "On your next order",
    "point_type": "points",
    "price": 90,
    "parameters": {"amount": "5.00", "minimum_order": "20.00"},
    "stock": 12,
    "limit_per_member": 2,
    "active": True,
}
"""A reward with every field, as PUT asks for it."""


@dataclass(frozen=True)
class Got:
    """An answer. body: its JSON."""

    status: int
    body: Any
    raw: bytes
    headers: Any

    @property
    def code(self) -> str:
        """The code of a problem, which must be one that says what to do."""
        assert self.headers["Content-Type"] == "application/problem+json", self.raw
        assert self.body["status"] == self.status
        assert self.body["type"] == f"/api/problems/{self.body['code']}"
        for part in ("title", "detail", "remedy"):
            assert self.body[part].strip()
        return str(self.body["code"])


class Caller:
    """Calls /api/v1 with the key of a shop."""

    def __init__(self, shop: Shop, scopes: Collection[str] = ALL, *, name: str = "web shop") -> None:
        self.shop = shop
        issued = issue_api_key(shop.conn, of=shop.programme, name=name, scopes=scopes, by="tests", now=utc_now())
        self.key, self.secret = issued

    def get(self, path: str, **query: Any) -> Got:
        return self.call("GET", path, query=query)

    def post(self, path: str, body: Any = None, *, key: str | None = None, raw: bytes | None = None) -> Got:
        """Posts JSON. key: the Idempotency-Key; a new one, if left out, and none for ''."""
        return self.write("POST", path, body, key=key, raw=raw)

    def put(self, path: str, body: Any = None, *, key: str | None = None) -> Got:
        """Puts JSON in the place of what is there. key: as for `post`."""
        return self.write("PUT", path, body, key=key)

    def write(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, raw: bytes | None = None
    ) -> Got:
        """Sends JSON by a method that writes. key: as for `post`; raw: the bytes in place of a body."""
        headers = {"Idempotency-Key": str(uuid4()) if key is None else key}
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        return self.call(method, path, content=content, headers=headers if headers["Idempotency-Key"] else {})

    def call(
        self,
        method: str,
        path: str,
        *,
        content: bytes = b"",
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        content_type: str = "application/json",
        authorization: str | None = None,
    ) -> Got:
        """One request; authorization: the whole header, '' for none."""
        given = f"Bearer {self.secret}" if authorization is None else authorization
        sent = dict(headers or {}) | ({"Authorization": given} if given else {})
        answer = Client().generic(
            method, f"/api/v1{path}", content, content_type=content_type, headers=sent, query_params=query or {}
        )
        text = b"".join(answer) if answer.streaming else answer.content
        body = json.loads(text) if text and "json" in answer.headers.get("Content-Type", "") else None
        return Got(answer.status_code, body, text, answer.headers)

    def order(self, total: str = "45.90", *, member: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
        """An order event as a shop writes it."""
        number = uuid4().hex[:12]
        return {
            "id": f"e-{number}",
            "type": "order",
            "source": "shop",
            "occurred_at": utc_now().isoformat(),
            "member": member or {"external_id": "C-1"},
            "order": {"number": number, "currency": "EUR", "total": total},
        } | fields

    def voucher(self, *, price: int = 100, code: str = "five-off", **fields: Any) -> Reward:
        """Puts a voucher of 5.00 into the catalogue."""
        draft = RewardDraft(
            code=code, type="discount_voucher", name="5 off", price=price, parameters={"amount": "5.00"}, **fields
        )
        return save_reward(self.shop.conn, draft, programme_id=self.shop.programme.id, now=utc_now(), by="tests")


def everything(shop: Shop) -> dict[str, str]:
    """A fingerprint of every row of the shop's organisation and catalogue, table by table: equal, nothing changed."""
    tables = shop.conn.execute(
        "select table_name from information_schema.columns where table_schema = 'public'"
        " and column_name = 'organisation_id' order by 1"
    ).fetchall()
    found = {}
    for (table,) in tables:
        row = shop.conn.execute(
            sql.SQL(
                "select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from {} t"
                " where organisation_id = %s"
            ).format(sql.Identifier(table)),
            [shop.programme.organisation_id],
        ).fetchone()
        found[table] = row[0] if row else ""
    catalogue = shop.conn.execute(
        "select md5(string_agg(t::text, '|' order by id)) from rewards_reward t where programme_id = %s",
        [shop.programme.id],
    ).fetchone()
    return found | {"rewards_reward": str(catalogue)}
