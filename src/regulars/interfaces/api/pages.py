"""Pages about the API: the reference, made from the OpenAPI document, and one page for each problem code."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from regulars.interfaces.api.errors import problem_response
from regulars.interfaces.api.examples import example_of
from regulars.interfaces.api.openapi import document
from regulars.interfaces.api.problems import problems
from regulars.kernel.errors import NotFound

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A line of a table: a parameter, or a field of a body or an answer. kind: its type in words."""

    name: str
    kind: str
    words: SafeString
    required: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """A schema as a table, with an example as JSON text."""

    name: str
    words: str
    fields: list[Field]
    example: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A status with what it means."""

    status: str
    words: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint of the reference."""

    anchor: str
    method: str
    address: str
    title: str
    words: SafeString
    scope: str
    parameters: list[Field]
    body: Shape | None
    answer: Shape | None
    answers: list[Answer]


@dataclass(frozen=True, slots=True)
class Chapter:
    """The endpoints of one noun."""

    name: str
    endpoints: list[Endpoint]


@require_safe
def openapi_json(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    response = JsonResponse(document())
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def reference_page(request: HttpRequest) -> HttpResponse:
    """The reference, readable without scripts."""
    about = document()["info"]["description"].strip().split("\n\n")
    return render(request, "api/reference.html", {"about": [_parts(each) for each in about], "chapters": chapters()})


@require_safe
def problems_page(request: HttpRequest) -> HttpResponse:
    """Every code in one table."""
    return render(request, "api/problems.html", {"problems": sorted(problems().values(), key=lambda each: each.code)})


def problem_page(request: HttpRequest, code: str) -> HttpResponse:
    """What a code means: a page for people, JSON for programs that ask for it."""
    found = problems().get(code)
    if found is None:
        return problem_response(
            NotFound(
                "path_not_found",
                "This address does not exist",
                detail=f"There is no problem with the code {code[:60]!r}.",
                remedy="All codes are listed at /api/problems.",
            )
        )
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse({"code": found.code, "title": found.title, "cause": found.cause, "remedy": found.remedy})
    return render(request, "api/problem.html", {"problem": found})


@csrf_exempt
def no_such_address(request: HttpRequest) -> HttpResponseBase:
    """Whatever else lies below /api/."""
    return problem_response(
        NotFound(
            "path_not_found",
            "This address does not exist",
            detail=f"Nothing is at {request.path[:200]}.",
            remedy="Look the address up in the reference: /api/docs.",
        )
    )


@cache
def chapters() -> list[Chapter]:
    """The reference by noun."""
    found: dict[str, list[Endpoint]] = {}
    for address, operations in document()["paths"].items():
        for method, operation in operations.items():
            found.setdefault(operation["tags"][0], []).append(_endpoint(address, method, operation))
    return [Chapter(name, endpoints) for name, endpoints in found.items()]


def _endpoint(address: str, method: str, operation: Schema) -> Endpoint:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    good = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
    shape = good.get("content", {}).get("application/json", {}).get("schema")
    return Endpoint(
        anchor=operation["operationId"],
        method=method.upper(),
        address=address,
        title=operation["summary"],
        words=_marked(operation["description"].partition("\n\nScope:")[0]),
        scope=operation["x-scope"],
        parameters=[
            Field(each["name"], _kind(each["schema"]), _marked(each.get("description", "")), each["required"])
            for each in operation["parameters"]
        ],
        body=None if body is None else _shape(body),
        answer=None if shape is None else _shape(shape, is_answer=True),
        answers=[Answer(status, _resolved(answer)["description"]) for status, answer in operation["responses"].items()],
    )


def _shape(schema: Schema, *, is_answer: bool = False) -> Shape:
    """A table of a schema. is_answer: every field is always there, so that none needs to be marked."""
    found = _joined(_resolved(schema))
    required = [] if is_answer else found.get("required", [])
    fields = [
        Field(
            name,
            _kind(each),
            _marked(each.get("description") or _resolved(each).get("description", "")),
            name in required,
        )
        for name, each in found.get("properties", {}).items()
    ]
    example = json.dumps(example_of(schema, document()), indent=2, ensure_ascii=False)
    return Shape(found.get("title", ""), found.get("description", ""), fields, example)


def _joined(schema: Schema) -> Schema:
    """The alternatives of a body as one table: a field whose form they tell differently has all of the forms."""
    if "oneOf" not in schema:
        return schema
    alternatives = [_resolved(each) for each in schema["oneOf"]]
    fields: Schema = {}
    for name, first in alternatives[0]["properties"].items():
        forms = [each["properties"][name] for each in alternatives if name in each["properties"]]
        if all(form == first for form in forms):
            fields[name] = first
        else:
            words = dict.fromkeys(form.get("description", "") for form in forms)
            fields[name] = {"anyOf": forms, "description": ". ".join(words)}
    return schema | {"properties": fields, "required": alternatives[0]["required"]}


def _resolved(schema: Schema) -> Schema:
    """What a reference stands for."""
    for choice in schema.get("anyOf", []):
        if "$ref" in choice:
            return _resolved(choice) | {key: value for key, value in schema.items() if key == "description"}
    if "$ref" not in schema:
        return schema
    _, _, group, name = schema["$ref"].split("/")
    found: Schema = document()["components"][group][name]
    return found


def _kind(schema: Schema) -> str:
    """A type in words: 'text', 'whole number or null', 'list of Entry'."""
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(each) for each in schema["anyOf"]))
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "const" in schema:
        return str(schema["const"])
    if "enum" in schema:
        return " | ".join(str(each) for each in schema["enum"])
    kind = schema.get("type", "anything")
    if kind == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    if isinstance(kind, list):
        return " or ".join(_KINDS[each] for each in kind)
    return _FORMATS.get(schema.get("format", "")) or _KINDS.get(kind, str(kind))


def _parts(paragraph: str) -> tuple[str, SafeString]:
    """A paragraph with its bold beginning apart."""
    text = " ".join(paragraph.split())
    if not text.startswith("**"):
        return "", _marked(text)
    heading, _, rest = text[2:].partition("**")
    return heading, _marked(rest.strip())


def _marked(text: str) -> SafeString:
    """A text whose `spans` become code."""
    pieces = text.split("`")
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", piece) if odd % 2 else piece,) for odd, piece in enumerate(pieces))
    )


_KINDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "null": "null",
    "object": "object",
}
_FORMATS = {"uuid": "UUID", "date-time": "date and time", "date": "date", "decimal": "decimal text"}
