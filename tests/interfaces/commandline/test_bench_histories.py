"""`regulars bench --backtest`: a history is made, and a small one is played on both sides."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import pytest
from click.testing import CliRunner

from regulars.database import server
from regulars.flows.backtests.parts import Part
from regulars.flows.backtests.running import play_at
from regulars.flows.backtests.wish import Wish
from regulars.interfaces.commandline.bench import bench_command
from regulars.interfaces.commandline.benchmarks import histories

pytestmark = pytest.mark.database


def all_at_once(wish: Wish, tasks: Sequence[Sequence[int]]) -> Iterator[Part]:
    """Without the seconds in which processes start and connect."""
    yield play_at(server.database_url(), wish, [bucket for buckets in tasks for bucket in buckets])


def test_a_small_history_is_made_and_played(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "on_cores", all_at_once)
    result = CliRunner().invoke(bench_command, ["--backtest", "1000", "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    played = json.loads(result.stdout)
    assert [(each["rules"], each["sides"]) for each in played] == [(2, 1), (2, 2), (8, 2)]
    assert {(each["events"], each["members"]) for each in played} == {(1000 + 20, 20)}, "everybody joined, and bought"
    assert all(each["cpu_python"] > 0 for each in played)
