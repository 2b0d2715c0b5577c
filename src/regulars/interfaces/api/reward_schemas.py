"""Rewards in the OpenAPI document: one alternative for each reward type, with the parameters that the type asks for."""

from __future__ import annotations

from typing import Any

from regulars.domain.rewards.reward_type import RewardType, reward_types
from regulars.interfaces.api.v1.rewards import RewardIn, RewardReplacement

Schema = dict[str, Any]
_REFERENCE = "#/components/schemas/{model}"


def reward_schemas() -> dict[str, Schema]:
    """The components: the bodies that write rewards, their alternatives by type, and the parameters of each type."""
    kinds = dict(sorted(reward_types().items()))
    found: dict[str, Schema] = {}
    for kind in kinds.values():
        found |= _parameters(kind)
    for body in (RewardIn, RewardReplacement):
        common = body.model_json_schema(ref_template=_REFERENCE)
        names = {name: f"{kind.__name__}{body.__name__}" for name, kind in kinds.items()}
        found |= {names[name]: _alternative(common, name, kind) for name, kind in kinds.items()}
        found[body.__name__] = {
            "title": body.__name__,
            "description": common["description"],
            "oneOf": [_ref(each) for each in names.values()],
            "discriminator": {
                "propertyName": "type",
                "mapping": {name: _ref(each)["$ref"] for name, each in names.items()},
            },
            "examples": common["examples"],
        }
    return found


def _parameters(kind: type[RewardType]) -> dict[str, Schema]:
    schema = kind.Parameters.model_json_schema(ref_template=_REFERENCE)
    inner: dict[str, Schema] = schema.pop("$defs", {})
    return inner | {kind.Parameters.__name__: schema}


def _alternative(common: Schema, name: str, kind: type[RewardType]) -> Schema:
    narrowed = {
        "type": {"const": name, "description": common["properties"]["type"]["description"]},
        "parameters": _ref(kind.Parameters.__name__) | {"description": _told(kind)},
    }
    return {
        "type": "object",
        "title": kind.title,
        "properties": common["properties"] | narrowed,
        "required": common["required"],
        "additionalProperties": False,
    }


def _told(kind: type[RewardType]) -> str:
    """The parameters of a type in one line: 'Discount voucher: `amount` Money off the order; `percent` ...'."""
    told = (f"`{name}` {info.description or ''}".strip() for name, info in kind.Parameters.model_fields.items())
    return f"{kind.title}: {'; '.join(told)}"


def _ref(model: str) -> Schema:
    return {"$ref": _REFERENCE.format(model=model)}
