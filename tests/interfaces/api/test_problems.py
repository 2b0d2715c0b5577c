"""Every code that is raised has a page that says why it happens and what helps."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.test import Client

import regulars
from regulars.interfaces.api.problems import problems

SOURCE = Path(regulars.__file__).parent
RAISING = frozenset({"Refusal", "NotFound", "Conflict", "NotAllowed", "trouble"})


def raised(text: str) -> set[str]:
    """The codes that a module's refusals have, subclasses that pass theirs to __init__ included."""
    codes = set()
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        to_base = name == "__init__" and any(keyword.arg == "remedy" for keyword in node.keywords)
        if name in RAISING or to_base:
            given = [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "code")]
            codes |= {str(each.value) for each in given if isinstance(each, ast.Constant)}
    return codes


def test_codes_are_found_where_they_are_raised() -> None:
    bases = "raise Refusal('a', 't')\nraise errors.NotFound(code='b')\nsuper().__init__('c', remedy='')\n"
    text = f"{bases}trouble('d')\nx('e')"
    assert raised(text) == {"a", "b", "c", "d"}


def test_every_code_is_documented() -> None:
    codes = set().union(*(raised(path.read_text(encoding="utf-8")) for path in SOURCE.rglob("*.py")))

    assert len(codes) > 60
    assert codes - set(problems()) == set(), "add them to interfaces/api/problems.yaml"


def test_codes_made_by_reading_a_body_are_documented() -> None:
    assert {"field_missing", "unknown_field", "text_too_long", "not_a_choice", "bad_value"} <= set(problems())


def test_every_page_is_there(database_url: str) -> None:
    for code, problem in problems().items():
        for words in (problem.title, problem.cause, problem.remedy):
            assert words.strip() == words
            assert words
        assert code == problem.code
    page = Client().get("/api/problems/not_enough_points", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "There are not enough points" in page.content.decode()
    data = Client().get("/api/problems/not_enough_points", headers={"Accept": "application/json"})
    assert data.json()["code"] == "not_enough_points"
    table = Client().get("/api/problems").content.decode()
    assert all(f"/api/problems/{code}" in table for code in problems())


@pytest.mark.parametrize("code", ["nothing", "x" * 500, "<script>"])
def test_an_unknown_code_is_a_problem_itself(database_url: str, code: str) -> None:
    got = Client().get(f"/api/problems/{code}")
    assert (got.status_code, got.json()["code"]) == (404, "path_not_found")
