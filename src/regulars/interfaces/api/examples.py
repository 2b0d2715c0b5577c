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


def _plain(schema: Schema, document: Schema, depth: int) -> Any:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "object":
        if depth > _DEPTH:
            return {}
        fields = schema.get("properties", {})
        return {name: example_of(each, document, depth=depth + 1) for name, each in fields.items()}
    if kind == "array":
        return [example_of(schema.get("items", {}), document, depth=depth + 1)] if depth <= _DEPTH else []
    if kind == "integer":
        return schema.get("minimum", 120)
    if kind in ("number", "boolean", "null"):
        return {"number": 1.5, "boolean": True, "null": None}[kind]
    return _TEXTS.get(schema.get("format", ""), schema.get("default") or "text") if kind == "string" else {}
