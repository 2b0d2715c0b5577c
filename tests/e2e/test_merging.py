"""Likely duplicates in a browser: found, compared, merged, read as one, and taken apart again, in every dress."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from regulars.database.pool import connection
from regulars.domain.audiences.contracts import AudienceDraft, Kind, Mode
from regulars.domain.events.contracts import MemberReference
from regulars.domain.rewards.contracts import RewardDraft
from regulars.flows.fill_audience import fill_audience
from regulars.flows.redeem_reward import redeem_reward
from regulars.flows.save_audience import save_audience
from regulars.flows.save_reward import save_reward
from regulars.flows.set_consent import set_consent
from tests.e2e.browsing import Watched
from tests.e2e.visiting import DRESSES, as_member, as_operator, dressed
from tests.factories import RULEBOOK, Shop, open_shop

pytestmark = pytest.mark.capability("E3")


@pytest.fixture(scope="module")
def twins(database_url: str) -> Iterator[tuple[Shop, UUID, UUID]]:
    """Ada, who joined at the till and once more in the app, and two brothers of one name and birthday."""
    now = datetime.now(UTC).replace(microsecond=0)
    consents = [{"id": "news", "name": "News by e-mail", "text_version": "1"}]
    welcome = {
        "id": "welcome", "name": "Welcome", "on": "member.enrolled", "earn": {"strategy": "fixed_bonus", "points": 50},
    }  # fmt: skip
    with connection() as conn:
        document = RULEBOOK | {"consents": consents, "earn_rules": [*RULEBOOK["earn_rules"], welcome]}
        shop = open_shop(conn, document, now=now)
        ada = shop.enrol("C-00420", name="Ada Lovelace", email="ada.lovelace@gmail.com", birth_date=date(1990, 5, 1),
                         enrolled_at=now - timedelta(days=90))  # fmt: skip
        twin = shop.enrol("c 00420", name="Lovelace, Ada", email="adalovelace+shop@gmail.com",
                          birth_date=date(1990, 5, 1), enrolled_at=now - timedelta(days=40))  # fmt: skip
        for days in (3, 5):
            shop.enrol(name="Kim Öz", birth_date=date(2001, 7, 9), enrolled_at=now - timedelta(days=days))
        shop.buy(ada, "120.00", at=now - timedelta(days=60))
        shop.buy(twin, "230.00", at=now - timedelta(days=30))
        place: dict[str, Any] = {"programme_id": shop.programme.id, "now": now, "by": "tests"}
        draft = RewardDraft("cup", "discount_voucher", "A cup of coffee", 40, parameters={"amount": "4.00"})
        reward = save_reward(conn, draft, **place)
        redeem_reward(conn, member_id=twin, reward_id=reward.id, **place)
        set_consent(conn, member_id=ada, consent="news", given=True, via="portal", **place)
        set_consent(conn, member_id=twin, consent="news", given=False, via="portal", **place)
        save_audience(conn, AudienceDraft("tasting", "Tasting", Kind.static), **place)
        fill_audience(conn, [MemberReference(id=twin)], programme=shop.programme, code="tasting", mode=Mode.add,
                      now=now, by="tests")  # fmt: skip
        yield shop, ada, twin


@pytest.fixture(params=DRESSES)
def dress(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def window(browser: Browser, dress: str, address: str) -> Iterator[BrowserContext]:
    made = dressed(browser, address, dress)
    yield made
    made.close()


def looker(watched: Watched, pictures: Path, dress: str) -> Callable[[str], None]:
    def look(name: str) -> None:
        watched.assert_fit()
        watched.page.screenshot(path=pictures / f"merging-{name}-{dress}.png", full_page=True)

    return look


def test_a_pair_is_found_compared_merged_and_taken_apart(
    window: BrowserContext, browser: Browser, dress: str, twins: tuple[Shop, UUID, UUID], address: str, pictures: Path
) -> None:
    shop, ada, twin = twins
    before = shop.points(ada), shop.points(twin)
    watched = as_operator(shop, address, window)
    page, look = watched.page, looker(watched, pictures, dress)
    main = page.get_by_role("main")

    watched.open("/console/members/")
    look("members")
    main.locator("a[href='/console/members/duplicates']").click()
    expect(main.locator("li form")).to_have_count(2)
    look("pairs")

    main.locator("li form button").last.click()
    expect(main.locator("li form")).to_have_count(1)
    watched.open("/console/members/duplicates/apart")
    look("told-apart")
    main.locator("li form button").first.click()
    page.wait_for_url("**/duplicates/apart")

    watched.open("/console/members/duplicates")
    main.locator(f"a[href$='?to={twin}']").click()
    expect(main).to_contain_text("Lovelace, Ada")
    look("compare")
    page.locator("#id_note").fill("The same phone at the counter")
    main.locator("form button").first.click()
    page.wait_for_url(f"**/console/members/{ada}/")
    # Of the second welcome bonus 10 points are left, and are taken back.
    assert (shop.points(ada), shop.points(twin)) == (sum(before) - 10, 0)

    expect(main).to_contain_text("Lovelace, Ada")
    look("merged")
    for tab in ("lots", "orders", "rewards", "reads"):
        watched.open(f"/console/members/{ada}/?tab={tab}")
        if tab != "reads":
            expect(main).to_contain_text("Lovelace, Ada")
        look(tab)
    _the_member_reads_both(browser, dress, shop, ada, address, pictures)

    watched.open(f"/console/members/{ada}/")
    page.locator("[commandfor=unmerge-0]").first.click()
    look("undo")
    page.locator("#unmerge-0 form button.btn-primary").click()
    page.wait_for_url(f"**/console/members/{ada}/")
    expect(main.locator("td", has_text="Lovelace, Ada")).to_have_count(0)
    assert (shop.points(ada), shop.points(twin)) == before
    look("apart")


def _the_member_reads_both(browser: Browser, dress: str, shop: Shop, ada: UUID, address: str, pictures: Path) -> None:
    context = dressed(browser, address, dress)
    watched = as_member(shop, address, context, ada)
    look = looker(watched, pictures, dress)
    watched.open("/me/activity/")
    expect(watched.page.get_by_role("main").locator("li")).not_to_have_count(0)
    look("activity")
    watched.open("/me/tier/")
    look("tier")
    context.close()
