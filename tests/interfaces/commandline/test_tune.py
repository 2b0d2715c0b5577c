"""`regulars rulebook tune`: what can be turned, what was found, and what is refused."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from regulars.domain.tunings.queries import tunings
from regulars.flows.tuning.running import here
from regulars.interfaces.commandline import tune
from regulars.interfaces.commandline.main import cli
from regulars.kernel.errors import Refusal
from tests.factories import Shop
from tests.flows.test_tunings import live_on_paper

pytestmark = pytest.mark.database


def called(shop: Shop, *words: str) -> str:
    result = CliRunner().invoke(
        cli, ["rulebook", "tune", *words, "--programme", shop.programme.code], env={"COLUMNS": "250"}
    )
    if isinstance(result.exception, Refusal):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_what_can_be_turned(shop: Shop) -> None:
    assert "earn_rate:base=0.5,0.75,1,1.5,2\t“1 point per euro” gives 1\n" in called(shop)


def test_a_table_and_json(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tune, "on_cores", here(shop.conn))
    live_on_paper(shop)
    words = [
        "--lever", "earn_rate:base=1,2", "--margin", "0.3", "--goal", "cost_per_order:at_most=0.5",
        "--goal", "first_reward_in_time:days=90,at_least=0.9",
    ]  # fmt: skip
    told = called(shop, *words)
    assert "3 of 3 members, 7 events" in told
    now, twice = (line for line in told.splitlines() if "frontier" in line)
    assert [part.strip() for part in now.split("│")[1:-1]] == [
        "1", "0.875 EUR", "66.7 %", "frontier as it is", "no", "+3.4%",
    ]  # fmt: skip
    assert "1.75 EUR" in twice
    assert "No combination meets the goals" in told
    found = json.loads(called(shop, *words, "--json"))
    assert found["nearest"] == 0
    assert {each.asked_by for each in tunings(shop.conn, programme_id=shop.programme.id)} == {"command line"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--lever", "earn_rate:base"], "bad_margin"),
        (["--lever", "earn_rate:base", "--margin", "0.3", "--share", "half"], "bad_share"),
        (["--lever", "speed:base", "--margin", "0.3"], "unknown_lever"),
        (["--lever", "earn_rate:base", "--margin", "0.3", "--goal", "joy:at_least=1"], "unknown_goal"),
    ],
)
def test_what_is_refused(shop: Shop, words: list[str], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        called(shop, *words)
    assert refused.value.code == code
