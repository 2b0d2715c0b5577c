"""The JSON Schema (2020-12) of scenario files, for editors that complete and check while one writes.

Write it anew after a change of the words: python -m tests.scenarios.schema
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.scenarios.words import (
    BY_OPERATOR,
    OF_MEMBER,
    OF_PROGRAMME,
    Joins,
    MemberThen,
    ProgrammeThen,
    RewardWords,
    Words,
    word_of,
)

FILE = Path(__file__).with_name("scenario.schema.json")
_NAME = "[a-z][a-z0-9-]*"
_MOMENT = {"type": "string", "description": "2026-03-02 12:00 in the programme's time zone, or with an offset"}


def scenario_schema() -> dict[str, Any]:
    """The schema, with every word that there is."""
    definitions: dict[str, Any] = {}
    acts = {rf"^{_NAME} {verb}$": _body(definitions, model) for verb, model in OF_MEMBER.items()}
    acts |= {rf"^{verb} {_NAME}$": _body(definitions, model) for verb, model in BY_OPERATOR.items()}
    programme = {word: _body(definitions, model) for word, model in OF_PROGRAMME.items()}
    step = {
        "type": "object",
        "additionalProperties": False,
        "patternProperties": acts,
        "properties": {
            **programme,
            "at": _MOMENT,
            "times": {"type": "integer", "minimum": 1, "maximum": 1000, "description": "How often it happens"},
            "refused": {"type": "string", "description": "The code of the refusal; nothing may change then"},
            "then": _then(definitions),
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Regulars scenario",
        "description": "A story about a programme: a rulebook, a clock, what happens, and what is then true.",
        "type": "object",
        "additionalProperties": False,
        "required": ["scenario", "capability", "clock", "rulebook", "steps"],
        "properties": {
            "scenario": {"type": "string", "description": "What it shows, as one sentence"},
            "why": {"type": "string", "description": "Why it is so, where that is not plain"},
            "capability": {"type": ["string", "array"], "items": {"type": "string"}},
            "clock": _MOMENT,
            "rulebook": _rulebook(),
            "rewards": {"type": "object", "additionalProperties": _body(definitions, RewardWords)},
            "members": {
                "description": "Who is there from the start",
                "anyOf": [
                    {"type": "array", "items": {"type": "string"}},
                    {"type": "object", "additionalProperties": _body(definitions, Joins)},
                ],
            },
            "steps": {"type": "array", "minItems": 1, "items": step},
        },
        "$defs": definitions,
    }


def _then(definitions: dict[str, Any]) -> dict[str, Any]:
    of_member = _body(definitions, MemberThen)
    expected = _model(definitions, MemberThen)["properties"] | _model(definitions, ProgrammeThen)["properties"]
    return {
        "type": "object",
        "description": "What is true afterwards",
        "additionalProperties": False,
        "properties": expected,
        "patternProperties": {rf"^(?!(?:{'|'.join(sorted(expected))})$){_NAME}$": of_member},
    }


def _rulebook() -> dict[str, Any]:
    used = {
        "type": "object",
        "required": ["use"],
        "additionalProperties": False,
        "properties": {"use": {"type": "string"}, "change": {"type": "object"}},
    }
    return {
        "description": "A file, a file with changes, or the rulebook itself",
        "anyOf": [{"type": "string"}, used, {"$ref": "../../docs/rulebook.schema.json"}],
    }


def _body(definitions: dict[str, Any], model: type[Words]) -> dict[str, Any]:
    """A mapping of these words, or the single value that stands for it."""
    definitions[model.__name__] = _model(definitions, model)
    whole: dict[str, Any] = {"$ref": f"#/$defs/{model.__name__}"}
    if model.short:
        return {"anyOf": [definitions[model.__name__]["properties"][word_of(model.short)], whole]}
    return {"anyOf": [{"type": "null"}, whole]} if not definitions[model.__name__].get("required") else whole


def _model(definitions: dict[str, Any], model: type[Words]) -> dict[str, Any]:
    schema = model.model_json_schema(by_alias=True)
    definitions.update({name: _bare(each) for name, each in schema.pop("$defs", {}).items()})
    bare = _bare(schema)
    assert isinstance(bare, dict)
    return bare


def _bare(value: object) -> Any:
    """Without the titles that pydantic makes of names, and without defaults that are nobody's business."""
    if isinstance(value, list):
        return [_bare(each) for each in value]
    if not isinstance(value, dict):
        return value
    bare = {
        key: _bare(each)
        for key, each in value.items()
        if not (key in ("title", "default") and not isinstance(each, dict)) and not (key == "default" and each == {})
    }
    if isinstance(bare.get("description"), str):
        bare["description"] = " ".join(bare["description"].split())
    return bare


def schema_text() -> str:
    """The schema as its file holds it."""
    return json.dumps(scenario_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(schema_text(), encoding="utf-8")
