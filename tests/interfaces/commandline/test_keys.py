"""`regulars keys`: a key is shown once, listed by its beginning, revoked for good."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from regulars.domain.access.contracts import Scope
from regulars.interfaces.commandline.keys import keys_group
from regulars.kernel.errors import Refusal
from tests.factories import Shop


def keys(*arguments: str) -> Result:
    return CliRunner().invoke(keys_group, arguments, catch_exceptions=False)


def test_a_key_is_shown_once_and_revoked_for_good(shop: Shop) -> None:
    code = ("--programme", shop.programme.code)
    made = keys("create", *code, "--name", "till", "--scopes", "events:write, points:read")
    assert made.exit_code == 0
    secret = made.stdout.strip()
    assert len(secret) == 51
    assert "cannot be shown again" in made.stderr

    listed = keys("list", *code).stdout
    assert secret not in listed
    assert listed.startswith(f"{secret[:14]}\ttill\tsince ")
    assert listed.rstrip().endswith("events:write, points:read")

    assert keys("revoke", secret[:14], *code).exit_code == 0
    (one,) = json.loads(keys("list", *code, "--json").stdout)
    assert one["revoked_at"] is not None
    with pytest.raises(Refusal) as refused:
        keys("revoke", secret[:14], *code)
    assert refused.value.code == "api_key_not_found"


def test_all_scopes_and_json(shop: Shop) -> None:
    made = keys("create", "--programme", shop.programme.code, "--name", "shop", "--scopes", "all", "--json")

    data = json.loads(made.stdout)
    assert data["key"].startswith(data["prefix"])
    assert data["scopes"] == sorted(Scope)


def test_what_cannot_be_issued_is_told(shop: Shop) -> None:
    with pytest.raises(Refusal) as refused:
        keys("create", "--programme", shop.programme.code, "--name", "till", "--scopes", "event:write")
    assert (refused.value.code, refused.value.remedy) == ("unknown_scope", "Did you mean “events:write”?")
    with pytest.raises(Refusal) as refused:
        keys("list", "--programme", "nothing")
    assert refused.value.code == "programme_not_found"
    assert "There is no key yet" in keys("list", "--programme", shop.programme.code).stdout
