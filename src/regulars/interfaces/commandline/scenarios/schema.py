"""The JSON Schema (2020-12) of scenario files, for editors that complete and check while one writes."""

from __future__ import annotations

import json
from typing import Any

from regulars.interfaces.commandline.scenarios.audience_words import AudienceWords
from regulars.interfaces.commandline.scenarios.expectation import Expectation, of_member, of_programme
from regulars.interfaces.commandline.scenarios.reading import HEAD, REQUIRED
from regulars.interfaces.commandline.scenarios.reading_steps import BESIDE, MOST_TIMES
from regulars.interfaces.commandline.scenarios.steps.joins import Joins
from regulars.interfaces.commandline.scenarios.verb import NAME, PairVerb, ProgrammeVerb, Verb, verbs
from regulars.interfaces.commandline.scenarios.words import RewardWords, Words, word_of

_MOMENT = {"type": "string", "description": "2026-03-02 12:00 in the programme's time zone, or with an offset"}
_RULEBOOK = "rulebook.schema.json"
"""The schema of rulebooks, beside this one."""


def scenario_schema() -> dict[str, Any]:
    """The schema, with every word that there is."""
    definitions: dict[str, Any] = {}
    properties: dict[str, Any] = {
        "scenario": {"type": "string"},
        "why": {"type": "string"},
        "capability": {"type": ["string", "array"], "items": {"type": "string"}},
        "waits for": {"type": "string"},
        "clock": _MOMENT,
        "rulebook": _rulebook(),
        "rewards": {"type": "object", "additionalProperties": _body(definitions, RewardWords)},
        "members": {
            "anyOf": [
                {"type": "array", "items": {"type": "string"}},
                {"type": "object", "additionalProperties": _body(definitions, Joins)},
            ],
        },
        "audiences": {"type": "object", "additionalProperties": _body(definitions, AudienceWords)},
        "steps": {"type": "array", "minItems": 1, "items": _step(definitions)},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Regulars scenario",
        "description": "A story about a programme: a rulebook, a clock, what happens, and what is then true.",
        "type": "object",
        "additionalProperties": False,
        "required": list(REQUIRED),
        "properties": {word: {"description": said, **properties[word]} for word, said in HEAD.items()},
        "$defs": definitions,
    }


def schema_text() -> str:
    """The schema as its file holds it."""
    return json.dumps(scenario_schema(), indent=2, ensure_ascii=False) + "\n"


def _step(definitions: dict[str, Any]) -> dict[str, Any]:
    alone = {name: _body(definitions, verb) for name, verb in verbs().items() if issubclass(verb, ProgrammeVerb)}
    beside: dict[str, Any] = {
        "at": _MOMENT,
        "times": {"type": "integer", "minimum": 1, "maximum": MOST_TIMES},
        "refused": {"type": "string"},
        "then": _then(definitions),
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "patternProperties": {
            _pattern(verb): _body(definitions, verb) for name, verb in verbs().items() if name not in alone
        },
        "properties": {**alone, **{word: {"description": said, **beside[word]} for word, said in BESIDE.items()}},
    }


def _pattern(verb: type[Verb]) -> str:
    """The key of a step. One between two members gives way to every other verb that the key could be read as."""
    if not issubclass(verb, PairVerb):
        return f"^{verb.pattern()}$"
    others = [each.pattern() for each in verbs().values() if not issubclass(each, PairVerb)]
    return f"^(?!(?:{'|'.join(others)})$){verb.pattern()}$"


def _then(definitions: dict[str, Any]) -> dict[str, Any]:
    asked = {name: _value(definitions, each) for name, each in of_member().items()}
    definitions["Member"] = {
        "type": "object",
        "description": "What is true of a member after the step",
        "additionalProperties": False,
        "properties": asked,
    }
    everything = asked | {name: _value(definitions, each) for name, each in of_programme().items()}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": everything,
        "patternProperties": {rf"^(?!(?:{'|'.join(sorted(everything))})$){NAME}$": {"$ref": "#/$defs/Member"}},
    }


def _value(definitions: dict[str, Any], asked: Expectation) -> dict[str, Any]:
    schema = asked.adapter().json_schema()
    definitions.update({name: _bare(each) for name, each in schema.pop("$defs", {}).items()})
    return {"description": said_of(type(asked)), **_bare(schema)}


def said_of(word: type) -> str:
    """What the docstring of a verb or an expectation says, in one line and without its last point."""
    return " ".join((word.__doc__ or "").split()).removesuffix(".")


def _rulebook() -> dict[str, Any]:
    used = {
        "type": "object",
        "required": ["use"],
        "additionalProperties": False,
        "properties": {"use": {"type": "string"}, "change": {"type": "object"}},
    }
    return {"anyOf": [{"type": "string"}, used, {"$ref": _RULEBOOK}]}


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
