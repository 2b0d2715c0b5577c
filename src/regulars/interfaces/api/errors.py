"""Whatever goes wrong becomes one problem document (RFC 9457): what happened, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

import msgspec
from django.http import HttpResponse

from regulars.kernel.errors import Refusal, TooMany

PROBLEM = "application/problem+json"
_SHOWN = 60
_MOST = 20


class BadInput(Refusal):
    """A request whose fields are not of the documented form. problems: one for each field, the first one leads."""

    def __init__(self, problems: list[dict[str, str]], title: str) -> None:
        first = problems[0]
        super().__init__(first["code"], title, detail=first["detail"], remedy=first["remedy"], field=first.get("field"))
        self.problems = problems


def problem_of(refusal: Refusal) -> dict[str, Any]:
    """The refusal as a problem document; several bad fields are listed in `errors`."""
    problem: dict[str, Any] = dict(refusal.as_problem())
    if isinstance(refusal, BadInput) and len(refusal.problems) > 1:
        problem["errors"] = refusal.problems[:_MOST]
    return problem


def problem_response(refusal: Refusal) -> HttpResponse:
    """The refusal as an answer."""
    response = HttpResponse(msgspec.json.encode(problem_of(refusal)), status=refusal.status, content_type=PROBLEM)
    if refusal.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="Regulars"'
    if refusal.status == 503:
        response["Retry-After"] = "1"
    if isinstance(refusal, TooMany):
        response["Retry-After"] = str(ceil(refusal.wait.total_seconds()))
    return response


def bad_input(errors: Sequence[Any]) -> BadInput:
    """What pydantic found, in our words."""
    problems = [_problem(each) for each in errors]
    return BadInput(problems, _TITLES.get(problems[0]["code"], "A value does not fit"))


_TITLES = {
    "field_missing": "Something is missing",
    "unknown_field": "This field does not exist",
    "text_too_long": "The text is too long",
    "not_a_choice": "This is none of the choices",
}


def _problem(error: Any) -> dict[str, str]:
    field = _path(error["loc"])
    name = field or "the body"
    kind, context = error["type"], error.get("ctx", {})
    shown = repr(error.get("input"))[:_SHOWN]
    if kind == "missing":
        code, detail, remedy = (
            "field_missing",
            f"{name} is not given.",
            f"Add {name}; the reference says what it holds.",
        )
    elif kind == "extra_forbidden":
        code, detail = "unknown_field", f"{name} was sent, and nothing here has that name."
        remedy = "Correct the name or remove the field; the reference lists what there is."
    elif kind in ("enum", "literal_error"):
        code, detail = "not_a_choice", f"{shown} was sent as {name}, and is none of the choices."
        remedy = f"Choose one of {context.get('expected', 'those in the reference')}."
    elif kind == "string_too_long":
        code, detail = "text_too_long", f"{name} has {len(error['input'])} characters."
        remedy = f"Shorten it to {context.get('max_length')} characters or fewer."
    else:
        code, detail = "bad_value", f"{shown} was sent as {name}: {_lowered(error['msg'])}."
        remedy = "Send a value of the form that the reference shows: /api/docs."
    problem = {"code": code, "detail": detail, "remedy": remedy}
    return problem | {"field": field} if field else problem


def _path(location: Sequence[str | int]) -> str:
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.removeprefix(".")[:200]


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:].rstrip(".")
