"""The door in real worker processes: what was acknowledged is there, however the processes end."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from regulars.domain.access.contracts import Scope
from regulars.flows.issue_api_key import issue_api_key
from regulars.interfaces.commandline.serve import check_address
from regulars.kernel.errors import Refusal
from tests.factories import Shop
from tests.interfaces.ingest.calling import order

PATIENCE = 30.0


class Served:
    """A running `regulars serve`."""

    def __init__(self, url: str, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.log = folder / "serve.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "regulars", "serve", "--port", str(self.port), "--workers", "2"],
                env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "regulars.settings.base"},
                stdout=log,
                stderr=log,
            )
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.05)
        pytest.fail(self.log.read_text())

    def workers(self) -> list[int]:
        """The worker processes."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [
            int(child) for child in children if b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes()
        ]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


@pytest.fixture
def served(database_url: str, tmp_path: Path) -> Iterator[Served]:
    running = Served(database_url, tmp_path)
    yield running
    if running.process.poll() is None:
        running.stop()


class Senders:
    """Threads that send orders, each over its own connection, until they are told to end."""

    def __init__(self, port: int, key: str, count: int = 6) -> None:
        self.acknowledged: list[str] = []
        self.unexpected: list[str] = []
        self._end = threading.Event()
        self._port, self._key = port, key
        self._threads = [threading.Thread(target=self._send, args=[number]) for number in range(count)]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join(PATIENCE)

    def wait_for(self, count: int) -> None:
        end = time.monotonic() + PATIENCE
        while len(self.acknowledged) < count and time.monotonic() < end:
            time.sleep(0.01)
        assert len(self.acknowledged) >= count, self.unexpected

    def _send(self, sender: int) -> None:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        conn = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        number = 0
        while not self._end.is_set():
            number += 1
            identifier = f"s{sender}-{number}"
            try:
                conn.request("POST", "/api/v1/events", json.dumps(order("anna", identifier, "1.00")), headers)
                reply = conn.getresponse()
                body = reply.read()
            except (OSError, http.client.HTTPException):
                conn.close()
                time.sleep(0.05)
                continue
            if reply.status == 201:
                self.acknowledged.append(identifier)
            elif reply.status != 503:
                self.unexpected.append(f"{reply.status} {body.decode()}")


def kept(shop: Shop) -> set[str]:
    rows = shop.conn.execute(
        "select external_id from events_event where programme_id = %s and type = 'order'", [shop.programme.id]
    )
    return {row[0] for row in rows}


@pytest.fixture
def key(shop: Shop) -> str:
    shop.enrol("anna")
    issued = issue_api_key(
        shop.conn, of=shop.programme, name="till", scopes=[Scope.events_write], by="tests", now=shop.now
    )
    return issued.secret


def test_stopping_finishes_what_was_taken(shop: Shop, key: str, served: Served) -> None:
    senders = Senders(served.port, key)
    senders.wait_for(50)
    code = served.stop()
    senders.end()
    assert code == 0
    assert senders.unexpected == []
    assert set(senders.acknowledged) <= kept(shop)


def test_a_killed_worker_loses_nothing_and_is_replaced(shop: Shop, key: str, served: Served) -> None:
    senders = Senders(served.port, key)
    senders.wait_for(50)
    before = served.workers()
    os.kill(before[0], signal.SIGKILL)
    end = time.monotonic() + PATIENCE
    while (now := served.workers()) == before or len(now) < len(before):
        assert time.monotonic() < end, served.log.read_text()
        time.sleep(0.1)
    senders.wait_for(len(senders.acknowledged) + 50)
    senders.end()
    assert senders.unexpected == []
    assert set(senders.acknowledged) <= kept(shop)


def test_broken_database_connections_lose_nothing(shop: Shop, key: str, served: Served) -> None:
    senders = Senders(served.port, key)
    senders.wait_for(50)
    for _ in range(5):
        shop.conn.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where pid <> pg_backend_pid() and datname = current_database() and query like '%%events_claim%%'"
            " or query in ('COMMIT', 'BEGIN') and datname = current_database() and pid <> pg_backend_pid()"
        )
        time.sleep(0.1)
    senders.wait_for(len(senders.acknowledged) + 50)
    senders.end()
    assert senders.unexpected == []
    assert set(senders.acknowledged) <= kept(shop)
    row = shop.conn.execute(
        "select count(*), count(distinct external_id) from events_event where programme_id = %s", [shop.programme.id]
    ).fetchone()
    assert row is not None
    assert row[0] == row[1]


def test_a_taken_port_is_said_in_words() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Refusal) as refused:
            check_address("127.0.0.1", port)
    assert refused.value.code == "port_taken"
    assert str(port) in refused.value.detail


def test_an_address_of_another_machine_is_said_in_words() -> None:
    with pytest.raises(Refusal) as refused:
        check_address("192.0.2.1", 8000)
    assert refused.value.code == "address_not_usable"
