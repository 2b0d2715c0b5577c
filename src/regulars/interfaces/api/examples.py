"""Examples for the reference, made from the schemas where none is written down."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

_TEXTS = {
    "uuid": "019ab3f2-7c1d-7e40-9a51-0c2f5b7d1e9a",
    "date-time": "2026-11-22T06:30:00Z",
    "date": "2026-12-31",
    "decimal": "12.34",
}
# What a reader would really see under these names.
_NAMED: Schema = {
    "balance_after": 370,
    "available": 370,
    "benefits": ["Free delivery"],
    "brand": "Corner",
    "card_number": "483920174652",
    "category": "coffee",
    "code": "K7QM-2XPA-9RTD-HW3E",
    "content": {"id": "till-7-000123", "type": "order"},
    "description": "5.00 off your next order",
    "document": {"rulebook": 1, "name": "Corner Shop"},
    "effects": [{"type": "earn_points", "point_type": "points", "points": 45}],
    "email": "ada@example.com",
    "event": "till-7-000123",
    "external_ids": ["C-1001"],
    "from_tier": "bronze",
    "ladder": "status",
    "language": "en",
    "next": "WyIyMDI2LTExLTIyVDA2OjMwOjAwKzAwOjAwIl0",
    "note": "",
    "order_number": "A-1207",
    "organisation": "Corner Shop Ltd",
    "parameters": {"amount": "5.00"},
    "phone": "+905321234567",
    "point_type": "points",
    "problem": None,
    "published_by": "ada@example.com",
    "reason": "1 point per euro, order A-1207",
    "reward_name": "5 off",
    "reward_type": "discount_voucher",
    "rule": "base",
    "sentences": ["1 point per euro: 1 for every 1.00 EUR"],
    "cancel_until": "2026-11-29",
    "last_day": "2026-12-31",
    "message": "For lunch",
    "source": "till",
    "text": "45.90 EUR at 1 for every 1.00 EUR gives 45.9, rounded down to 45",
    "tier": "silver",
    "tier_name": "Silver",
    "time_zone": "Europe/Berlin",
    "title": "How you earn",
    "to_tier": "silver",
    "type": "order",
    "currency": "EUR",
    "when_it_falls": "you keep your tier until the end of the year",
}
_DEPTH = 6


def example_of(schema: Schema, document: Schema, *, depth: int = 0) -> Any:
    """A value that fits the schema."""
    if "$ref" in schema:
        _, _, group, name = schema["$ref"].split("/")
        return example_of(document["components"][group][name], document, depth=depth)
    if schema.get("examples"):
        return schema["examples"][0]
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], document, depth=depth)
    return _plain(schema, document, depth)


def _of_field(name: str, schema: Schema, document: Schema, depth: int) -> Any:
    choices = schema.get("anyOf", [schema])
    is_told = any("const" in each or "enum" in each or "examples" in each or "$ref" in each for each in choices)
    if name in _NAMED and (not is_told or _NAMED[name] is None):
        return _NAMED[name]
    return example_of(schema, document, depth=depth)


def _plain(schema: Schema, document: Schema, depth: int) -> Any:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "object":
        if depth > _DEPTH:
            return {}
        fields = schema.get("properties", {})
        return {name: _of_field(name, each, document, depth + 1) for name, each in fields.items()}
    if kind == "array":
        return [example_of(schema.get("items", {}), document, depth=depth + 1)] if depth <= _DEPTH else []
    if kind == "integer":
        return schema.get("minimum", 120)
    if kind in ("number", "boolean", "null"):
        return {"number": 1.5, "boolean": True, "null": None}[kind]
    return _TEXTS.get(schema.get("format", ""), schema.get("default") or "text") if kind == "string" else {}
