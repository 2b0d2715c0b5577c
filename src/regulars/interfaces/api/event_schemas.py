"""The event room's types in the OpenAPI document: what is decoded is what is documented."""

from __future__ import annotations

from typing import Any

import msgspec

from regulars.domain.events.contracts import (
    Event,
    MemberReference,
    Order,
    OrderLine,
    PointsUsed,
    ReturnedLine,
    ReturnedOrder,
)
from regulars.interfaces.wire.quotes import QuoteIn

Schema = dict[str, Any]
_REFERENCE = "#/components/schemas/{name}"

_DECIMAL: Schema = {
    "description": "A decimal number as text, so that no cent is lost; a JSON number is taken as well",
    "anyOf": [{"type": "string", "format": "decimal"}, {"type": "number"}],
    "examples": ["12.34"],
}

EVENT_EXAMPLE: Schema = {
    "id": "till-7-000123",
    "type": "order",
    "source": "till",
    "occurred_at": "2026-11-22T09:30:00+03:00",
    "member": {"external_id": "C-1001"},
    "order": {
        "number": "A-1207",
        "currency": "EUR",
        "total": "45.90",
        "lines": [
            {"sku": "4005900", "name": "Espresso beans", "category": "coffee", "quantity": "2", "amount": "25.90"},
            {"sku": "7613035", "name": "Cups", "category": "kitchen", "amount": "20.00"},
        ],
    },
}

RETURN_EXAMPLE: Schema = {
    "id": "till-7-000124",
    "type": "return",
    "source": "till",
    "occurred_at": "2026-11-24T10:00:00+03:00",
    "member": {"external_id": "C-1001"},
    "return": {"order_number": "A-1207", "lines": [{"sku": "4005900", "quantity": "1"}]},
}

QUOTE_EXAMPLE: Schema = {
    "member": {"external_id": "C-1001"},
    "order": {
        "total": "45.90",
        "lines": [
            {"sku": "4005900", "name": "Espresso beans", "category": "coffee", "quantity": "2", "amount": "25.90"},
            {"sku": "7613035", "name": "Cups", "category": "kitchen", "amount": "20.00"},
        ],
    },
}
_EFFECTS = (
    "PointsEarned", "PointsPaid", "PointsRevoked", "PointsRestored", "PointsActivated", "NothingChanged", "TierChanged",
)  # fmt: skip


def event_schemas() -> dict[str, Schema]:
    """The components: Event and what is in it, and the answers."""
    _, found = msgspec.json.schema_components(
        [Event, Order, OrderLine, PointsUsed, MemberReference, ReturnedOrder, ReturnedLine, QuoteIn],
        ref_template=_REFERENCE,
    )
    schemas = {name: _tidy(schema) for name, schema in found.items()}
    schemas["QuoteIn"]["examples"] = [QUOTE_EXAMPLE]
    schemas["Event"]["examples"] = [EVENT_EXAMPLE, RETURN_EXAMPLE]
    return schemas | _answers() | _bulk()


def _answers() -> dict[str, Schema]:
    text, whole = {"type": "string"}, {"type": "integer"}
    identifier = {"type": "string", "format": "uuid"}
    balance = _object({"available": whole, "held": whole, "pending": whole}, "A balance right after the event")
    return {
        **_of_rules(),
        **_of_returns(),
        "NothingChanged": _object(
            {
                "type": {"const": "nothing"},
                "code": text | {"description": "order_awaited: the return waits for its order. Others: why not"},
                "detail": text,
            },
            "Why the event changed nothing",
        ),
        "TierChanged": _object(
            {"type": {"const": "change_tier"}, "ladder": text, "from_tier": text, "to_tier": text},
            "A step between tiers",
        ),
        "EventAnswer": _object(
            {
                "event": identifier | {"description": "The id that Regulars gave"},
                "id": text | {"description": "Your own id of the event"},
                "status": {"enum": ["accepted", "waiting"], "description": "waiting: a return before its order"},
                "member": identifier,
                "rulebook_version": whole,
                "effects": {"type": "array", "items": {"anyOf": [_ref(each) for each in _EFFECTS]}},
                "balances": {"type": "object", "additionalProperties": balance},
                "tiers": {"type": "object", "additionalProperties": text, "description": "The tier on each ladder"},
                "rules": {"type": "array", "items": _ref("RuleVerdict")},
                "returned": _ref("OrderReturned"),
            },
            "What an event gave, and what every rule said; of a return, what the rules say of what is left",
            required=(
                "event", "id", "status", "member", "rulebook_version", "effects", "balances", "tiers", "rules",
            ),
        ),
    }  # fmt: skip


def _of_rules() -> dict[str, Schema]:
    """Points that rules gave, and what every rule said."""
    text, whole = {"type": "string"}, {"type": "integer"}
    identifier = {"type": "string", "format": "uuid"}
    last_day = {"type": ["string", "null"], "format": "date", "description": "Null: they never expire"}
    return {
        "PointsEarned": _object(
            {
                "type": {"const": "earn_points"},
                "point_type": text,
                "points": whole,
                "rule": text | {"description": "The id of the earn rule"},
                "name": text | {"description": "Its name"},
                "transfer": identifier | {"description": "The entry in the member's statement"},
                "last_day": last_day,
                "pending": _waits(),
            },
            "Points that the event gave",
            required=("type", "point_type", "points", "rule", "name", "transfer", "last_day"),
        ),
        "RuleVerdict": _object(
            {
                "rule": text,
                "fired": {"type": "boolean"},
                "point_type": text,
                "points": whole,
                "exact": text | {"description": "Before rounding"},
                "inputs": {"type": "object", "description": "The numbers that the rule used"},
                "failed": text | {"description": "The condition that failed"},
                "actual": text | {"description": "What that condition or limit saw; the rule chosen instead"},
                "wanted": whole | {"description": "Before limits, where that was more"},
                "by": text | {"description": "The limit that left fewer points, or how the other rule was chosen"},
            },
            "What one rule said; in words: GET /api/v1/events/{event_id}",
            required=("rule", "fired"),
        ),
    }


def _of_returns() -> dict[str, Schema]:
    """Effects around returned orders: points that paid, were taken back, came back, or became spendable."""
    text, whole = {"type": "string"}, {"type": "integer"}
    identifier = {"type": "string", "format": "uuid"}
    entry = identifier | {"description": "The entry in the member's statement"}
    return {
        "PointsPaid": _paid(),
        "PointsRevoked": _object(
            {
                "type": {"const": "revoke_points"},
                "point_type": text,
                "points": whole | {"description": "Really taken"},
                "due": whole | {"description": "What the rule counts less now"},
                "rule": text,
                "name": text,
                "transfers": {"type": "array", "items": identifier},
            },
            "Points that the return took back, rule by rule",
        ),
        "PointsRestored": _object(
            {"type": {"const": "restore_points"}, "point_type": text, "points": whole, "transfer": entry},
            "Points that had paid for the order and came back to the lots that they were taken from",
        ),
        "PointsActivated": _object(
            {
                "type": {"const": "activate_points"},
                "point_type": text,
                "points": whole,
                "transfer": entry,
                "last_day": {"type": ["string", "null"], "format": "date"},
            },
            "Pending points that the event made spendable",
        ),
        "OrderReturned": _object(
            {
                "order": text | {"description": "Its number"},
                "event": identifier | {"description": "That brought the order"},
                "amount": _DECIMAL | {"description": "Money that goes back"},
                "whole": {"type": "boolean", "description": "Whether nothing of the order is left"},
                "left": _DECIMAL | {"description": "Money that is left of the order"},
            },
            "There only for a return that was applied",
        ),
    }


def _paid() -> Schema:
    text, identifier = {"type": "string"}, {"type": "string", "format": "uuid"}
    return _object(
        {
            "type": {"const": "pay_with_points"},
            "point_type": text,
            "points": {"type": "integer"},
            "transfer": identifier | {"description": "The entry in the member's statement"},
            "hold": identifier | {"description": "The hold that paid; not there where the balance did"},
        },
        "Points that paid for part of the order",
        required=("type", "point_type", "points", "transfer"),
    )


def _waits() -> Schema:
    text, day = {"type": "string"}, {"type": "string", "format": "date"}
    return _object(
        {
            "activates_on": day | {"description": "The day on which they can be spent"},
            "waits_for": text | {"description": "The event type that makes them active"},
            "cancels_after": day | {"description": "The last day on which that event counts"},
            "blocked": {"type": "boolean", "description": "The member is blocked: they also wait for the release"},
        },
        "What points wait for that cannot be spent yet",
        required=(),
    )


def _bulk() -> dict[str, Schema]:
    result = _object(
        {
            "status": {"type": "integer", "description": "201 accepted, 200 a repeat, otherwise refused"},
            "replayed": {"type": "boolean", "description": "true with 200"},
            "answer": _ref("EventAnswer"),
            "problem": _ref("Problem"),
        },
        "What became of one event: an answer or a problem",
        required=("status",),
    )
    return {
        "EventsIn": _object({"events": {"type": "array", "maxItems": 500, "items": _ref("Event")}}, "Up to 500 events"),
        "EventsOut": _object(
            {"results": {"type": "array", "items": result}}, "A result for each event, in their order"
        ),
    }


def _object(properties: Schema, description: str, *, required: tuple[str, ...] | None = None) -> Schema:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(properties) if required is None else list(required),
    }


def _ref(name: str) -> Schema:
    return {"$ref": _REFERENCE.format(name=name)}


def _tidy(schema: Any) -> Any:
    """Decimals may be numbers too; docstrings become one line."""
    if isinstance(schema, list):
        return [_tidy(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "decimal":
        rest = {key: value for key, value in schema.items() if key == "default"}
        return _DECIMAL | {key: str(value) for key, value in rest.items()}
    tidy = {key: _tidy(value) for key, value in schema.items()}
    if isinstance(tidy.get("description"), str):
        tidy["description"] = " ".join(tidy["description"].split())
    return tidy
