"""`regulars rulebook backtest`: from a file to what it would have cost, and kept with the programme."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from regulars.domain.backtests.queries import backtests
from regulars.interfaces.commandline.main import cli
from regulars.kernel.errors import Refusal
from tests.factories import RULEBOOK, Shop

pytestmark = pytest.mark.database


def called(shop: Shop, *words: str) -> str:
    result = CliRunner().invoke(cli, ["rulebook", "backtest", *words, "--programme", shop.programme.code])
    if isinstance(result.exception, Refusal):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def draft(tmp_path: Path) -> str:
    document = copy.deepcopy(RULEBOOK)
    document["earn_rules"][0] |= {"name": "Two points", "earn": {"strategy": "points_per_amount", "points": 2}}
    file = tmp_path / "draft.yaml"
    file.write_text(yaml.safe_dump(document))
    return str(file)


def test_a_draft_beside_the_live_version(shop: Shop, draft: str) -> None:
    for total in ("30.00", "12.00"):
        shop.buy(shop.enrol(), total)
    told = called(shop, draft, "--label", "Two points")
    assert "2 of 2 members, 4 events" in told
    (earned,) = (line for line in told.splitlines() if "earned" in line)
    assert [word for word in earned.replace("│", " ").split() if word.isdigit()] == ["42", "84"]
    assert "Two points" in told
    (kept,) = backtests(shop.conn, programme_id=shop.programme.id)
    assert (kept.label, kept.state.name, kept.asked_by) == ("Two points", "done", "command line")


def test_everything_as_json_and_without_a_file(shop: Shop) -> None:
    shop.buy(shop.enrol(), "30.00")
    found = json.loads(called(shop, "--json", "--share", "1", "--seed", "3"))
    assert found["sides"]["live"] == found["sides"]["draft"]
    assert found["seed"] == 3


def test_what_members_spend_is_stated(shop: Shop, draft: str) -> None:
    shop.buy(shop.enrol(), "30.00")
    model = '{"by": "share_of_earned", "rate": "0.5", "days": 0}'
    told = called(shop, draft, "--redemptions", model)
    assert "Members spend 50 % of what they earn, 0 days later." in told
    (redeemed,) = (line for line in told.splitlines() if "redeemed" in line)
    assert [word for word in redeemed.replace("│", " ").split() if word.isdigit()] == ["15", "30"]
    with pytest.raises(Refusal) as refused:
        called(shop, "--redemptions", "sometimes")
    assert refused.value.code == "unknown_redemption_model"


def test_a_template_by_its_name(shop: Shop) -> None:
    with pytest.raises(Refusal) as refused:
        called(shop, "--template", "corner-cafe")
    assert refused.value.code == "no_history"
    shop.buy(shop.enrol(), "30.00")
    assert "Welcome" in called(shop, "--template", "corner-cafe")
    both = CliRunner().invoke(cli, ["rulebook", "backtest", __file__, "--template", "x", "--programme", "y"])
    assert "and not both" in both.output


@pytest.mark.parametrize(("words", "code"), [(["--share", "half"], "bad_share"), (["--since", "soon"], "bad_time")])
def test_what_is_refused(shop: Shop, words: list[str], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        called(shop, *words)
    assert refused.value.code == code


def test_what_to_know_before_believing_it(shop: Shop, draft: str) -> None:
    first = shop.now
    shop.buy(shop.enrol(), "30.00")
    assert "Published after" not in called(shop, draft)
    shop.later(minutes=5)
    shop.publish(RULEBOOK | {"name": "Corner"}, effective_from=first)
    told = " ".join(called(shop, draft).split())
    assert "Published after events that they cover, which the books worked by the version before: version 2." in told
