"""The JSON Schema (2020-12) of rulebook documents, for editors that complete and check while one writes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ValidationError

from regulars.domain.earning.plain import plain
from regulars.domain.earning.rules import strategies_by_name
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.programmes.stated_policies import POLICY_FIELDS

Schema = dict[str, Any]


def rulebook_schema() -> Schema:
    """The schema, with every strategy and every policy that this installation has."""
    schema = Rulebook.model_json_schema(by_alias=True, mode="validation")
    definitions: Schema = schema["$defs"]
    strategies = {
        name: (strategy.title, strategy.__doc__, strategy.Parameters) for name, strategy in strategies_by_name().items()
    }
    definitions["EarnRule"]["properties"]["earn"] |= _alternatives(definitions, "strategy", "strategy", strategies)
    for field, stated in POLICY_FIELDS.items():
        policies = {
            name: (f"{stated.title}: {name}", policy.__doc__, policy) for name, policy in stated.known().items()
        }
        owner = "Returns" if field in definitions["Returns"]["properties"] else "PointType"
        choice = _alternatives(definitions, stated.tag, field, policies)
        alone = [name for name, policy in stated.known().items() if _stands_alone(policy)]
        definitions[owner]["properties"][field] |= {"oneOf": [*choice["oneOf"], {"enum": alone}]}
        del definitions[owner]["properties"][field]["type"]
    whole: Schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Regulars rulebook"}
    whole |= {key: _tidy(value) for key, value in schema.items() if key not in ("title", "description")}
    whole["description"] = "Everything that a loyalty programme promises: points, earn rules, tiers, expiry."
    return whole


def _stands_alone(policy: type[BaseModel]) -> bool:
    """Whether its name is enough."""
    try:
        policy.model_validate({})
    except ValidationError:
        return False
    return True


def _alternatives(
    definitions: Schema, tag: str, kind: str, variants: Mapping[str, tuple[str, str | None, type[BaseModel]]]
) -> Schema:
    """One object per variant, told apart by the value of `tag`. kind: what they are, for the names of definitions."""
    references = []
    for name, (title, about, model) in variants.items():
        parameters = model.model_json_schema(by_alias=True, mode="validation")
        definitions.update(parameters.pop("$defs", {}))
        key = f"{kind}_{name}"
        definitions[key] = parameters | {
            "title": title,
            "description": " ".join((about or "").split()),
            "properties": {tag: {"const": name}, **parameters.get("properties", {})},
            "required": [tag, *parameters.get("required", [])],
        }
        references.append({"$ref": f"#/$defs/{key}"})
    return {"type": "object", "oneOf": references}


def _tidy(value: Any) -> Any:
    """Without what only Python needs: decimals are numbers, empty alternatives go, docstrings become one line."""
    if isinstance(value, list):
        return [_tidy(each) for each in value]
    if not isinstance(value, dict):
        return value
    alternatives = value.get("anyOf")
    if isinstance(alternatives, list) and _is_decimal(alternatives):
        number = next(each for each in alternatives if each.get("type") == "number")
        rest = [each for each in alternatives if each.get("type") == "null"]
        value = {key: each for key, each in value.items() if key != "anyOf"}
        value |= {"anyOf": [number, *rest]} if rest else number
        if isinstance(value.get("default"), str):
            value["default"] = plain(Decimal(value["default"]))
    tidy = {key: _tidy(each) for key, each in value.items() if key != "additionalProperties" or each is not True}
    if isinstance(tidy.get("description"), str):
        tidy["description"] = " ".join(tidy["description"].split())
    return tidy


def _is_decimal(alternatives: list[Schema]) -> bool:
    """pydantic lets a decimal be a number or a text of digits; a document writes the number."""
    kinds = sorted(str(each.get("type")) for each in alternatives if each.get("type") != "null")
    return kinds == ["number", "string"] and not any("format" in each for each in alternatives)
