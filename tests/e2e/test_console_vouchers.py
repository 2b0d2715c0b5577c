"""The pages of vouchers in the browser: nothing that axe objects to, light, dark, on a phone and in Arabic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, FilePayload

from regulars.database.pool import Connection
from regulars.domain.vouchers.attempts import Trier
from regulars.flows.sign_in import issue_operator_link
from regulars.flows.vouchers.wrong_codes import count_wrong
from tests.e2e.browsing import Watched
from tests.factories import open_shop
from tests.flows import vouchers

pytestmark = pytest.mark.database


@pytest.mark.parametrize(("scheme", "width", "language"), [("light", 390, "en"), ("dark", 1280, "ar")])
def test_pages_of_vouchers(
    conn: Connection, browser: Browser, address: str, scheme: str, width: int, language: str
) -> None:
    shop = open_shop(conn, now=datetime.now(UTC).replace(microsecond=0))
    codes = vouchers.pool(shop, {"percent": "10", "categories": ["coffee"]}, code="spring", count=20, total_uses=100)
    for code in codes[:5]:
        vouchers.redeem(shop, code, member=shop.enrol(name="Ann Kaya"))
    count_wrong(shop.conn, ["AAAA"], [Trier("till", "7", "7")], programme=shop.programme, now=shop.now)
    token = issue_operator_link(
        shop.conn, programme=shop.programme, email=f"v-{shop.programme.code}@example.org", name="Ada",
        now=datetime.now(UTC), lasts=timedelta(minutes=5),
    )  # fmt: skip
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]  # light or dark
        locale=language,
    )
    watched = Watched(context, address)
    page = watched.page
    watched.open(f"/console/enter/{token}")
    page.locator("form button").first.click()
    page.wait_for_load_state()
    for path in (f"?code={codes[0]}", "spring/", "spring/edit", "spring/import", "new"):
        watched.open(f"/console/vouchers/{path}")
        watched.assert_fit()
    file: FilePayload = {"name": "c.csv", "mimeType": "text/csv", "buffer": b"code\nCINE-0001\n\nCINE-0001\n"}
    watched.open("/console/vouchers/spring/import")
    page.set_input_files("input[type=file]", files=[file])
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    watched.assert_fit()
    context.close()
