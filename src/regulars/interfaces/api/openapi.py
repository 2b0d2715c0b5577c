"""The OpenAPI 3.1 document: what ninja knows of the endpoints, and what holds for all of them."""

from __future__ import annotations

from functools import cache
from typing import Any

from regulars.interfaces.api.app import api
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.errors import PROBLEM
from regulars.interfaces.api.event_schemas import EVENT_EXAMPLE, QUOTE_EXAMPLE, RETURN_EXAMPLE, event_schemas
from regulars.interfaces.api.reward_schemas import reward_schemas
from regulars.interfaces.wire.idempotency import HEADER

PREFIX = "/api/v1"
Schema = dict[str, Any]

_ABOUT = """\
Send what your members buy, and read what they have earned, why, and what they can get for it.

**Keys.** Every call carries `Authorization: Bearer rk_live_...`. A key belongs to one programme and has scopes; issue
one with `regulars keys create`.

**Retries.** Every write takes an `Idempotency-Key`: the same key with the same body gives the first answer again, byte
for byte. Events have their own `id` for that, which is remembered for ever.

**Errors** are problem documents (RFC 9457, `application/problem+json`): `code` for programs, `detail` and `remedy` for
people. Every code has a page at `/api/problems/{code}`.

**Lists** come in pages: send `next` of a page as `cursor` for the following one.

**Values.** Times are ISO 8601 with their offset, money is decimal text with its currency, points are whole numbers.
"""

_PROBLEM: Schema = {
    "type": "object",
    "description": "What happened, why, and what to do about it (RFC 9457)",
    "properties": {
        "type": {"type": "string", "description": "The page about this code"},
        "title": {"type": "string", "description": "The same for every problem of this code"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable: programs branch on it"},
        "detail": {"type": "string", "description": "What happened, with the value, and why"},
        "remedy": {"type": "string", "description": "What to do about it"},
        "field": {"type": "string", "description": "The path of the field that it is about"},
        "errors": {
            "type": "array",
            "description": "Where several fields do not fit: all of them",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("code", "detail", "remedy", "field")},
                "required": ["code", "detail", "remedy"],
            },
        },
    },
    "required": ["type", "title", "status", "code", "detail", "remedy"],
    "examples": [
        {
            "type": "/api/problems/not_enough_points",
            "title": "There are not enough points",
            "status": 422,
            "code": "not_enough_points",
            "detail": "500 points are needed and 120 can be spent.",
            "remedy": "Choose something for at most 120 points, or earn 380 more.",
        }
    ],
}

_ALWAYS = {
    400: "The address or the body cannot be read",
    401: "No API key, an unknown one, or a revoked one",
    403: "The key lacks the scope",
    404: "Not there, or not in this programme",
    409: "Clashes with something that is there, or the first request is still worked on",
    413: "The body is too large",
    415: "The body is not JSON",
    422: "Understood, and answered with no",
    500: "A defect of ours; nothing was written",
    503: "Too busy or stopping; send it again",
}
_READS = (400, 401, 403, 404, 413, 415, 422, 500, 503)
_NEEDS_KEY = frozenset({"create_redemption", "create_adjustment", "move_clock"})
_HAS_OWN_ID = frozenset({"send_event", "send_events"})
_READING = frozenset({"quote_redemption", "quote_event", "preview_return", "preview_audience"})


@cache
def document() -> Schema:
    """The whole document; it does not change while the program runs."""
    found: Schema = dict(api.get_openapi_schema(path_prefix=PREFIX))
    found["info"] = {
        "title": "Regulars API",
        "version": "1",
        "summary": "Loyalty: members, events, points, tiers, rewards",
        "description": _ABOUT,
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    }
    found["servers"] = [{"url": "/", "description": "This installation"}]
    components = found["components"]
    components["schemas"] |= event_schemas() | reward_schemas() | {"Problem": _PROBLEM}
    components["schemas"] = dict(sorted(components["schemas"].items()))
    components["responses"] = {f"Problem{status}": _problem(words) for status, words in _ALWAYS.items()}
    components["examples"] = {
        "Event": {"summary": "An order", "value": EVENT_EXAMPLE},
        "Return": {"summary": "Part of an order comes back", "value": RETURN_EXAMPLE},
        "Quote": {"summary": "A cart", "value": QUOTE_EXAMPLE},
        "Events": {"summary": "Two events", "value": {"events": [EVENT_EXAMPLE]}},
    }
    components["securitySchemes"] = {
        ApiKeyAuth.__name__: {"type": "http", "scheme": "bearer", "description": "An API key: rk_live_..."}
    }
    scopes = _scopes()
    for operations in found["paths"].values():
        for method, operation in operations.items():
            _complete(operation, method, scopes[operation["operationId"]])
    found = _linked(found)
    found["tags"] = [{"name": name} for name in dict.fromkeys(_tags(found))]
    return found


def _linked(value: Any) -> Any:
    """The document with references where shapes.named_schema left a name."""
    if isinstance(value, list):
        return [_linked(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "x-schema" in value:
        return {"$ref": f"#/components/schemas/{value['x-schema']}"}
    return {key: _linked(each) for key, each in value.items()}


def _complete(operation: Schema, method: str, scope: str) -> None:
    """Adds what holds for every endpoint: its scope, its problems, the header of its retries."""
    operation["x-scope"] = scope
    operation["description"] = f"{' '.join(operation['description'].split())}\n\nScope: `{scope}`"
    operation["responses"] = {str(status): answer for status, answer in operation["responses"].items()}
    statuses = _READS if method == "get" else tuple(_ALWAYS)
    for status in statuses:
        operation["responses"][str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    name = operation["operationId"]
    if method == "get" or name in _READING:
        return
    operation["parameters"].append(_key_header(required=name in _NEEDS_KEY, own_id=name in _HAS_OWN_ID))
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            answer["headers"] = {
                "Idempotent-Replayed": {
                    "description": "true: this is the stored answer of an earlier request",
                    "schema": {"type": "string", "enum": ["true"]},
                }
            }


def _key_header(*, required: bool, own_id: bool) -> Schema:
    words = "A new UUID for every write, and the same one for its retries. It is remembered for ever."
    if own_id:
        words = "Not needed: the event's own id does the same. Checked for its form only."
    return {
        "in": "header",
        "name": HEADER,
        "required": required,
        "description": words,
        "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]{1,128}$"},
        "example": "5f3c1c9e-0d0b-4f57-9c1e-2f6d3f1f9a10",
    }


def _problem(words: str) -> Schema:
    return {"description": words, "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def _scopes() -> dict[str, str]:
    """The scope of each operation, from the very object that checks it."""
    return {
        str(operation.operation_id): str(callback.scope)
        for router in api._get_bound_routers()
        for view in router.path_operations.values()
        for operation in view.operations
        for callback in operation.auth_callbacks
        if isinstance(callback, ApiKeyAuth)
    }


def _tags(found: Schema) -> list[str]:
    return [operation["tags"][0] for operations in found["paths"].values() for operation in operations.values()]
