"""The site on a port of its own, and a browser that looks at it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from socketserver import ThreadingMixIn
from uuid import UUID
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from regulars.database.pool import connection
from regulars.domain.events.contracts import OrderLine
from regulars.domain.messaging.commands import store_messages
from regulars.domain.messaging.contracts import NewMessage
from regulars.domain.messaging.kinds.points_expire import PointsExpire
from regulars.domain.rewards.contracts import RewardDraft
from regulars.flows.save_reward import save_reward
from regulars.flows.sign_in import issue_operator_link
from regulars.kernel.ids import new_id_bytes
from tests.e2e.browsing import Watched
from tests.factories import RULEBOOK, Shop, open_shop

CHROMIUM = shutil.which("chromium")
SWITCHES = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
WELCOME = {
    "id": "welcome",
    "name": "Welcome bonus",
    "on": "member.enrolled",
    "earn": {"strategy": "fixed_bonus", "points": 50},
    "campaign": "opening",
    "badge": "hello",
}
CARD = {
    "id": "card",
    "name": "Coffee card",
    "earn": {"strategy": "nth_event", "every": 10, "points": 50, "counts": "pieces", "head_start": 2},
    "lines": {"field": "line.category", "is": "coffee"},
}
THINGS_TO_COLLECT = {
    "badges": [
        {"id": "hello", "name": "New here", "text": "For joining", "icon": "heart"},
        {"id": "coffee", "name": "Coffee lover", "text": "For ten coffees", "icon": "cup"},
    ],
    "campaigns": [{"id": "opening", "name": "Opening weeks", "budget": {"points": 20_000}}],
}

ADJUSTMENTS = {"daily_limit": 5_000, "approval_above": 1_000}


class Server(ThreadingMixIn, WSGIServer):
    """A browser asks for several things at once."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Requests are not worth a line each."""

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="session")
def address(database_url: str) -> Iterator[str]:
    """Where the site answers."""
    server = make_server("127.0.0.1", 0, get_wsgi_application(), server_class=Server, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="package")
def browser(database_url: str) -> Iterator[Browser]:
    """Debian's Chromium, without a single request of its own.

    It is closed after this folder, and opened after the database: while it is open an event loop runs in this thread,
    and Django refuses to work beside one.
    """
    if CHROMIUM is None:
        pytest.fail("Chromium is missing: apt-get install chromium, or run `make test`, which does it.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def shop(database_url: str) -> Iterator[Shop]:
    """A shop with a year of orders that ends now, a catalogue, and members with names from several countries."""
    now = datetime.now(UTC).replace(microsecond=0)
    with connection() as conn:
        rules = {"earn_rules": [*RULEBOOK["earn_rules"], WELCOME, CARD], "adjustments": ADJUSTMENTS} | THINGS_TO_COLLECT
        found = open_shop(conn, RULEBOOK | rules, now=now)
        for name, price, amount in (("€5 voucher", 300, "5"), ("€20 voucher", 1_200, "20")):
            draft = RewardDraft(
                code=name, type="discount_voucher", name=name, price=price, parameters={"amount": amount}, stock=5
            )
            save_reward(conn, draft, programme_id=found.programme.id, now=now, by="tests")
        yield found


@pytest.fixture(scope="session")
def lisa(shop: Shop) -> UUID:
    """A gold member with many entries."""
    joined = shop.now - timedelta(days=300)
    member = shop.enrol(
        "H-77", name="Lisa Marie Lane", email="lisa@example.org", phone="+905321234567", enrolled_at=joined
    )
    shop.enrol("H-78", name="Çağla Öztürk", email="cagla@example.org", enrolled_at=joined)
    shop.enrol("H-79", name="ليلى حداد", email="layla@example.org", enrolled_at=joined)
    for week in range(40):
        lines = [OrderLine(amount=Decimal("12.40"), category="coffee", name="Beans"), OrderLine(amount=Decimal("8.10"))]
        shop.buy(member, "20.50", lines=lines, at=joined + timedelta(days=7 * week))
    last_day = shop.now.date() + timedelta(days=30)
    told = PointsExpire(point_type="points", point_name="Points", points=310, last_day=last_day)
    message = NewMessage(new_id_bytes(member.bytes[15]), member.bytes, told.name, "points", told.values())
    programme = shop.programme
    store_messages(
        shop.conn, [message], organisation_id=programme.organisation_id, programme_id=programme.id, now=shop.now
    )
    return member


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh browser profile, light, on a desk."""
    made = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light")
    yield made
    made.close()


@pytest.fixture
def sign_in(shop: Shop, address: str) -> Callable[..., Watched]:
    """Signs an operator in by a one-time link, as a person does."""

    def signed_in(context: BrowserContext, email: str = "ada@example.org", name: str = "Ada Moreno") -> Watched:
        token = issue_operator_link(
            shop.conn,
            programme=shop.programme,
            email=email,
            name=name,
            now=datetime.now(UTC),
            lasts=timedelta(minutes=5),
        )
        watched = Watched(context, address)
        watched.open(f"/console/enter/{token}")
        watched.page.get_by_role("main").get_by_role("button").click()
        watched.page.wait_for_url("**/console/")
        return watched

    return signed_in


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go, for a person to look at."""
    return tmp_path_factory.mktemp("screens")
