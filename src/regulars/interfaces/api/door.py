"""The door of the API: every call passes here, and is told clearly when it cannot pass.

size -> key -> body -> Idempotency-Key -> the endpoint, in one transaction with its stored answer where there is a key.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

import msgspec
import psycopg
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from regulars.database.pool import connection
from regulars.database.scope import scoped
from regulars.domain.programmes.queries import programme_now
from regulars.flows.answer_once import Ask, Reply, answer_once
from regulars.interfaces.api.auth import authenticate
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.errors import problem_response
from regulars.interfaces.api.idempotency import key_of
from regulars.interfaces.wire import refusals
from regulars.interfaces.wire.events import decode
from regulars.kernel.clock import utc_now
from regulars.kernel.errors import Refusal

View = Callable[..., HttpResponseBase]
LARGEST_BODY = 1_000_000
LARGEST_BULK = 10_000_000
_WRITES = ("POST", "PUT", "PATCH", "DELETE")
_EVENTS = ("v1/events", "v1/events/bulk", "v1/orders/return-preview")
"""Events have an id of the sender's own, and are decoded by the types of their room; a preview writes nothing."""
_READING = (
    "v1/redemptions/quote", "v1/transfers/quote", "v1/rulebook/preview", "v1/gift-cards/check", "/pin",
    "v1/payments/quote",
)  # fmt: skip
"""Posted because of its body; an old quote would be a wrong one, and a PIN is kept nowhere, in no answer either."""
_values = msgspec.json.Decoder()
_log = logging.getLogger(__name__)


def at_the_door(view: View) -> View:
    """The endpoint behind the door. Whatever goes wrong is answered with a problem document."""

    @csrf_exempt
    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return _enter(cast(ApiRequest, request), lambda: cast(HttpResponse, view(request, *args, **kwargs)))
        except Refusal as refusal:
            return problem_response(refusal)
        except psycopg.OperationalError as error:
            _log.error("The database failed a call of the API: %s", error)
            return problem_response(unavailable())
        except Exception:
            _log.exception("A call of the API failed.")
            return problem_response(defect())

    return entered


def defect() -> Refusal:
    """The answer to a defect of ours."""
    return Refusal(
        "internal_error",
        "Something went wrong on our side",
        detail="The request could not be worked; nothing was written.",
        remedy="Send it again later, unchanged and with the same Idempotency-Key; tell us if it happens again.",
        status=500,
    )


def unavailable() -> Refusal:
    """The answer while the database is away, or too busy for us."""
    return Refusal(
        "database_unavailable",
        "The database cannot be reached",
        detail="The database did not confirm the request; it may or may not have been written.",
        remedy="Send it again after the seconds in Retry-After, unchanged and with the same Idempotency-Key.",
        status=503,
    )


def _enter(request: ApiRequest, work: Callable[[], HttpResponse]) -> HttpResponseBase:
    route = request.resolver_match.route if request.resolver_match else ""
    _check_size(request, LARGEST_BULK if route.endswith("/bulk") else LARGEST_BODY)
    _check_address(request)
    with connection() as conn:
        request.conn, request.arrived_at = conn, utc_now()
        request.key = authenticate(conn, request)
        request.programme_id = request.key.programme_id
        request.document = None
        with scoped(conn, request.key.organisation_id):
            request.now = programme_now(conn, programme_id=request.programme_id, at=request.arrived_at)
            return _work(request, route, work)


def _work(request: ApiRequest, route: str, work: Callable[[], HttpResponse]) -> HttpResponseBase:
    if request.method not in _WRITES:
        return _finished(request, work())
    _read_body(request, as_values=not route.endswith(_EVENTS))
    key = key_of(request.headers)
    if key is None or route.endswith((*_EVENTS, *_READING)):
        return _finished(request, work())
    return _once(request, key, work)


def _once(request: ApiRequest, key: str, work: Callable[[], HttpResponse]) -> HttpResponseBase:
    """Works the call once for its Idempotency-Key."""
    given: list[HttpResponse] = []

    def worked() -> Reply:
        given.append(_finished(request, work()))
        return Reply(given[-1].status_code, given[-1].content)

    place = f"{request.method} {request.path}"
    ask = Ask(request.key.organisation_id, request.programme_id, place, key, request.body)
    reply = answer_once(request.conn, ask, work=worked, now=request.arrived_at)
    if not reply.replayed:
        return given[-1]
    response = HttpResponse(reply.body, status=reply.status, content_type="application/json; charset=utf-8")
    response["Idempotent-Replayed"] = "true"
    return response


def _finished(request: ApiRequest, response: HttpResponse) -> HttpResponse:
    if response.status_code != 405:
        return response
    allowed = response.headers.get("Allow", "")
    refused = problem_response(refusals.method_not_allowed(str(request.method), request.path, allowed))
    refused["Allow"] = allowed
    return refused


def _check_size(request: HttpRequest, largest: int) -> None:
    try:
        size = max(int(request.headers.get("Content-Length") or 0), len(request.body))
    except (RequestDataTooBig, ValueError):
        size = largest + 1
    if size > largest:
        raise refusals.body_too_large(largest)


def _check_address(request: HttpRequest) -> None:
    values = [each for name in request.GET for each in (name, *request.GET.getlist(name))]
    if any("\0" in each for each in (request.path, *values)):
        raise bad_text("the address")


def _read_body(request: ApiRequest, *, as_values: bool) -> None:
    """Reads the body as JSON. as_values: False leaves it as bytes for an endpoint that decodes it by itself."""
    if not request.body:
        return
    charset = (request.content_params or {}).get("charset", "utf-8").casefold()
    if request.content_type != "application/json" or charset not in ("utf-8", "utf8"):
        raise refusals.wrong_media_type(request.headers.get("Content-Type", ""))
    if as_values:
        document = decode(_values, request.body)
        if isinstance(document, Refusal):
            raise document
        _check_texts(document)
        request.document = document


def bad_text(where: str) -> Refusal:
    """The refusal of a NUL character."""
    return Refusal(
        "bad_text",
        "The text cannot be stored",
        detail=f"There is a NUL character in {where}, which no text needs.",
        remedy="Remove it.",
        status=400,
    )


def _check_texts(document: Any) -> None:
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str) and "\0" in value:
            raise bad_text("the body")
        if isinstance(value, dict):
            waiting.extend(value)
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
