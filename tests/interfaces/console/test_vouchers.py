"""An operator looks after voucher codes."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from regulars.database.pool import Connection
from regulars.domain.vouchers.queries import pools
from tests.books import nothing_changes
from tests.factories import open_shop
from tests.flows.vouchers import codes_of, one, redeem
from tests.interfaces.operators import signed_in

pytestmark = [pytest.mark.database, pytest.mark.capability("D1")]
POOL = {
    "name": "Spring",
    "kind": "percent",
    "value": "10",
    "most_uses": "1",
    "combinable": "on",
    "categories": "tea, cake",
}


def text_of(answer: Any) -> str:
    assert answer.status_code in (200, 422), answer.status_code
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_a_pool_from_the_form_to_the_last_code(conn: Connection) -> None:
    shop = open_shop(conn, now=datetime.now(UTC).replace(microsecond=0))
    client = signed_in(shop)

    def seen(address: str) -> str:
        return text_of(client.get(address))

    assert "There is no pool of codes yet" in seen("/console/vouchers/")
    with nothing_changes(shop):
        answer = client.post("/console/vouchers/new", POOL | {"value": "120"})
        assert "The codes would give nothing." in text_of(answer)
    client.post("/console/vouchers/new", POOL)
    (made,) = pools(shop.conn, programme_id=shop.programme.id)
    assert made.terms == {"percent": "10", "categories": ["tea", "cake"]}
    page = f"/console/vouchers/{made.code}/"
    assert "There is no code yet" in seen(page)

    assert client.post(page, {"count": "250"}).status_code == 302
    assert "250 codes are there." in seen(page)
    with nothing_changes(shop):
        assert client.post(page, {"count": "100001"}).status_code == 422
    code = codes_of(shop, made.code)[0]
    exported = b"".join(client.get(f"{page}codes.csv")).decode()
    assert len(exported.split()) == 251
    assert code in exported
    found = seen(f"/console/vouchers/?code={code.lower()}")
    assert "Valid" in found
    assert "Make it void" in found
    client.post("/console/vouchers/void", {"code": code})
    assert f"The code {code} is void." in seen(f"/console/vouchers/?code={code}")
    assert client.post(f"{page}void", {}).status_code == 302
    assert "249 codes are void." in seen(page)
    assert "There is no such code." in seen("/console/vouchers/?code=nothing-here")
    assert client.get("/console/vouchers/nowhere/").status_code == 404


def test_a_list_is_told_row_by_row_before_it_is_taken(conn: Connection) -> None:
    shop = open_shop(conn, now=datetime.now(UTC).replace(microsecond=0))
    client = signed_in(shop)
    client.post("/console/vouchers/new", {"name": "Cinema", "kind": "elsewhere", "most_uses": "1", "combinable": "on"})
    (made,) = pools(shop.conn, programme_id=shop.programme.id)
    form = f"/console/vouchers/{made.code}/import"

    def send(write: str) -> Any:
        file = SimpleUploadedFile("codes.csv", b"code\nCINE-0001\n\nCINE-0001\n\xc3\x9cnlu\nCINE-0002\n\n")
        return client.post(form, {"file": file, "write": write})

    with nothing_changes(shop):
        for write in ("nothing", "all"):
            told = text_of(send(write))
            assert "Good: 2. Not good: 3. Nothing was taken yet." in told
            assert "2 The row is empty." in told
            assert "3 CINE-0001 The code stands in the file before." in told
    assert send("good").status_code == 302
    assert sorted(codes_of(shop, made.code)) == ["CINE-0001", "CINE-0002"]


def test_uses_and_wrong_codes_are_seen(conn: Connection) -> None:
    shop = open_shop(conn, now=datetime.now(UTC).replace(microsecond=0))
    one(shop, "SPRING26", {"amount": "5.00"}, most_uses=None)
    redeem(shop, "SPRING26", number="R-17")
    client = signed_in(shop)
    found = text_of(client.get("/console/vouchers/?code=spring26"))
    assert "R-17" in found
    assert "Nobody tried one." in found
    (made,) = pools(shop.conn, programme_id=shop.programme.id)
    assert "Uses by day" in text_of(client.get(f"/console/vouchers/{made.code}/"))
