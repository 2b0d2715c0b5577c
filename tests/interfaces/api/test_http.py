"""The same over real HTTP, the bytes on the wire: headers, bodies in pieces, many at once."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse
from socketserver import ThreadingMixIn
from uuid import UUID
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application

from tests.interfaces.api.caller import Caller


class ThreadedServer(ThreadingMixIn, WSGIServer):
    """A small web server around the application."""

    daemon_threads = True
    request_queue_size = 64


class Quiet(WSGIRequestHandler):
    """Writes no log."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def port(database_url: str) -> Iterator[int]:
    """Where the application listens."""
    server = make_server("127.0.0.1", 0, get_wsgi_application(), ThreadedServer, Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def send(
    port: int, api: Caller, method: str, path: str, body: bytes = b"", **headers: str
) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    given = {"Authorization": f"Bearer {api.secret}", "Content-Type": "application/json"}
    try:
        connection.request(method, f"/api/v1{path}", body or None, given | headers)
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def test_a_write_and_its_retry_are_the_same_bytes(api: Caller, port: int) -> None:
    body = json.dumps({"external_id": "C-1"}).encode()
    key = {"Idempotency-Key": "first"}

    first, content = send(port, api, "POST", "/members", body, **key)
    again, replayed = send(port, api, "POST", "/members", body, **key)

    assert (first.status, again.status) == (201, 201)
    assert replayed == content
    assert (first.getheader("Idempotent-Replayed"), again.getheader("Idempotent-Replayed")) == (None, "true")
    assert first.getheader("Content-Type") == again.getheader("Content-Type") == "application/json; charset=utf-8"


def test_refusals_have_their_headers(api: Caller, port: int) -> None:
    nobody, content = send(port, api, "GET", "/programme", Authorization="Bearer nonsense")
    assert (nobody.status, nobody.getheader("Content-Type")) == (401, "application/problem+json")
    assert nobody.getheader("WWW-Authenticate") == 'Bearer realm="Regulars"'
    assert json.loads(content)["code"] == "api_key_unknown"

    large, content = send(port, api, "POST", "/members", b"{" + b" " * 1_000_001 + b"}")
    assert (large.status, json.loads(content)["code"]) == (413, "body_too_large")


def test_parallel_redemptions_spend_no_point_twice(api: Caller, port: int) -> None:
    api.voucher(price=100)
    member = str(api.post("/members", {"external_id": "C-1"}).body["id"])
    api.post("/events", api.order("350.00"))
    body = json.dumps({"member": {"external_id": "C-1"}, "reward": "five-off"}).encode()

    def redeem(number: int) -> int:
        return send(port, api, "POST", "/redemptions", body, **{"Idempotency-Key": f"key-{number}"})[0].status

    with ThreadPoolExecutor(12) as threads:
        statuses = sorted(threads.map(redeem, range(12)))

    assert statuses == [201] * 3 + [422] * 9
    assert api.shop.points(UUID(member)) == 50
