"""`regulars tiers`: given, seen, taken back; a changed ladder goes back."""

from __future__ import annotations

import copy

import pytest
from click.testing import CliRunner

from regulars.domain.tiers.queries import assignments_in_force, standings
from regulars.interfaces.commandline.tiers import tiers_group
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop

pytestmark = [pytest.mark.database, pytest.mark.capability("C3")]


def run(*words: str) -> str:
    outcome = CliRunner().invoke(tiers_group, list(words), catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


def test_a_tier_is_given_seen_and_taken_back(shop: Shop) -> None:
    ada = shop.enrol("4711")
    place = ("--programme", shop.programme.code)
    on = (*place, "--ladder", "status")
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        run("give", "4711", "gold", *on, "--reason", "campaign", "--kind", "matched")
    assert refused.value.code == "field_missing"
    with nothing_changes(shop), pytest.raises(Refusal):
        run("give", "nobody", "gold", *on, "--reason", "campaign")
    said = run("give", "4711", "gold", *on, "--reason", "a hard year", "--until", "2099-12-31", "--by", "eve")
    assert said == "4711 is gold now, until 2099-12-31.\n"
    (given,) = assignments_in_force(shop.conn, member_id=ada)
    assert (given.given_by, given.reason) == ("eve", "a hard year")
    seen = run("list", str(ada), *place)
    assert "status\tgold\tlost on 2100-01-01" in seen
    assert "gold, manual, given by eve until 2099-12-31: a hard year" in seen
    assert "bronze -> gold (staff)" in seen
    with nothing_changes(shop), pytest.raises(Refusal, match="no reason"):
        run("take", "4711", *on)
    assert run("take", "4711", *on, "--declined") == "4711 has no longer gold from staff.\n"
    assert standings(shop.conn, member_ids=[ada])[0].tier == "bronze"


def test_a_changed_ladder_goes_back(shop: Shop) -> None:
    ada = shop.enrol()
    shop.buy(ada, "250.00")
    place = ("--programme", shop.programme.code)
    assert run("changes", *place) == "No ladder ever changed.\n"
    document = copy.deepcopy(RULEBOOK)
    document["ladders"][0]["tiers"][1]["from_score"] = "300.00"
    document["ladders"][0]["on_change"] = "apply"
    shop.later(days=1)
    shop.publish(document, effective_from=shop.now)
    with nothing_changes(shop):
        assert "Bronze -> Silver: 1" in run("undo", "status", *place, "--preview")
    said = run("undo", "status", *place)
    assert "Version 3 of Corner Shop goes back." in said
    assert standings(shop.conn, member_ids=[ada])[0].tier == "silver"
    seen = run("changes", *place)
    assert "status\tversion 3\t1 of 1 members" in seen
    assert "done" in seen
