"""`regulars operators`: a link that lets in once, and a password."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from django.test import Client

from regulars.interfaces.commandline.operators import operators_group
from regulars.kernel.errors import NotFound, Refusal
from tests.factories import Shop

_GOOD = "copper kettle sings twice"


def _run(*arguments: str) -> str:
    result = CliRunner().invoke(operators_group, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def _row(shop: Shop, email: str) -> tuple[object, ...] | None:
    return shop.conn.execute("select password, name from access_operator where email = %s", [email]).fetchone()


@pytest.mark.capability("K3")
def test_an_operator_signs_in_with_the_password_that_was_set(shop: Shop) -> None:
    email = f"anna-{shop.programme.code}@example.com"
    link = _run("add", "--programme", shop.programme.code, "--email", email, "--name", "Anna")
    assert "/console/enter/" in link
    _run("password", "--email", email, "--password", _GOOD)

    refused = Client().post("/console/sign-in/", {"login": email, "password": "wrong words here"})
    assert refused.status_code == 200
    entered = Client().post("/console/sign-in/", {"login": email, "password": _GOOD})
    assert (entered.status_code, entered["Location"]) == (302, "/console/")


def test_a_weak_password_is_refused_and_nothing_changes(shop: Shop) -> None:
    email = f"ben-{shop.programme.code}@example.com"
    _run("add", "--programme", shop.programme.code, "--email", email)
    before = _row(shop, email)

    with pytest.raises(Refusal) as refused:
        _run("password", "--email", email, "--password", "password")

    assert refused.value.code == "weak_password"
    assert _row(shop, email) == before


def test_nobody_gets_a_password_who_was_not_let_in(shop: Shop) -> None:
    with pytest.raises(NotFound) as refused:
        _run("password", "--email", "nobody@example.com", "--password", _GOOD)
    assert refused.value.code == "operator_not_found"
